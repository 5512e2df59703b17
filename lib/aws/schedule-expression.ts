/** Recurring schedules in the words of EventBridge Scheduler: `rate(15 minutes)`, `cron(0 3 * * ? *)`. */
import { durationSeconds } from '../settings/duration.ts';

const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTE: Field = { min: 0, max: 59 };
const HOUR: Field = { min: 0, max: 23 };
const DAY_OF_MONTH: Field = { min: 1, max: 31 };
const MONTH: Field = { min: 1, max: 12, names: MONTHS };
/** 7 is Sunday too. */
const DAY_OF_WEEK: Field = { min: 0, max: 7, names: DAYS };

/**
 * The expression of a schedule that `everyOf` allows: it was judged when the harvester was saved.
 *
 * EventBridge's cron has six fields, the last one the year; of the two fields for days one must be `?`; and its week begins with 1 on Sunday,
 * where cron's begins with 0: days of the week go over by name (Scheduler guide, "Cron-based schedules"). Steps and ranges become lists, which
 * mean the same to everybody.
 */
export function scheduleExpression(every: string): string {
  const seconds = durationSeconds(every);
  if (seconds !== undefined) return rate(seconds / 60);
  const [minute = '*', hour = '*', dayOfMonth = '*', month = '*', dayOfWeek = '*'] = every
    .trim()
    .split(/\s+/);
  const days = dayOfWeek === '*' ? '?' : daysOf(dayOfWeek);
  const fields = [
    listOf(minute, MINUTE),
    listOf(hour, HOUR),
    dayOfWeek === '*' ? listOf(dayOfMonth, DAY_OF_MONTH) : '?',
    listOf(month, MONTH),
    days,
    '*',
  ];
  return `cron(${fields.join(' ')})`;
}

/** The largest unit that fits; one of it is spelt without an s. */
function rate(minutes: number): string {
  const [count, unit] =
    minutes % 1_440 === 0
      ? [minutes / 1_440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute'];
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`;
}

function daysOf(field: string): string {
  const days = new Set(valuesOf(field, DAY_OF_WEEK).map((day) => day % 7));
  return [...days]
    .sort((a, b) => a - b)
    .map((day) => DAYS[day] ?? '')
    .join(',');
}

function listOf(field: string, bounds: Field): string {
  return field === '*' ? '*' : valuesOf(field, bounds).join(',');
}

/** Every value that a field names, in order. */
function valuesOf(field: string, bounds: Field): number[] {
  const values = new Set<number>();
  for (const term of field.split(',')) {
    const [range = '*', step] = term.split('/');
    const [first, last] = rangeOf(range, step !== undefined, bounds);
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function rangeOf(range: string, hasStep: boolean, bounds: Field): readonly [number, number] {
  // A step over all days of the week begins with Sunday and does not come to it again.
  const last = bounds === DAY_OF_WEEK ? 6 : bounds.max;
  if (range === '*') return [bounds.min, last];
  const [from = '', to] = range.split('-');
  const first = numberOf(from, bounds);
  if (to !== undefined) return [first, numberOf(to, bounds)];
  return [first, hasStep ? last : first];
}

function numberOf(text: string, { min, names }: Field): number {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  return named < 0 ? Number(text) : named + min;
}
