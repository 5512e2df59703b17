/** Worker processes, one per core: each does one job at a time. */
import { fork, type ChildProcess } from 'node:child_process';
import { bundle, type Bundle, type Change } from './bundle.ts';
import type { JobName, Jobs } from './jobs.ts';

export class Pool {
  readonly #bundle: Bundle;
  readonly #workers: readonly Worker[];

  private constructor(made: Bundle, workers: number) {
    this.#bundle = made;
    this.#workers = Array.from({ length: Math.max(1, workers) }, () => new Worker(made.path));
  }

  /** @param change of the shipped code, for seeded bugs */
  static async open(workers: number, change?: Change): Promise<Pool> {
    return new Pool(await bundle('worker-main.ts', change), workers);
  }

  /** Jobs are begun in their order; `done` hears each result, and says whether it is enough. */
  async run<Name extends JobName>(
    name: Name,
    jobs: readonly Jobs[Name]['wants'][],
    done: (result: Jobs[Name]['gives'], index: number) => boolean,
  ): Promise<void> {
    let next = 0;
    let isEnough = false;
    const work = async (worker: Worker): Promise<void> => {
      for (let index = next++; !isEnough; index = next++) {
        const wants = jobs[index];
        if (wants === undefined) return;
        isEnough = done(await worker.do(name, wants), index) || isEnough;
      }
    };
    await Promise.all(this.#workers.map(work));
  }

  close(): void {
    for (const worker of this.#workers) worker.end();
    this.#bundle.discard();
  }
}

type Answer = { readonly result: unknown } | { readonly failed: string };

class Worker {
  readonly #process: ChildProcess;

  constructor(path: string) {
    // Counts of interleavings are too large for JSON.
    this.#process = fork(path, [], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
    });
  }

  do<Name extends JobName>(name: Name, wants: Jobs[Name]['wants']): Promise<Jobs[Name]['gives']> {
    return new Promise((resolve, reject) => {
      const die = (code: number | null): void =>
        reject(new Error(`a worker of the simulation ended with code ${code ?? 'none'}`));
      this.#process.once('exit', die);
      this.#process.once('message', (message) => {
        this.#process.off('exit', die);
        const answer = message as Answer;
        if ('failed' in answer) reject(new Error(answer.failed));
        else resolve(answer.result as Jobs[Name]['gives']);
      });
      this.#process.send({ name, wants });
    });
  }

  end(): void {
    if (this.#process.connected) this.#process.disconnect();
  }
}
