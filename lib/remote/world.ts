/** What lib/remote needs of the world besides the network, so that tests and simulations can bring their own. */
import { lookup } from 'node:dns/promises';
import type { Instant } from '../session/session.ts';

export interface RemoteClock {
  now(): Instant;
  /** Calls `act` once after so many milliseconds; the returned function takes that back. */
  after(millis: number, act: () => void): () => void;
}

/** Until when, and until whose word. */
export interface Until {
  readonly at: Instant;
  readonly signal: AbortSignal | undefined;
}

export interface RemoteWorld {
  readonly clock: RemoteClock;
  /** A number from 0 up to 1. */
  readonly chance: () => number;
  /** Every IP address of a name. Rejects with the codes of node:dns. */
  readonly resolver: Resolver;
}

export type Resolver = (name: string) => Promise<readonly string[]>;

/** The system's clock, chance and resolver (which reads the hosts file, as every other program does). */
export const REAL_WORLD: RemoteWorld = {
  clock: {
    now: () => Date.now(),
    after(millis, act) {
      const timer = setTimeout(act, millis);
      return () => clearTimeout(timer);
    },
  },
  chance: () => Math.random(),
  resolver: async (name) =>
    (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address),
};

/** Resolves after so many milliseconds, or at once when `signal` aborts. */
export function sleep(clock: RemoteClock, millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const takeBack = clock.after(millis, done);
    signal?.addEventListener('abort', done, { once: true });
    function done(): void {
      takeBack();
      signal?.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** Several requests may wait for the same, which is fetched on its own time: none waits for it longer than its own. `undefined`: too long. */
export async function inTime<T>(
  clock: RemoteClock,
  until: Until,
  promise: Promise<T>,
): Promise<T | undefined> {
  const there = new AbortController();
  const signal = until.signal === undefined ? there.signal : AbortSignal.any([there.signal, until.signal]);
  const timeOver = sleep(clock, until.at - clock.now(), signal).then(() => undefined);
  try {
    return await Promise.race([promise, timeOver]);
  } finally {
    there.abort();
  }
}
