/** `reeve show <session>`: a session with its numbers, why resources failed, and the resources themselves, page by page. */
import type { Context } from '../context.ts';
import type { LookPorts } from '../world.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findSession, newestOf } from '../find.ts';
import { resourcesOf, type OutcomeSoFar } from '../../resources.ts';
import { collectLines, type Found, type LinesAsked } from '../resource-lines.ts';
import { shortened } from '../../settings/shortened.ts';
import type { Screen, Style } from '../screen.ts';
import { sessionView, type SessionView } from '../session-view.ts';
import { countsTable, heading, oneLine, printReasons, remarksOn, shownPath } from '../summary.ts';
import { table } from '../tables.ts';
import { spokenNumber, spokenTime } from '../words.ts';

export interface ShowOptions extends LinesAsked {
  /** Without it the newest session. */
  readonly id: string | undefined;
}

export async function showSession(
  { screen, folder }: Context,
  world: LookPorts,
  options: ShowOptions,
): Promise<ExitCode> {
  const session =
    options.id === undefined
      ? await newestOf(world.ports, screen)
      : await findSession(world.ports, options.id);
  tellSession(
    screen,
    sessionView(session, folder),
    await collectLines(resourcesOf(world.ports, session), options),
    options,
  );
  return EXIT.allOk;
}

export function tellSession(screen: Screen, view: SessionView, found: Found, options: LinesAsked): void {
  const { limit, offset } = options;
  screen.document({ ...view, resources: { matching: found.matching, offset, limit, page: found.page } });
  if (screen.quiet) screen.print(oneLine(view));
  else {
    printSession(screen, view, found);
    printResources(screen, found, { ...options, id: view.id });
  }
}

function printSession(screen: Screen, view: SessionView, found: Found): void {
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
  { page, matching }: Pick<Found, 'page' | 'matching'>,
  { id, outcome, limit, offset }: LinesAsked & { readonly id: string },
  command = 'show',
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
  const isUsual = outcome === undefined || (outcome === 'all' && command === 'resources');
  const quoted = outcome === 'under way' ? `'${outcome}'` : outcome;
  const filter = isUsual ? '' : ` --outcome ${quoted}`;
  screen.print(
    `${screen.paint('bold', 'Next')}  ${screen.paint('cyan', screen.command(`${command} ${id}${filter} --limit ${limit} --offset ${last}`))}`,
  );
}
