/** Recurring harvests as schedules of EventBridge Scheduler, in a group of their own: each starts the session of one harvester. */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  SchedulerClient,
  UpdateScheduleCommand,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import type { Clock, Schedules } from '../ports.ts';
import { scheduledKey, scheduledText } from '../session/names.ts';
import { durationSeconds } from '../settings/duration.ts';
import { clientSettings } from './client.ts';
import type { EnvironmentOf } from './environment.ts';
import { calling } from './faults.ts';
import { scheduleExpression } from './schedule-expression.ts';
import type { Adapter } from './world.ts';

/** Scheduler puts the time at which the schedule was due in its place: the same for every delivery of one time. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

/** A harvest that could not be started for an hour has missed its time. */
const DELIVERY: { MaximumRetryAttempts: number; MaximumEventAgeInSeconds: number } = {
  MaximumRetryAttempts: 185,
  MaximumEventAgeInSeconds: 3_600,
};

/** Made and removed at the same time, a schedule may be there for one call and gone for the next. */
const TRIES_MAX = 3;

export const schedules: Adapter<'schedules'> = (environment, { clock }) =>
  createSchedules(environment, clock, new SchedulerClient(clientSettings()));

export function createSchedules(
  environment: EnvironmentOf<'schedules'>,
  clock: Clock,
  client: SchedulerClient,
): Schedules {
  const group = environment.REEVE_HARVESTS_GROUP;
  const create = (input: CreateScheduleCommandInput) =>
    calling<'made' | 'exists'>(
      `CreateSchedule of ${input.Name ?? ''} in group ${group}`,
      async () => {
        await client.send(new CreateScheduleCommand(input));
        return 'made';
      },
      { ConflictException: 'exists' },
    );
  const update = (input: CreateScheduleCommandInput) =>
    calling<'made' | 'gone'>(
      `UpdateSchedule of ${input.Name ?? ''} in group ${group}`,
      async () => {
        await client.send(new UpdateScheduleCommand(input));
        return 'made';
      },
      { ResourceNotFoundException: 'gone' },
    );

  return {
    async set(schedule) {
      const input = scheduleOf(environment, schedule, clock);
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        if ((await create(input)) === 'made' || (await update(input)) === 'made') return;
      }
    },
    async remove(harvesterId) {
      const command = new DeleteScheduleCommand({ Name: harvesterId, GroupName: group });
      await calling<unknown>(
        `DeleteSchedule of ${harvesterId} in group ${group}`,
        () => client.send(command),
        { ResourceNotFoundException: undefined },
      );
    },
  };
}

function scheduleOf(
  environment: EnvironmentOf<'schedules'>,
  { harvesterId, recurrence, from }: Parameters<Schedules['set']>[0],
  clock: Clock,
): CreateScheduleCommandInput {
  const isDuration = durationSeconds(recurrence.every) !== undefined;
  return {
    Name: harvesterId,
    GroupName: environment.REEVE_HARVESTS_GROUP,
    ScheduleExpression: scheduleExpression(recurrence.every),
    ScheduleExpressionTimezone: recurrence.timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    // Without a date to start at, a rate begins at once; one that is past is refused.
    ...(isDuration && from > clock.now() ? { StartDate: new Date(from) } : {}),
    Target: {
      Arn: environment.REEVE_START_ARN,
      RoleArn: environment.REEVE_HARVESTS_ROLE_ARN,
      Input: JSON.stringify({
        harvester: harvesterId,
        key: scheduledKey(SCHEDULED_TIME),
        scheduled: scheduledText(recurrence),
      }),
      RetryPolicy: DELIVERY,
      DeadLetterConfig: { Arn: environment.REEVE_UNDELIVERED_ARN },
    },
  };
}
