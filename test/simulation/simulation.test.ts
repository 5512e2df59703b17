/** The real handlers in the simulated world: a short exploration for every run of the suite; `npm run simulate` goes further. */
import { describe, expect, test } from 'vitest';
import { explore } from './explore.ts';
import { KINDS } from './faults.ts';
import { hunt } from './hunt.ts';
import { MUTANTS } from './mutants.ts';
import { load } from './mutate.ts';

test('300 schedules by chance break no promise', { timeout: 60_000 }, async () => {
  const explored = await explore({ seed: 20_261_123, schedules: 300 });
  expect(explored.found.map((failure) => failure.violation)).toEqual([]);
  expect(Object.values(explored.injected).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(300);
});

test('every kind of fault has a name, once', () => {
  expect(new Set(KINDS).size).toBe(KINDS.length);
});

describe('the proof can fail', () => {
  test.each(['the session is written without a condition', 'the commit of a batch is not conditional'])(
    'it finds it when %s',
    { timeout: 60_000 },
    async (name) => {
      const mutant = MUTANTS.find((one) => one.name === name);
      const { code, discard } = await load(mutant!);
      const hunted = await hunt(mutant!, { seed: 1, schedulesMax: 2_000, enumerates: false, kept: [] }, code);
      discard();
      expect(hunted.violation).toBeDefined();
      expect(hunted.shortest).toBeDefined();
    },
  );
});
