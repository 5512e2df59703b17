/** When a recurring harvest is due: after a duration, or when a cron expression says so. */
import { Cron } from 'croner';
import type { Instant } from '../session/session.ts';

export type Every =
  | { readonly every: 'duration'; readonly seconds: number }
  /** Five fields, in the time zone of this machine. */
  | { readonly every: 'cron'; readonly expression: string };

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const SECONDS_MIN = 60;
const SECONDS_MAX = 366 * 86_400;

export const EVERY_ALLOWED =
  'allowed is a duration from "1m" to "366d" such as "15m", "1h" or "7d", or a cron expression of five fields such as "0 3 * * *"';

/** `undefined` when it is neither a duration within bounds nor a cron expression that ever comes. */
export function everyOf(text: string): Every | undefined {
  const duration = /^\s*(\d{1,9})\s*([smhd])\s*$/.exec(text);
  if (duration) {
    const seconds = Number(duration[1]) * UNIT_SECONDS[duration[2] as keyof typeof UNIT_SECONDS];
    return seconds >= SECONDS_MIN && seconds <= SECONDS_MAX ? { every: 'duration', seconds } : undefined;
  }
  try {
    return comesAfter(text, new Date(0)) === undefined
      ? undefined
      : { every: 'cron', expression: text.trim() };
  } catch {
    return undefined;
  }
}

function comesAfter(expression: string, date: Date): Instant | undefined {
  return new Cron(expression, { mode: '5-part', paused: true }).nextRun(date)?.getTime();
}

/**
 * A duration counts from the last opening, and is due at once when there was none or it is long past: what was missed is made up for, once.
 * A cron expression comes when it comes: what was missed is missed.
 */
export function nextRunAt(every: Every, lastStartedAt: Instant | undefined, now: Instant): Instant {
  if (every.every === 'duration')
    return lastStartedAt === undefined ? now : Math.max(now, lastStartedAt + every.seconds * 1_000);
  return comesAfter(every.expression, new Date(now)) ?? Infinity;
}
