/** Chance that repeats itself: the same seed, the same tokens. */
import type { Chance } from '../../ports.ts';

const TOKEN_CHARS = 10;

export interface SeededChance extends Chance {
  /** From 0 up to 1. */
  fraction(): number;
}

/** The generator is mulberry32: 32 bits of state, enough to tell runs of a test apart. */
export function seededChance(seed: number): SeededChance {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const character = (): string => Math.floor(fraction() * 36).toString(36);
  return { fraction, token: () => Array.from({ length: TOKEN_CHARS }, character).join('') };
}
