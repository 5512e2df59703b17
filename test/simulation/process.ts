/** One call of a handler: it runs until it returns, throws, is killed or is forgotten; killed means that its promises never settle. */
import type { Ports } from '../../lib/ports.ts';
import { familyOf, sentenceOf } from '../../lib/session/errors.ts';
import type { Instant } from '../../lib/session/session.ts';
import type { PendingCall } from './call.ts';
import type { Engine } from './engine.ts';
import { fatesOf, type Fate } from './faults.ts';
import type { Timer } from './timers.ts';

/** What the caller of a Lambda is told. */
export type Ended =
  | { readonly how: 'returned'; readonly value: unknown }
  | { readonly how: 'threw'; readonly error: Error }
  | { readonly how: 'died' }
  | { readonly how: 'ran out of time' };

/** What a resumed zombie gets: the time of the call in whose sandbox it woke. */
const ZOMBIE_SECONDS = 900;

export interface Birth {
  readonly handler: string;
  readonly id: string;
  readonly input: unknown;
  readonly limitSeconds: number;
  readonly skewMillis: number;
  readonly tellCaller: (ended: Ended) => void;
}

export class Process {
  readonly engine: Engine;
  readonly handler: string;
  readonly id: string;
  readonly input: unknown;
  readonly skewMillis: number;
  readonly killAt: Instant;
  /** `over`: its handler returned, and requests may still be under way. */
  state: 'running' | 'frozen' | 'over' | 'dead' = 'running';
  readonly #tellCaller: (ended: Ended) => void;
  #told = false;
  #tokens = 0;
  /** Calls that it has no answer to yet. */
  #unanswered = 0;
  #isComputing = false;
  #limit: Timer;
  readonly #calls = new Map<string, number>();
  /** What reached a frozen process. */
  readonly #mailbox: (() => void)[] = [];
  /** Calls that a frozen process has not sent yet. */
  readonly #held: PendingCall[] = [];

  constructor(engine: Engine, birth: Birth) {
    this.engine = engine;
    this.handler = birth.handler;
    this.id = birth.id;
    this.input = birth.input;
    this.skewMillis = birth.skewMillis;
    this.#tellCaller = birth.tellCaller;
    this.killAt = engine.now + birth.limitSeconds * 1_000;
    this.#limit = engine.timers.add(this.killAt, () => this.#runOutOfTime());
    engine.alive += 1;
    this.#recount();
  }

  get isAlive(): boolean {
    return this.state === 'running' || this.state === 'frozen';
  }

