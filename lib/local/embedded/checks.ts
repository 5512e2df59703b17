/** One-shot schedules as timers. They end with the process: the next one begins with a sweep. */
import type { Checks, Clock } from '../../ports.ts';
import { afterMillis, type Timer } from '../timers.ts';
import type { Invoker } from './invoke.ts';

export interface EmbeddedChecks extends Checks {
  close(): void;
}

export function createChecks(invoker: Invoker, clock: Clock): EmbeddedChecks {
  const armed = new Map<string, Timer>();
  const wait = (check: Parameters<Checks['arm']>[0]): void => {
    armed.set(
      check.name,
      afterMillis(check.at - clock.now(), () => fire(check)),
    );
  };
  const fire = (check: Parameters<Checks['arm']>[0]): void => {
    // The clock that judges deadlines is not the one that timers go by.
    if (clock.now() < check.at) {
      wait(check);
      return;
    }
    armed.delete(check.name);
    invoker.later('monitor', { session: check.sessionId, check: check.check });
  };
  return {
    arm: (check) => {
      if (armed.has(check.name)) return Promise.resolve('exists');
      wait(check);
      return Promise.resolve('armed');
    },
    disarm: (name) => {
      armed.get(name)?.cancel();
      armed.delete(name);
      return Promise.resolve();
    },
    close: () => {
      for (const timer of armed.values()) timer.cancel();
      armed.clear();
    },
  };
}
