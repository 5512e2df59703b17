import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedResource } from '../../lib/harvesters/harvester.ts';
import { batchKeyOf, batchNumbers, BatchPlanner, nextBatchNumber } from '../../lib/session/batches.ts';
import {
  addOutcomes,
  causeOf,
  NO_COUNTS,
  outcomesOf,
  ReasonTally,
  statusOf,
} from '../../lib/session/conclusion.ts';
import {
  BAD_INPUT_NAMES,
  BUG_NAMES,
  familyOf,
  ReeveError,
  sentenceOf,
  TRY_AGAIN_NAMES,
} from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, faultsOfLimits, faultsOfPace } from '../../lib/session/limits.ts';
import {
  checkName,
  executionNameOf,
  harvesterIdOf,
  recordsKey,
  sessionIdAt,
  sessionIdOfKey,
} from '../../lib/session/names.ts';
import { workflowTimeSeconds } from '../../lib/session/workflow-time.ts';
import { makeSession, T0 } from './make.ts';

describe('workflow time', () => {
  test("GeoNode's formula with GeoNode's defaults: 100 resources may take 3,200 s", () => {
    const { estimatedDurationPerResourceSeconds, bufferTimeSeconds } = DEFAULT_PACE;
    expect(workflowTimeSeconds(100, estimatedDurationPerResourceSeconds, bufferTimeSeconds)).toBe(3_200);
    expect(workflowTimeSeconds(0, 20, 1_200)).toBe(1_200);
  });
});

describe('limits', () => {
  test('the defaults nest: request < resource < batch < Lambda < task < session', () => {
    expect(faultsOfPace(DEFAULT_PACE, DEFAULT_LIMITS)).toEqual([]);
    expect(faultsOfLimits(DEFAULT_LIMITS)).toEqual([]);
  });
  test('a broken order is named with both numbers', () => {
    expect(faultsOfPace({ ...DEFAULT_PACE, requestSeconds: 200 }, DEFAULT_LIMITS)).toEqual([
      'requestSeconds (200) must be less than resourceSeconds (120)',
    ]);
    expect(faultsOfPace({ ...DEFAULT_PACE, bufferTimeSeconds: 5 }, DEFAULT_LIMITS)[0]).toContain(
      'harvestTaskSeconds (870) must be less than',
    );
    expect(faultsOfLimits({ ...DEFAULT_LIMITS, discoverLambdaSeconds: 900 })).toHaveLength(1);
  });
  test('a number that is none, or below 1, is named with what is allowed', () => {
    expect(faultsOfPace({ ...DEFAULT_PACE, batchSize: 0 }, DEFAULT_LIMITS)).toContain(
      'batchSize is 0; allowed is a number above 0',
    );
    expect(faultsOfPace({ ...DEFAULT_PACE, batchSize: 1_000 }, DEFAULT_LIMITS)).toContain(
      'batchSize is 1000; allowed is at most 200',
    );
    expect(faultsOfPace({ ...DEFAULT_PACE, resourcesAtOnce: 1.5 }, DEFAULT_LIMITS)).toContain(
      'resourcesAtOnce is 1.5; allowed is a whole number',
    );
  });
});

