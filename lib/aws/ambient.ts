/** The system's clock and chance. */
import { randomInt } from 'node:crypto';
import type { Chance, Clock } from '../ports.ts';

const TOKEN_CHARS = 12;

export const systemClock: Clock = { now: () => Date.now() };

/** 36^12 tokens: two workers of a session never meet. */
export const systemChance: Chance = {
  token: () => Array.from({ length: TOKEN_CHARS }, () => randomInt(36).toString(36)).join(''),
};
