/** Runs that once broke a promise. */
import { describe, expect, test } from 'vitest';
import { seedsThere } from './seeds.ts';
import { simulate } from './simulate.ts';
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
