/** What the command line tells of harvesters: one in full, or many as a table. */
import type { Harvester } from '../api/schemas.ts';
import { DEFAULT_KEEPING } from '../session/keeping.ts';
import { DEFAULT_PACE } from '../session/limits.ts';
import { shortened } from '../settings/shortened.ts';
import type { ApiSession } from './find-over-api.ts';
import type { Screen } from './screen.ts';
import { spokenCounts, styleOf, type Paint } from './summary.ts';
import { table } from './tables.ts';
import { spokenTime } from './words.ts';

/** A harvester with its open session, or the last one that closed. */
export interface HarvesterLine {
  readonly harvester: Harvester;
  readonly session: ApiSession | undefined;
}

const WIDE_COLUMNS = 110;
const USUAL_KEEPING: Readonly<Record<string, unknown>> = { ...DEFAULT_KEEPING, filter: null };

export function printHarvesters(screen: Screen, lines: readonly HarvesterLine[]): void {
  const isWide = screen.columns >= WIDE_COLUMNS;
  const spare = (text: string): string[] => (isWide ? [text] : []);
  const rows = lines.map(({ harvester, session }) => [
    harvester.id,
    ...spare(remoteOf(harvester)),
    harvester.type,
    // Its time zone is told by `show`: here is no room for it.
    harvester.every ?? 'none',
    session === undefined ? 'none yet' : screen.paint(styleOf(session.status), session.status),
  ]);
  const head = ['harvester', ...spare('name and remote'), 'type', 'schedule', 'last session'];
  screen.print(table(rows, { head, columns: screen.columns, flexible: isWide ? 1 : 0 }));
}

/** `County`, and `my.geonode.example/` below it; one that is named after its URL has no other name. */
function remoteOf({ name, url }: Harvester): string {
  const short = shortened(url.replace(/^https?:\/\//, ''), 60);
  return url.startsWith(name) ? short : `${shortened(name, 60)}\n${short}`;
}

/** `1d`, `0 3 * * 1 (Europe/Berlin)`; a duration has no time zone. One that a settings file of serve names has no schedule of its own. */
export function scheduleOf({ every, timezone }: Harvester): string {
  if (every === null) return 'none';
  return timezone === null || timezone === 'UTC' || !every.includes(' ') ? every : `${every} (${timezone})`;
}

export function oneLineOf({ harvester, session }: HarvesterLine): string {
  const { id, type, url } = harvester;
  return `${id} ${type} ${url} schedule ${scheduleOf(harvester)}: ${session?.status ?? 'no session yet'}`;
}

export function printHarvester(screen: Screen, { harvester, session }: HarvesterLine): void {
  const { paint, print } = screen;
  const line = (title: string, text: string): void => {
    if (text !== '') print(`${paint('bold', title.padEnd(12))} ${text}`);
  };
  const { id, name, url, type, credentials, status } = harvester;
  print(`Harvester ${paint('bold', id)} ${status}`);
  line('Name', name);
  line('Remote', `${url} (${type})`);
  line('Settings', pairs(harvester.settings, {}));
  line('Credentials', credentials === null ? '' : pairs(credentials, {}));
  line('Schedule', scheduleOf(harvester));
  line('Pace', pairs(harvester.pace, DEFAULT_PACE) || 'as usual');
  line('Keeps', pairs(harvester.keeping, USUAL_KEEPING) || 'as usual');
  line('Last session', session === undefined ? 'none yet' : spokenSession(session, paint));
}

function spokenSession({ id, status, counts, startedAt }: ApiSession, paint: Paint): string {
  const counted = counts === null ? '' : `: ${spokenCounts(counts)}`;
  return `${id} ${paint(styleOf(status), status)}${counted} (started ${spokenTime(Date.parse(startedAt))})`;
}

/** `batchSize=10, requestsPerSecond=2`: what is not usual. */
function pairs(value: unknown, usual: unknown): string {
  const members = usual as Readonly<Record<string, unknown>>;
  return Object.entries(value as Readonly<Record<string, unknown>>)
    .filter(([name, member]) => JSON.stringify(member) !== JSON.stringify(members[name]))
    .map(([name, member]) => `${name}=${typeof member === 'string' ? member : JSON.stringify(member)}`)
    .join(', ');
}