  /** Names the next call of this method in this process. */
  ordinal(method: string): number {
    const ordinal = (this.#calls.get(method) ?? 0) + 1;
    this.#calls.set(method, ordinal);
    return ordinal;
  }

  asked(): void {
    this.#unanswered += 1;
    this.#recount();
  }

  answered(): void {
    this.#unanswered -= 1;
    this.#recount();
    if (!this.#isComputing) this.engine.mayGoOn();
  }

  #recount(): void {
    const isComputing = this.state === 'running' && this.#unanswered === 0;
    if (isComputing === this.#isComputing) return;
    this.#isComputing = isComputing;
    this.engine.computing += isComputing ? 1 : -1;
  }

  /** What its tokens begin with. */
  get name(): string {
    return this.id.replace(/[^a-z0-9]/g, '');
  }

  /** Different in every process, whatever the others do. */
  token(): string {
    this.#tokens += 1;
    return `${this.name}n${this.#tokens.toString(36)}`;
  }

  returned(value: unknown): void {
    this.#end({ how: 'returned', value });
  }

  threw(error: unknown): void {
    if (this.isAlive && familyOf(error) === 'bug') {
      this.engine.violate(
        `${this.id} fails with a bug: ${error instanceof Error ? error.name : ''} ${sentenceOf(error)}`,
      );
    }
    if (this.isAlive) this.engine.world.threw(this, error);
    this.#end({ how: 'threw', error: error instanceof Error ? error : new Error(String(error)) });
  }

  /** The process is gone; what it has under way may still land, unless `withCalls`. */
  kill({ withCalls }: { withCalls: boolean }): void {
    if (!this.isAlive) return;
    this.#leave('dead');
    if (withCalls) this.engine.forgetCallsOf(this);
    this.#tell({ how: 'died' });
  }

  freeze(): void {
    this.state = 'frozen';
    this.#recount();
    for (const call of this.engine.forgetCallsOf(this)) this.#held.push(call);
  }

  /** A frozen process goes on where it was, perhaps long after its caller gave it up. */
  wake(): void {
    if (this.state !== 'frozen') return;
    this.engine.tell(() => `${this.id} wakes up and goes on`);
    this.state = 'running';
    this.#recount();
    if (!this.#limit.live) {
      this.#limit = this.engine.timers.add(this.engine.now + ZOMBIE_SECONDS * 1_000, () =>
        this.#runOutOfTime(),
      );
    }
    this.engine.pending.push(...this.#held.splice(0));
    for (const deliver of this.#mailbox.splice(0)) deliver();
  }

  /** Runs `deliver` now, or when the process wakes; never when it is dead. */
  receive(deliver: () => void): void {
    if (this.state === 'frozen') this.#mailbox.push(deliver);
    else if (this.state !== 'dead') deliver();
  }

  /** @returns whether the call was kept back because the process is frozen */
  hold(call: PendingCall): boolean {
    if (this.state !== 'frozen') return false;
    this.#held.push(call);
    return true;
  }

  #runOutOfTime(): void {
    if (this.state === 'frozen') {
      this.#tell({ how: 'ran out of time' });
    } else if (this.state === 'running') {
      this.engine.tell(() => `${this.id} runs out of its time and is killed`);
      this.#leave('dead');
      this.#tell({ how: 'ran out of time' });
    }
  }

  #end(ended: Ended): void {
    if (!this.isAlive) return;
    this.#leave('over');
    this.#tell(ended);
  }

  #leave(state: 'over' | 'dead'): void {
    this.state = state;
    this.#recount();
    this.engine.alive -= 1;
    this.engine.activity += 1;
    this.engine.timers.cancel(this.#limit);
  }

  #tell(ended: Ended): void {
    if (this.#told) return;
    this.#told = true;
    this.#tellCaller(ended);
  }
}

const METHODS = {
  sessions: ['read', 'create', 'save', 'withdraw', 'open', 'ofHarvester'],
  harvesters: ['read', 'create', 'save', 'list'],
  batches: ['plan', 'read', 'begin', 'commit', 'seal', 'summaries', 'list'],
  records: ['put', 'read', 'copy', 'list', 'removeAll'],
  executions: ['start', 'look', 'stop'],
  checks: ['arm', 'disarm'],
  finalizer: ['call'],
  remote: ['fetch'],
  events: ['publish'],
} as const satisfies { [Port in keyof Ports]?: readonly (keyof Ports[Port])[] };

/** A method of a port, as a choice point. */
export interface Method {
  readonly port: string;
  readonly method: string;
  /** `port.method` */
  readonly name: string;
  readonly fates: readonly Fate[];
}

type Stub = new (process: Process) => object;

/** One class per port, made once: a process gets its ports by the hundred thousand. */
const STUBS: Readonly<Record<string, Stub>> = Object.fromEntries(
  Object.entries(METHODS).map(([port, methods]) => [port, stubOf(port, methods)]),
);

function stubOf(port: string, methods: readonly string[]): Stub {
  class PortOfProcess {
    readonly process: Process;
    constructor(process: Process) {
      this.process = process;
    }
  }
  for (const method of methods) {
    const spec: Method = { port, method, name: `${port}.${method}`, fates: fatesOf(port, method) };
    Object.defineProperty(PortOfProcess.prototype, method, {
      value(this: PortOfProcess, ...args: readonly unknown[]): Promise<unknown> {
        return this.process.engine.issue(this.process, spec, args);
      },
    });
  }
  return PortOfProcess;
}

/** The world as this process sees it: only the ports that its handler says it uses. */
export function portsOf(process: Process, uses: readonly string[]): Ports {
  const { engine } = process;
  const ports: Record<string, unknown> = {
    clock: { now: () => engine.now + process.skewMillis },
    chance: { token: () => process.token() },
    log: engine.world.logOf(process),
    metrics: engine.world.metrics,
  };
  for (const port of uses) {
    const Port = STUBS[port];
    if (Port !== undefined) ports[port] = new Port(process);
  }
  return ports as unknown as Ports;
}
