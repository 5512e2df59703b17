// Every recorded answer of open-data catalogues, each with what must become of it.
import { describe, expect, test } from 'vitest';
import { ckan } from '../../lib/harvesters/ckan.ts';
import type { HarvesterType, ListedResource, Listing } from '../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import type { ReeveErrorName } from '../../lib/session/errors.ts';
import { fixturesIn, missingFixtures, readFixture } from './fixtures.ts';
import { textReply, thrownBy } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

const SITE = 'https://data.example';

interface Expected {
  readonly type: HarvesterType<never>;
  readonly refused?: ReeveErrorName;
  readonly records?: number;
  /** Reasons of the resources that are listed and cannot be read. */
  readonly invalid?: readonly string[];
  /** Of some of the records, in their order. */
  readonly first?: readonly object[];
}

const EXPECTED: Readonly<Record<string, Expected>> = {
  'ckan/terriajs__search-result.json': {
    type: ckan as never,
    // Its count says 3.
    records: 4,
    first: [
      {
        id: '7b0c274f-7f12-4062-9e54-5b8227ca20c4',
        bbox: [138.568466638, -37.682084145, 152.48854639, -24.58561808],
        properties: {
          title: 'Murray-Darling Basin Water Resource Plan Areas – Surface Water',
          language: 'en',
          updated: '2019-07-24T17:12:22.127Z',
          license: 'cc-by-4.0',
          formats: ['PDF', 'SHP', 'KMZ', 'TXT', 'WMS', 'WFS', 'GeoJSON'],
        },
      },
    ],
  },
  'ckan/ckanext-dcat__full_ckan_dataset_legacy.json': {
    type: ckan as never,
    records: 1,
    first: [
      {
        id: '756d6426-d52d-492a-a263-599ad1caa123',
        bbox: [25, -22, 33, -15],
        time: { interval: ['1982-01-01', '1986-12-31'] },
        properties: {
          title: 'Zimbabwe Regional Geochemical Survey.',
          language: 'en',
          crs: ['EPSG:32636'],
          rights: 'Subject to a licence fee. Subject to usual BGS terms and conditions.',
        },
      },
    ],
  },
  'ckan/ckanext-dcat__ckan_dataset_multilingual.json': {
    type: ckan as never,
    records: 1,
    first: [
      {
        id: 'test-dataset-multilingual',
        properties: {
          title: 'Test DCAT dataset',
          keywords: ['Oaks', 'Pines', 'Roures', 'Pins', 'Robles', 'Pinos'],
          created: '2024-05-01',
          updated: '2024-05-05',
          contacts: [{ name: 'Contact 1' }, { name: 'Contact 2' }],
        },
      },
    ],
  },
  // One resource of a dataset, by `resource_show`.
  'ckan/terriajs__wms-no-layer-resource.json': { type: ckan as never, refused: 'RemoteUnreadable' },
};

function listingOf<Settings>(type: HarvesterType<Settings>, path: string): Listing {
  const settings = type.settings.parse({});
  const request = type.firstListing(SITE, settings);
  return type.readListing(
    { url: SITE, settings, request },
    textReply(readFixture(path), { url: request.url }),
  );
}

function* resourcesOf({ resources, stream }: Listing): Generator<ListedResource> {
  yield* resources;
  yield* stream ?? [];
}

const FOLDERS = ['ckan'];
const missing = missingFixtures(...FOLDERS);

describe.skipIf(missing !== undefined)(
  `recorded answers${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    test('each of them has an expectation, and each expectation its answer', () => {
      const files = FOLDERS.flatMap((folder) => fixturesIn(folder));
      expect(files.length).toBeGreaterThan(0);
      expect(Object.keys(EXPECTED).sort()).toEqual([...files].sort());
    });

    test.each(Object.entries(EXPECTED))(
      '%s',
      (path, { type, refused, records = 0, invalid = [], first = [] }) => {
        if (refused !== undefined) {
          expect(thrownBy(() => listingOf(type, path)).name).toBe(refused);
          return;
        }
        const context = { url: SITE, settings: type.settings.parse({}) };
        const read: CatalogueRecord[] = [];
        const because: string[] = [];
        for (const resource of resourcesOf(listingOf(type, path))) {
          const reading = type.readResource(context, resource, undefined);
          if (reading.reading === 'record') read.push(reading.record);
          else because.push(reading.because);
        }
        read.forEach(expectValidRecord);
        expect(read).toHaveLength(records);
        expect(because).toEqual(invalid);
        expect(new Set(read.map(({ id }) => id)).size).toBe(records);
        first.forEach((record, index) => expect(read[index]).toMatchObject(record));
      },
    );
  },
);
