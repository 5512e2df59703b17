/** What an act cost this process: time of the processor and growth of memory, and how it ended. */
import { ReeveError } from '../../lib/session/errors.ts';

export interface Measured<T> {
  readonly value: T | undefined;
  /** `RemoteUnreadable: sentence`; empty when a value came. */
  readonly error: string;
  readonly cpuSeconds: number;
  readonly growthMegabytes: number;
}

/** Anything but a ReeveError is thrown on: a reader that crashes is no outcome. */
export function measured<T>(act: () => T): Measured<T> {
  const rss = process.memoryUsage().rss;
  const cpu = process.cpuUsage();
  let value: T | undefined;
  let error = '';
  try {
    value = act();
  } catch (thrown) {
    if (!(thrown instanceof ReeveError)) throw thrown;
    error = String(thrown);
  }
  const { user, system } = process.cpuUsage(cpu);
  return {
    value,
    error,
    cpuSeconds: (user + system) / 1_000_000,
    growthMegabytes: (process.memoryUsage().rss - rss) / 1_048_576,
  };
}
