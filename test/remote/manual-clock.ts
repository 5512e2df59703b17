/** A clock that stands still until it is moved. */
import type { RemoteClock } from '../../lib/remote/world.ts';

export interface ManualClock extends RemoteClock {
  /** Moves on and runs what is due on the way, in order, with the promises that hang on it. */
  advance(millis: number): Promise<void>;
  readonly pending: number;
}

export function manualClock(startAt = 1_000_000): ManualClock {
  let now = startAt;
  const timers = new Set<{ at: number; act: () => void }>();
  const settle = async () => {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  };
  return {
    now: () => now,
    after(millis, act) {
      const timer = { at: now + millis, act };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    get pending() {
      return timers.size;
    },
    async advance(millis) {
      const until = now + millis;
      await settle();
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.act();
        await settle();
      }
      now = until;
    },
  };
}
