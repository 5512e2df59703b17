/**
 * Step Functions as it behaves, for just the states and features that the workflow uses; it refuses what it does not know. Driven by
 * virtual time, with what may befall an execution: a task called twice, its answer lost, a stop from outside, an error that no Catch takes.
 */
import type { WorkflowInput } from '../../lib/ports.ts';
import type { Sighting } from '../../lib/session/verdict.ts';
import type { Catcher, MapState, Pass, Retrier, State, StateMachine, Task } from '../../lib/workflow/asl.ts';
import type { Engine } from './engine.ts';
import { STATES, TASKS } from './faults.ts';
import { copyOf, fill, pathOf, setAt, type Data } from './paths.ts';
import type { Ended } from './process.ts';
import type { Timer } from './timers.ts';

export interface StatesError {
  readonly Error: string;
  readonly Cause: string;
}

type Outcome = { readonly output: unknown } | { readonly error: StatesError };
type Then = (outcome: Outcome) => void;

export interface Machine {
  readonly engine: Engine;
  readonly definition: StateMachine;
  /** Calls the Lambda of this ARN, and tells how that ended. */
  readonly call: (resource: string, input: unknown, tell: (ended: Ended) => void) => void;
  /** Told once, when the execution has ended. */
  readonly ended: (execution: Execution) => void;
}

/** `States.ALL` takes none of these. */
const UNCAUGHT: ReadonlySet<string> = new Set(['States.Runtime', 'States.DataLimitExceeded']);
const PAUSE_SECONDS = 100;

export class Execution {
  readonly name: string;
  readonly startedAt: number;
  sighting: Extract<Sighting, { execution: 'running' | 'ended' }> = { execution: 'running' };
  readonly #machine: Machine;
  readonly #engine: Engine;
  readonly #timeOut: Timer;
  #isAtEnd = false;
  readonly #entered = new Map<string, number>();

  constructor(machine: Machine, name: string, input: WorkflowInput) {
    this.#machine = machine;
    this.#engine = machine.engine;
    this.name = name;
    this.startedAt = machine.engine.now;
    this.#timeOut = this.#engine.timers.add(this.startedAt + machine.definition.TimeoutSeconds * 1_000, () =>
      this.end('timed-out'),
    );
    this.#enter(
      machine.definition,
      machine.definition.StartAt,
      { data: input as unknown as Data, path: '' },
      (outcome) => {
        if ('error' in outcome)
          this.#engine.tell(() => `execution ${name} fails: ${outcome.error.Error} ${outcome.error.Cause}`);
        this.end('error' in outcome ? 'failed' : 'succeeded');
      },
    );
  }

  /** It runs, and not just its last task. */
  get isAtWork(): boolean {
    return this.isRunning && !this.#isAtEnd;
  }

  get isRunning(): boolean {
    return this.sighting.execution === 'running';
  }

  end(how: 'succeeded' | 'failed' | 'timed-out' | 'aborted'): void {
    if (!this.isRunning) return;
    this.sighting = { execution: 'ended', how };
    this.#engine.timers.cancel(this.#timeOut);
    this.#engine.tell(() => `execution ${this.name} has ${how}`);
    this.#machine.ended(this);
  }

  /** Runs `then` unless the execution is over by then: what was called runs on, and nobody listens. */
  #whileRunning<Args extends unknown[]>(then: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      if (this.isRunning) then(...args);
    };
  }

  #enter(
    states: { readonly States: Readonly<Record<string, State | Pass>> },
    name: string,
    at: { data: Data; path: string },
    then: Then,
  ): void {
    const state = states.States[name];
    if (state === undefined) throw new Error(`the state machine has no state ${name}`);
    const place = `${this.name} ${at.path}${name}`;
    const ordinal = (this.#entered.get(place) ?? 0) + 1;
    this.#entered.set(place, ordinal);
    const label = ordinal > 1 ? `${place} (${ordinal})` : place;
    this.#isAtEnd = at.path === '' && state.Type === 'Task' && 'End' in state;
    const next = this.#whileRunning((outcome: Outcome): void => {
      if ('error' in outcome || 'End' in state) return then(outcome);
      if ('Next' in state) this.#enter(states, state.Next, { ...at, data: outcome.output as Data }, then);
    });
    const caught: Then = this.#whileRunning((outcome: Outcome): void => {
      const catcher =
        'error' in outcome && 'Catch' in state ? catcherOf(state.Catch, outcome.error.Error) : undefined;
      if (catcher === undefined || !('error' in outcome)) return next(outcome);
      this.#enter(
        states,
        catcher.Next,
        { ...at, data: setAt(at.data, catcher.ResultPath, outcome.error) },
        then,
      );
    });
    const run = this.#whileRunning((): void => {
      switch (state.Type) {
        case 'Task':
          return this.#task(state, at.data, label, caught);
        case 'Map':
          return this.#map(state, at.data, label, caught);
        case 'Choice':
          return this.#enter(states, chosen(state, at.data), at, then);
        case 'Pass':
          return next({ output: state.Result });
      }
    });
    this.#befall(label, run, then);
  }

  #befall(label: string, run: () => void, then: Then): void {
    const what = this.#engine.choose('service', () => `state ${label}`, STATES);
    switch (what) {
      case 'goes on':
        return run();
      case 'stopped from outside':
        return this.end('aborted');
      case 'fails without a catch':
        return then({ error: { Error: 'States.DataLimitExceeded', Cause: 'the state is too large' } });
      case 'pauses for 100 s':
        return this.#engine.after(PAUSE_SECONDS, run);
    }
  }

  #task(state: Task, data: Data, label: string, then: Then): void {
    const input = state.Parameters === undefined ? data : fill(state.Parameters, data, undefined);
    const attempts = state.Retry.map(() => 0);
    let tries = 0;
    const attempt = this.#whileRunning((): void => {
      tries += 1;
      this.#attempt(state, input, tries > 1 ? `${label} try ${tries}` : label, (outcome) => {
        if ('output' in outcome) return then({ output: withResult(state, data, outcome.output) });
        const seconds = pauseOf(state.Retry, attempts, outcome.error.Error);
        if (seconds === undefined) return then(outcome);
        this.#engine.after(seconds, attempt);
      });
    });
    attempt();
  }

  /** One try: the first of its calls to answer counts; a call that outlasts the task runs on. */
  #attempt(state: Task, input: unknown, label: string, then: Then): void {
    const engine = this.#engine;
    const how = engine.choose('service', () => `task ${label}`, TASKS);
    let isOver = false;
    const finish = this.#whileRunning((outcome: Outcome): void => {
      if (isOver) return;
      isOver = true;
      engine.timers.cancel(timeOut);
      then(outcome);
    });
    const timeOut = engine.timers.add(engine.now + state.TimeoutSeconds * 1_000, () =>
      finish({ error: { Error: 'States.Timeout', Cause: '' } }),
    );
    const call = this.#whileRunning((): void => {
      this.#machine.call(state.Resource, copyOf(input), (ended) => {
        engine.tell(() => `task ${label}: ${ended.how}`);
        finish(how === 'its answer is lost' ? LOST : outcomeOf(ended));
      });
    });
    if (how === 'is throttled')
      return finish({ error: { Error: 'Lambda.TooManyRequestsException', Cause: 'Rate Exceeded.' } });
    if (how === 'starts late') return engine.after(PAUSE_SECONDS, call);
    call();
    if (how === 'runs twice') call();
  }

  #map(state: MapState, data: Data, label: string, then: Then): void {
    const items = pathOf(state.ItemsPath, data) as readonly unknown[];
    const atOnce = pathOf(state.MaxConcurrencyPath, data) as number;
    const isTolerant = state.ToleratedFailurePercentage === 100;
    let begun = 0;
    let running = 0;
    let isOver = false;
    const pump = this.#whileRunning((): void => {
      while (!isOver && running < atOnce && begun < items.length) {
        const index = begun;
        begun += 1;
        running += 1;
        const item = fill(state.ItemSelector, data, items[index]);
        this.#enter(
          state.ItemProcessor,
          state.ItemProcessor.StartAt,
          { data: item, path: `${label.slice(this.name.length + 1)} ${index} ` },
          (outcome) => {
            running -= 1;
            if (isOver) return;
            if ('error' in outcome && !isTolerant) {
              isOver = true;
              return then(outcome);
            }
            pump();
          },
        );
      }
      if (!isOver && running === 0 && begun === items.length) {
        isOver = true;
        then({ output: data });
      }
    });
    pump();
  }
}

