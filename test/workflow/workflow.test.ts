/** The state machine value: valid, closed under our own error names, its limits nested; and what it does, run by an interpreter. */
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { runWorkflow, type Ended, type Tasks } from '../../lib/local/interpreter.ts';
import { BAD_INPUT_NAMES, BUG_NAMES, ReeveError, TRY_AGAIN_NAMES } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import type { State, StateMachine, Task } from '../../lib/workflow/asl.ts';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';

const arn = (name: string): string => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const FUNCTIONS = { discover: arn('discover'), harvest: arn('harvest'), finalize: arn('finalize') };
const MACHINE = harvestWorkflow(FUNCTIONS, DEFAULT_LIMITS);

/** Names that Step Functions and Lambda give to errors. */
const AWS_NAMES = [
  'States.ALL',
  'States.Timeout',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
];

/** All states, those inside of Maps included, each with its path. */
function statesOf(machine: StateMachine): [string, State | { readonly Type: 'Pass' }][] {
  return Object.entries(machine.States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Type === 'Map'
      ? Object.entries(state.ItemProcessor.States).map(
          ([inner, one]) => [`${name}/${inner}`, one] as [string, Task],
        )
      : []),
  ]);
}

const TASKS = statesOf(MACHINE).flatMap(([path, state]) =>
  state.Type === 'Task' ? [[path, state] as const] : [],
);

describe('the value', () => {
  test('is valid Amazon States Language', () => {
    const validation = validate(MACHINE);
    expect(validation.errorsText('\n')).toBe('');
    expect(validation.isValid).toBe(true);
  });

  test('a wrong one would not be: an unknown state type is refused', () => {
    const wrong = { ...MACHINE, States: { ...MACHINE.States, More: { Type: 'Chance' } } };
    expect(validate(wrong).isValid).toBe(false);
  });

  test('every error name that is retried or caught is one of ours or of AWS', () => {
    const known: string[] = [...TRY_AGAIN_NAMES, ...BAD_INPUT_NAMES, ...BUG_NAMES, ...AWS_NAMES];
    const named = statesOf(MACHINE).flatMap(([path, state]) => {
      const retriers = 'Retry' in state ? state.Retry : [];
      const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
      return [...retriers, ...catchers].flatMap(({ ErrorEquals }) =>
        ErrorEquals.map((name) => [path, name] as const),
      );
    });
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(([, name]) => !known.includes(name))).toEqual([]);
  });

  test('every error of the family "try again" is retried by every task that others call', () => {
    for (const [path, task] of TASKS) {
      const retried = new Set(task.Retry.flatMap(({ ErrorEquals }) => ErrorEquals));
      const missing = TRY_AGAIN_NAMES.filter((name) => !retried.has(name) && !retried.has('States.ALL'));
      // Only a harvest is ever unfinished.
      expect(
        missing.filter((name) => !(name === 'BatchUnfinished' && path === 'Discover')),
        path,
      ).toEqual([]);
    }
  });

  test('time limits nest: own time < Lambda < task < session', () => {
    const { discoverSeconds, discoverLambdaSeconds } = DEFAULT_LIMITS;
    const { batchSeconds, harvestLambdaSeconds, finalizeLambdaSeconds } = DEFAULT_LIMITS;
    expect(discoverSeconds).toBeLessThan(discoverLambdaSeconds);
    expect(batchSeconds).toBeLessThan(harvestLambdaSeconds);
    const lambdaSeconds = (path: string): number =>
      path === 'Discover'
        ? discoverLambdaSeconds
        : path.endsWith('Batch')
          ? harvestLambdaSeconds
          : finalizeLambdaSeconds;
    for (const [path, task] of TASKS) {
      expect(task.TimeoutSeconds, path).toBeGreaterThan(lambdaSeconds(path));
      expect(task.TimeoutSeconds, path).toBeLessThan(MACHINE.TimeoutSeconds);
    }
  });

  test('every task is retried with jitter and a longest pause, but for a batch that goes on where it was', () => {
    const bare = TASKS.flatMap(([path, task]) =>
      task.Retry.filter(
        ({ JitterStrategy, MaxDelaySeconds }) => JitterStrategy !== 'FULL' || MaxDelaySeconds === undefined,
      ).map(({ ErrorEquals }) => `${path.replace(/^.*\//, '')} ${ErrorEquals.join()}`),
    );
    expect([...new Set(bare)]).toEqual([
      'HarvestFewBatch BatchUnfinished',
      'HarvestManyBatch BatchUnfinished',
    ]);
  });

  test('a Map is never retried itself, since that would run all its batches again, and keeps none of their results', () => {
    const maps = statesOf(MACHINE).flatMap(([path, state]) =>
      state.Type === 'Map' ? [[path, state] as const] : [],
    );
    expect(maps.map(([path]) => path)).toEqual(['HarvestFew', 'HarvestMany']);
    for (const [, map] of maps) {
      expect(map).not.toHaveProperty('Retry');
      expect(map.ResultPath).toBeNull();
    }
  });
});

