/** Executions of the state machine: started once by name, looked at, stopped. */
import {
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionStatus,
} from '@aws-sdk/client-sfn';
import type { Executions } from '../ports.ts';
import type { Sighting } from '../session/verdict.ts';
import { clientSettings } from './client.ts';
import type { EnvironmentOf } from './environment.ts';
import { calling } from './faults.ts';
import type { Adapter } from './world.ts';

const CAUSE_CHARS_MAX = 1_000;

/** Complete by type; a later release of Step Functions may say more. */
const SIGHTINGS: Readonly<Record<ExecutionStatus, Sighting>> = {
  RUNNING: { execution: 'running' },
  SUCCEEDED: { execution: 'ended', how: 'succeeded' },
  FAILED: { execution: 'ended', how: 'failed' },
  TIMED_OUT: { execution: 'ended', how: 'timed-out' },
  ABORTED: { execution: 'ended', how: 'aborted' },
  // Said of what failed and may be redriven by hand; until then nothing works on it.
  PENDING_REDRIVE: { execution: 'ended', how: 'failed' },
};

/** `arn:aws:states:eu-west-1:1:stateMachine:m` and `n` make `arn:aws:states:eu-west-1:1:execution:m:n`. */
export function executionArnOf(stateMachineArn: string, name: string): string {
  return `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
}

export const executions: Adapter<'executions'> = (environment) =>
  createExecutions(environment, new SFNClient(clientSettings()));

/** A look that fails is thrown: the caller makes `unknown` of it, never `absent`. */
export function createExecutions(
  { REEVE_STATE_MACHINE_ARN: stateMachineArn }: EnvironmentOf<'executions'>,
  client: SFNClient,
): Executions {
  return {
    /** Of a name whose execution still runs with the same input AWS says `started` again; of a name that was used, `exists`. */
    start: (name, input) =>
      calling<'started' | 'exists'>(
        `StartExecution of ${name}`,
        async () => {
          await client.send(
            new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
          );
          return 'started';
        },
        { ExecutionAlreadyExists: 'exists' },
      ),
    look: (name) =>
      calling<Sighting>(
        `DescribeExecution of ${name}`,
        async () => {
          const command = new DescribeExecutionCommand({
            executionArn: executionArnOf(stateMachineArn, name),
            includedData: 'METADATA_ONLY',
          });
          return sightingOf((await client.send(command)).status);
        },
        { ExecutionDoesNotExist: { execution: 'absent' } },
      ),
    /** Of an execution that has ended some answers are a refusal, and some the same as of one that was stopped just now. */
    stop: (name, because) =>
      calling<'stopped' | 'not running'>(
        `StopExecution of ${name}`,
        async () => {
          const executionArn = executionArnOf(stateMachineArn, name);
          const cause = because.slice(0, CAUSE_CHARS_MAX);
          await client.send(new StopExecutionCommand({ executionArn, error: 'Reeve.Stopped', cause }));
          return 'stopped';
        },
        { ExecutionDoesNotExist: 'not running', ValidationException: 'not running' },
      ),
  };
}

function sightingOf(status: string | undefined): Sighting {
  const sighting = (SIGHTINGS as Readonly<Record<string, Sighting | undefined>>)[status ?? ''];
  return (
    sighting ?? { execution: 'unknown', because: `Step Functions gave the status ${status ?? '(none)'}` }
  );
}
