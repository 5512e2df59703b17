/** Runs that once broke a promise. */
import { describe, expect, test } from 'vitest';
import { MUTANTS } from './mutants.ts';
import { load } from './mutate.ts';
import { seedsThere } from './seeds.ts';
import { setStage, simulate } from './simulate.ts';
import { ReplayTape } from './tape.ts';

describe('what once broke a promise keeps it now', () => {
  test.each(seedsThere().map(({ name, seed }) => [name, seed] as const))(
    '%s',
    async (_, { scenario, deviations }) => {
      const run = await simulate(scenario, new ReplayTape(deviations));
      expect(run.violation).toBeUndefined();
      // Every deviation was met: otherwise the run proves nothing any more.
      expect(Object.values(run.injected).reduce((sum, count) => sum + count, 0)).toBe(
        Object.keys(deviations).length,
      );
    },
  );
});

describe('without its remedy it breaks again', () => {
  test.each(seedsThere().map(({ name, seed }) => [name, seed] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, { without, scenario, deviations }) => {
      const { code, discard } = await load(MUTANTS.find(({ name }) => name === without)!);
      const run = await simulate(scenario, new ReplayTape(deviations), { code }).finally(discard);
      expect(run.violation).toBeDefined();
    },
  );
});

test('a finalizer that comes back after later sessions closed takes the ledger away that it wrote for nobody', async () => {
  const { seed } = seedsThere().find(({ name }) => name === 'ledger-written-for-nobody')!;
  const stage = setStage(seed.scenario, new ReplayTape(seed.deviations));
  await stage.finish();
  const ledgers = [...stage.world.stores.records.keys()].filter((key) => key.startsWith('ledgers/'));
  const newest = stage.world.stores.harvesters.get('h0')?.ledger?.sessionId ?? '';
  expect(ledgers.length).toBeGreaterThan(0);
  expect(ledgers.filter((key) => !key.includes(`session=${newest}/`))).toEqual([]);
});