const LOST: Outcome = { error: { Error: 'Lambda.SdkClientException', Cause: 'the answer was lost' } };

function outcomeOf(ended: Ended): Outcome {
  switch (ended.how) {
    case 'returned':
      return { output: copyOf(ended.value ?? null) };
    case 'threw':
      return {
        error: {
          Error: ended.error.name,
          Cause: JSON.stringify({ errorType: ended.error.name, errorMessage: ended.error.message }),
        },
      };
    case 'died':
      return { error: { Error: 'Runtime.ExitError', Cause: 'the process ended' } };
    case 'ran out of time':
      return { error: { Error: 'Sandbox.Timedout', Cause: 'the function ran out of time' } };
  }
}

function withResult(state: Task, data: Data, result: unknown): unknown {
  if (state.ResultPath === null) return data;
  return state.ResultPath === undefined ? result : setAt(data, state.ResultPath, result);
}

function matches(names: readonly string[], error: string): boolean {
  return names.includes(error) || (names.includes('States.ALL') && !UNCAUGHT.has(error));
}

function catcherOf(catchers: readonly Catcher[] | undefined, error: string): Catcher | undefined {
  return catchers?.find((catcher) => matches(catcher.ErrorEquals, error));
}

/** The first retrier that takes the error decides; with full jitter a pause may be anything up to this. */
function pauseOf(retriers: readonly Retrier[], attempts: number[], error: string): number | undefined {
  const index = retriers.findIndex((retrier) => matches(retrier.ErrorEquals, error));
  const retrier = retriers[index];
  const made = attempts[index];
  if (retrier === undefined || made === undefined || made >= retrier.MaxAttempts) return undefined;
  attempts[index] = made + 1;
  return Math.min(retrier.IntervalSeconds * retrier.BackoffRate ** made, retrier.MaxDelaySeconds ?? Infinity);
}

function chosen(state: Extract<State, { Type: 'Choice' }>, data: Data): string {
  const rule = state.Choices.find((one) => {
    const value = pathOf(one.Variable, data);
    return one.StringEquals === undefined ? value === one.BooleanEquals : value === one.StringEquals;
  });
  return rule?.Next ?? state.Default;
}
