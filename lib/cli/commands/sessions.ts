/** `reeve sessions`: the newest sessions of the folder. */
import type { Context } from '../context.ts';
import type { LookPorts } from '../world.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { allHarvesters, findHarvester, newestSessions } from '../find.ts';
import { shortened } from '../../settings/shortened.ts';
import type { Counts } from '../../session/session.ts';
import type { Screen } from '../screen.ts';
import { sessionView, type SessionView } from '../session-view.ts';
import { oneLine, styleOf, type Paint } from '../summary.ts';
import { table } from '../tables.ts';
import { spokenDuration, spokenNumber } from '../words.ts';

export interface SessionsOptions {
  readonly harvester: string | undefined;
  readonly limit: number;
}

export async function listSessions(
  { screen, folder }: Context,
  world: LookPorts,
  { harvester, limit }: SessionsOptions,
): Promise<ExitCode> {
  const harvesters =
    harvester === undefined
      ? await allHarvesters(world.ports)
      : [await findHarvester(world.ports, harvester)];
  const views = (await newestSessions(world.ports, harvesters, limit)).map((one) => sessionView(one, folder));
  printSessions(screen, views);
  return EXIT.allOk;
}

export function printSessions(screen: Screen, views: readonly SessionView[]): void {
  screen.document({ sessions: views });
  if (views.length === 0)
    screen.print(
      `There are no sessions yet. ${screen.paint('cyan', screen.command('harvest <url>'))} makes one.`,
    );
  else if (screen.quiet) for (const view of views) screen.print(oneLine(view));
  else printTable(screen, views);
}

interface Column {
  readonly head: string;
  readonly cell: (view: SessionView, paint: Paint) => string;
  readonly isNumber?: true;
  /** Left out on a narrow terminal. */
  readonly isSpare?: true;
}

const WIDE_COLUMNS = 110;
const counted = (name: keyof Counts): Column => ({
  head: name,
  cell: ({ counts }) => (counts === null ? '' : spokenNumber(counts[name])),
  isNumber: true,
});

const REMOTE = 1;
/** When a session started is in its id. */
const COLUMNS: readonly Column[] = [
  { head: 'session', cell: ({ id }) => id },
  { head: 'remote', cell: ({ url }) => shortened(url.replace(/^https?:\/\//, ''), 60) },
  { head: 'status', cell: ({ status }, paint) => paint(styleOf(status), status) },
  { head: 'took', cell: tookOf, isNumber: true, isSpare: true },
  counted('harvested'),
  { ...counted('unchanged'), isSpare: true },
  counted('failed'),
  counted('lost'),
];

function printTable({ print, paint, columns }: Screen, views: readonly SessionView[]): void {
  const shown = COLUMNS.filter(({ isSpare }) => isSpare === undefined || columns >= WIDE_COLUMNS);
  const rows = views.map((view) => shown.map(({ cell }) => cell(view, paint)));
  const right = shown.flatMap(({ isNumber }, index) => (isNumber === true ? [index] : []));
  print(table(rows, { head: shown.map(({ head }) => head), right, columns, flexible: REMOTE }));
}

function tookOf({ startedAt, concludedAt }: SessionView): string {
  return concludedAt === null ? '' : spokenDuration(Date.parse(concludedAt) - Date.parse(startedAt));
}
