/** The metrics of a stack as CloudWatch knows them: which there are, by which dimensions, and how they are asked for. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE, type MeasureName } from '../aws/metrics.ts';
import type { MetricName } from '../ports.ts';

export const PERIOD = Duration.minutes(5);

/** By which dimension a metric is told apart, besides the stack (`service`); complete by type. */
export const DIMENSION_OF = {
  SessionsStarted: 'type',
  SessionsConcluded: 'status',
  SessionsRescued: 'finalizedBy',
  SessionsOverdue: undefined,
  SessionsOpen: undefined,
  ResourcesHarvested: 'type',
  ResourcesUnchanged: 'type',
  ResourcesFailed: 'type',
  ResourcesSkipped: 'type',
  ResourcesLost: 'type',
  ChecksLost: undefined,
  SweepHeartbeat: undefined,
  RemoteMillis: 'outcome',
  SessionSeconds: 'status',
  WorkflowTimePercent: 'status',
} as const satisfies Record<MetricName | MeasureName, string | undefined>;
export type StackMetric = keyof typeof DIMENSION_OF;

export interface Asked {
  readonly statistic?: string;
  readonly value?: string;
  readonly label?: string;
  readonly period?: Duration;
}

/** @param asked `value` is that of the metric's dimension, where it has one */
export function stackMetric(stackName: string, metricName: StackMetric, asked: Asked = {}): Metric {
  const dimension = DIMENSION_OF[metricName];
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    statistic: asked.statistic ?? Stats.SUM,
    period: asked.period ?? PERIOD,
    dimensionsMap: {
      service: stackName,
      ...(dimension !== undefined && asked.value !== undefined ? { [dimension]: asked.value } : {}),
    },
    ...(asked.label === undefined ? {} : { label: asked.label }),
  });
}

/** A metric over all values of its dimension, whatever they are: one line each, or one for all. Only for dashboards: alarms may not search. */
export function everyValueOf(
  stackName: string,
  metricName: StackMetric,
  asked: Asked & { readonly sum?: boolean } = {},
): MathExpression {
  const dimension = DIMENSION_OF[metricName];
  const schema = [METRICS_NAMESPACE, 'service', ...(dimension === undefined ? [] : [dimension])].join(',');
  const period = asked.period ?? PERIOD;
  const search = `SEARCH('{${schema}} MetricName="${metricName}" service="${stackName}"', '${asked.statistic ?? Stats.SUM}', ${period.toSeconds()})`;
  return new MathExpression({
    expression: asked.sum === true ? `SUM(${search})` : search,
    label: asked.label ?? (dimension === undefined ? metricName : `\${PROP('Dim.${dimension}')}`),
    period,
  });
}