interface Called {
  readonly calls: string[];
  readonly inputs: unknown[];
}

type Name = keyof typeof FUNCTIONS;
type TaskOf = (input: unknown) => Promise<unknown>;

function byArn(tasks: Partial<Record<Name, TaskOf>>, otherwise: TaskOf): Tasks {
  return Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, resource]) => [resource, tasks[name as Name] ?? otherwise]),
  );
}

/** Runs the machine with these tasks, without pauses, and tells which were called with what. */
async function run(tasks: Partial<Record<Name, TaskOf>>): Promise<Called & { readonly ended: Ended }> {
  const calls: string[] = [];
  const inputs: unknown[] = [];
  const kept = Object.keys(FUNCTIONS).map((name) => {
    const task = tasks[name as Name] ?? (() => Promise.resolve(0));
    const keep = (input: unknown): Promise<unknown> => {
      calls.push(name);
      inputs.push(input);
      return task(input);
    };
    return [name, keep] as const;
  });
  const all = byArn(Object.fromEntries(kept), NEVER);
  const running = await runWorkflow(MACHINE, { input: INPUT, tasks: all, retryPauseMillis: 0 });
  return { calls, inputs, ended: await running.ended };
}

const INPUT = { session: 's1', wave: 0, batchesAtOnce: 2 };
const NEVER: TaskOf = () => new Promise(() => undefined);

const count = (calls: readonly string[], name: string): number => calls.filter((one) => one === name).length;

function wavesOf(...waves: readonly (readonly number[])[]): TaskOf {
  return (input) => {
    const { session, wave } = input as { session: string; wave: number };
    const batches = waves[wave] ?? [];
    const map = batches.length === 0 ? 'none' : wave === 0 ? 'inline' : 'distributed';
    return Promise.resolve({
      session,
      wave: wave + 1,
      batches,
      batchesAtOnce: 2,
      map,
      more: wave + 1 < waves.length,
    });
  };
}

