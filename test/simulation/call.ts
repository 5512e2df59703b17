/** A port call of a process: it waits in the engine's list until its fate is decided. */
import type { Instant } from '../../lib/session/session.ts';
import type { Method, Process } from './process.ts';

export class PendingCall {
  readonly process: Process;
  readonly method: Method;
  readonly args: readonly unknown[];
  /** The how-manieth call of its method it is in its process. */
  readonly ordinal: number;
  readonly promise: Promise<unknown>;
  expiresAt: Instant = 0;
  #resolve!: (value: unknown) => void;
  #reject!: (error: unknown) => void;
  /** How often something else went first. */
  overtaken = 0;

  constructor(process: Process, method: Method, args: readonly unknown[]) {
    this.process = process;
    this.method = method;
    this.args = args;
    this.ordinal = process.ordinal(method.name);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Its name, once per run; made only when somebody asks. */
  get label(): string {
    return `${this.process.id} ${this.method.name} ${this.ordinal}`;
  }

  answer(value: unknown): void {
    this.process.answered();
    this.#resolve(value);
  }

  fail(error: unknown): void {
    this.process.answered();
    this.#reject(error);
  }
}
