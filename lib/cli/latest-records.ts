/**
 * Which records stand for a harvester: of every resource of the newest complete listing, the newest record there is.
 *
 * Sessions are gone through from the newest to the oldest, and the first record of an id is taken. The newest session that listed the
 * whole remote (a retry lists nothing, a session that could not reach the remote neither) ends that: of older sessions only what it listed
 * but could not harvest is still taken. So a remote that was down for a day, or a resource that failed last night, takes nothing away,
 * and what the remote does not list any more is gone.
 */
import type { Ports } from '../ports.ts';
import { unpackLines } from '../records.ts';
import { digest, recordsPrefix } from '../session/names.ts';
import type { Session } from '../session/session.ts';
import { all } from '../pages.ts';
import { sessionsOf } from './find.ts';
import { resourcesOf } from '../resources.ts';

type RecordPorts = Pick<Ports, 'sessions' | 'batches' | 'records'>;

/** The records of one session as they lie in its files, each one line of JSON. */
export async function* recordsOfSession(
  ports: Pick<Ports, 'records'>,
  session: Session,
): AsyncGenerator<string> {
  for await (const key of all((cursor) =>
    ports.records.list(recordsPrefix(session.harvesterId, session.id), cursor),
  )) {
    const bytes = await ports.records.read(key);
    if (bytes !== undefined) yield* unpackLines(bytes);
  }
}

export interface FromSession {
  readonly line: string;
  readonly sessionId: string;
}

export async function* latestRecords(ports: RecordPorts, harvesterId: string): AsyncGenerator<FromSession> {
  const taken = new Set<string>();
  let missing: Set<string> | undefined;
  for await (const session of sessionsOf(ports, harvesterId)) {
    if (session.closedAt === undefined) continue;
    for await (const line of recordsOfSession(ports, session)) {
      const key = keyOf(idOf(line));
      if (missing === undefined ? taken.has(key) : !missing.delete(key)) continue;
      taken.add(key);
      yield { line, sessionId: session.id };
    }
    if (missing === undefined && session.listing.complete && session.retryOf === undefined) {
      missing = await notHarvested(ports, session, taken);
    }
    if (missing?.size === 0) return;
  }
}

async function notHarvested(
  ports: RecordPorts,
  session: Session,
  taken: ReadonlySet<string>,
): Promise<Set<string>> {
  const missing = new Set<string>();
  for await (const { id } of resourcesOf(ports, session)) {
    const key = keyOf(id);
    if (!taken.has(key)) missing.add(key);
  }
  return missing;
}

/** Ids may be long, and there may be a million of them. */
function keyOf(id: string): string {
  return digest(id);
}

function idOf(line: string): string {
  return (JSON.parse(line) as { id: string }).id;
}
