/**
 * Runs the state machine value outside of AWS, by an existing interpreter of the Amazon States Language (aws-local-stepfunctions).
 * It ignores the mode of a Map: a distributed one runs like an inline one, which `ToleratedFailurePercentage` 100 makes the same thing here.
 */
import './promise-with-resolvers.ts';
import type { StateMachine as Interpreter, StateMachineDefinition } from 'aws-local-stepfunctions';
import type { WorkflowInput } from '../ports.ts';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import type { Pass, State, StateMachine } from '../workflow/asl.ts';
import { afterMillis } from './timers.ts';

/** What a Task calls, by its `Resource`. An error's `name` decides which retrier takes it. */
export type Tasks = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

export type Ended =
  | { readonly how: 'succeeded' | 'timed-out' | 'aborted' }
  | { readonly how: 'failed'; readonly error: string; readonly because: string };

export interface Run {
  /** Never rejects. */
  readonly ended: Promise<Ended>;
  /** No further task is called; those that were called run on. */
  abort(): void;
}

export interface RunOptions {
  readonly input: WorkflowInput;
  readonly tasks: Tasks;
  /** Instead of the pauses that the retriers ask for. */
  readonly retryPauseMillis?: number;
}

export async function runWorkflow(
  machine: StateMachine,
  { input, tasks, retryPauseMillis }: RunOptions,
): Promise<Run> {
  // Loaded late: it brings the Lambda client of the AWS SDK along, which nobody who only reads must wait for.
  const interpreter = await import('aws-local-stepfunctions');
  const { TimeoutSeconds, ...states } = machine;
  // A mutable copy in the words of the interpreter; it validates with an older schema than the tests of the workflow do.
  const definition = structuredClone(states) as unknown as StateMachineDefinition;
  let stopped: 'timed-out' | 'aborted' | undefined;
  const names = tasksIn(machine.States);
  const isStopped = (): boolean => stopped !== undefined;
  const handlers = names.map(
    ([name, resource]) => [name, (value: Value) => call(tasks[resource], value, isStopped)] as const,
  );
  const pauses = names.map(([name]) => [name, retryPauseMillis ?? 0] as const);
  const run = new interpreter.StateMachine(definition, { validationOptions: { noValidate: true } }).run(
    { ...input },
    {
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(handlers),
        ...(retryPauseMillis === undefined ? {} : { retryIntervalOverrides: Object.fromEntries(pauses) }),
      },
    },
  );
  const stop = (how: 'timed-out' | 'aborted'): void => {
    stopped ??= how;
    run.abort();
  };
  // The interpreter's own timer holds no more than 24.8 days.
  const timer = afterMillis(TimeoutSeconds * 1_000, () => stop('timed-out'));
  void discard(run.eventLogs);
  const ended = run.result.then(
    (): Ended => ({ how: stopped ?? 'succeeded' }),
    (error: unknown): Ended => (stopped === undefined ? failedBy(error) : { how: stopped }),
  );
  return { ended: ended.finally(() => timer.cancel()), abort: () => stop('aborted') };
}

type Value = Parameters<Interpreter['run']>[0];

/** The Task states, those inside of Maps included: name and resource. */
function tasksIn(states: Readonly<Record<string, State | Pass>>): (readonly [string, string])[] {
  return Object.entries(states).flatMap(([name, state]) => {
    if (state.Type === 'Map') return tasksIn(state.ItemProcessor.States);
    return state.Type === 'Task' ? [[name, state.Resource] as const] : [];
  });
}

/** Plain data goes in and comes out, as over the wire; the interpreter starts queued iterations of a Map even after an abort. */
async function call(task: Tasks[string] | undefined, input: Value, isStopped: () => boolean): Promise<Value> {
  if (isStopped()) throw new ReeveError('Conflict', 'The execution was stopped');
  if (task === undefined)
    throw new ReeveError('InvariantBroken', 'The workflow calls a task that nobody gave');
  const output = await task(structuredClone(input));
  return output === undefined ? null : (JSON.parse(JSON.stringify(output)) as Value);
}

/** Nobody reads the history, which would grow with every state until somebody does. */
async function discard(events: AsyncIterable<unknown>): Promise<void> {
  const iterator = events[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

function failedBy(error: unknown): Ended {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  return {
    how: 'failed',
    error: cause instanceof Error ? cause.name : 'Unknown',
    because: sentenceOf(cause),
  };
}
