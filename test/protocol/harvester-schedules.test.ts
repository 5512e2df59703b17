/** Schedules follow their harvesters; a harvester is deleted in an order that may break off anywhere. Over the world in memory. */
import { describe, expect, test } from 'vitest';
import { start } from '../../lambdas/start.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import type { Ports } from '../../lib/ports.ts';
import { deleteHarvester } from '../../lib/protocol/delete-harvester.ts';
import { keepSchedule } from '../../lib/protocol/recurrence.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { makeHarvester, makeSession, T0 } from '../session/make.ts';

const CALL = { limits: DEFAULT_LIMITS, timeLeftMillis: () => 60_000 };
const DAILY = { every: '1d', timezone: 'UTC' };
const DAY = 86_400_000;

async function worldWith(more: Parameters<typeof makeHarvester>[0]) {
  const world = createMemoryWorld({ startAt: T0, seed: 1 });
  await world.ports.harvesters.create(makeHarvester(more));
  return { world, county: () => world.harvesters.get('county')! };
}

describe('a schedule', () => {
  test('of a duration counts from the last session, and is due at once without one', async () => {
    const { world, county } = await worldWith({ schedule: DAILY });
    await keepSchedule(world.ports, county());
    expect(world.schedules.get('county')).toEqual({ harvesterId: 'county', recurrence: DAILY, from: T0 });
    await world.ports.sessions.create(makeSession({ startedAt: T0 - 1_000 }));
    await keepSchedule(world.ports, county());
    expect(world.schedules.get('county')?.from).toBe(T0 - 1_000 + DAY);
  });

  test('starts a session, once for each time that it was due, however often it is delivered', async () => {
    const { world } = await worldWith({ schedule: DAILY });
    const input = { harvester: 'county', key: 'scheduled 2026-01-01T00:00:00Z', scheduled: '1d UTC' };
    const said = [await start.run(input, world.ports, CALL), await start.run(input, world.ports, CALL)];
    expect(said.map(({ outcome }) => outcome)).toEqual(['started', 'exists']);
    expect(world.sessions.size).toBe(1);
  });

  test.each([
    ['was changed', { schedule: { every: '2d', timezone: 'UTC' } }, '2d'],
    ['was taken away', { schedule: undefined }, undefined],
    ['is of a harvester that is being deleted', { schedule: DAILY, deletingAt: T0 }, undefined],
  ] as const)('that %s starts nothing when it comes late, and is set right', async (_, harvester, every) => {
    const { world } = await worldWith(harvester);
    await world.ports.schedules.set({ harvesterId: 'county', recurrence: DAILY, from: T0 });
    const said = await start.run({ harvester: 'county', scheduled: '1d UTC' }, world.ports, CALL);
    expect(said).toEqual({ outcome: 'not scheduled' });
    expect(world.sessions.size).toBe(0);
    expect(world.schedules.get('county')?.recurrence.every).toBe(every);
  });

  test('of a harvester that is gone removes itself', async () => {
    const { world } = await worldWith({ id: 'other' });
    await world.ports.schedules.set({ harvesterId: 'county', recurrence: DAILY, from: T0 });
    const said = await start.run({ harvester: 'county', scheduled: '1d UTC' }, world.ports, CALL);
    expect(said).toEqual({ outcome: 'not scheduled' });
    expect(world.schedules.size).toBe(0);
  });
});

describe('deleting a harvester', () => {
  const STEPS = ['harvesters.read', 'harvesters.save', 'schedules.remove', 'harvesters.remove'] as const;

  /** Dies just before, or just after, the `nth` call of a method. */
  function dying(ports: Ports, step: (typeof STEPS)[number], when: 'before' | 'after'): Ports {
    const [port, method] = step.split('.') as ['harvesters', 'read'];
    const own = ports[port][method].bind(ports[port]) as (...args: readonly unknown[]) => Promise<unknown>;
    const dies = async (...args: readonly unknown[]): Promise<never> => {
      if (when === 'after') await own(...args);
      throw new Error('killed');
    };
    return { ...ports, [port]: { ...ports[port], [method]: dies } };
  }

  test.each(STEPS.flatMap((step) => (['before', 'after'] as const).map((when) => [when, step] as const)))(
    'may die just %s %s: nothing starts it any more or it is as it was, and deleting again ends it',
    async (when, step) => {
      const { world, county } = await worldWith({ schedule: DAILY });
      await keepSchedule(world.ports, county());
      await expect(deleteHarvester(dying(world.ports, step, when), 'county')).rejects.toThrow('killed');
      if (world.harvesters.get('county')?.deletingAt !== undefined) {
        const late = await start.run({ harvester: 'county', scheduled: '1d UTC' }, world.ports, CALL);
        expect(late).toEqual({ outcome: 'not scheduled' });
        await expect(start.run({ harvester: 'county' }, world.ports, CALL)).rejects.toMatchObject({
          name: 'NotFound',
        });
        expect(world.sessions.size).toBe(0);
      }
      expect(['deleted', 'gone']).toContain((await deleteHarvester(world.ports, 'county')).said);
      expect(world.harvesters.size).toBe(0);
      expect(world.schedules.size).toBe(0);
    },
  );

  test('is refused while it has an open session, and changes nothing', async () => {
    const { world, county } = await worldWith({ schedule: DAILY });
    await keepSchedule(world.ports, county());
    await start.run({ harvester: 'county' }, world.ports, CALL);
    const before = county();
    expect(await deleteHarvester(world.ports, 'county')).toMatchObject({
      said: 'refused',
      holder: { id: before.lease },
    });
    expect(county()).toEqual(before);
    expect(world.schedules.size).toBe(1);
  });
});
