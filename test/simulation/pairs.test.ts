/** Two faults, both in what rescues a session: a sample of the pairs; `npm run simulate -- --enumerate 2` runs all, `.ci/run` those that matter most. */
import { describe, expect, test } from 'vitest';
import { enumerate } from './enumerate.ts';
import { SCENARIOS } from './scenarios.ts';

/** So many pairs apart: a sample that is the same every time. */
const EVERY = 199;

const rescued = SCENARIOS.filter(({ name }) =>
  [
    'two resources in two batches',
    'the execution never comes to life',
    'aborted while it is finalized',
    'the execution is stopped in the console',
  ].includes(name),
);

describe('two faults in finalizer, monitor and sweep break no promise', () => {
  test.each(rescued.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, scenario) => {
      const done = await enumerate(scenario, {
        depth: 2,
        handlers: ['finalize', 'monitor', 'sweep'],
        every: EVERY,
        foundMax: 1,
      });
      expect(done.found).toEqual([]);
      expect(done.runs).toBeGreaterThan(50);
    },
  );
});
