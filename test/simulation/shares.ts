/** Divides an exploration among processes, one per core: each takes a share of the schedules of the same seed. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { explore, type Explored, type Wanted } from './explore.ts';

const SHARE = fileURLToPath(new URL('./share-main.ts', import.meta.url));
/** Shares are small enough that a broken promise ends the run soon, and large enough to warm up. */
const SHARE_SCHEDULES = 5_000;

export async function exploreInShares(
  wanted: Wanted,
  workers: number,
  tick: (done: Explored) => void,
): Promise<Explored> {
  const shares: Wanted[] = [];
  const first = wanted.from ?? 0;
  for (let from = first; from < first + wanted.schedules; from += SHARE_SCHEDULES) {
    shares.push({ ...wanted, from, schedules: Math.min(SHARE_SCHEDULES, first + wanted.schedules - from) });
  }
  const foundMax = wanted.foundMax ?? 1;
  let sum: Explored | undefined;
  const work = async (run: (share: Wanted) => Promise<Explored>): Promise<void> => {
    for (let share = shares.shift(); share !== undefined; share = shares.shift()) {
      if ((sum?.found.length ?? 0) >= foundMax) return;
      const done = await run(share);
      sum = sum === undefined ? done : added(sum, done);
      tick(sum);
    }
  };
  if (workers <= 1 || shares.length <= 1) {
    await work(explore);
  } else {
    const children = Array.from({ length: workers }, () => new Child());
    try {
      await Promise.all(children.map((child) => work((share) => child.explore(share))));
    } finally {
      for (const child of children) child.end();
    }
  }
  if (sum === undefined) throw new Error('there is nothing to explore: the number of schedules is 0');
  return sum;
}

class Child {
  readonly #process = fork(SHARE, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

  explore(share: Wanted): Promise<Explored> {
    return new Promise((resolve, reject) => {
      const fail = (code: number | null): void =>
        reject(new Error(`a worker of the simulation ended with code ${code ?? 'none'}`));
      this.#process.once('exit', fail);
      this.#process.once('message', (done) => {
        this.#process.off('exit', fail);
        resolve(done as Explored);
      });
      this.#process.send(share);
    });
  }

  end(): void {
    this.#process.disconnect();
  }
}

function added(one: Explored, other: Explored): Explored {
  return {
    schedules: one.schedules + other.schedules,
    found: [...one.found, ...other.found],
    injected: sums(one.injected, other.injected),
    calls: one.calls + other.calls,
    sessions: one.sessions + other.sessions,
    virtualYears: one.virtualYears + other.virtualYears,
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
