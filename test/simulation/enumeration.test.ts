/** Every single fault at every point of every scenario of the list: crashes before and after each call among them. */
import { describe, expect, test } from 'vitest';
import { enumerate } from './enumerate.ts';
import { KINDS } from './faults.ts';
import { SCENARIOS } from './scenarios.ts';
import { sums } from './shares.ts';

let injected: Record<string, number> = {};

describe('one fault at any point breaks no promise', () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    '%s',
    { timeout: 60_000 },
    async (_, scenario) => {
      const done = await enumerate(scenario, { depth: 1, foundMax: 1 });
      expect(done.found).toEqual([]);
      expect(done.runs).toBeGreaterThan(100);
      injected = sums(injected, done.injected);
    },
  );

  test('every kind of fault was among them, but those that need another fault first', () => {
    const never = KINDS.filter((kind) => (injected[kind] ?? 0) === 0);
    expect(never).toEqual(
      ['resumes in a later invocation', 'the second first'].filter((kind) => never.includes(kind)),
    );
  });
});
