/** Single faults at all points of every scenario of the list: a sample; `npm run simulate -- --enumerate 1` runs all, and `.ci/run` does. */
import { describe, expect, test } from 'vitest';
import { enumerate } from './enumerate.ts';
import { KINDS } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { sums } from './shares.ts';

/** A sample that is the same every time; prime, so that no kind of fault is left out. */
const EVERY = 7;

let injected: Record<string, number> = {};

describe('one fault at any point breaks no promise', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, scenario) => {
      const done = await enumerate(scenario, { depth: 1, every: EVERY, foundMax: 1 });
      expect(done.found).toEqual([]);
      expect(done.runs).toBeGreaterThan(20);
      injected = sums(injected, done.injected);
    },
  );

  test('all but the rarest kinds of faults were among them', () => {
    const never = KINDS.filter((kind) => (injected[kind] ?? 0) === 0);
    expect(never.length).toBeLessThan(KINDS.length / 8);
  });
});