describe('the workflow, interpreted', () => {
  test('two waves: discover, every batch once, discover again, finalize once', async () => {
    const { calls, inputs, ended } = await run({ discover: wavesOf([0, 1, 2], [3, 4]) });
    expect(ended).toEqual({ how: 'succeeded' });
    expect([count(calls, 'discover'), count(calls, 'harvest'), count(calls, 'finalize')]).toEqual([2, 5, 1]);
    const callerWaitsSeconds = DEFAULT_LIMITS.harvestTaskSeconds;
    expect(inputs.filter((_, index) => calls[index] === 'harvest')).toEqual(
      [0, 1, 2, 3, 4].map((batch) => ({ session: 's1', batch, callerWaitsSeconds })),
    );
    expect(inputs[calls.lastIndexOf('discover')]).toMatchObject({ session: 's1', wave: 1 });
    expect(inputs.at(-1)).toEqual({ session: 's1', by: 'workflow' });
  });

  test('a remote without resources needs no Map', async () => {
    const { calls, ended } = await run({ discover: wavesOf([]) });
    expect(ended.how).toBe('succeeded');
    expect(calls).toEqual(['discover', 'finalize']);
  });

  test('a batch that fails for ever is left, and the others and the finalizer are not kept from their work', async () => {
    const harvest = (input: unknown): Promise<unknown> =>
      (input as { batch: number }).batch === 1
        ? Promise.reject(new RangeError('out of memory'))
        : Promise.resolve(0);
    for (const waves of [[[0, 1, 2]], [[], [0, 1, 2]]]) {
      const { calls, inputs, ended } = await run({ discover: wavesOf(...waves), harvest });
      expect(ended).toEqual({ how: 'succeeded' });
      const tries = inputs.filter(
        (input, index) => calls[index] === 'harvest' && (input as { batch: number }).batch === 1,
      ).length;
      expect(tries).toBe(4);
      expect(count(calls, 'harvest')).toBe(2 + tries);
      expect(count(calls, 'finalize')).toBe(1);
    }
  });

  test('a batch that is not finished yet is called again, as often as it must be', async () => {
    let left = 40;
    const harvest = (): Promise<unknown> =>
      left-- > 0 ? Promise.reject(new ReeveError('BatchUnfinished', 'More to do')) : Promise.resolve(0);
    const { calls, ended } = await run({ discover: wavesOf([0]), harvest });
    expect(ended.how).toBe('succeeded');
    expect(count(calls, 'harvest')).toBe(41);
  });

  test('a discover that cannot succeed is not repeated, and its error goes to the finalizer', async () => {
    const refused = new ReeveError('RemoteRefused', 'It says 403');
    const { calls, inputs, ended } = await run({ discover: () => Promise.reject(refused) });
    expect(ended.how).toBe('succeeded');
    expect(calls).toEqual(['discover', 'finalize']);
    expect(inputs[1]).toEqual({
      session: 's1',
      by: 'workflow',
      error: { Error: 'RemoteRefused', Cause: 'It says 403' },
    });
  });

  test('a discover that may succeed later is repeated five times before its error goes to the finalizer', async () => {
    const { calls, inputs } = await run({
      discover: () => Promise.reject(new ReeveError('StoreBusy', 'Busy')),
    });
    expect([count(calls, 'discover'), count(calls, 'finalize')]).toEqual([6, 1]);
    expect(inputs.at(-1)).toMatchObject({ error: { Error: 'StoreBusy' } });
  });

  test('a finalizer that fails is repeated, whatever its error', async () => {
    let left = 3;
    const finalize = (): Promise<unknown> =>
      left-- > 0 ? Promise.reject(new TypeError('oh')) : Promise.resolve({ did: 'closed' });
    const { calls, ended } = await run({ discover: wavesOf([]), finalize });
    expect(ended.how).toBe('succeeded');
    expect(count(calls, 'finalize')).toBe(4);
  });

  test('an execution whose finalizer fails for good has failed, with its error', async () => {
    const { calls, ended } = await run({
      discover: wavesOf([]),
      finalize: () => Promise.reject(new TypeError('oh')),
    });
    expect(ended).toEqual({ how: 'failed', error: 'TypeError', because: 'oh' });
    expect(count(calls, 'finalize')).toBe(9);
  });

  test('an aborted execution calls no further task', async () => {
    const calls: string[] = [];
    let stop = (): void => undefined;
    const harvest: TaskOf = (input) => {
      calls.push(`harvest ${(input as { batch: number }).batch}`);
      stop();
      return Promise.resolve(0);
    };
    const tasks = byArn(
      {
        discover: wavesOf([0, 1, 2, 3, 4, 5]),
        harvest,
        finalize: () => Promise.resolve(calls.push('finalize')),
      },
      NEVER,
    );
    const running = await runWorkflow(MACHINE, {
      input: { ...INPUT, batchesAtOnce: 1 },
      tasks,
      retryPauseMillis: 0,
    });
    stop = () => running.abort();
    expect(await running.ended).toEqual({ how: 'aborted' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toEqual(['harvest 0']);
  });

  test('a time limit of thirty days is not one of no time at all', async () => {
    expect(MACHINE.TimeoutSeconds * 1_000).toBeGreaterThan(2 ** 31);
    const slowly: TaskOf = async (input) => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return wavesOf([])(input);
    };
    expect((await run({ discover: slowly })).ended.how).toBe('succeeded');
  });

  test('an execution that takes longer than its time limit has timed out', async () => {
    const machine = { ...MACHINE, TimeoutSeconds: 0.02 };
    const running = await runWorkflow(machine, { input: INPUT, tasks: byArn({}, NEVER) });
    expect(await running.ended).toEqual({ how: 'timed-out' });
  });
});
