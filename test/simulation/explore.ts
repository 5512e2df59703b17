/** Random exploration: schedule after schedule from one seed, each with its own scenario, rates and faults. */
import { KINDS } from './faults.ts';
import { randomScenario } from './random-scenario.ts';
import type { Scenario } from './scenario.ts';
import { simulate, type Options, type Run } from './simulate.ts';
import { chanceOf, RandomTape } from './tape.ts';
import type { Failure } from './shrink.ts';

const MILLIS_A_YEAR = 365.25 * 86_400_000;

export interface Found extends Failure {
  readonly index: number;
  readonly violation: string;
}

export interface Explored {
  readonly schedules: number;
  readonly found: readonly Found[];
  readonly injected: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly sessions: number;
  readonly virtualYears: number;
  /** What it took of one core. */
  readonly cpuSeconds: number;
  /** Those of one harvester with at most two resources, started once. */
  readonly small: { readonly schedules: number; readonly cpuSeconds: number };
  readonly lateSecondsMax: number;
  readonly statuses: Readonly<Record<string, number>>;
}

export interface Wanted {
  readonly seed: number;
  readonly from?: number;
  readonly schedules: number;
  /** Stops after so many broken promises. */
  readonly foundMax?: number;
}

/** One schedule of a seed: the same for ever, as long as the code is the same. */
export async function scheduleOf(
  seed: number,
  index: number,
  options: Options = {},
): Promise<Failure & { run: Run }> {
  const chance = chanceOf(seed, index);
  const scenario = randomScenario(chance);
  const tape = new RandomTape(chance, { onlyHarmless: scenario.missing?.includes('sweep') === true });
  const run = await simulate(scenario, tape, options);
  return { scenario, deviations: run.deviations, run };
}

export async function explore(
  { seed, from = 0, schedules, foundMax = 1 }: Wanted,
  options: Options = {},
): Promise<Explored> {
  const injected: Record<string, number> = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const statuses: Record<string, number> = {};
  const found: Found[] = [];
  const sums = { calls: 0, sessions: 0, virtualMillis: 0, lateMillisMax: 0 };
  const [all, small] = [new Stopwatch(), new Stopwatch()];
  let index = from;
  for (; index < from + schedules && found.length < foundMax; index += 1) {
    const begunAt = cpuSeconds();
    const { scenario, deviations, run } = await scheduleOf(seed, index, options);
    const seconds = cpuSeconds() - begunAt;
    all.add(seconds);
    if (isSmall(scenario)) small.add(seconds);
    for (const [kind, count] of Object.entries(run.injected)) injected[kind] = (injected[kind] ?? 0) + count;
    for (const { status } of run.sessions) statuses[status] = (statuses[status] ?? 0) + 1;
    sums.calls += run.calls;
    sums.sessions += run.sessions.length;
    sums.virtualMillis += run.virtualMillis;
    sums.lateMillisMax = Math.max(sums.lateMillisMax, run.lateMillisMax);
    if (run.violation !== undefined) found.push({ scenario, deviations, index, violation: run.violation });
  }
  return {
    schedules: index - from,
    found,
    injected,
    calls: sums.calls,
    sessions: sums.sessions,
    virtualYears: sums.virtualMillis / MILLIS_A_YEAR,
    cpuSeconds: all.cpuSeconds,
    small: { schedules: small.schedules, cpuSeconds: small.cpuSeconds },
    lateSecondsMax: Math.round(sums.lateMillisMax / 1_000),
    statuses,
  };
}

class Stopwatch {
  schedules = 0;
  cpuSeconds = 0;

  add(seconds: number): void {
    this.schedules += 1;
    this.cpuSeconds += seconds;
  }
}

function isSmall({ remotes, users }: Scenario): boolean {
  return remotes.length === 1 && users.length === 1 && (remotes[0]?.resources ?? 0) <= 2;
}

/** What this process has used of its cores so far: a busy machine does not count against it. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}
