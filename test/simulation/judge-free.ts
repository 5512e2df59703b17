/** A harvester is free in the end: also one with a lease that nobody gave back, since the session that it names is over. */
import type { StartOutput } from '../../lambdas/start.ts';
import type { Engine } from './engine.ts';
import type { Ended } from './process.ts';
import type { SimulatedWorld } from './world.ts';

/** Starts a session where a lease is left, with nothing unusual any more, and sees whether that may be. */
export async function judgeFree(engine: Engine, world: SimulatedWorld): Promise<void> {
  for (const { id, lease } of world.stores.harvesters.values()) {
    if (lease === undefined) continue;
    engine.calmDown();
    engine.tell(() => `somebody starts ${id} once more`);
    let ended: Ended | undefined;
    world.lambda.invoke(
      ({ handlers }) => handlers.start,
      { harvester: id },
      (how) => (ended = how),
    );
    await engine.run(
      () => ended !== undefined,
      () => undefined,
    );
    const said = ended?.how === 'returned' ? (ended.value as StartOutput).outcome : ended?.how;
    if (said !== 'started')
      engine.violate(
        `harvester ${id} is left with the lease of ${lease}, which is over, and cannot be started: ${said ?? ''}`,
      );
  }
}
