/**
 * Bugs seeded on purpose: each takes one protection out of the shipped code, or out of the store below it. The simulation must find every
 * one; a mutant whose text is not in the code any more is an error, not a success.
 */
import { OF_ENDING } from './mutants/ending.ts';
import type { Mutant } from './mutants/mutant.ts';
import { OF_FINER } from './mutants/finer.ts';
import { OF_HOLDING } from './mutants/holding.ts';
import { OF_SCEPTICS } from './mutants/sceptics.ts';
import { OF_STORES } from './mutants/stores.ts';
import { OF_WATCHING } from './mutants/watching.ts';
import { OF_WORK } from './mutants/work.ts';

export const MUTANTS: readonly Mutant[] = [
  ...OF_STORES,
  ...OF_WATCHING,
  ...OF_ENDING,
  ...OF_WORK,
  ...OF_SCEPTICS,
  ...OF_FINER,
  ...OF_HOLDING,
];
