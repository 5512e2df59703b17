// Every recorded answer of open-data catalogues, each with what must become of it.
import { describe, expect, test } from 'vitest';
import { ckan } from '../../lib/harvesters/ckan.ts';
import { dcatUs } from '../../lib/harvesters/dcat-us.ts';
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

  'dcat-us/ckanext-datajson__collection-2-parent-4-children.data.json': {
    type: dcatUs as never,
    records: 6,
    first: [
      { id: 'IDF6-OPM-0001', properties: { title: 'Employee Relations Roundtables', language: 'en-US' } },
      { properties: { externalIds: [{ scheme: 'isPartOf', value: 'IDF6-OPM-0001' }] } },
    ],
  },
  'dcat-us/ckanext-datajson__large-spatial.data.json': {
    type: dcatUs as never,
    records: 1,
    first: [{ geometry: { type: 'Polygon' }, properties: { title: 'asdfasdfasd' } }],
  },
  'dcat-us/ckanext-datajson__missing-identifier-title.data.json': {
    type: dcatUs as never,
    records: 2,
    invalid: ['it has no identifier'],
    first: [
      { id: 'Test-0001', properties: { title: 'simple test title2' } },
      { id: 'Test-0002', properties: { title: 'Test-0002', notes: ['it has no title; its id stands in'] } },
    ],
  },
  'dcat-us/ckanext-datajson__numerical-title.data.json': {
    type: dcatUs as never,
    records: 1,
    first: [{ id: 'null-spatial', geometry: null, properties: { title: '707' } }],
  },
  'dcat-us/ckanext-datajson__usda.gov.data.json': {
    type: dcatUs as never,
    records: 3,
    first: [
      { id: 'USDA-DM-002' },
      {
        bbox: [-134.913365175, 21.082969303, -56.900702132, 52.370899144],
        properties: { created: '2017-11-22' },
      },
    ],
  },
  'dcat-us/datagov-harvester__dcatus3_0_with_services.json': {
    type: dcatUs as never,
    records: 3,
    first: [
      { properties: { type: 'dataset', title: 'Test Dataset One' } },
      {
        properties: { type: 'service', title: 'Test Data Service One' },
        links: [{ href: 'https://api.example.gov/climate/v1', rel: 'service' }],
      },
    ],
  },
  'dcat-us/datagov-harvester__dcatus_same_title.json': {
    type: dcatUs as never,
    records: 2,
    first: [{ id: 'cftc-dc1' }, { id: 'cftc-dc2', properties: { title: 'Commitment of Traders' } }],
  },
  'dcat-us/datagov-harvester__dcatus_with_none.json': {
    type: dcatUs as never,
    records: 402,
    first: [
      {
        id: '2009-2012-police-advisory-commission-complaints',
        properties: {
          keywords: ['public safety', 'Police Advisory Commission', 'Philadelphia, Pennsylvania'],
          formats: ['CSV', 'SHP', 'GEOJSON', 'API', 'HTML'],
        },
      },
    ],
  },
  'dcat/ckanext-dcat__catalog_pod.jsonld': {
    type: dcatUs as never,
    records: 1,
    first: [
      {
        id: 'widgets-0001',
        time: { interval: ['2009-09-01T12:00:00Z', '2010-05-31T12:00:00Z'] },
        properties: {
          title: 'U.S. Widget Manufacturing Statistics',
          formats: ['CSV', 'Zipped CSV', 'JSON', 'API'],
        },
      },
    ],
  },
  'dcat/udata__evian.json': {
    type: dcatUs as never,
    records: 8,
    first: [
      {
        bbox: [6.5735, 46.3912, 6.6069, 46.4028],
        properties: {
          title: 'stationnement velos',
          rights: 'Soumis à la licence Etalab : https://www.etalab.gouv.fr/licence-ouverte-open-licence/',
        },
      },
    ],
  },
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

const FOLDERS = ['ckan', 'dcat', 'dcat-us'];
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