describe('batches', () => {
  const resource = (id: string, more: Partial<ListedResource> = {}): ListedResource => ({ id, ...more });
  const planner = (batchSize: number, bytesMax = DEFAULT_LIMITS.batchItemBytesMax) =>
    new BatchPlanner(
      { sessionId: 's', attempt: 'a', firstBatch: 7 },
      { ...DEFAULT_PACE, batchSize },
      { ...DEFAULT_LIMITS, batchItemBytesMax: bytesMax },
    );

  test('property: every resource is in exactly one batch, in order, and the wave says how many there are', () => {
    fc.assert(
      fc.property(
        fc.nat(120),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 60, max: 600 }),
        (n, size, bytesMax) => {
          const plan = planner(size, bytesMax);
          const ids = Array.from({ length: n }, (_, index) => `resource-${index}`);
          const planned = [...ids.flatMap((id) => plan.add(resource(id))), ...plan.flush()];
          expect(planned.flatMap(({ batch }) => batch.resources.map(({ id }) => id))).toEqual(ids);
          expect(planned.map(({ batch }) => batch.key.number)).toEqual(batchNumbers(plan.wave));
          expect(plan.wave.resources).toBe(n);
          for (const { batch } of planned) {
            expect(batch.resources.length).toBeLessThanOrEqual(size);
            if (batch.resources.length > 1)
              expect(Buffer.byteLength(JSON.stringify(batch.resources))).toBeLessThanOrEqual(
                bytesMax + 2 + size,
              );
          }
        },
      ),
    );
  });
  test('a batch of 1 is one Lambda per resource', () => {
    expect(planner(1).add(resource('x'))).toHaveLength(1);
  });
  test('what the listing said of resources is staged, not kept in the batch item', () => {
    const plan = planner(2);
    plan.add(resource('x', { listed: { title: 'X' } }));
    const [planned] = plan.add(resource('y'));
    expect(planned?.batch.staged).toBe(true);
    expect(planned?.batch.resources).toEqual([{ id: 'x' }, { id: 'y' }]);
    expect(planned?.listed).toEqual([{ title: 'X' }, undefined]);
  });
  test('a batch is found by its number only in an accepted wave', () => {
    const waves = [
      { attempt: 'a', firstBatch: 0, batches: 2, resources: 50 },
      { attempt: 'b', firstBatch: 2, batches: 1, resources: 3 },
    ];
    expect(batchKeyOf('s', waves, 2)).toEqual({ sessionId: 's', attempt: 'b', number: 2 });
    expect(batchKeyOf('s', waves, 3)).toBeUndefined();
    expect(nextBatchNumber(waves)).toBe(3);
    expect(nextBatchNumber([])).toBe(0);
  });
});

