/** What may be answered to whoever starts a session. */
import type { StartInput, StartOutput } from '../../lambdas/start.ts';
import { sessionIdOfKey } from '../../lib/session/names.ts';
import type { SimulatedWorld } from './world.ts';

/** Called when a start is asked for; the answer is judged by what was true then. */
export function judgingStart(
  world: SimulatedWorld,
  { harvester, key }: StartInput,
): (output: StartOutput) => void {
  const { ledger } = world;
  const begunAt = ledger.engine.now;
  const named = key === undefined ? undefined : ledger.sessions.get(sessionIdOfKey(harvester, key));
  const over = named?.conclusion === undefined ? undefined : named.id;
  return (output) => {
    if (over !== undefined && (output.outcome !== 'exists' || output.session.id !== over))
      ledger.broken(over, `is over, and to a start with its key it is answered: ${output.outcome}`);
    if (output.outcome !== 'conflict') return;
    const closedAt = ledger.closedAt.get(output.holder.id);
    if (closedAt !== undefined && closedAt < begunAt)
      ledger.broken(output.holder.id, `is closed, and a start of ${harvester} is refused because of it`);
  };
}
