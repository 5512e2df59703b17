/** A remote that dies in the middle of a harvest: the rest of its resources fail at once, for that reason, without thousands of requests. */
import { expect, test } from 'vitest';
import type { Trouble } from '../../lib/sample/faults.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { sampleRemote } from '../local/whole.ts';
import { hostileWorld } from './world.ts';

const DATASETS = 1_000;
const BEFORE = 100;
const KINDS = ['dataset', 'document', 'map', 'geostory', 'dashboard'];
const AT_ONCE = 20;
const LIMITS = {
  policy: {
    retriesMax: 3,
    retrySecondsMin: 0.01,
    retrySecondsMax: 0.05,
    breakerFailures: 10,
    breakerSeconds: 300,
  },
  settings: { pageSize: 100, resourceTypes: KINDS },
  // Batches of a fourth of what is well: when the first dead resource is asked for, none that answers is left to reset the breaker's count.
  pace: {
    batchSize: BEFORE / 4,
    batchesAtOnce: 4,
    resourcesAtOnce: AT_ONCE / 4,
    resourceSeconds: 20,
    requestSeconds: 10,
  },
};

test.each<[string, Trouble]>([
  ['answers 503', { kind: 'status', status: 503 }],
  ['answers 500', { kind: 'status', status: 500 }],
  ['resets every connection', { kind: 'reset' }],
])('a remote that suddenly %s', async (_what, fault) => {
  const dead = Array.from({ length: DATASETS - BEFORE }, (_, n) => BEFORE + 1 + n);
  const remote = await sampleRemote({ datasets: DATASETS, faults: [{ match: 'dataset', ids: dead, fault }] });
  const { harvest, published } = await hostileWorld(remote.geonodeUrl, LIMITS);
  const { conclusion, status } = await harvest();
  const { harvested = 0, failed, total, lost } = conclusion?.counts ?? {};
  expect([total, lost, failed]).toEqual([DATASETS, 0, DATASETS - harvested]);
  expect(harvested).toBeGreaterThan(0);
  expect(published()).toHaveLength(harvested);
  expect(status).toBe('finished-some-failed');
  const [first] = conclusion?.reasons ?? [];
  expect(first?.reason).toMatch(
    /^The breaker for host 127\.0\.0\.1:\d+ is open after \d+ failures in a row, the last: /,
  );
  expect(first?.count).toBeGreaterThan(DATASETS - BEFORE - 3 * AT_ONCE);
  // Ten failures of four tries each, and what was under way beside them.
  const askedInVain = remote.requestCount() - harvested - DATASETS / 100;
  expect(askedInVain).toBeLessThan(4 * (10 + AT_ONCE));
});

test('a remote whose process ends: no listing of it is taken for an empty one, and the breaker is the reason', async () => {
  const remote = await startSampleRemote({ datasets: DATASETS, latencyMillis: 5 });
  const { harvest } = await hostileWorld(remote.geonodeUrl, LIMITS);
  const watch = setInterval(() => {
    if (remote.requestCount() > 60) {
      clearInterval(watch);
      void remote.close();
    }
  }, 2);
  const { conclusion } = await harvest();
  clearInterval(watch);
  await remote.close();
  const { total, harvested = 0, failed } = conclusion?.counts ?? {};
  expect([total, failed]).toEqual([DATASETS, DATASETS - harvested]);
  expect(conclusion?.reasons[0]?.reason).toMatch(/^The breaker for host .* the last: .* could not be asked/);
});

test('pauses that outlast the time of a resource do not keep the breaker shut', async () => {
  const dead = Array.from({ length: 180 }, (_, n) => 21 + n);
  const fault: Trouble = { kind: 'status', status: 503 };
  const remote = await sampleRemote({ datasets: 200, faults: [{ match: 'dataset', ids: dead, fault }] });
  const { harvest } = await hostileWorld(remote.geonodeUrl, {
    ...LIMITS,
    policy: { ...LIMITS.policy, pauseSecondsMin: 0.05, pauseSecondsMax: 3 },
    pace: { ...LIMITS.pace, batchesAtOnce: 2, resourcesAtOnce: 5, resourceSeconds: 1.5, requestSeconds: 1 },
  });
  const { conclusion } = await harvest();
  expect(conclusion?.counts.failed).toBe(200 - (conclusion?.counts.harvested ?? 0));
  expect(conclusion?.reasons[0]?.reason).toMatch(/^The breaker for host /);
  expect(conclusion?.reasons[0]?.count).toBeGreaterThan(120);
});
