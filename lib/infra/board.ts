/** The dashboard: what became of sessions and resources, what had to be rescued, how remotes answer, how the services fare. */
import { Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  PeriodOverride,
  Stats,
  TextWidget,
  type IMetric,
  type IWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { schedulerMetric, statesMetric, type Alarms } from './alarms.ts';
import type { Failures } from './failures.ts';
import { FUNCTION_NAMES } from './function-names.ts';
import type { Functions } from './functions.ts';
import { everyValueOf, PERIOD, stackMetric, type StackMetric } from './metrics.ts';
import type { Names } from './names.ts';
import type { Storage } from './storage.ts';
import type { Workflow } from './workflow.ts';

export interface BoardProps {
  readonly names: Names;
  readonly storage: Storage;
  readonly functions: Functions;
  readonly failures: Failures;
  readonly workflow: Workflow;
  readonly alarms: Alarms;
}

const FULL = 24;

export class Board extends Construct {
  constructor(scope: Construct, id: string, props: BoardProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: stackName,
      periodOverride: PeriodOverride.AUTO,
    });
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Alarms', alarms: [...props.alarms.all], width: FULL, height: 3 }),
    );
    section(dashboard, 'Sessions and resources', sessionWidgets(stackName));
    section(dashboard, 'Remotes', remoteWidgets(stackName));
    section(dashboard, 'Watch and delivery', watchWidgets(stackName, props));
    section(dashboard, 'Services', serviceWidgets(props));
  }
}

function section(dashboard: Dashboard, title: string, widgets: readonly IWidget[]): void {
  dashboard.addWidgets(new TextWidget({ markdown: `## ${title}`, width: FULL, height: 1 }));
  dashboard.addWidgets(...widgets);
}

function graph(
  title: string,
  left: readonly IMetric[],
  more: { width?: number; stacked?: boolean; right?: readonly IMetric[] } = {},
): GraphWidget {
  const { width = 8, stacked = false, right = [] } = more;
  return new GraphWidget({ title, left: [...left], right: [...right], width, height: 6, stacked });
}

function sessionWidgets(stackName: string): IWidget[] {
  const resources: readonly StackMetric[] = [
    'ResourcesHarvested',
    'ResourcesUnchanged',
    'ResourcesFailed',
    'ResourcesSkipped',
    'ResourcesLost',
  ];
  return [
    graph('Sessions by outcome', [everyValueOf(stackName, 'SessionsConcluded')], {
      stacked: true,
      right: [everyValueOf(stackName, 'SessionsStarted', { sum: true, label: 'started' })],
    }),
    graph(
      'Resources by outcome',
      resources.map((name) =>
        everyValueOf(stackName, name, { sum: true, label: name.replace('Resources', '').toLowerCase() }),
      ),
      { stacked: true },
    ),
    graph(
      'How long sessions take, against their workflow time',
      [everyValueOf(stackName, 'WorkflowTimePercent', { statistic: 'Maximum' })],
      {
        right: [everyValueOf(stackName, 'SessionSeconds', { statistic: 'p95', label: 'seconds (p95)' })],
      },
    ),
  ];
}

function remoteWidgets(stackName: string): IWidget[] {
  const answered = (statistic: string) =>
    stackMetric(stackName, 'RemoteMillis', { value: 'answered', statistic, label: statistic });
  return [
    graph(
      'Requests of remotes by how they ended',
      [everyValueOf(stackName, 'RemoteMillis', { statistic: 'SampleCount' })],
      {
        width: 12,
        stacked: true,
      },
    ),
    graph(
      'Latency of answers, retries included (ms)',
      [answered('p50'), answered('p95'), answered('Maximum')],
      { width: 12 },
    ),
  ];
}

function watchWidgets(stackName: string, { failures, names }: BoardProps): IWidget[] {
  return [
    graph('Overdue and rescued', [
      stackMetric(stackName, 'SessionsOverdue', { label: 'overdue' }),
      everyValueOf(stackName, 'SessionsRescued', { label: "rescued by ${PROP('Dim.finalizedBy')}" }),
      stackMetric(stackName, 'ChecksLost', { label: 'chains of checks mended' }),
    ]),
    graph(
      'Open sessions, and the sweep',
      [stackMetric(stackName, 'SessionsOpen', { statistic: Stats.MAXIMUM, label: 'open sessions' })],
      {
        right: [stackMetric(stackName, 'SweepHeartbeat', { label: 'sweeps' })],
      },
    ),
    graph('Queues of what failed or was not delivered', [
      failures.failed.metricApproximateNumberOfMessagesVisible({ label: 'failed', period: PERIOD }),
      failures.undelivered.metricApproximateNumberOfMessagesVisible({
        label: 'not delivered',
        period: PERIOD,
      }),
      ...[names.checksGroup, names.harvestsGroup].map((group) =>
        schedulerMetric('InvocationAttemptCount', group, `${group}: calls`),
      ),
    ]),
  ];
}

function serviceWidgets({ functions, workflow, storage }: BoardProps): IWidget[] {
  const ofEach = (title: string, metric: (name: (typeof FUNCTION_NAMES)[number]) => IMetric) =>
    graph(title, FUNCTION_NAMES.map(metric));
  const machine = workflow.stateMachine;
  return [
    ofEach('Lambda: errors', (name) => functions.of(name).metricErrors({ label: name, period: PERIOD })),
    ofEach('Lambda: throttles', (name) =>
      functions.of(name).metricThrottles({ label: name, period: PERIOD }),
    ),
    ofEach('Lambda: longest call (ms)', (name) =>
      functions.of(name).metricDuration({ label: name, period: PERIOD, statistic: Stats.MAXIMUM }),
    ),
    graph('Step Functions: executions', [
      machine.metricStarted({ label: 'started', period: PERIOD }),
      machine.metricSucceeded({ label: 'succeeded', period: PERIOD }),
      machine.metricFailed({ label: 'failed', period: PERIOD }),
      machine.metricTimedOut({ label: 'timed out', period: PERIOD }),
      machine.metricAborted({ label: 'stopped', period: PERIOD }),
    ]),
    graph('Step Functions: Map Runs of the account', [
      statesMetric('ApproximateOpenMapRunCount'),
      statesMetric('ApproximateMapRunBacklogSize'),
    ]),
    graph('Table: throttled requests', [
      storage.table.metricThrottledRequestsForOperations({
        operations: [
          Operation.GET_ITEM,
          Operation.PUT_ITEM,
          Operation.UPDATE_ITEM,
          Operation.QUERY,
          Operation.BATCH_WRITE_ITEM,
        ],
        period: PERIOD,
      }),
    ]),
  ];
}
