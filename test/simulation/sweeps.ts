/** The sweep's recurring schedule. */
import type { Engine } from './engine.ts';
import type { Timer } from './timers.ts';
import type { SimulatedWorld } from './world.ts';

/** A deployment that changes how often the sweep comes makes its schedule anew: it counts from then on. */
export function sweepFrom(
  engine: Engine,
  { lambda, deployments }: Pick<SimulatedWorld, 'lambda' | 'deployments'>,
  firstSeconds: number,
): void {
  const sweepIn = (seconds: number): Timer =>
    engine.timers.add(engine.now + seconds * 1_000, sweep, { recurs: true });
  const sweep = (): void => {
    lambda.callLater(({ handlers }) => handlers.sweep, {}, 'call of the sweep');
    next = sweepIn(deployments.version.limits.sweepIntervalSeconds);
  };
  let next = sweepIn(firstSeconds);
  deployments.heard((before, { limits: { sweepIntervalSeconds } }) => {
    if (sweepIntervalSeconds === before.limits.sweepIntervalSeconds) return;
    engine.timers.cancel(next);
    next = sweepIn(sweepIntervalSeconds);
  });
}
