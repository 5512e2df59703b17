/** What every world promises of executions and of checks. */
import { describe, expect } from 'vitest';
import { fresh, promisesOf, type ContractWorld } from './world.ts';

const DAY_MILLIS = 86_400_000;

/** The world's executions must not end by themselves. */
export function executionsContract(world: ContractWorld): void {
  describe(`executions in ${world.name}`, () => {
    const promised = promisesOf(world);
    const input = (session: string) => ({ session, wave: 0, batchesAtOnce: 1 });

    promised(
      'an execution that was never started is absent, and there is nothing to stop',
      async ({ executions }) => {
        const name = fresh('e');
        expect(await executions.look(name)).toEqual({ execution: 'absent' });
        expect(await executions.stop(name, 'a test')).toBe('not running');
        expect(await executions.look(name)).toEqual({ execution: 'absent' });
      },
    );

    promised('starting the same name twice starts it once', async ({ executions }) => {
      const name = fresh('e');
      expect(await executions.start(name, input(name))).toBe('started');
      // A world may say of one that still runs, and was given the same input, that it was started.
      expect(['exists', 'started']).toContain(await executions.start(name, input(name)));
      expect(await executions.look(name)).toEqual({ execution: 'running' });
      await executions.stop(name, 'the test is over');
      // Had there been two of that name, one would still run.
      expect(await executions.look(name)).toEqual({ execution: 'ended', how: 'aborted' });
    });

    promised(
      'a stopped execution has ended as aborted, stopping it again changes nothing, and its name is not used again',
      async ({ executions }) => {
        const name = fresh('e');
        await executions.start(name, input(name));
        expect(await executions.stop(name, 'a test')).toBe('stopped');
        expect(await executions.look(name)).toEqual({ execution: 'ended', how: 'aborted' });
        await executions.stop(name, 'a test');
        expect(await executions.start(name, input(name))).toBe('exists');
        expect(await executions.look(name)).toEqual({ execution: 'ended', how: 'aborted' });
      },
    );
  });
}

export function checksContract(world: ContractWorld): void {
  describe(`checks in ${world.name}`, () => {
    const promised = promisesOf(world);

    promised('arming the same check twice arms it once', async ({ checks, clock }) => {
      const name = fresh('c');
      const check = { name, at: clock.now() + DAY_MILLIS, sessionId: 's', check: 0 };
      expect(await checks.arm(check)).toBe('armed');
      expect(await checks.arm({ ...check, at: check.at + 1_000 })).toBe('exists');
      await checks.disarm(name);
    });

    promised('a check may be a year away', async ({ checks, clock }) => {
      const name = fresh('c');
      expect(await checks.arm({ name, at: clock.now() + 365 * DAY_MILLIS, sessionId: 's', check: 0 })).toBe(
        'armed',
      );
      expect(await checks.arm({ name, at: clock.now() + 365 * DAY_MILLIS, sessionId: 's', check: 0 })).toBe(
        'exists',
      );
      await checks.disarm(name);
    });

    promised('disarming what is not armed is done at once', async ({ checks }) => {
      await checks.disarm(fresh('c'));
      const name = fresh('c');
      await checks.arm({ name, at: Date.now() + DAY_MILLIS, sessionId: 's', check: 0 });
      await checks.disarm(name);
      await expect(checks.disarm(name)).resolves.toBeUndefined();
    });
  });
}

export function schedulesContract(world: ContractWorld): void {
  describe(`schedules in ${world.name}`, () => {
    const promised = promisesOf(world);

    promised(
      'setting a schedule twice is setting it once, and removing it twice is removing it once',
      async ({ schedules }) => {
        const harvesterId = fresh('h');
        const schedule = { harvesterId, from: Date.UTC(2090, 0, 1) };
        await schedules.set({ ...schedule, recurrence: { every: '1d', timezone: 'UTC' } });
        await schedules.set({ ...schedule, recurrence: { every: '0 3 * * 1', timezone: 'Europe/Berlin' } });
        await schedules.remove(harvesterId);
        await expect(schedules.remove(harvesterId)).resolves.toBeUndefined();
      },
    );
  });
}
