/**
 * Metrics in the embedded metric format through Powertools: lines of log that CloudWatch counts. One metric costs per combination of its
 * dimensions, so these are few and closed: never a session, a harvester or a URL.
 */
import { Metrics as Powertools, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { MetricName, Metrics } from '../ports.ts';

export const METRICS_NAMESPACE = 'Reeve';

/** What only this world sees, besides the metrics of the handlers. */
export const MEASURES = {
  /** One request with all its tries, by how it ended: `answered` or the name of the error. */
  RemoteMillis: MetricUnit.Milliseconds,
  SessionSeconds: MetricUnit.Seconds,
  /** How much of the time that a session of its size may take it took; above 100 it was overdue. */
  WorkflowTimePercent: MetricUnit.Percent,
} as const;
export type MeasureName = keyof typeof MEASURES;

export type Dimensions = Readonly<Record<string, string>>;

export interface LambdaMetrics extends Metrics {
  /** One value of a distribution. */
  measure(name: MeasureName, value: number, dimensions?: Dimensions): void;
  /** Writes what was counted since the last time: one line for each combination of dimensions. */
  flush(): void;
}

/** CloudWatch takes at most 100 values of a metric from one line. */
const VALUES_MAX = 100;

interface Line {
  readonly dimensions: Dimensions;
  readonly counts: Map<MetricName, number>;
  readonly values: Map<MeasureName, number[]>;
}

export function createMetrics(stack: string): LambdaMetrics {
  const lines = new Map<string, Line>();
  const lineOf = (dimensions: Dimensions): Line => {
    const key = JSON.stringify(Object.entries(dimensions).sort());
    const line = lines.get(key) ?? { dimensions, counts: new Map(), values: new Map() };
    lines.set(key, line);
    return line;
  };
  return {
    count(name, value, dimensions = {}) {
      const { counts } = lineOf(dimensions);
      counts.set(name, (counts.get(name) ?? 0) + value);
    },
    measure(name, value, dimensions = {}) {
      const { values } = lineOf(dimensions);
      const there = values.get(name) ?? [];
      if (there.length < VALUES_MAX) values.set(name, [...there, value]);
    },
    flush() {
      for (const line of lines.values()) publish(stack, line);
      lines.clear();
    },
  };
}

function publish(stack: string, { dimensions, counts, values }: Line): void {
  const metrics = new Powertools({ namespace: METRICS_NAMESPACE, serviceName: stack });
  metrics.addDimensions({ ...dimensions });
  for (const [name, value] of counts) metrics.addMetric(name, MetricUnit.Count, value);
  for (const [name, all] of values) for (const value of all) metrics.addMetric(name, MEASURES[name], value);
  metrics.publishStoredMetrics();
}
