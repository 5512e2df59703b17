/** Every interleaving of the port calls of two actors, with any two of their deaths: exhaustively, on the shipped code. */
import { describe, expect, test } from 'vitest';
import { DUELS, LONG_DUELS } from './duels.ts';
import { interleave } from './interleave.ts';
import { load } from './mutate.ts';
import { MUTANTS } from './mutants.ts';

const short = DUELS.filter(({ name }) => !LONG_DUELS.has(name));

describe('no order of calls and no two deaths break a promise', () => {
  test.each(short.map((duel) => [duel.name, duel] as const))('%s', { timeout: 60_000 }, async (_, duel) => {
    const done = await interleave(duel, { deaths: 2 });
    expect(done.violations).toEqual([]);
    expect(done.interleavings).toBeGreaterThan(1_000n);
  });
});

test('an abort that the finalizer does not honour is found in some order', async () => {
  const mutant = MUTANTS.find(({ name }) => name === 'an abort in between is not honoured')!;
  const { code, discard } = await load(mutant);
  const duel = DUELS.find(({ name }) => name === 'finalizer, abort')!;
  const done = await interleave(duel, { deaths: 0 }, { code }).finally(discard);
  expect(done.violations[0]?.violation).toMatch(/is concluded with/);
});
