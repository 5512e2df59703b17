/** Divides an exploration or an enumeration among processes, and adds up what they found. */
import type { Enumerated, Bounds } from './enumerate.ts';
import type { Explored, Wanted } from './explore.ts';
import type { Pool } from './pool.ts';

/** Shares are small enough that a broken promise ends the run soon, and large enough to keep a process busy. */
const SHARE_SCHEDULES = 2_500;

export async function exploreInShares(
  pool: Pool,
  wanted: Wanted,
  tick: (done: Explored) => void,
): Promise<Explored> {
  const shares: Wanted[] = [];
  const first = wanted.from ?? 0;
  for (let from = first; from < first + wanted.schedules; from += SHARE_SCHEDULES) {
    shares.push({ ...wanted, from, schedules: Math.min(SHARE_SCHEDULES, first + wanted.schedules - from) });
  }
  let sum: Explored | undefined;
  await pool.run('explore', shares, (done) => {
    sum = sum === undefined ? done : added(sum, done);
    tick(sum);
    return sum.found.length >= (wanted.foundMax ?? 1);
  });
  if (sum === undefined) throw new Error('there is nothing to explore: the number of schedules is 0');
  return sum;
}

/** So many processes may share one scenario. */
const SLICES = 8;

export async function enumerateInShares(pool: Pool, scenario: string, bounds: Bounds): Promise<Enumerated> {
  const slices = Array.from({ length: SLICES }, (_, index) => ({
    ...bounds,
    scenario,
    slice: { index, of: SLICES },
  }));
  let sum: Enumerated = { runs: 0, injected: {}, found: [], cpuSeconds: 0 };
  await pool.run('enumerate', slices, (done) => {
    sum = {
      runs: sum.runs + done.runs,
      injected: sums(sum.injected, done.injected),
      found: [...sum.found, ...done.found],
      cpuSeconds: sum.cpuSeconds + done.cpuSeconds,
    };
    return sum.found.length >= (bounds.foundMax ?? Infinity);
  });
  return sum;
}

function added(one: Explored, other: Explored): Explored {
  return {
    schedules: one.schedules + other.schedules,
    found: [...one.found, ...other.found],
    injected: sums(one.injected, other.injected),
    calls: one.calls + other.calls,
    sessions: one.sessions + other.sessions,
    virtualYears: one.virtualYears + other.virtualYears,
    cpuSeconds: one.cpuSeconds + other.cpuSeconds,
    small: {
      schedules: one.small.schedules + other.small.schedules,
      cpuSeconds: one.small.cpuSeconds + other.small.cpuSeconds,
    },
    lateSecondsMax: Math.max(one.lateSecondsMax, other.lateSecondsMax),
    statuses: sums(one.statuses, other.statuses),
  };
}

export function sums(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
