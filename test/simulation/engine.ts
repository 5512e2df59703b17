/**
 * The scheduler of the simulation: one thread, virtual time, every port call a choice point. A call waits in a list; one is picked, its
 * fate decided, its effect applied at once, its promise settled; then all code runs until every process waits again.
 */
import type { LogFields, Metrics } from '../../lib/ports.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import type { Instant } from '../../lib/session/session.ts';
import { BEGIN } from './clock.ts';
import { carryOut } from './fates.ts';
import { sayDeviation } from './story.ts';
import { CALL_SECONDS_MAX, ORDERS, type Fate } from './faults.ts';
import { PendingCall } from './call.ts';
import type { Method, Process } from './process.ts';
import type { Group, Tape } from './tape.ts';
import { Timers } from './timers.ts';

/** What lies behind the ports. */
export interface World {
  /** One effect, applied before this returns; the promise brings only the answer. */
  apply(call: PendingCall, fate: Fate): Promise<unknown>;
  /** How long the remote takes to answer this. */
  answerMillis(args: readonly unknown[]): number;
  logOf(
    process: Process,
  ): Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields: LogFields) => void>;
  readonly metrics: Metrics;
  /** Told of every call that threw while somebody waited for it. */
  threw(process: Process, error: unknown): void;
}

/** What a port call takes: enough for time to pass, too little to matter. */
const CALL_MILLIS = 5;
/** Turns of the microtask queue in which code with several calls under way goes on by the answer to one, if it does; a test tries it out. */
const IDLE_TURNS = 48;
/** What begins together begins within so many turns. */
const TOGETHER_TURNS = 8;
const WORK_TURNS_MAX = 10_000;

export class Engine {
  now: Instant = BEGIN;
  readonly timers = new Timers();
  readonly pending: PendingCall[] = [];
  /** What wakes as soon as anything else happens in time. */
  readonly atNextEvent: (() => void)[] = [];
  /** Processes that have not ended. */
  alive = 0;
  /** Raised by whatever a process does. */
  activity = 0;
  calls = 0;
  /** Processes that run and wait for no answer. */
  computing = 0;
  #turns = TOGETHER_TURNS;
  violation: string | undefined;
  /** When the last fault was over. */
  faultsEndAt: Instant = 0;
  readonly injected: Record<string, number> = {};
  /** Calls that time went past. */
  readonly slow = new Set<PendingCall>();
  readonly outages = new Map<string, Instant>();
  /** Hears every answer that reaches a process. */
  answered: ((call: PendingCall, answer: unknown) => void) | undefined;
  readonly story: { at: Instant; text: string }[] | undefined;
  readonly #tape: Tape;
  readonly #patience: number;
  #world: World | undefined;
  #isCalm = false;

  /** @param patience how many times as long as usual the engine waits for code to go on */
  constructor(tape: Tape, { tells, patience }: { tells: boolean; patience: number }) {
    this.#tape = tape;
    this.#patience = patience;
    this.story = tells ? [] : undefined;
  }

