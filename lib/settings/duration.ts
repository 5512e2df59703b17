/** Durations between recurring harvests: `15m`, `1h`, `7d`. */

const UNIT_SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
const SECONDS_MIN = 60;
const SECONDS_MAX = 366 * 86_400;

/** Of a duration of whole minutes within bounds; `undefined` for every other text. */
export function durationSeconds(text: string): number | undefined {
  const duration = /^\s*(\d{1,9})\s*([smhd])\s*$/.exec(text);
  if (duration === null) return undefined;
  const seconds = Number(duration[1]) * UNIT_SECONDS[duration[2] as keyof typeof UNIT_SECONDS];
  const isAllowed = seconds >= SECONDS_MIN && seconds <= SECONDS_MAX && seconds % 60 === 0;
  return isAllowed ? seconds : undefined;
}

/** When a duration is over that counts from `lastAt`: at once when there was no last time, or it is long past. */
export function dueAt(seconds: number, lastAt: number | undefined, now: number): number {
  return lastAt === undefined ? now : Math.max(now, lastAt + seconds * 1_000);
}
