/** Real servers of OGC APIs, harvested whole by the command line: pycsw as OGC API - Records and as STAC, MapServer as OGC API - Features and as WFS. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import { countyDatasets, countyRecords, countyStac } from '../servers/county-records.ts';
import { startPycsw } from '../servers/pycsw.ts';
import { startMapServer } from '../servers/start.ts';
import { harvestByCli } from './harvested.ts';

const RECORDS = 23;
const ITEMS = 12;
/** What MapServer tells of its county as features: all but the groups and the layer that nobody may see. */
const FEATURE_LAYERS = [
  'parishes',
  'commons',
  'weirs',
  'becks',
  'tides',
  'ferries',
  'untitled',
  'empty_title',
  'mills',
  'forts',
  'orchards',
  'old/map 1786',
];

const mapServer = await startMapServer();
const records = await startPycsw(countyRecords(RECORDS), { pageSize: 7 });
const images = await startPycsw(countyStac(ITEMS), { pageSize: 5 });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-e2e-'));
});
afterAll(async () => {
  for (const server of [mapServer, records, images]) if (!('missing' in server)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const idsOf = (kept: readonly CatalogueRecord[]): string[] => kept.map(({ id }) => id).sort();
const done = (harvested: number): object => ({
  code: 0,
  view: { status: 'finished-all-ok', listingComplete: true, finalizedBy: 'workflow', counts: { harvested } },
});

describe.skipIf('missing' in records)('pycsw as OGC API - Records', () => {
  if ('missing' in records) return;
  const datasets = countyDatasets(RECORDS);

  test('every record from the landing page, whose type is found, seven at a time', async () => {
    const harvested = await harvestByCli(folder, records.recordsUrl);
    expect(harvested).toMatchObject(done(RECORDS));
    expect(harvested.view.type).toBe('ogc-records');
    expect(idsOf(harvested.kept)).toEqual(datasets.map(({ uuid }) => `metadata:main/items/${uuid}`).sort());
    for (const { uuid, title } of datasets) {
      const record = harvested.kept.find(({ id }) => id.endsWith(uuid));
      expect(record?.properties.title, uuid).toBe(title);
      expect(record?.bbox, uuid).toHaveLength(4);
    }
  });

  test('every record from the items of its collection, and none again when nothing has changed', async () => {
    const url = `${records.recordsUrl}/collections/metadata:main/items`;
    const harvested = await harvestByCli(folder, url);
    expect(harvested).toMatchObject(done(RECORDS));
    expect(idsOf(harvested.kept)).toEqual(datasets.map(({ uuid }) => uuid).sort());
    const counts = { harvested: 0, unchanged: RECORDS };
    expect(await harvestByCli(folder, url)).toMatchObject({ code: 0, kept: [], view: { counts } });
  });
});

describe.skipIf('missing' in images)('pycsw as STAC', () => {
  if ('missing' in images) return;
  const items = Array.from({ length: ITEMS }, (_, index) => `county-images/items/image-${index + 1}`);

  test('its collection, whose type is found', async () => {
    const harvested = await harvestByCli(folder, images.stacUrl);
    expect(harvested).toMatchObject(done(1));
    expect(harvested.view.type).toBe('stac');
    expect(harvested.kept).toMatchObject([
      {
        id: 'county-images',
        bbox: [-11, 48, -9, 50],
        properties: { type: 'collection', title: 'County images' },
      },
    ]);
  });

  test('every item too, five at a time, when asked for', async () => {
    const harvested = await harvestByCli(folder, images.stacUrl, '--type', 'stac', '--set', 'harvest=both');
    expect(harvested).toMatchObject(done(ITEMS + 1));
    expect(idsOf(harvested.kept)).toEqual(['county-images', ...items].sort());
    const record = harvested.kept.find(({ id }) => id === items[0]);
    expect(record?.links).toContainEqual({
      href: 'http://county.example.org/images/1.tif',
      rel: 'enclosure',
      type: 'image/tiff',
      title: 'data',
    });
  });
});

describe.skipIf('missing' in mapServer)('MapServer as OGC API - Features', () => {
  if ('missing' in mapServer) return;

  test('every collection, although the server calls itself by another host', async () => {
    const harvested = await harvestByCli(folder, mapServer.featuresUrl);
    expect(harvested).toMatchObject(done(FEATURE_LAYERS.length));
    expect(harvested.view.type).toBe('ogc-records');
    expect(idsOf(harvested.kept)).toEqual([...FEATURE_LAYERS].sort());
    for (const { id, bbox, links } of harvested.kept) {
      expect(bbox, id).toHaveLength(4);
      const service = links.find(({ protocol }) => protocol === 'OGC API Features');
      expect(service?.href.startsWith(mapServer.featuresUrl), id).toBe(true);
      expect((await fetch(service?.href ?? '')).headers.get('content-type'), id).toMatch(/json/);
    }
  });
});

describe.skipIf('missing' in mapServer)('MapServer as WFS', () => {
  if ('missing' in mapServer) return;

  test.each(['1.1.0', '2.0.0'])(
    '%s: every feature type, each with its box and a service link that answers',
    async (version) => {
      const harvested = await harvestByCli(
        folder,
        mapServer.wfsUrl,
        '--type',
        'wfs',
        '--set',
        `version=${version}`,
      );
      expect(harvested).toMatchObject(done(FEATURE_LAYERS.length));
      expect(idsOf(harvested.kept).map((id) => id.replace(/^ms:/, ''))).toEqual([...FEATURE_LAYERS].sort());
      for (const { id, bbox, links } of harvested.kept) {
        expect(bbox, id).toHaveLength(4);
        const service = links.find(({ protocol }) => protocol === 'OGC:WFS');
        const described = `${service?.href}&service=WFS&version=1.1.0&request=DescribeFeatureType&typename=${service?.name}`;
        expect(await (await fetch(described)).text(), id).toContain('schema');
      }
    },
  );

  test.each(['wfs', 'wms'])('as %s, asked again: it says that nothing has changed', async (type) => {
    const again = (): ReturnType<typeof harvestByCli> =>
      harvestByCli(folder, `${mapServer.wfsUrl}&again=${type}`, '--type', type);
    const first = await again();
    const counts = { harvested: 0, unchanged: first.kept.length };
    expect(await again()).toMatchObject({
      code: 0,
      kept: [],
      view: { status: 'finished-all-ok', listingComplete: true, counts },
    });
  });

  test('its type is found by a URL that names the service', async () => {
    expect((await harvestByCli(folder, `${mapServer.wfsUrl}&service=WFS`)).view.type).toBe('wfs');
  });
});
