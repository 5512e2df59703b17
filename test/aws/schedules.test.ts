/** Recurring schedules on EventBridge Scheduler: the words it understands, and the calls that are made. */
import {
  ConflictException,
  CreateScheduleCommand,
  DeleteScheduleCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test } from 'vitest';
import { scheduleExpression } from '../../lib/aws/schedule-expression.ts';
import { createSchedules } from '../../lib/aws/schedules.ts';

describe('the expression of', () => {
  test.each([
    ['1m', 'rate(1 minute)'],
    ['90m', 'rate(90 minutes)'],
    ['120s', 'rate(2 minutes)'],
    ['1h', 'rate(1 hour)'],
    ['24h', 'rate(1 day)'],
    ['7d', 'rate(7 days)'],
    ['0 3 * * *', 'cron(0 3 * * ? *)'],
    ['*/15 * * * *', 'cron(0,15,30,45 * * * ? *)'],
    ['0 0 1-7/2 JAN,jul *', 'cron(0 0 1,3,5,7 1,7 ? *)'],
    ['0 3 * * 1', 'cron(0 3 ? * MON *)'],
    ['0 3 * * 1-5', 'cron(0 3 ? * MON,TUE,WED,THU,FRI *)'],
    ['0 3 * * fri-7', 'cron(0 3 ? * SUN,FRI,SAT *)'],
    ['0 3 * * 0,7', 'cron(0 3 ? * SUN *)'],
    ['0 3 * * */2', 'cron(0 3 ? * SUN,TUE,THU,SAT *)'],
    ['5/20 3 * * *', 'cron(5,25,45 3 * * ? *)'],
  ])('%s is %s', (every, expression) => {
    expect(scheduleExpression(every)).toBe(expression);
    expect(expression.length).toBeLessThan(256);
  });
});

const scheduler = mockClient(SchedulerClient);
const NOW = Date.UTC(2026, 0, 1);
const schedules = createSchedules(
  {
    REEVE_START_ARN: 'arn:start',
    REEVE_HARVESTS_GROUP: 'Reeve-harvests',
    REEVE_HARVESTS_ROLE_ARN: 'arn:role',
    REEVE_UNDELIVERED_ARN: 'arn:queue',
  },
  { now: () => NOW },
  new SchedulerClient({}),
);
const set = (every: string, from: number) =>
  schedules.set({ harvesterId: 'county', recurrence: { every, timezone: 'Europe/Berlin' }, from });
const failure = { message: 'x', $metadata: {} };

beforeEach(() => scheduler.reset());

describe('a schedule', () => {
  test('is made once for a harvester, and calls start with a key made of the time at which it was due', async () => {
    scheduler.on(CreateScheduleCommand).resolves({});
    await set('0 3 * * 1', NOW + 1);
    const [call] = scheduler.commandCalls(CreateScheduleCommand);
    expect(call?.args[0].input).toMatchObject({
      Name: 'county',
      GroupName: 'Reeve-harvests',
      ScheduleExpression: 'cron(0 3 ? * MON *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      Target: { Arn: 'arn:start', RoleArn: 'arn:role', DeadLetterConfig: { Arn: 'arn:queue' } },
    });
    expect(call?.args[0].input.StartDate).toBeUndefined();
    expect(JSON.parse(call?.args[0].input.Target?.Input ?? '')).toEqual({
      harvester: 'county',
      key: 'scheduled <aws.scheduler.scheduled-time>',
      scheduled: '0 3 * * 1 Europe/Berlin',
    });
  });

  test('of a duration begins when it is due, or at once when that is past', async () => {
    scheduler.on(CreateScheduleCommand).resolves({});
    await set('1d', NOW + 3_600_000);
    await set('1d', NOW - 1);
    const dates = scheduler.commandCalls(CreateScheduleCommand).map(({ args }) => args[0].input.StartDate);
    expect(dates).toEqual([new Date(NOW + 3_600_000), undefined]);
  });

  test('that is there is replaced, and one that went in between is made', async () => {
    scheduler
      .on(CreateScheduleCommand)
      .rejectsOnce(new ConflictException({ ...failure, Message: 'x' }))
      .resolves({});
    scheduler.on(UpdateScheduleCommand).rejects(new ResourceNotFoundException({ ...failure, Message: 'x' }));
    await set('1h', NOW);
    expect(scheduler.commandCalls(UpdateScheduleCommand)[0]?.args[0].input).toMatchObject({
      Name: 'county',
      ScheduleExpression: 'rate(1 hour)',
    });
    expect(scheduler.commandCalls(CreateScheduleCommand)).toHaveLength(2);
  });

  test('is removed; one that is not there is removed already', async () => {
    scheduler.on(DeleteScheduleCommand).rejects(new ResourceNotFoundException({ ...failure, Message: 'x' }));
    await schedules.remove('county');
    expect(scheduler.commandCalls(DeleteScheduleCommand)[0]?.args[0].input).toEqual({
      Name: 'county',
      GroupName: 'Reeve-harvests',
    });
  });

  test('that Scheduler does not take now is to be tried again', async () => {
    scheduler
      .on(CreateScheduleCommand)
      .rejects(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await expect(set('1h', NOW)).rejects.toMatchObject({ name: 'StoreBusy' });
  });
});
