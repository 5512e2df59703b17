/** The world in memory, driven: whole sessions in virtual time. */
import { expect, test } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import type { StartOutput } from '../../lambdas/start.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { seededChance } from '../../lib/local/memory/chance.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { makeHarvester, T0 } from '../session/make.ts';
import { deliverChecks, runExecution, type Driver } from './drive.ts';

async function started(): Promise<Driver & { readonly id: string }> {
  const world = createMemoryWorld({ startAt: T0, seed: 7 });
  await world.ports.harvesters.create(makeHarvester());
  const call = { limits: DEFAULT_LIMITS, timeLeftMillis: () => 60_000 };
  const { session } = (await HANDLERS.start.invoke(
    { harvester: 'county' },
    world.ports,
    call,
  )) as StartOutput & { outcome: 'started' };
  return { world, handlers: HANDLERS, limits: DEFAULT_LIMITS, id: session.id };
}

test('an execution against a remote that cannot be reached ends in a session that says so', async () => {
  const driver = await started();
  const { world, id } = driver;
  expect(world.executions.get(id)?.sighting).toEqual({ execution: 'running' });
  expect(await runExecution(driver, id)).toEqual({ how: 'succeeded' });
  expect(world.executions.get(id)?.sighting).toEqual({ execution: 'ended', how: 'succeeded' });
  expect(world.sessions.get(id)).toMatchObject({
    status: 'finished-all-failed',
    conclusion: { finalizedBy: 'workflow' },
    closedAt: T0,
  });
  expect(world.checks.size).toBe(0);
  expect(world.events).toHaveLength(1);
});

test('a session whose execution nobody runs is concluded by its checks, at its deadline', async () => {
  const driver = await started();
  const { world, id } = driver;
  const { deadlineAt } = world.sessions.get(id)!;
  await deliverChecks(driver, deadlineAt - 1_000);
  expect(world.sessions.get(id)?.conclusion).toBeUndefined();
  expect(world.checks.size).toBe(1);
  await deliverChecks(driver, deadlineAt + 1_000);
  expect(world.sessions.get(id)).toMatchObject({
    status: 'finished-all-failed',
    conclusion: { finalizedBy: 'monitor' },
  });
  expect(world.harvesters.get('county')?.lease).toBeUndefined();
  expect(world.checks.size).toBe(0);
  expect(world.clock.now()).toBe(deadlineAt + 1_000);
});

test('time does not go back', () => {
  const { clock } = createMemoryWorld({ startAt: T0, seed: 1 });
  clock.advanceTo(T0 + 5);
  expect(() => clock.advanceTo(T0)).toThrow('Time cannot go back');
  expect(clock.now()).toBe(T0 + 5);
});

test('the same seed gives the same tokens, another seed others, and no two are alike', () => {
  const tokens = (seed: number): string[] => {
    const chance = seededChance(seed);
    return Array.from({ length: 500 }, () => chance.token());
  };
  expect(tokens(1)).toEqual(tokens(1));
  expect(tokens(1)).not.toEqual(tokens(2));
  expect(new Set(tokens(1)).size).toBe(500);
  expect(tokens(1).every((token) => /^[a-z0-9]{10}$/.test(token))).toBe(true);
});

test('what the store gives cannot be changed', async () => {
  const { ports } = createMemoryWorld({ startAt: T0, seed: 1 });
  await ports.harvesters.create(makeHarvester());
  const read = await ports.harvesters.read('county');
  expect(() => Object.assign(read!.remote, { url: 'http://evil' })).toThrow(TypeError);
});
