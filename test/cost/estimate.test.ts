import { describe, expect, test } from 'vitest';
import { estimate, estimateOneEach, type Plan } from '../../lib/cost/estimate.ts';
import { PRICES } from '../../lib/cost/prices.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, type Pace } from '../../lib/session/limits.ts';

const planOf = (more: Partial<Omit<Plan, 'pace'>> = {}, pace: Partial<Pace> = {}): Plan => ({
  resources: 1_000_000,
  latencyMillis: 1_500,
  recordBytes: 2_048,
  pace: { ...DEFAULT_PACE, ...pace },
  limits: DEFAULT_LIMITS,
  memoryMegabytes: { discover: 1_024, harvest: 512 },
  ...more,
});
const dollarsOf = (plan: Plan): number => estimate(plan).dollars;

describe('what harvesting costs', () => {
  test('a million resources, reckoned by hand', () => {
    const { batches, batchSeconds, lines, dollars } = estimate(planOf());
    expect([batches, batchSeconds]).toEqual([10_000, 15.5]);
    const costs = Object.fromEntries(lines.map((line) => [line.what, line.dollars]));
    expect(costs['harvest, mostly waiting for the remote']).toBeCloseTo(
      10_000 * 15.5 * 0.5 * 0.0000133334,
      6,
    );
    expect(costs['discover, listing']).toBeCloseTo(10_000 * 1.5 * 0.0000133334, 6);
    expect(costs['a distributed Map with STANDARD children']).toBeCloseTo(
      (10_000 * 3 + 5 * 4 + 2) * 25e-6,
      6,
    );
    expect(costs['records staged and published']).toBeCloseTo(20_000 * 5e-6, 3);
    expect(dollars).toBeCloseTo(
      lines.reduce((sum, line) => sum + line.dollars, 0),
      9,
    );
    expect(dollars).toBeGreaterThan(2.4);
    expect(dollars).toBeLessThan(2.6);
  });

  test('as polite, but with smaller batches, or with two workers: more than three dollars, and no faster', () => {
    for (const pace of [{ batchSize: 25 }, { batchesAtOnce: 2, resourcesAtOnce: 5 }]) {
      expect(dollarsOf(planOf({}, pace))).toBeGreaterThan(3);
      expect(estimate(planOf({}, pace)).seconds).toBeGreaterThan(0.95 * estimate(planOf()).seconds);
    }
  });

  test('one Lambda for each resource costs many times as much, most of it for state transitions', () => {
    const oneEach = estimateOneEach(planOf());
    expect(oneEach).toBeCloseTo(
      1e6 * (1.55 * 0.5 * PRICES.lambdaGigabyteSecond + 0.2e-6 + 25e-6 + 3 * 0.625e-6),
      3,
    );
    expect(oneEach / dollarsOf(planOf())).toBeGreaterThan(6);
  });

  test('a slow pace costs too: the Lambda waits for its share', () => {
    expect(estimate(planOf({ latencyMillis: 10 })).batchSeconds).toBe(10.5);
    expect(estimate(planOf({ latencyMillis: 10 }, { requestsPerSecond: 1 })).batchSeconds).toBe(100.5);
  });

  test('twice as many resources cost twice as much, and a small session goes through an inline Map', () => {
    expect(dollarsOf(planOf({ resources: 2_000_000 })) / dollarsOf(planOf())).toBeCloseTo(2, 2);
    const small = estimate(planOf({ resources: 1_000 }));
    expect(small.lines.map(({ what }) => what)).toContain('an inline Map');
    expect(small.lines.find(({ service }) => service === 'Step Functions')?.quantity).toBe(16);
    expect(estimate(planOf({ resources: 1 })).batches).toBe(1);
  });
});
