/** What the commands print. */
import type { Explored } from './explore.ts';

/** With `--json` people's text goes to standard error: on standard output is one document. */
export type Say = (text: string) => void;

export function sayerFor(json: boolean): Say {
  return (text) => (json ? process.stderr : process.stdout).write(`${text}\n`);
}

export function sayExplored(
  say: Say,
  done: Explored,
  { seconds, never, seed }: { seconds: number; never: readonly string[]; seed: number },
): void {
  const { small } = done;
  say(`seed ${seed}: ${number(done.schedules)} schedules, ${done.found.length} broken promises`);
  say(
    `${number(done.schedules / seconds)} schedules a second in ${number(seconds)} s; of one core: ${number(done.schedules / done.cpuSeconds)} a second, ${number(small.schedules / small.cpuSeconds)} a second of the ${number(small.schedules)} small ones (one harvester, at most two resources, started once)`,
  );
  say(
    `${number(done.calls)} port calls, ${number(done.calls / done.cpuSeconds)} a second of one core; ${done.virtualYears.toFixed(1)} virtual years`,
  );
  say(`${number(done.sessions)} sessions: ${listed(done.statuses)}`);
  say(
    `longest time that a session stayed open after its deadline and the last fault: ${done.lateSecondsMax} s`,
  );
  say(`injected: ${listed(done.injected)}`);
  if (never.length > 0) say(`never injected: ${never.join('; ')}`);
}

export function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${number(count)}`)
    .join(', ');
}

/** 12,345 */
export function number(value: number | bigint): string {
  const whole = typeof value === 'bigint' ? value : BigInt(Math.round(Number.isFinite(value) ? value : 0));
  return whole.toString().replace(/\B(?=(\d{3})+$)/g, ',');
}
