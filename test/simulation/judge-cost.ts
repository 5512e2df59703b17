/** What a single fault may cost: time, and not one resource, as long as the session comes to its end by itself and before its deadline. */
import { judgeCounts } from './judge-end.ts';
import type { Engine } from './engine.ts';
import type { Scenario } from './scenario.ts';
import type { Deviations } from './tape.ts';
import type { SimulatedWorld } from './world.ts';

/** Faults after which what was to be done is done again. */
export const MENDED: ReadonlySet<string> = new Set([
  'fails',
  'fails after its effect',
  'takes effect after it failed',
  'killed before',
  'killed after',
  'stalls until the next event',
  'stalls for 5 s',
  'stalls for long',
  'it cannot be seen yet',
  '7 s ahead',
  '7 s behind',
  'runs twice',
  'its answer is lost',
  'is throttled',
  'starts late',
  'pauses for 100 s',
  'delivered late',
  'lost',
  'long late',
  'never fires',
]);

export function judgeCost(
  engine: Engine,
  world: SimulatedWorld,
  { scenario, deviations }: { scenario: Scenario; deviations: Deviations },
): void {
  const [fault, ...others] = Object.entries(deviations);
  if (fault === undefined || others.length > 0) return;
  const [label, option] = fault;
  if (/^start\.\d+ executions\.start \d+$/.test(label) && option === 'fails') judgeNotStarted(engine, world);
  // A fetch that fails is the remote's own affair; a resource that kills its workers is told from others by the deaths.
  if (!MENDED.has(option) || label.includes('remote.fetch')) return;
  if (scenario.remotes.some(({ poisonous }) => poisonous !== undefined)) return;
  judgeCounts(engine, world, {
    scenario,
    isMeant: ({ conclusion, deadlineAt }) =>
      conclusion?.finalizedBy === 'workflow' && conclusion.concludedAt < deadlineAt,
    happened: `but for this: ${label}: ${option}`,
  });
}

/** A session whose execution could not be started is ended at once. */
function judgeNotStarted(engine: Engine, world: SimulatedWorld): void {
  const sessions = [...world.stores.sessions.values()];
  if (!sessions.some(({ conclusion }) => conclusion?.finalizedBy === 'start'))
    engine.violate(
      `an execution could not be started, and its session was left to others: ${sessions.map(({ id, conclusion }) => `${id} was ended by the ${conclusion?.finalizedBy ?? ''}`).join(', ')}`,
    );
}
