// Time spans as catalogues write them in one text: ISO 8601 intervals, with durations in the place of an end, and repetitions.
import { readDate } from './dates.ts';

export interface PeriodReading {
  readonly interval?: readonly [string | undefined, string | undefined];
  readonly notes: readonly string[];
}

const DURATION =
  /^P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i;
/** `R/P1Y`, `R5/2008-03-01/P1Y`: how often something is done (ISO 8601, 4.5). */
const REPEATED = /^R\d*\//i;

/** True of what says how often and not when: `R/P1D`, which DCAT-US 1.1 allows in the place of the date of the last change. */
export function isFrequency(text: string): boolean {
  return REPEATED.test(text.trim());
}

/** `from/to`, `from/P1Y`, `P1Y/to`, or one date that is both (ISO 8601, 4.4); ends that are open or no dates are left to `readInterval`. */
export function readPeriod(text: string): PeriodReading {
  const trimmed = text.trim();
  if (trimmed === '') return { notes: [] };
  if (isFrequency(trimmed)) {
    const [, begin, end] = trimmed.split('/');
    // Without a beginning it says how often, and nothing of when.
    if (end === undefined || begin === undefined || readDate(begin) === undefined)
      return { notes: [`the period ${shown(trimmed)} is a frequency and was left out`] };
    return { interval: [begin, undefined], notes: [] };
  }
  const [first = '', second, third] = splitPeriod(trimmed);
  if (third !== undefined)
    return { notes: [`the period ${shown(trimmed)} could not be read and was left out`] };
  if (second === undefined) {
    if (readDate(first) === undefined)
      return { notes: [`the period ${shown(trimmed)} could not be read and was left out`] };
    return { interval: [first, first], notes: [] };
  }
  const [from, to] = [durationOf(first), durationOf(second)];
  if (from !== undefined) return { interval: [moved(second, from, -1), second], notes: [] };
  if (to !== undefined) return { interval: [first, moved(first, to, 1)], notes: [] };
  return { interval: [first, second], notes: [] };
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

/** The solidus of the standard; `2001 - 2005` and `2001 to 2005`, which people write. */
function splitPeriod(text: string): string[] {
  if (text.includes('/')) return text.split('/').map((part) => part.trim());
  return text.split(/\s+(?:-|–|to)\s+/i).map((part) => part.trim());
}

interface Duration {
  readonly months: number;
  readonly milliseconds: number;
}

function durationOf(text: string): Duration | undefined {
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((number: string | undefined) => Number(number ?? 0));
  return {
    months: years * 12 + months,
    milliseconds: ((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1_000,
  };
}

/** The date so much later or earlier; `undefined` when it is none, or none that can be written. */
function moved(text: string, { months, milliseconds }: Duration, sign: 1 | -1): string | undefined {
  const reading = readDate(text);
  if (reading === undefined) return undefined;
  const at = new Date(reading.date);
  const day = at.getUTCDate();
  at.setUTCDate(1);
  at.setUTCMonth(at.getUTCMonth() + sign * months);
  // A month later than 31 January is the last of February.
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
  at.setUTCDate(Math.min(day, lastDay));
  const there = new Date(at.getTime() + sign * milliseconds);
  const year = Number.isNaN(there.getTime()) ? 0 : there.getUTCFullYear();
  if (year < 1 || year > 9_999) return undefined;
  return reading.date.length === 10 ? there.toISOString().slice(0, 10) : there.toISOString();
}
