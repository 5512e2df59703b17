/** Finds sessions and harvesters by what somebody typed; what is not there is answered with the nearest that is. */
import pMap from 'p-map';
import { all } from '../pages.ts';
import type { Ports } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import { harvesterIdOf } from '../session/names.ts';
import type { Harvester, Session } from '../session/session.ts';
import { nearest } from '../settings/nearest.ts';
import type { Screen } from './screen.ts';

type FindPorts = Pick<Ports, 'sessions' | 'harvesters'>;

const HARVESTERS_AT_ONCE = 10;
const KNOWN_PER_HARVESTER = 50;
const NAMED_MAX = 3;

/** @throws NotFound naming the nearest known sessions */
export async function findSession(ports: FindPorts, id: string): Promise<Session> {
  const session = await ports.sessions.read(id);
  if (session !== undefined) return session;
  const known = (await newestSessions(ports, await allHarvesters(ports), KNOWN_PER_HARVESTER)).map(
    (one) => one.id,
  );
  throw new ReeveError(
    'NotFound',
    `There is no session ${JSON.stringify(id)}${spokenKnown(id, known, 'session')}`,
  );
}

/**
 * By id, name or URL.
 * @throws NotFound naming the nearest known harvesters
 */
export async function findHarvester(ports: FindPorts, typed: string): Promise<Harvester> {
  const found = await lookForHarvester(ports, typed);
  if (found !== undefined) return found;
  const known = (await allHarvesters(ports)).map(({ id }) => id);
  throw new ReeveError(
    'NotFound',
    `There is no harvester ${JSON.stringify(typed)}${spokenKnown(typed, known, 'harvester')}`,
  );
}

/**
 * The one that was typed; without that, the only one of the folder.
 * @throws NotFound, InputInvalid when there are several
 */
export async function oneHarvester(ports: FindPorts, typed: string | undefined): Promise<Harvester> {
  if (typed !== undefined) return findHarvester(ports, typed);
  const harvesters = await allHarvesters(ports);
  const [only, ...others] = harvesters;
  if (only === undefined) throw new ReeveError('NotFound', 'No remote has been harvested into this folder');
  if (others.length === 0) return only;
  const ids = harvesters.map(({ id }) => id);
  throw new ReeveError(
    'InputInvalid',
    `This folder holds ${ids.length} harvesters; say which one is meant: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`,
  );
}

export async function lookForHarvester(ports: FindPorts, typed: string): Promise<Harvester | undefined> {
  const id = URL.canParse(typed) && /^https?:/i.test(typed) ? harvesterIdOf(new URL(typed).href) : typed;
  const named = await ports.harvesters.read(id);
  return named ?? (await allHarvesters(ports)).find(({ name }) => name === typed);
}

/** @param where there are none */
export function spokenKnown(
  typed: string,
  known: readonly string[],
  noun: string,
  where = 'in this folder',
): string {
  if (known.length === 0) return `; no ${noun} is known ${where}`;
  const near = nearest(typed, known);
  if (near.length > 0) return `; did you mean ${near.join(' or ')}?`;
  const more = known.length > NAMED_MAX ? ` and ${known.length - NAMED_MAX} more` : '';
  return `; known are ${known.slice(0, NAMED_MAX).join(', ')}${more}`;
}

export async function allHarvesters(ports: Pick<Ports, 'harvesters'>): Promise<Harvester[]> {
  const harvesters: Harvester[] = [];
  for await (const harvester of all((cursor) => ports.harvesters.list(cursor))) harvesters.push(harvester);
  return harvesters;
}

/** A harvester's sessions, newest first. */
export async function* sessionsOf(
  ports: Pick<Ports, 'sessions'>,
  harvesterId: string,
): AsyncGenerator<Session> {
  for await (const id of all((cursor) => ports.sessions.ofHarvester(harvesterId, cursor))) {
    const session = await ports.sessions.read(id);
    if (session !== undefined) yield session;
  }
}

/** The newest sessions of several harvesters together, newest first. */
export async function newestSessions(
  ports: FindPorts,
  harvesters: readonly Harvester[],
  most: number,
): Promise<Session[]> {
  const found = await pMap(
    harvesters,
    async ({ id }) => {
      const sessions: Session[] = [];
      for await (const session of sessionsOf(ports, id)) {
        sessions.push(session);
        if (sessions.length >= most) break;
      }
      return sessions;
    },
    { concurrency: HARVESTERS_AT_ONCE },
  );
  return found
    .flat()
    .sort((a, b) => b.startedAt - a.startedAt)
    .slice(0, most);
}

/**
 * The newest session of all harvesters; says which one was taken.
 * @throws NotFound when there is none
 */
export async function newestOf(ports: FindPorts, screen: Pick<Screen, 'note'>): Promise<Session> {
  const [newest] = await newestSessions(ports, await allHarvesters(ports), 1);
  if (newest === undefined) throw new ReeveError('NotFound', 'There are no sessions in this folder yet');
  screen.note(newestNote(newest.id));
  return newest;
}

/** What was taken because nothing was typed. */
export function newestNote(id: string): string {
  return `No session was named: the newest one is taken, ${id}.`;
}
