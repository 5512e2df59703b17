import {
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createExecutions } from '../../lib/aws/executions.ts';
import { refusal } from './answers.ts';

const MACHINE = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Reeve-harvest';
const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Reeve-harvest:s1';
const client = new SFNClient({ region: 'eu-west-1' });
const sfn = mockClient(client);
const executions = createExecutions({ REEVE_STATE_MACHINE_ARN: MACHINE }, client);
const INPUT = { session: 's1', wave: 0, batchesAtOnce: 2 };

beforeEach(() => sfn.reset());

describe('starting', () => {
  test('is by name, with ids and numbers as input', async () => {
    sfn.on(StartExecutionCommand).resolves({});
    expect(await executions.start('s1', INPUT)).toBe('started');
    expect(sfn.commandCalls(StartExecutionCommand)[0]!.args[0].input).toEqual({
      stateMachineArn: MACHINE,
      name: 's1',
      input: '{"session":"s1","wave":0,"batchesAtOnce":2}',
    });
  });

  test('a name that was used exists: nothing is started', async () => {
    sfn.on(StartExecutionCommand).rejects(refusal('ExecutionAlreadyExists'));
    expect(await executions.start('s1', INPUT)).toBe('exists');
  });

  test.each(['ThrottlingException', 'AccessDeniedException'])('%s: try again', async (name) => {
    sfn.on(StartExecutionCommand).rejects(refusal(name));
    await expect(executions.start('s1', INPUT)).rejects.toMatchObject({ name: 'StoreBusy' });
  });

  test('a machine that is not there is a bug', async () => {
    sfn.on(StartExecutionCommand).rejects(refusal('StateMachineDoesNotExist'));
    await expect(executions.start('s1', INPUT)).rejects.toMatchObject({ name: 'InvariantBroken' });
  });
});

describe('looking', () => {
  test.each([
    ['RUNNING', { execution: 'running' }],
    ['SUCCEEDED', { execution: 'ended', how: 'succeeded' }],
    ['FAILED', { execution: 'ended', how: 'failed' }],
    ['TIMED_OUT', { execution: 'ended', how: 'timed-out' }],
    ['ABORTED', { execution: 'ended', how: 'aborted' }],
    ['PENDING_REDRIVE', { execution: 'ended', how: 'failed' }],
  ] as const)('%s is seen', async (status, sighting) => {
    sfn.on(DescribeExecutionCommand, { executionArn: EXECUTION }).resolves({ status });
    expect(await executions.look('s1')).toEqual(sighting);
  });

  test('does not ask for the data of the execution', async () => {
    sfn.on(DescribeExecutionCommand).resolves({ status: 'RUNNING' });
    await executions.look('s1');
    expect(sfn.commandCalls(DescribeExecutionCommand)[0]!.args[0].input.includedData).toBe('METADATA_ONLY');
  });

  test('only Step Functions’ own word that there is none is absence', async () => {
    sfn.on(DescribeExecutionCommand).rejects(refusal('ExecutionDoesNotExist'));
    expect(await executions.look('s1')).toEqual({ execution: 'absent' });
  });

  test.each(['ThrottlingException', 'AccessDeniedException', 'ExpiredTokenException'])(
    '%s is thrown, never taken for absence',
    async (name) => {
      sfn.on(DescribeExecutionCommand).rejects(refusal(name));
      await expect(executions.look('s1')).rejects.toMatchObject({ name: 'StoreBusy' });
    },
  );

  test('a status of tomorrow is unknown, neither running nor ended', async () => {
    sfn.on(DescribeExecutionCommand).resolves({ status: 'HIBERNATING' as never });
    expect(await executions.look('s1')).toEqual({
      execution: 'unknown',
      because: 'Step Functions gave the status HIBERNATING',
    });
    sfn.on(DescribeExecutionCommand).resolves({});
    expect(await executions.look('s1')).toMatchObject({ execution: 'unknown' });
  });
});

describe('stopping', () => {
  test('says why, cut to what Step Functions takes', async () => {
    sfn.on(StopExecutionCommand).resolves({});
    expect(await executions.stop('s1', 'x'.repeat(40_000))).toBe('stopped');
    const { executionArn, cause } = sfn.commandCalls(StopExecutionCommand)[0]!.args[0].input;
    expect(executionArn).toBe(EXECUTION);
    expect(cause).toHaveLength(1_000);
  });

  test.each(['ExecutionDoesNotExist', 'ValidationException'])(
    'of what does not run (%s) is done',
    async (name) => {
      sfn.on(StopExecutionCommand).rejects(refusal(name));
      expect(await executions.stop('s1', 'a test')).toBe('not running');
    },
  );

  test('that is throttled must be tried again', async () => {
    sfn.on(StopExecutionCommand).rejects(refusal('ThrottlingException'));
    await expect(executions.stop('s1', 'a test')).rejects.toMatchObject({ name: 'StoreBusy' });
  });
});
