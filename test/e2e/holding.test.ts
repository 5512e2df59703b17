/** A real catalogue harvested again and again: nothing changed, one record changed, one deleted, one spoilt, all deleted. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startCounting, type Counting } from '../servers/counting.ts';
import { countyDatasets, countyRecords, isoDocument } from '../servers/county-records.ts';
import { startPycsw } from '../servers/pycsw.ts';
import { harvestByCli, type Harvested } from './harvested.ts';

const RECORDS = 43;
const server = await startPycsw(countyRecords(RECORDS));
const datasets = countyDatasets(RECORDS);

let folder = '';
let counting: Counting;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-e2e-'));
  if (!('missing' in server)) counting = await startCounting(server.recordsUrl);
});
afterAll(async () => {
  if (!('missing' in server)) {
    await counting.stop();
    await server.stop();
  }
  await rm(folder, { recursive: true, force: true });
});

interface Way {
  readonly type: string;
  readonly url: (started: Extract<typeof server, { cswUrl: string }>) => string;
  readonly more?: readonly string[];
}

/** The same catalogue by four protocols, each into a folder of its own. */
const WAYS: readonly Way[] = [
  { type: 'csw', url: ({ cswUrl }) => cswUrl, more: ['--set', 'version=2.0.2'] },
  { type: 'csw', url: ({ cswUrl }) => cswUrl, more: ['--set', 'version=3.0.0'] },
  { type: 'ogc-records', url: ({ recordsUrl }) => recordsUrl },
];

describe.skipIf('missing' in server)('a catalogue that is harvested again and again', () => {
  if ('missing' in server) return;

  const harvest = (way: Way, index: number, ...more: string[]): Promise<Harvested> =>
    harvestByCli(
      join(folder, String(index)),
      counting.urlOf(way.url(server)),
      '--type',
      way.type,
      ...(way.more ?? []),
      ...more,
    );

  /** One after the other: they change the one catalogue. */
  async function harvestAll(
    judge: (harvested: Harvested, way: Way, requests: number) => void,
  ): Promise<void> {
    for (const [index, way] of WAYS.entries()) {
      counting.taken();
      judge(await harvest(way, index), way, counting.taken());
    }
  }

  test('first everything is new', async () => {
    await harvestAll(({ view }) => {
      expect(view).toMatchObject({
        status: 'finished-all-ok',
        counts: { total: RECORDS, harvested: RECORDS },
      });
      expect(view.difference).toMatchObject({ new: RECORDS, held: RECORDS });
    });
  });

  test('then nothing has changed, and only the listing is asked for', async () => {
    await harvestAll(({ view, kept }, way, requests) => {
      process.stdout.write(
        `${way.type} ${(way.more ?? []).join(' ')}: ${requests} requests for ${RECORDS} unchanged records\n`,
      );
      expect(view).toMatchObject({ status: 'finished-all-ok', counts: { harvested: 0, unchanged: RECORDS } });
      expect(kept).toEqual([]);
      expect(requests).toBeLessThan(12);
    });
  });

  test('a record that changed is read anew, and no other', async () => {
    const changed = datasets[0]!;
    await server.replace(isoDocument({ ...changed, title: 'Ferries of tomorrow' }));
    const told = await fetch(`${server.recordsUrl}/collections/metadata:main/items/${changed.uuid}?f=json`);
    // Its OGC API goes on telling a record that it has told before as it was then; its CSW does not.
    const isTold = (await told.text()).includes('Ferries of tomorrow');
    await harvestAll(({ view, kept }, { type }) => {
      const harvested = type === 'csw' || isTold ? 1 : 0;
      expect(view.counts, type).toMatchObject({ harvested, unchanged: RECORDS - harvested });
      expect(view.difference).toMatchObject({ changed: harvested, new: 0, gone: 0, held: RECORDS });
      expect(kept.map(({ properties }) => properties.title)).toEqual(
        Array.from({ length: harvested }, () => 'Ferries of tomorrow'),
      );
    });
  });

  test('a record that was deleted gets a tombstone, and is held until its time of grace is over', async () => {
    await server.remove(datasets[1]!.uuid);
    await harvestAll(({ view }) => {
      expect(view).toMatchObject({ status: 'finished-all-ok', counts: { unchanged: RECORDS - 1 } });
      expect(view.difference).toMatchObject({ gone: 1, removed: 0, held: RECORDS });
    });
    await harvestAll(({ view }) =>
      expect(view.difference).toMatchObject({ gone: 0, removed: 0, held: RECORDS }),
    );
    await harvestAll(({ view }) => expect(view.difference).toMatchObject({ removed: 1, held: RECORDS - 1 }));
  });

  test('a record that spoils every page costs itself, and nothing is taken for gone', async () => {
    await server.poison(datasets[20]!.uuid);
    await harvestAll(({ view }, way) => {
      process.stdout.write(
        `${way.type} ${(way.more ?? []).join(' ')}: ${JSON.stringify(view.counts)} ${view.cause}\n`,
      );
      expect(view.counts['lost'] ?? 0).toBe(0);
      expect(view.difference?.gone ?? 0).toBe(0);
      expect(view.difference?.held ?? RECORDS - 1).toBe(RECORDS - 1);
    });
    const csw = await harvest(WAYS[0]!, 0);
    expect(csw.view.counts).toMatchObject({ total: RECORDS - 2, unchanged: RECORDS - 2 });
  });
});
