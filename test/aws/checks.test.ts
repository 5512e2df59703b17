import { CreateScheduleCommand, DeleteScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { atExpression, createChecks } from '../../lib/aws/checks.ts';
import { refusal } from './answers.ts';

const NOW = Date.UTC(2026, 10, 23, 22, 15, 0, 400);
const client = new SchedulerClient({ region: 'eu-west-1' });
const scheduler = mockClient(client);
const environment = {
  REEVE_MONITOR_ARN: 'arn:monitor',
  REEVE_CHECKS_GROUP: 'Reeve-checks',
  REEVE_CHECKS_ROLE_ARN: 'arn:role',
  REEVE_UNDELIVERED_ARN: 'arn:queue',
};
const checks = createChecks(environment, { now: () => NOW }, client);
const arm = (at: number) => checks.arm({ name: 's1-3', at, sessionId: 's1', check: 3 });
const expressions = () =>
  scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input.ScheduleExpression);

beforeEach(() => scheduler.reset());

describe('arming', () => {
  test('creates a one-shot schedule that removes itself and calls the monitor', async () => {
    scheduler.on(CreateScheduleCommand).resolves({});
    expect(await arm(NOW + 300_000)).toBe('armed');
    expect(scheduler.commandCalls(CreateScheduleCommand)[0]!.args[0].input).toEqual({
      Name: 's1-3',
      GroupName: 'Reeve-checks',
      ScheduleExpression: 'at(2026-11-23T22:20:01)',
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: {
        Arn: 'arn:monitor',
        RoleArn: 'arn:role',
        Input: '{"session":"s1","check":3}',
        RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 21_600 },
        DeadLetterConfig: { Arn: 'arn:queue' },
      },
    });
  });

  test.each([
    [Date.UTC(2026, 0, 1), 'at(2026-01-01T00:00:00)'],
    [Date.UTC(2026, 0, 1) + 1, 'at(2026-01-01T00:00:01)'],
    [Date.UTC(2028, 1, 29, 23, 59, 59, 999), 'at(2028-03-01T00:00:00)'],
  ])('the time is in UTC, whole seconds, rounded up: %i is %s', (at, expression) => {
    expect(atExpression(at)).toBe(expression);
  });

  test.each([0, NOW - 3_600_000, NOW, NOW + 4_000])('is never in the past nor nearly so: %i', async (at) => {
    scheduler.on(CreateScheduleCommand).resolves({});
    await arm(at);
    expect(expressions()).toEqual(['at(2026-11-23T22:15:06)']);
  });

  test('a time that Scheduler finds too near is moved out by a minute', async () => {
    scheduler.on(CreateScheduleCommand).rejectsOnce(refusal('ValidationException')).resolvesOnce({});
    expect(await arm(NOW)).toBe('armed');
    expect(expressions()).toEqual(['at(2026-11-23T22:15:06)', 'at(2026-11-23T22:16:01)']);
  });

  test('what Scheduler refuses twice is a bug', async () => {
    scheduler.on(CreateScheduleCommand).rejects(refusal('ValidationException'));
    await expect(arm(NOW)).rejects.toMatchObject({ name: 'InvariantBroken' });
  });

  test('a check that is armed already exists: that is success', async () => {
    scheduler.on(CreateScheduleCommand).rejects(refusal('ConflictException'));
    expect(await arm(NOW)).toBe('exists');
  });

  test.each(['ThrottlingException', 'ServiceQuotaExceededException', 'AccessDeniedException'])(
    '%s: try again',
    async (name) => {
      scheduler.on(CreateScheduleCommand).rejects(refusal(name));
      await expect(arm(NOW)).rejects.toMatchObject({ name: 'StoreBusy' });
    },
  );
});

describe('disarming', () => {
  test('deletes the schedule from its group', async () => {
    scheduler.on(DeleteScheduleCommand).resolves({});
    await checks.disarm('s1-3');
    expect(scheduler.commandCalls(DeleteScheduleCommand)[0]!.args[0].input).toEqual({
      Name: 's1-3',
      GroupName: 'Reeve-checks',
    });
  });

  test('what is gone already is gone', async () => {
    scheduler.on(DeleteScheduleCommand).rejects(refusal('ResourceNotFoundException'));
    await expect(checks.disarm('s1-3')).resolves.toBeUndefined();
  });

  test('a schedule that is being changed is tried again', async () => {
    scheduler.on(DeleteScheduleCommand).rejects(refusal('ConflictException'));
    await expect(checks.disarm('s1-3')).rejects.toMatchObject({ name: 'StoreBusy' });
  });
});
