/** Alarms that mean something: each is a heading of RUNBOOK.md, which says what it means, where to look and what to do. */
import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Metric,
  Stats,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Failures } from './failures.ts';
import type { FunctionName } from './function-names.ts';
import { ASYNCHRONOUS, type Functions } from './functions.ts';
import { PERIOD, stackMetric } from './metrics.ts';
import type { Names } from './names.ts';
import type { Settings } from './settings.ts';

export const RUNBOOK = 'RUNBOOK.md';

export const ALARM_NAMES = [
  'SessionOverdue',
  'SessionRescued',
  'CheckLost',
  'SweepSilent',
  'HandlerFailed',
  'NotDelivered',
  'CallsDropped',
  'SchedulesDropped',
  'FunctionThrottled',
  'MapRunBacklog',
  'MapRunsNearLimit',
] as const;
export type AlarmName = (typeof ALARM_NAMES)[number];

/** What an alarm listens to; where it is several things, each has an alarm of its own, which costs the same and says which it is. */
type Heard = IMetric | Readonly<Record<string, IMetric>>;

interface Meaning {
  readonly says: string;
  readonly heard: Heard;
  /** The alarm sounds above it; with `silence`, below it and when nothing is heard at all. */
  readonly threshold: number;
  readonly silence?: true;
  readonly periods?: number;
}

export interface AlarmsProps {
  readonly names: Names;
  readonly settings: Pick<Settings, 'alarmEmail' | 'limits'>;
  readonly failures: Failures;
  readonly functions: Functions;
}

export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.topic = this.#topic(props.settings.alarmEmail);
    const meanings = {
      ...sessionAlarms(Stack.of(this).stackName, props),
      ...deliveryAlarms(props),
      ...serviceAlarms(props),
    };
    this.all = ALARM_NAMES.flatMap((name) => this.#alarms(name, meanings[name]));
  }

  #alarms(name: AlarmName, meaning: Meaning): Alarm[] {
    const { heard } = meaning;
    if (isMetric(heard)) return [this.#alarm(name, name, { ...meaning, metric: heard })];
    return Object.entries(heard).map(([part, metric]) =>
      this.#alarm(name, `${name}-${part}`, { ...meaning, metric }),
    );
  }

  #alarm(
    name: AlarmName,
    id: string,
    { says, metric, threshold, silence, periods = 1 }: Meaning & { metric: IMetric },
  ): Alarm {
    const alarm = new Alarm(this, id, {
      alarmName: `${Stack.of(this).stackName}-${id}`,
      alarmDescription: `${says} See ${RUNBOOK}, "${name}".`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: silence
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: silence ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
    alarm.addOkAction(new SnsAction(this.topic));
    return alarm;
  }

  #topic(alarmEmail: string | undefined): Topic {
    const topic = new Topic(this, 'Topic', { enforceSSL: true });
    // A topic with a policy of its own no longer trusts the account's alarms by itself.
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (alarmEmail !== undefined) topic.addSubscription(new EmailSubscription(alarmEmail));
    return topic;
  }
}

function isMetric(heard: Heard): heard is IMetric {
  return 'toMetricConfig' in heard;
}

function sessionAlarms(stackName: string, { settings }: AlarmsProps) {
  const sweeps = Duration.seconds(Math.max(60, settings.limits.sweepIntervalSeconds));
  const rescued = (value: string) => stackMetric(stackName, 'SessionsRescued', { value });
  return {
    SessionOverdue: {
      says: 'An open session was past its deadline.',
      heard: stackMetric(stackName, 'SessionsOverdue'),
      threshold: 0,
    },
    SessionRescued: {
      says: 'A session was finalized by the monitor or the sweep, not by its own workflow.',
      heard: { monitor: rescued('monitor'), sweep: rescued('sweep') },
      threshold: 0,
    },
    CheckLost: {
      says: 'The chain of checks of a session had broken; the sweep mended it.',
      heard: stackMetric(stackName, 'ChecksLost'),
      threshold: 0,
    },
    SweepSilent: {
      says: 'The sweep did not come to its end twice in a row: nobody watches the watch.',
      heard: stackMetric(stackName, 'SweepHeartbeat', { period: sweeps }),
      threshold: 1,
      silence: true,
      periods: 2,
    },
  } as const satisfies Partial<Record<AlarmName, Meaning>>;
}

function deliveryAlarms({ failures, names, functions }: AlarmsProps) {
  const dropped = (group: string) => schedulerMetric('InvocationDroppedCount', group);
  const lost = Object.fromEntries(
    ASYNCHRONOUS.flatMap((name) => [
      [`${name}-dropped`, functionMetric(functions, name, 'AsyncEventsDropped')],
      [`${name}-unwritten`, functionMetric(functions, name, 'DestinationDeliveryFailures')],
    ]),
  );
  return {
    HandlerFailed: {
      says: 'A call of an asynchronous Lambda failed three times and lies in the queue of failures.',
      heard: failures.failed.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: PERIOD,
      }),
      threshold: 0,
    },
    NotDelivered: {
      says: 'A check, a sweep or an event never reached its Lambda.',
      heard: failures.undelivered.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: PERIOD,
      }),
      threshold: 0,
    },
    CallsDropped: {
      says: 'Lambda gave up calls that it had accepted, or could not put them into the queue of failures.',
      heard: lost,
      threshold: 0,
    },
    SchedulesDropped: {
      says: 'Scheduler gave up schedules: checks of sessions, or harvests.',
      heard: { checks: dropped(names.checksGroup), harvests: dropped(names.harvestsGroup) },
      threshold: 0,
    },
  } as const satisfies Partial<Record<AlarmName, Meaning>>;
}

/** The workers may be throttled, that is what their limits are for; those who watch may not. */
function serviceAlarms({ functions }: AlarmsProps) {
  const throttles = Object.fromEntries(
    ASYNCHRONOUS.map((name) => [name, functionMetric(functions, name, 'Throttles')]),
  );
  return {
    FunctionThrottled: {
      says: 'Lambda had no room for start, finalize, monitor or sweep for a quarter of an hour.',
      heard: throttles,
      threshold: 0,
      periods: 3,
    },
    MapRunBacklog: {
      says: 'Map Runs of this account wait for their turn: sessions stand still without an error.',
      heard: statesMetric('ApproximateMapRunBacklogSize'),
      threshold: 0,
      periods: 3,
    },
    MapRunsNearLimit: {
      says: 'This account has nearly as many open Map Runs as Step Functions allows (1,000).',
      heard: statesMetric('ApproximateOpenMapRunCount'),
      threshold: 900,
    },
  } as const satisfies Partial<Record<AlarmName, Meaning>>;
}

export function schedulerMetric(metricName: string, group: string, label?: string): Metric {
  return new Metric({
    namespace: 'AWS/Scheduler',
    metricName,
    dimensionsMap: { ScheduleGroup: group },
    statistic: Stats.SUM,
    period: PERIOD,
    ...(label === undefined ? {} : { label }),
  });
}

function functionMetric(functions: Functions, name: FunctionName, metricName: string): Metric {
  return functions.of(name).metric(metricName, { statistic: Stats.SUM, period: PERIOD });
}

/** Counted per account and Region, not per state machine. */
export function statesMetric(metricName: string): Metric {
  return new Metric({ namespace: 'AWS/States', metricName, statistic: Stats.MAXIMUM, period: PERIOD });
}
