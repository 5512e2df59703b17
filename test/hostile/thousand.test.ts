/** A remote of 1,000 datasets of which 1 % misbehave in each known way: the good ones are harvested, each bad one has its reason, and all ends in time. */
import { describe, expect, test } from 'vitest';
import type { Fault, Spoilt, Trouble } from '../../lib/sample/faults.ts';
import { sampleRemote } from '../local/whole.ts';
import { hostileWorld } from './world.ts';

const DATASETS = 1_000;
const EACH = 10;

/** What each trouble must become, as the reason of its resource; `undefined`: the resource is harvested all the same. */
const TROUBLES: readonly (readonly [fault: Trouble | Spoilt, reason: RegExp | undefined])[] = [
  [{ kind: 'status', status: 401 }, /with status 401: it wants credentials/],
  [{ kind: 'status', status: 403 }, /with status 403: it does not allow us this/],
  [{ kind: 'status', status: 404 }, /was listed but is gone: .* status 404/],
  [{ kind: 'status', status: 410 }, /was listed but is gone: .* status 410/],
  [
    { kind: 'status', status: 429, retryAfterSeconds: 1 },
    /with status 429 Too Many Requests and asks to wait 1 s/,
  ],
  [{ kind: 'status', status: 500 }, /with status 500/],
  [{ kind: 'status', status: 502 }, /with status 502/],
  [{ kind: 'status', status: 503 }, /with status 503/],
  [{ kind: 'hang' }, /\(firstByteSeconds\)/],
  [{ kind: 'hang', afterHeaders: true }, /\(idleSeconds\)/],
  [{ kind: 'drip', bytesPerSecond: 100 }, /\(requestSeconds/],
  [{ kind: 'html' }, /an HTML page \("Sign in"\)/],
  [{ kind: 'empty' }, /with nothing; JSON was expected/],
  [{ kind: 'truncated' }, /JSON that was cut off/],
  [{ kind: 'truncated-gzip' }, /cut off; it is not read in part/],
  // GeoNode's own errors come with status 500, which is tried again.
  [{ kind: 'service-exception' }, /with status 500/],
  [{ kind: 'reset' }, /(reset|closed) the connection/],
  [{ kind: 'reset', afterBytes: 50 }, /(reset|closed) the connection/],
  [{ kind: 'missing-title' }, undefined],
  [{ kind: 'absurd-box' }, undefined],
];

/** Datasets `place + 1`, `place + 101` and so on: spread over the whole catalogue, as in life. */
const idsOf = (place: number): number[] => Array.from({ length: EACH }, (_, n) => n * 100 + place * 4 + 3);

describe('a thousand datasets, 1 % of each kind of misbehaviour', () => {
  test('the good are harvested, each bad one failed for its own reason, counts add up, and it ends in time', async () => {
    const faults = TROUBLES.map(
      ([fault], place) => ({ match: 'dataset', ids: idsOf(place), fault }) as Fault,
    );
    const remote = await sampleRemote({ datasets: DATASETS, faults });
    const { world, harvest, published } = await hostileWorld(remote.geonodeUrl, {
      policy: {
        firstByteSeconds: 3,
        idleSeconds: 1.5,
        retriesMax: 1,
        retryAfterSecondsMax: 0.02,
        requestsAtOnceMax: 32,
        breakerFailures: 100,
      },
      settings: { pageSize: 100, resourceTypes: ['dataset', 'document', 'map', 'geostory', 'dashboard'] },
      // Few at once, so that a good answer is in time on a busy machine too; small batches, so that the slow are spread.
      pace: {
        batchSize: 5,
        batchesAtOnce: 32,
        resourcesAtOnce: 1,
        resourceSeconds: 15,
        requestSeconds: 4,
      },
    });
    const { status, listing, conclusion, closedAt } = await harvest();

    const bad = TROUBLES.flatMap(([, reason], place) =>
      reason === undefined ? [] : idsOf(place).map((pk) => [pk, reason] as const),
    );
    expect(listing).toMatchObject({ ended: true, complete: true });
    expect(conclusion?.counts).toEqual({
      total: DATASETS,
      harvested: DATASETS - bad.length,
      unchanged: 0,
      failed: bad.length,
      skipped: 0,
      lost: 0,
    });
    expect(status).toBe('finished-some-failed');
    expect(closedAt).toBeDefined();
    expect(published()).toHaveLength(DATASETS - bad.length);
    expect(new Set(published()).size).toBe(DATASETS - bad.length);

    const reasonOf = new Map(
      [...world.batches.values()].flatMap((batch) =>
        batch.resources.map(
          ({ hint }, n) => [Number((hint as { pk: string }).pk), batch.outcomes?.[n]?.because ?? ''] as const,
        ),
      ),
    );
    for (const [pk, reason] of bad) expect(reasonOf.get(pk), `dataset ${pk}`).toMatch(reason);
    expect([...reasonOf.values()].filter((because) => because !== '')).toHaveLength(bad.length);

    // The report groups them: as many groups as kinds (a reset is one kind, wherever it comes), each counted.
    const reasons = conclusion?.reasons ?? [];
    expect(reasons.reduce((sum, { count }) => sum + count, 0)).toBe(bad.length);
    expect(Math.min(...reasons.map(({ count }) => count))).toBeGreaterThanOrEqual(EACH);
    // Nothing was asked more often than its tries allow.
    expect(remote.requestCount()).toBeLessThanOrEqual(DATASETS + 2 * bad.length + 20);
  }, 60_000);
});
