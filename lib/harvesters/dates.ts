// Dates as catalogues write them, brought to RFC 3339.

export interface DateReading {
  /** `2024-05-01`, or `2024-05-01T12:00:00Z`, always in UTC. */
  readonly date: string;
  /** What was assumed. */
  readonly note?: string;
}

const SHAPE =
  /^(\d{4})(?:-?(\d{2})(?:-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/i;
const OPEN = /^(\.\.|now|present|ongoing|unknown|)$/i;

/** A date or an instant; `undefined` when it is neither. A year or a month alone becomes its first day, or with `end` its last. */
export function readDate(text: string, end = false): DateReading | undefined {
  const [whole, year = '', month, day, hour, minute = '', second = '00', fraction, zone] =
    SHAPE.exec(text.trim()) ?? [];
  if (whole === undefined || year === '0000') return undefined;
  if (month === undefined || day === undefined) return wholePeriod(Number(year), month, end);
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (hour === undefined) return { date: `${year}-${month}-${day}` };
  // A leap second (RFC 3339, 5.6) is kept as the second before it: Date knows none.
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second === '60' ? '59' : second}Z`);
  const milliseconds = Number(`${fraction ?? ''}000`.slice(0, 3));
  const date = ofMilliseconds(at + milliseconds - offsetMilliseconds(zone));
  if (date === undefined) return undefined;
  return zone === undefined
    ? { date, note: `${text.trim()} has no time zone and was taken as UTC` }
    : { date };
}

/** Milliseconds since 1970 as an instant of RFC 3339; `undefined` outside the years 1 to 9999. */
export function ofMilliseconds(milliseconds: number): string | undefined {
  const at = new Date(milliseconds);
  const year = Number.isNaN(at.getTime()) ? 0 : at.getUTCFullYear();
  return year >= 1 && year <= 9_999 ? at.toISOString().replace('.000Z', 'Z') : undefined;
}

export interface IntervalReading {
  readonly interval: readonly [string, string] | undefined;
  readonly notes: readonly string[];
}

/** The time a resource is about: `..` where an end is open (OGC 20-004r1, 8.2.7); no interval when both are, or when it ends before it begins. */
export function readInterval(
  begin: string | null | undefined,
  end: string | null | undefined,
): IntervalReading {
  const [from, to] = [readEnd(begin ?? '', false), readEnd(end ?? '', true)];
  const notes = [...from.notes, ...to.notes];
  if (from.date === '..' && to.date === '..') return { interval: undefined, notes };
  if (from.date !== '..' && to.date !== '..' && Date.parse(from.date) > lastMillisecond(to.date)) {
    return {
      interval: undefined,
      notes: [...notes, `the interval ends at ${to.date}, before it begins at ${from.date}`],
    };
  }
  return { interval: [from.date, to.date], notes };
}

function readEnd(text: string, end: boolean): { date: string; notes: string[] } {
  if (OPEN.test(text.trim())) return { date: '..', notes: [] };
  const reading = readDate(text, end);
  if (reading === undefined)
    return { date: '..', notes: [`${JSON.stringify(text.slice(0, 60))} is no date`] };
  return { date: reading.date, notes: reading.note === undefined ? [] : [reading.note] };
}

function lastMillisecond(date: string): number {
  return Date.parse(date) + (date.length === 10 ? 86_399_999 : 0);
}

function wholePeriod(year: number, month: string | undefined, end: boolean): DateReading | undefined {
  const known = month === undefined ? 'year' : 'month';
  const theMonth = month === undefined ? (end ? 12 : 1) : Number(month);
  if (theMonth < 1 || theMonth > 12) return undefined;
  const theDay = end ? daysOf(year, theMonth) : 1;
  const date = [String(year).padStart(4, '0'), pair(theMonth), pair(theDay)].join('-');
  return { date, note: `only the ${known} of ${date} is known` };
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

function daysOf(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function offsetMilliseconds(zone: string | undefined): number {
  const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '') ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function pair(number: number): string {
  return String(number).padStart(2, '0');
}
