import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { createEvents } from '../../lib/aws/events.ts';
import { createFinalizer } from '../../lib/aws/finalizer.ts';
import { NO_COUNTS } from '../../lib/session/conclusion.ts';
import { makeSession, T0 } from '../session/make.ts';
import { refusal } from './answers.ts';

const lambdaClient = new LambdaClient({ region: 'eu-west-1' });
const lambda = mockClient(lambdaClient);
const eventsClient = new EventBridgeClient({ region: 'eu-west-1' });
const bus = mockClient(eventsClient);

beforeEach(() => {
  lambda.reset();
  bus.reset();
});

describe('calling the finalizer', () => {
  const finalizer = createFinalizer({ REEVE_FINALIZE_ARN: 'arn:finalize' }, lambdaClient);
  const call = { session: 's1', by: 'monitor', because: 'overdue' } as const;

  test('does not wait for it', async () => {
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    await finalizer.call(call);
    const { FunctionName, InvocationType, Payload } = lambda.commandCalls(InvokeCommand)[0]!.args[0].input;
    expect({ FunctionName, InvocationType }).toEqual({
      FunctionName: 'arn:finalize',
      InvocationType: 'Event',
    });
    expect(JSON.parse(Buffer.from(Payload as Uint8Array).toString('utf8'))).toEqual(call);
  });

  test.each(['TooManyRequestsException', 'ServiceException'])('%s: try again', async (name) => {
    lambda
      .on(InvokeCommand)
      .rejects(refusal(name, undefined, name === 'ServiceException' ? 'server' : 'client'));
    await expect(finalizer.call(call)).rejects.toMatchObject({ name: 'StoreBusy' });
  });

  test('a finalizer that is not there is a bug', async () => {
    lambda.on(InvokeCommand).rejects(refusal('ResourceNotFoundException'));
    await expect(finalizer.call(call)).rejects.toMatchObject({ name: 'InvariantBroken' });
  });
});

describe('telling others', () => {
  const measured: unknown[][] = [];
  const measure = (...measures: unknown[]): void => void measured.push(measures);
  const events = createEvents({ REEVE_EVENT_BUS: 'Reeve' }, { measure }, eventsClient);
  const session = makeSession({
    id: 's1',
    status: 'finished-all-ok',
    conclusion: {
      counts: { ...NO_COUNTS, total: 2, harvested: 2 },
      finalizedBy: 'workflow',
      cause: '',
      reasons: [],
      concludedAt: T0 + 600_000,
    },
  });
  const publish = () => events.publish({ id: 's1', type: 'session-concluded', at: T0 + 600_000, session });

  test('what is told is bounded: the conclusion and where the records are, not the waves', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
    await publish();
    const [entry] = bus.commandCalls(PutEventsCommand)[0]!.args[0].input.Entries!;
    expect(entry).toMatchObject({
      EventBusName: 'Reeve',
      Source: 'reeve',
      DetailType: 'Session Concluded',
      Time: new Date(T0 + 600_000),
    });
    expect(JSON.parse(entry!.Detail!)).toEqual({
      id: 's1',
      session: 's1',
      harvester: 'county',
      remote: { type: 'geonode', url: 'http://127.0.0.1:1/' },
      status: 'finished-all-ok',
      startedAt: '2026-01-01T00:00:00.000Z',
      deadlineAt: '2026-01-01T00:20:00.000Z',
      counts: { total: 2, harvested: 2, unchanged: 0, failed: 0, skipped: 0, lost: 0 },
      finalizedBy: 'workflow',
      cause: '',
      reasons: [],
      concludedAt: '2026-01-01T00:10:00.000Z',
      records: 'records/harvester=county/session=s1/',
    });
  });

  test('how long it took is measured, against the time that it might have taken', async () => {
    measured.length = 0;
    bus.on(PutEventsCommand).resolves({});
    await publish();
    expect(measured).toEqual([
      ['SessionSeconds', 600, { status: 'finished-all-ok' }],
      ['WorkflowTimePercent', 50, { status: 'finished-all-ok' }],
    ]);
  });

  test('an entry that fails is an error, although the answer is a success', async () => {
    measured.length = 0;
    bus
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'sorry' }] });
    await expect(publish()).rejects.toMatchObject({
      name: 'StoreBusy',
      message: expect.stringContaining('InternalFailure: sorry') as string,
    });
    expect(measured).toEqual([]);
  });

  test('a bus that is not there is a bug', async () => {
    bus.on(PutEventsCommand).rejects(refusal('ResourceNotFoundException'));
    await expect(publish()).rejects.toMatchObject({ name: 'InvariantBroken' });
  });
});
