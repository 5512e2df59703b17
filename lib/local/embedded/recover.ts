/** After an earlier process, however it ended: nothing of it can be alive, so whatever it left open is concluded, with exact counts. */
import type { Ports } from '../../ports.ts';
import type { Limits } from '../../session/limits.ts';
import type { Session } from '../../session/session.ts';
import { pauseMillis } from '../timers.ts';
import type { Invoker } from './invoke.ts';

type RecoverPorts = Pick<Ports, 'sessions' | 'harvesters' | 'log'>;

/** What is not concluded by then is concluded while others begin. */
const CONCLUDING_SECONDS_MAX = 120;

/**
 * Sweeps before anything is started, looking at every open session without a time of grace, and waits for the finalizers that this
 * calls: then the leases are free.
 */
export async function recover(ports: RecoverPorts, invoker: Invoker, limits: Limits): Promise<void> {
  const open = await mendOpenIndex(ports);
  if (open.size === 0) return;
  ports.log.warn('an earlier process left sessions open; they are concluded first', { sessions: [...open] });
  await invoker.invoke('sweep', { lookAtAll: true }, { ...limits, startGraceSeconds: 0 });
  const patience = new AbortController();
  await Promise.race([invoker.idle(), pauseMillis(CONCLUDING_SECONDS_MAX * 1_000, patience.signal)]);
  patience.abort();
}

/**
 * dynalite writes an item and its place in an index one after the other. A process that dies in between leaves an open session that the
 * sweep would not find; writing the session again puts it back.
 * @returns the sessions that are open
 */
async function mendOpenIndex(ports: RecoverPorts): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await ports.sessions.open(cursor);
    for (const id of page.values) open.add(id);
    cursor = page.cursor;
  } while (cursor !== undefined);
  for await (const session of suspects(ports)) {
    if (session.closedAt !== undefined || open.has(session.id)) continue;
    await ports.sessions.save(session);
    ports.log.warn('an open session was missing in the index of open sessions', { session: session.id });
    open.add(session.id);
  }
  return open;
}

const NEWEST = 3;

/** Of each harvester the session that holds it, the last one that was concluded, and the newest. */
async function* suspects(ports: RecoverPorts): AsyncGenerator<Session> {
  let cursor: string | undefined;
  do {
    const page = await ports.harvesters.list(cursor);
    for (const { id, lease, lastSessionId } of page.values) {
      const newest = (await ports.sessions.ofHarvester(id)).values.slice(0, NEWEST);
      for (const sessionId of new Set([lease, lastSessionId, ...newest])) {
        const session = sessionId === undefined ? undefined : await ports.sessions.read(sessionId);
        if (session) yield session;
      }
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}
