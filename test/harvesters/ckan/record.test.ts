// What a record keeps of a CKAN dataset, whatever the site calls its fields.
import { describe, expect, test } from 'vitest';
import { ckanDraft } from '../../../lib/harvesters/ckan/record.ts';
import { keepRecord } from '../../../lib/harvesters/keep-record.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { expectValidRecord } from '../valid-record.ts';

const SITE = 'https://data.example/portal';

function recordOf(dataset: JsonObject): CatalogueRecord {
  const kept = keepRecord(ckanDraft({ title: 'Roads', ...dataset }, { id: 'id-1', site: SITE }));
  if (!kept.kept) throw new Error(kept.because);
  expectValidRecord(kept.record);
  return kept.record;
}
const extras = (fields: Record<string, string>) => ({
  extras: Object.entries(fields).map(([key, value]) => ({ key, value })),
});

test('a dataset becomes a record with all that it says', () => {
  const record = recordOf({
    id: 'id-1',
    name: 'roads',
    type: 'dataset',
    notes: '<p>All <b>roads</b></p>',
    metadata_created: '2020-01-01T00:00:00',
    metadata_modified: '2024-05-01T10:00:00.123456',
    organization: { name: 'town', title: 'The Town', image_url: 'x.png' },
    author: 'Anna',
    author_email: 'anna@data.example',
    maintainer: 'help@data.example',
    license_id: 'cc-by',
    license_title: 'Creative Commons Attribution',
    license_url: 'https://creativecommons.org/licenses/by/4.0/',
    url: 'https://town.example/roads',
    tags: [{ name: 'roads', display_name: 'Roads' }, 'ways'],
    groups: [{ name: 'transport', title: 'Transport' }],
    resources: [
      { name: 'As CSV', format: 'CSV', mimetype: 'text/csv', url: 'https://town.example/roads.csv' },
      { name: 'Map', format: 'WMS', url: 'https://town.example/wms', wms_layer: 'town:roads' },
      { name: 'About', format: 'HTML', url: 'https://town.example/about' },
      { name: 'Uploaded', format: 'SHP', url: '/dataset/x/roads.zip', url_type: 'upload' },
    ],
    ...extras({
      spatial: '{"type":"Polygon","coordinates":[[[1,2],[1,4],[3,4],[3,2],[1,2]]]}',
      temporal_start: '2019-01-01',
      temporal_end: '2020',
      guid: 'guid-1',
      language: 'German',
      theme: '["http://publications.europa.eu/resource/authority/data-theme/TRAN"]',
      'spatial-reference-system': 'urn:ogc:def:crs:EPSG::25832',
    }),
  });
  expect(record).toMatchObject({
    id: 'id-1',
    bbox: [1, 2, 3, 4],
    time: { interval: ['2019-01-01', '2020-12-31'] },
    properties: {
      type: 'dataset',
      title: 'Roads',
      description: 'All roads',
      keywords: [
        'Roads',
        'ways',
        'Transport',
        'http://publications.europa.eu/resource/authority/data-theme/TRAN',
      ],
      language: 'de',
      created: '2020-01-01T00:00:00Z',
      updated: '2024-05-01T10:00:00.123Z',
      contacts: [
        { organization: 'The Town', roles: ['publisher'] },
        { name: 'Anna', emails: ['anna@data.example'], roles: ['author'] },
        { emails: ['help@data.example'], roles: ['pointOfContact'] },
      ],
      license: 'cc-by',
      rights: 'Creative Commons Attribution',
      formats: ['CSV', 'WMS', 'HTML', 'SHP'],
      crs: ['EPSG:25832'],
      externalIds: [
        { scheme: 'ckan:name', value: 'roads' },
        { scheme: 'guid', value: 'guid-1' },
      ],
    },
  });
  expect(record.links).toEqual([
    { href: `${SITE}/dataset/roads`, rel: 'alternate', type: 'text/html' },
    { href: 'https://town.example/roads', rel: 'related' },
    { href: 'https://town.example/roads.csv', rel: 'enclosure', type: 'text/csv', title: 'As CSV' },
    {
      href: 'https://town.example/wms',
      rel: 'service',
      title: 'Map',
      protocol: 'OGC:WMS',
      name: 'town:roads',
    },
    { href: 'https://town.example/about', rel: 'alternate', title: 'About' },
    { href: 'https://data.example/dataset/x/roads.zip', rel: 'enclosure', title: 'Uploaded' },
    { href: 'https://creativecommons.org/licenses/by/4.0/', rel: 'license' },
  ]);
});

