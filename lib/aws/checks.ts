/** Checks as one-shot schedules of EventBridge Scheduler, in a group of their own. */
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  SchedulerClient,
  type CreateScheduleCommandInput,
} from '@aws-sdk/client-scheduler';
import type { Checks, Clock } from '../ports.ts';
import type { Instant } from '../session/session.ts';
import { clientSettings } from './client.ts';
import type { EnvironmentOf } from './environment.ts';
import { calling, isNamed } from './faults.ts';
import type { Adapter } from './world.ts';

/** Scheduler refuses a time that is past when the request arrives. */
const LEAD_SECONDS = 5;
/** How near is too near is nowhere written down; Scheduler's precision is a minute. */
const SAFE_LEAD_SECONDS = 60;

/** Invoking a Lambda fails only while Lambda is away; six hours is how long Lambda itself keeps what it has accepted. */
const DELIVERY: { MaximumRetryAttempts: number; MaximumEventAgeInSeconds: number } = {
  MaximumRetryAttempts: 185,
  MaximumEventAgeInSeconds: 21_600,
};

/** `at(2026-11-23T22:15:00)`, in UTC, whole seconds, rounded up: a check never comes early. */
export function atExpression(at: Instant): string {
  return `at(${new Date(Math.ceil(at / 1_000) * 1_000).toISOString().slice(0, 19)})`;
}

export const checks: Adapter<'checks'> = (environment, { clock }) =>
  createChecks(environment, clock, new SchedulerClient(clientSettings()));

export function createChecks(
  environment: EnvironmentOf<'checks'>,
  clock: Clock,
  client: SchedulerClient,
): Checks {
  const group = environment.REEVE_CHECKS_GROUP;

  return {
    async arm(check) {
      const create = (at: Instant) =>
        client.send(new CreateScheduleCommand(scheduleOf(environment, check, at)));
      const soonest = (seconds: number): Instant => Math.max(check.at, clock.now() + seconds * 1_000);
      return calling<'armed' | 'exists'>(
        `CreateSchedule of ${check.name} in group ${group}`,
        async () => {
          await create(soonest(LEAD_SECONDS)).catch((error: unknown) => {
            if (!isNamed(error, 'ValidationException')) throw error;
            return create(soonest(SAFE_LEAD_SECONDS));
          });
          return 'armed';
        },
        { ConflictException: 'exists' },
      );
    },
    async disarm(name) {
      const command = new DeleteScheduleCommand({ Name: name, GroupName: group });
      await calling<unknown>(`DeleteSchedule of ${name} in group ${group}`, () => client.send(command), {
        ResourceNotFoundException: undefined,
      });
    },
  };
}

type Check = Parameters<Checks['arm']>[0];

function scheduleOf(
  environment: EnvironmentOf<'checks'>,
  check: Check,
  at: Instant,
): CreateScheduleCommandInput {
  return {
    Name: check.name,
    GroupName: environment.REEVE_CHECKS_GROUP,
    ScheduleExpression: atExpression(at),
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: {
      Arn: environment.REEVE_MONITOR_ARN,
      RoleArn: environment.REEVE_CHECKS_ROLE_ARN,
      Input: JSON.stringify({ session: check.sessionId, check: check.check }),
      RetryPolicy: DELIVERY,
      DeadLetterConfig: { Arn: environment.REEVE_UNDELIVERED_ARN },
    },
  };
}
