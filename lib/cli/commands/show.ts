/** `reeve show <session>`: a session with its numbers, why resources failed, and the resources themselves, page by page. */
import type { Context } from '../context.ts';
import type { LookPorts } from '../world.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findSession } from '../find.ts';
import { resourcesOf, type OutcomeSoFar, type ResourceLine } from '../../resources.ts';
import { shortened } from '../../settings/shortened.ts';
import type { Screen, Style } from '../screen.ts';
import { sessionView, type SessionView } from '../session-view.ts';
import { countsTable, heading, oneLine, printReasons, remarksOn, shownPath } from '../summary.ts';
import { table } from '../tables.ts';
import { spokenNumber, spokenTime } from '../words.ts';

export interface ShowOptions {
  readonly id: string;
  /** Without it: what was not harvested. */
  readonly outcome: OutcomeSoFar | 'all' | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface Found {
  readonly page: readonly ResourceLine[];
  readonly matching: number;
  readonly reported: number;
  readonly listed: number;
}

const OK: ReadonlySet<OutcomeSoFar> = new Set(['harvested', 'unchanged', 'under way']);

export async function showSession(
  { screen, folder }: Context,
  world: LookPorts,
  options: ShowOptions,
): Promise<ExitCode> {
  const session = await findSession(world.ports, options.id);
  const view = sessionView(session, folder);
  const found = await findResources(world, session, options);
  const { limit, offset } = options;
  screen.document({ ...view, resources: { matching: found.matching, offset, limit, page: found.page } });
  if (screen.quiet) screen.print(oneLine(view));
  else {
    printSession(screen, view, found);
    printResources(screen, found, options);
  }
  return EXIT.allOk;
}

async function findResources(
  { ports }: LookPorts,
  session: Parameters<typeof resourcesOf>[1],
  options: ShowOptions,
): Promise<Found> {
  const page: ResourceLine[] = [];
  let matching = 0;
  let reported = 0;
  let listed = 0;
  for await (const line of resourcesOf(ports, session)) {
    listed += 1;
    if (line.outcome !== 'under way') reported += 1;
    if (!isWanted(line.outcome, options.outcome)) continue;
    if (matching >= options.offset && page.length < options.limit) page.push(line);
    matching += 1;
  }
  return { page, matching, reported, listed };
}

function isWanted(outcome: OutcomeSoFar, wanted: ShowOptions['outcome']): boolean {
  if (wanted === undefined) return !OK.has(outcome);
  return wanted === 'all' || outcome === wanted;
}

export function printSession(screen: Screen, view: SessionView, found: Found): void {
  const { paint } = screen;
  screen.print(heading(view, paint));
  const line = (title: string, text: string): void => {
    if (text !== '') screen.print(`${paint('bold', title.padEnd(10))} ${text}`);
  };
  line('Remote', `${view.url} (${view.type})`);
  line('Harvester', view.harvester);
  line('Retry of', view.retryOf ?? '');
  line('Started', spokenTime(Date.parse(view.startedAt)));
  if (view.concludedAt === null) {
    line('Deadline', spokenTime(Date.parse(view.deadlineAt)));
    line(
      'So far',
      `${spokenNumber(found.reported)} of ${spokenNumber(Math.max(found.listed, view.matched ?? 0))} resources reported on`,
    );
    return;
  }
  line('Concluded', `${spokenTime(Date.parse(view.concludedAt))} by the ${view.finalizedBy ?? ''}`);
  line('Cause', view.cause);
  line('Listing', view.listingComplete ? '' : 'not complete');
  for (const warning of remarksOn(view)) line('Warning', warning);
  if (view.counts && view.counts.harvested > 0) line('Records', shownPath(view.records));
  screen.print();
  if (view.counts) screen.print(countsTable(view.counts, paint));
  printReasons(screen, view);
}

const WIDE_COLUMNS = 110;
const STYLES: Readonly<Record<OutcomeSoFar, Style>> = {
  harvested: 'green',
  unchanged: 'green',
  failed: 'red',
  skipped: 'yellow',
  lost: 'red',
  'under way': 'cyan',
};

export function printResources(
  screen: Screen,
  { page, matching }: Found,
  { id, outcome, limit, offset }: ShowOptions,
): void {
  if (page.length === 0) {
    if (outcome !== undefined || offset > 0)
      screen.print(
        `No ${offset > 0 ? 'further ' : ''}resources with outcome ${outcome ?? 'failed, skipped or lost'}.`,
      );
    return;
  }
  const withTitle = screen.columns >= WIDE_COLUMNS;
  const title = (text: string): string[] => (withTitle ? [text] : []);
  const rows = page.map((line) => [
    screen.paint(STYLES[line.outcome], line.outcome),
    shortened(line.id, 36),
    ...title(shortened(line.title, 24)),
    line.because,
  ]);
  const head = ['outcome', 'resource', ...title('title'), 'because'];
  screen.print(table(rows, { head, columns: screen.columns, flexible: head.length - 1 }));
  const last = offset + page.length;
  if (matching <= page.length) return;
  screen.print(`${spokenNumber(offset + 1)} to ${spokenNumber(last)} of ${spokenNumber(matching)}`);
  if (last >= matching) return;
  const filter = outcome === undefined ? '' : ` --outcome ${outcome}`;
  screen.print(
    `${screen.paint('bold', 'Next')}  ${screen.paint('cyan', screen.command(`show ${id}${filter} --limit ${limit} --offset ${last}`))}`,
  );
}
