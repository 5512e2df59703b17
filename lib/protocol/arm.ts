/** Arms the next check of a session: creates it first, counts it second, so that a death between the two leaves a check, not a gap. */
import type { Ports } from '../ports.ts';
import type { Instant, Session } from '../session/session.ts';
import { checkName } from '../session/names.ts';
import { checkArmed } from '../session/transitions.ts';
import { change } from './change.ts';

/**
 * Creates check `check` at `at` and counts it in the session.
 *
 * The name is new for every check and never used again. Of several who arm the same check one is told `armed`; the others are
 * `behind` and must not act: that is what keeps a late duplicate of check n from forking the chain.
 */
export async function armCheck(
  ports: Pick<Ports, 'sessions' | 'checks'>,
  sessionId: string,
  { check, at }: { check: number; at: Instant },
): Promise<{ said: 'armed' | 'behind' | 'gone'; session: Session | undefined }> {
  await ports.checks.arm({ name: checkName(sessionId, check), at, sessionId, check });
  const changed = await change(ports, sessionId, (session) => checkArmed(session, check, at));
  return changed ? { said: changed.said, session: changed.session } : { said: 'gone', session: undefined };
}