describe('texts in several languages', () => {
  test('are read in the first language of the dataset, else in English, else in the first there is', () => {
    const title = { fr: 'Routes', de: 'Straßen', en: 'Roads' };
    expect(recordOf({ title, language: 'de' }).properties.title).toBe('Straßen');
    expect(recordOf({ title }).properties.title).toBe('Roads');
    expect(recordOf({ title: { fr: 'Routes' } }).properties.title).toBe('Routes');
    expect(recordOf({ title: '', title_translated: '{"fr": "Routes"}' }).properties.title).toBe('Routes');
    expect(recordOf({ title: 707 }).properties.title).toBe('707');
  });

  test('are all keywords', () => {
    expect(recordOf({ tags_translated: { en: ['oak'], de: ['Eiche'] } }).properties.keywords).toEqual([
      'oak',
      'Eiche',
    ]);
  });
});

test.each([
  [
    'sides as extras',
    extras({
      'bbox-east-long': '33.0',
      'bbox-north-lat': '-15',
      'bbox-south-lat': '-22',
      'bbox-west-long': '25',
    }),
    [25, -22, 33, -15],
  ],
  ['a GeoJSON object', { spatial: { type: 'Point', coordinates: [5, 6] } }, [5, 6, 5, 6]],
  ['four numbers', { spatial: '1,2,3,4' }, [1, 2, 3, 4]],
  ['well-known text', { spatial: 'POLYGON((1 2, 3 2, 3 4, 1 2))' }, [1, 2, 3, 4]],
])('a box is read from %s', (_, dataset, bbox) => {
  expect(recordOf(dataset).bbox).toEqual(bbox);
});

test('a place without a box is a keyword', () => {
  const { properties, geometry } = recordOf({ spatial_text: 'Geneva' });
  expect(properties.keywords).toEqual(['Geneva']);
  expect(geometry).toBeNull();
});

test.each([
  [{ temporal_coverage: [{ start: '2001-01-01', end: '2002-01-01' }] }, ['2001-01-01', '2002-01-01']],
  [
    extras({ 'temporal_coverage-from': '["1982"]', 'temporal_coverage-to': '["1986"]' }),
    ['1982-01-01', '1986-12-31'],
  ],
  [extras({ 'temporal-extent-begin': '2001-02-03' }), ['2001-02-03', '..']],
  [{ temporal: '2001-01-01/P1Y' }, ['2001-01-01', '2002-01-01']],
])('the time of %j is %j', (dataset, interval) => {
  expect(recordOf(dataset).time?.interval).toEqual(interval);
});

describe('contacts', () => {
  test('of ckanext-dcat: a publisher makes the organization the owner', () => {
    const { contacts } = recordOf({
      organization: { title: 'The Town' },
      contact: [{ name: 'Bo', email: 'bo@data.example', url: 'https://bo.example/' }],
      ...extras({ publisher_name: 'Press', publisher_email: 'press@data.example', contact_name: 'Cy' }),
    }).properties;
    expect(contacts).toEqual([
      { organization: 'The Town', roles: ['owner'] },
      { organization: 'Press', emails: ['press@data.example'], roles: ['publisher'] },
      { name: 'Cy', roles: ['pointOfContact'] },
      {
        name: 'Bo',
        emails: ['bo@data.example'],
        roles: ['pointOfContact'],
        links: [{ href: 'https://bo.example/', rel: 'about' }],
      },
    ]);
  });

  test.each([
    ['British Survey (distributor); Town (owner)', ['distributor', 'owner']],
    ['[{"name": "British Survey", "roles": ["distributor", "owner"]}]', ['distributor', 'owner']],
  ])('of ckanext-spatial: %s', (party, roles) => {
    const { contacts } = recordOf(extras({ 'responsible-party': party })).properties;
    expect(contacts?.flatMap((contact) => contact.roles)).toEqual(roles);
    expect(contacts?.[0]?.organization).toBe('British Survey');
  });
});

test.each([
  [{ license_id: 'notspecified', license_title: 'License not specified' }, undefined],
  [{ license_id: 'other-open', license_title: 'Town licence' }, 'Town licence'],
  [{ license_id: '', license_title: 'Town licence' }, 'Town licence'],
  [{ license_url: 'https://town.example/licence' }, 'https://town.example/licence'],
])('the licence of %j is %j', (dataset, license) => {
  expect(recordOf(dataset).properties.license).toBe(license);
});

test('fields of any shape leave no trace and do no harm', () => {
  const odd = [null, [], {}, 7, true, '', [null], [[]], { a: {} }, '{"', '['];
  for (const value of odd) {
    for (const field of [
      'notes',
      'tags',
      'groups',
      'resources',
      'extras',
      'organization',
      'spatial',
      'language',
      'url',
    ])
      expect(recordOf({ [field]: value }).id).toBe('id-1');
  }
});
