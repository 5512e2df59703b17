/** Aborts a session: on request, at any moment, whatever the remote does. */
import type { Ports } from '../ports.ts';
import type { Session } from '../session/session.ts';
import { checkName } from '../session/names.ts';
import { abortRequested, isTerminal } from '../session/transitions.ts';
import { change } from './change.ts';

/** How many check numbers are tried to find one that nobody has armed. */
const NUMBERS_MAX = 10;

/**
 * Marks the session `aborting` and gives it `abortSeconds` to stop by itself. Its workers see the mark and stop; if they do not, the check that
 * is armed here finds the session overdue.
 */
export async function abortSession(
  ports: Pick<Ports, 'sessions' | 'checks' | 'clock' | 'log'>,
  sessionId: string,
): Promise<{ said: 'aborting' | 'already' | 'over' | 'gone'; session: Session | undefined }> {
  const session = await ports.sessions.read(sessionId);
  if (session === undefined) return { said: 'gone', session };
  if (isTerminal(session.status)) return { said: 'over', session };
  if (session.status === 'aborting') return { said: 'already', session };
  const now = ports.clock.now();
  const check = await armFresh(ports, session, now + session.pace.abortSeconds * 1_000);
  const changed = await change(ports, sessionId, (current) => abortRequested(current, now, check));
  if (changed === undefined) return { said: 'gone', session: undefined };
  ports.log.info('abort requested', {
    session: sessionId,
    harvester: session.harvesterId,
    said: changed.said,
  });
  return changed;
}

/** Arms a check under a number of its own: one that exists already was armed for a later time. */
async function armFresh(ports: Pick<Ports, 'checks'>, session: Session, stopBy: number): Promise<number> {
  const at = Math.ceil(Math.min(session.deadlineAt, stopBy) / 1_000) * 1_000;
  let check = session.check;
  for (let tries = 0; tries < NUMBERS_MAX; tries += 1) {
    check += 1;
    const armed = await ports.checks.arm({
      name: checkName(session.id, check),
      at,
      sessionId: session.id,
      check,
    });
    if (armed === 'armed') break;
  }
  return check;
}
