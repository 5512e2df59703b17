/** When a recurring harvest is due: after a duration, or when a cron expression says so. What is allowed here, every world can keep. */
import { Cron } from 'croner';
import type { Instant } from '../session/session.ts';
import { dueAt, durationSeconds } from './duration.ts';

export type Every =
  | { readonly every: 'duration'; readonly seconds: number }
  /** Five fields. */
  | { readonly every: 'cron'; readonly expression: string };

/** Minute, hour, day of the month, month, day of the week: numbers, names, lists, ranges and steps; EventBridge knows no more than that in common with cron. */
const TERM = String.raw`(?:\*|(?:\d{1,2}|[a-z]{3})(?:-(?:\d{1,2}|[a-z]{3}))?)(?:\/\d{1,2})?`;
const FIELD = new RegExp(`^${TERM}(?:,${TERM})*$`, 'i');
const CRON_CHARS_MAX = 100;

/** `undefined` when it is neither a duration within bounds nor a cron expression that ever comes. */
export function everyOf(text: string): Every | undefined {
  const seconds = durationSeconds(text);
  if (seconds !== undefined) return { every: 'duration', seconds };
  const expression = text.trim().replace(/\s+/g, ' ');
  if (!isCron(expression)) return undefined;
  try {
    return comesAfter(expression, new Date(0), 'UTC') === undefined
      ? undefined
      : { every: 'cron', expression };
  } catch {
    return undefined;
  }
}

function isCron(expression: string): boolean {
  const fields = expression.split(' ');
  const [, , dayOfMonth, , dayOfWeek] = fields;
  return (
    expression.length <= CRON_CHARS_MAX &&
    fields.length === 5 &&
    fields.every((field) => FIELD.test(field)) &&
    (dayOfMonth === '*' || dayOfWeek === '*')
  );
}

export function isTimezone(name: string): boolean {
  try {
    // Offsets such as "+02:00" are taken by some versions of Node only, and by EventBridge not at all.
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z][\w+/-]{0,49}$/.test(name);
  } catch {
    return false;
  }
}

function comesAfter(expression: string, date: Date, timezone: string | undefined): Instant | undefined {
  const options = { mode: '5-part', paused: true, ...(timezone === undefined ? {} : { timezone }) } as const;
  return new Cron(expression, options).nextRun(date)?.getTime();
}

/**
 * A duration counts from the last opening, and is due at once when there was none or it is long past: what was missed is made up for, once.
 * A cron expression comes when it comes: what was missed is missed.
 * @param timezone of a cron expression; that of this machine when it is not given
 */
export function nextRunAt(
  every: Every,
  lastStartedAt: Instant | undefined,
  now: Instant,
  timezone?: string,
): Instant {
  if (every.every === 'duration') return dueAt(every.seconds, lastStartedAt, now);
  return comesAfter(every.expression, new Date(now), timezone) ?? Infinity;
}
