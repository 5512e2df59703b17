/** Four routes lead to the finalizer. Any of them may be missing; when all are, the simulation says so. */
import { describe, expect, test } from 'vitest';
import type { Route, Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { ReplayTape } from './tape.ts';

const ROUTES: readonly Route[] = ['workflow', 'monitor', 'event', 'sweep'];

function without(missing: readonly Route[]): Scenario {
  return {
    name: `without ${missing.join(', ')}`,
    remotes: [{ harvester: 'h', resources: 2, pageSize: 10 }],
    users: [{ when: { seconds: 0 }, does: 'start', harvester: 'h', key: 'first' }],
    missing,
  };
}

describe('a session ends while one route is left', () => {
  test.each(ROUTES)('%s is missing', async (route) => {
    expect((await simulate(without([route]), new ReplayTape({}))).violation).toBeUndefined();
  });

  test.each(['monitor', 'sweep'] as const)('only the %s is left', async (left) => {
    const run = await simulate(without(ROUTES.filter((route) => route !== left)), new ReplayTape({}));
    expect(run.violation).toBeUndefined();
    expect(run.sessions[0]?.conclusion?.finalizedBy).toBe(left);
  });

  test('only the event is left, and the execution is stopped', async () => {
    const scenario = without(['monitor', 'sweep']);
    const run = await simulate(
      { ...scenario, users: [...scenario.users, { when: { calls: 18 }, does: 'stop', harvester: 'h' }] },
      new ReplayTape({}),
    );
    expect(run.violation).toBeUndefined();
    expect(run.sessions[0]?.conclusion?.finalizedBy).toBe('event');
  });
});

test('without any route to the finalizer the session is stuck, and the simulation says so', async () => {
  const run = await simulate(without(ROUTES), new ReplayTape({}));
  expect(run.violation).toMatch(/is (stuck|left)/);
});
