/** Executions in this process: the workflow value, run by an interpreter, its tasks being the handlers. Nothing of them outlives the process. */
import type { Executions, Log, WorkflowInput } from '../../ports.ts';
import { sentenceOf } from '../../session/errors.ts';
import type { Limits } from '../../session/limits.ts';
import type { Sighting } from '../../session/verdict.ts';
import { harvestWorkflow } from '../../workflow/workflow.ts';
import { runWorkflow, type Ended, type Run, type Tasks } from '../interpreter.ts';
import type { Invoker } from './invoke.ts';

interface Execution {
  sighting: Extract<Sighting, { execution: 'running' | 'ended' }>;
  run: Promise<Run>;
  ended: Promise<void>;
}

export interface EmbeddedExecutions extends Executions {
  /** When none runs any more. */
  idle(): Promise<void>;
  abortAll(): Promise<void>;
}

/** Names of executions that have ended are kept for a while, as AWS keeps them for 90 days. */
const ENDED_KEPT_MAX = 1_000;

interface ExecutionsParts {
  readonly invoker: Invoker;
  readonly limits: Limits;
  readonly log: Log;
}

export function createExecutions({ invoker, limits, log }: ExecutionsParts): EmbeddedExecutions {
  const machine = harvestWorkflow({ discover: 'discover', harvest: 'harvest', finalize: 'finalize' }, limits);
  const executions = new Map<string, Execution>();
  const running = (): Execution[] =>
    [...executions.values()].filter(({ sighting }) => sighting.execution === 'running');
  const tasks = tasksOf(invoker);

  const follow = async (name: string, input: WorkflowInput, run: Promise<Run>): Promise<void> => {
    const ended = await run.then(
      ({ ended }) => ended,
      (error: unknown): Ended => ({ how: 'failed', error: 'States.Runtime', because: sentenceOf(error) }),
    );
    const execution = executions.get(name);
    if (execution) execution.sighting = { execution: 'ended', how: ended.how };
    log.debug('execution ended', { execution: name, ...ended });
    // What the rule on "Execution Status Change" does on AWS.
    if (ended.how !== 'succeeded') {
      invoker.later('finalize', {
        session: input.session,
        by: 'event',
        because: spoken(ended),
        execution: name,
      });
    }
    forgetOldest(executions);
  };

  return {
    start: (name, input) => {
      if (executions.has(name)) return Promise.resolve('exists');
      const run = runWorkflow(machine, { input, tasks });
      executions.set(name, { sighting: { execution: 'running' }, run, ended: follow(name, input, run) });
      return Promise.resolve('started');
    },
    look: (name) => Promise.resolve(executions.get(name)?.sighting ?? { execution: 'absent' }),
    stop: async (name, because) => {
      const execution = executions.get(name);
      if (execution?.sighting.execution !== 'running') return 'not running';
      log.debug('execution stopped', { execution: name, because });
      (await execution.run).abort();
      await execution.ended;
      return 'stopped';
    },
    idle: async () => {
      while (running().length > 0) await Promise.all(running().map(({ ended }) => ended));
    },
    abortAll: async () => {
      await Promise.all(running().map(async ({ run }) => (await run).abort()));
    },
  };
}

function tasksOf(invoker: Invoker): Tasks {
  return {
    discover: (input) => invoker.invoke('discover', input),
    harvest: (input) => invoker.invoke('harvest', input),
    finalize: (input) => invoker.invoke('finalize', input),
  };
}

function spoken(ended: Ended): string {
  switch (ended.how) {
    case 'failed':
      return `its execution failed: ${ended.error} (${ended.because})`;
    case 'timed-out':
      return 'its execution took too long';
    case 'aborted':
      return 'its execution was stopped';
    case 'succeeded':
      return '';
  }
}

function forgetOldest(executions: Map<string, Execution>): void {
  for (const [name, { sighting }] of executions) {
    if (executions.size <= ENDED_KEPT_MAX) return;
    if (sighting.execution === 'ended') executions.delete(name);
  }
}