  get world(): World {
    if (this.#world === undefined) throw new Error('the engine has no world yet');
    return this.#world;
  }

  set world(world: World) {
    this.#world = world;
  }

  choose<T extends string>(group: Group, label: () => string, options: readonly T[]): T {
    const [quiet] = options;
    const option = this.#isCalm && quiet !== undefined ? quiet : this.#tape.choose(group, label, options);
    if (option !== options[0]) {
      this.injected[option] = (this.injected[option] ?? 0) + 1;
      if (group !== 'order') this.faultUntil(this.now);
      this.tell(() => sayDeviation(label(), option));
    }
    return option;
  }

  /** From now on nothing unusual happens, and what was away is back. */
  calmDown(): void {
    this.#isCalm = true;
    this.outages.clear();
  }

  faultUntil(at: Instant): void {
    this.faultsEndAt = Math.max(this.faultsEndAt, at);
  }

  after(seconds: number, fire: () => void): void {
    this.timers.add(this.now + seconds * 1_000, fire);
  }

  /** `text` is made only when somebody reads it. */
  tell(text: () => string): void {
    this.story?.push({ at: this.now, text: text() });
  }

  violate(sentence: string): void {
    this.violation ??= sentence;
    this.tell(() => `!! ${sentence}`);
  }

  /** A port call of a process: settles when the engine has carried it out, or never. */
  issue(process: Process, method: Method, args: readonly unknown[]): Promise<unknown> {
    this.activity += 1;
    const call = new PendingCall(process, method, args);
    process.asked();
    const millis = method.port === 'remote' ? this.world.answerMillis(args) : 0;
    call.expiresAt = this.now + millis + CALL_SECONDS_MAX * 1_000;
    if (millis === 0) this.#enter(call);
    else this.after(millis / 1_000, () => this.#enter(call));
    return call.promise;
  }

  #enter(call: PendingCall): void {
    if (call.process.state === 'dead' && call.method.port === 'remote') return;
    if (!call.process.hold(call)) this.pending.push(call);
  }

  /** Takes the calls of a process out of the list. */
  forgetCallsOf(process: Process): PendingCall[] {
    const forgotten = this.pending.filter((call) => call.process === process);
    if (forgotten.length > 0) {
      this.pending.splice(0, Infinity, ...this.pending.filter((call) => call.process !== process));
    }
    return forgotten;
  }

  /** Runs until nothing is left to happen, `isDone` says so, or a promise is broken. */
  async run(isDone: () => boolean, watch: () => void): Promise<void> {
    for (;;) {
      await this.settle();
      watch();
      if (this.violation !== undefined || isDone()) return;
      if (!this.#step()) return;
    }
  }

  /** Lets all code run that can run: whoever waits for no answer is at work, and whoever got one of several may be. */
  async settle(): Promise<void> {
    let seen = this.activity;
    this.#turns = TOGETHER_TURNS * this.#patience;
    for (let idle = 0; idle < this.#turns || this.computing > 0; idle += 1) {
      if (idle > WORK_TURNS_MAX) throw new Error('a process waits for something that is no port of its');
      // One turn of the microtasks; a resolved promise would take a turn more.
      // eslint-disable-next-line @typescript-eslint/await-thenable
      await undefined;
      if (this.activity === seen) continue;
      seen = this.activity;
      idle = 0;
    }
  }

  /** A process that waits for other answers too got one: whether it goes on by that shows only in time. */
  mayGoOn(): void {
    this.#turns = IDLE_TURNS * this.#patience;
  }

  #step(): boolean {
    const timer = this.timers.peek();
    const [first] = this.pending;
    if (first === undefined) return this.#passTime();
    const mayOvertake = timer !== undefined && this.pending.every((call) => timer.at <= call.expiresAt);
    const order = this.choose(
      'order',
      () => `${first.label} waits${first.overtaken > 0 ? ` (${first.overtaken})` : ''}`,
      ordersOf(this.pending.length, mayOvertake),
    );
    if (order !== 'in turn') first.overtaken += 1;
    if (order === 'time first') return this.#passTimeOver(first);
    this.now += CALL_MILLIS;
    this.carryOut(order === 'in turn' ? 0 : order === 'the second first' ? 1 : this.pending.length - 1);
    return true;
  }

  /** Lets one of the waiting calls meet its fate. */
  carryOut(index: number): void {
    const [call] = this.pending.splice(index, 1);
    if (call === undefined) return;
    this.calls += 1;
    if (this.slow.delete(call)) this.faultUntil(this.now);
    carryOut(this, call);
  }

  /** A slow call is a fault for as long as it takes. */
  #passTimeOver(call: PendingCall): boolean {
    this.slow.add(call);
    return this.#passTime();
  }

  #passTime(): boolean {
    const timer = this.timers.take();
    const wakers = this.atNextEvent.splice(0);
    if (timer !== undefined) {
      this.now = Math.max(this.now, timer.at);
      timer.fire();
    }
    for (const wake of wakers) wake();
    return timer !== undefined || wakers.length > 0;
  }

  busy(call: PendingCall, why: string): ReeveError {
    return new ReeveError(
      call.method.port === 'remote' ? 'RemoteUnreachable' : 'StoreBusy',
      `${call.method.name}: ${why}`,
    );
  }
}

/** The ways to go on from a list of so many calls, made once. */
const ORDERS_OF = new Map<number, readonly (typeof ORDERS)[number][]>();

function ordersOf(pending: number, mayOvertake: boolean): readonly (typeof ORDERS)[number][] {
  const key = Math.min(pending, 3) * 2 + (mayOvertake ? 1 : 0);
  const known = ORDERS_OF.get(key);
  if (known) return known;
  const [inTurn, time, newest, second] = ORDERS;
  const orders = [
    inTurn,
    ...(mayOvertake ? [time] : []),
    ...(pending > 1 ? [newest] : []),
    ...(pending > 2 ? [second] : []),
  ];
  ORDERS_OF.set(key, orders);
  return orders;
}