describe('conclusion', () => {
  const outcome = fc.constantFrom(
    'harvested' as const,
    'unchanged' as const,
    'failed' as const,
    'skipped' as const,
    'lost' as const,
  );

  test('property: total = harvested + unchanged + failed + skipped + lost, and all ok means all ok', () => {
    fc.assert(
      fc.property(fc.array(outcome), fc.boolean(), fc.boolean(), (outcomes, complete, aborting) => {
        const counts = addOutcomes(
          NO_COUNTS,
          outcomes.map((one) => ({ outcome: one })),
        );
        expect(counts.total).toBe(
          counts.harvested + counts.unchanged + counts.failed + counts.skipped + counts.lost,
        );
        const session = makeSession({
          status: aborting ? 'aborting' : 'on-going',
          listing: { ...makeSession().listing, complete },
        });
        const status = statusOf(session, counts);
        const isAllOk =
          !aborting && complete && outcomes.every((one) => one === 'harvested' || one === 'unchanged');
        expect(status === 'finished-all-ok').toBe(isAllOk);
        expect(status === 'aborted').toBe(aborting);
        if (status === 'finished-all-failed') expect(counts.harvested + counts.unchanged).toBe(0);
        if (!isAllOk)
          expect(
            causeOf(session, counts) === '' &&
              counts.total > 0 &&
              complete &&
              !aborting &&
              counts.skipped === 0,
          ).toBe(false);
      }),
    );
  });
  test('a batch that nobody committed is lost; in an aborted session it is skipped', () => {
    const batch = { resources: [{ id: 'x' }], outcomes: undefined };
    expect(outcomesOf(batch, false)[0]?.outcome).toBe('lost');
    expect(outcomesOf(batch, true)[0]?.outcome).toBe('skipped');
  });
  test('a remote that could not be listed is all failed with its cause; an empty one is all ok and says so', () => {
    const listing = {
      ...makeSession().listing,
      complete: false,
      fault: 'the remote is not available: 503',
      matched: undefined,
    };
    const dead = makeSession({ waves: [], listing });
    expect(statusOf(dead, NO_COUNTS)).toBe('finished-all-failed');
    expect(causeOf(dead, NO_COUNTS)).toBe('The remote is not available: 503.');
    const empty = makeSession({ waves: [] });
    expect(statusOf(empty, NO_COUNTS)).toBe('finished-all-ok');
    expect(causeOf(empty, NO_COUNTS)).toBe('The remote lists no resources.');
  });
  test('reasons that differ only in numbers, names and addresses are one reason, counted', () => {
    const tally = new ReasonTally();
    for (let id = 0; id < 412; id += 1) tally.add(`dataset-${id}`, `503 from http://host/datasets/${id}/`);
    tally.add('other', 'not JSON');
    expect(tally.top()).toMatchObject([
      { count: 412, example: 'dataset-0', reason: '503 from host' },
      { count: 1, reason: 'not JSON' },
    ]);
  });
  test('reasons of another status, host or word are others, whatever the ids are', () => {
    const tally = new ReasonTally();
    for (const id of ['5', '50', 'a', 's', '(', 'st'])
      for (const status of [500, 503])
        tally.add(
          id,
          `https://one.example/items/${id}?f=json answered the layer ${id} with status ${status}`,
        );
    tally.add('5', 'https://two.example/5 answered the layer 5 with status 503');
    expect(tally.top().map(({ reason, count }) => [count, reason])).toEqual([
      [6, 'one.example answered the layer … with status 500'],
      [6, 'one.example answered the layer … with status 503'],
      [1, 'https://two.example/5 answered the layer 5 with status 503'],
    ]);
  });
  test('however many different reasons there are, twenty are told and all are counted', () => {
    const tally = new ReasonTally();
    const word = (n: number) =>
      n.toString(26).replace(/\d/g, (digit) => `z${'abcdefghij'.charAt(Number(digit))}`);
    for (let n = 0; n < 1_000; n += 1) tally.add(`r${n}`, `a reason called ${word(n)}`);
    const top = tally.top();
    expect(top).toHaveLength(20);
    expect(top.at(-1)?.reason).toBe('other reasons');
    expect(top.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  });
});

describe('names', () => {
  test('names fit where they are used: a check 64 characters, an execution 80', () => {
    const id = sessionIdAt(T0, 'abcdefghij');
    expect(id).toBe('20260101-000000-abcdefgh');
    expect(checkName(id, 99_999).length).toBeLessThanOrEqual(64);
    expect(checkName(sessionIdOfKey('h'.repeat(100), 'k'), 99_999).length).toBeLessThanOrEqual(64);
    expect(executionNameOf(id).length).toBeLessThanOrEqual(80);
  });
  test('a caller key names the session, per harvester', () => {
    expect(sessionIdOfKey('a', 'k')).toBe(sessionIdOfKey('a', 'k'));
    expect(sessionIdOfKey('a', 'k')).not.toBe(sessionIdOfKey('b', 'k'));
    expect(sessionIdOfKey('a', 'bk')).not.toBe(sessionIdOfKey('ab', 'k'));
  });
  test('harvesters of one host differ by their URL', () => {
    expect(harvesterIdOf('https://Geo.Example.org/a')).toMatch(/^geo-example-org-[0-9a-f]{8}$/);
    expect(harvesterIdOf('https://geo.example.org/a')).not.toBe(harvesterIdOf('https://geo.example.org/b'));
  });
  test('record files lie in partitions that query engines find by themselves', () => {
    expect(recordsKey('h', { sessionId: 's', attempt: 'a', number: 12 })).toBe(
      'records/harvester=h/session=s/000012-a.ndjson.gz',
    );
  });
});

describe('errors', () => {
  test('every name is in one family, and what was not named by us is a bug', () => {
    const names = [...TRY_AGAIN_NAMES, ...BAD_INPUT_NAMES, ...BUG_NAMES];
    expect(new Set(names).size).toBe(names.length);
    for (const name of TRY_AGAIN_NAMES) expect(familyOf(new ReeveError(name, 'x'))).toBe('again');
    for (const name of BAD_INPUT_NAMES) expect(familyOf(new ReeveError(name, 'x'))).toBe('bad input');
    expect(familyOf(new TypeError('x is undefined'))).toBe('bug');
    expect(familyOf('text')).toBe('bug');
  });
  test('a sentence is one line, never a stack trace', () => {
    expect(sentenceOf(new Error('first\n    at stack'))).toBe('first');
    expect(sentenceOf(new Error(''))).toBe('unknown error');
  });
});
