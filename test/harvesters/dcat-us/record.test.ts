// What a record keeps of a dataset, a service or a series of DCAT-US, in each of the shapes that its fields have.
import { describe, expect, test } from 'vitest';
import type { Kind } from '../../../lib/harvesters/dcat-us/catalogue.ts';
import { dcatDraft } from '../../../lib/harvesters/dcat-us/record.ts';
import { keepRecord } from '../../../lib/harvesters/keep-record.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { expectValidRecord } from '../valid-record.ts';

const BASE = 'https://agency.example/data.json';

function recordOf(json: JsonObject, kind: Kind = 'dataset'): CatalogueRecord {
  const kept = keepRecord(dcatDraft({ title: 'Roads', ...json }, { id: 'id-1', kind, base: BASE }));
  if (!kept.kept) throw new Error(kept.because);
  expectValidRecord(kept.record);
  return kept.record;
}
const links = (json: JsonObject, kind?: Kind) =>
  recordOf(json, kind).links.map(({ rel, href }) => `${rel} ${href}`);

test('a dataset of version 1.1 becomes a record with all that it says', () => {
  const record = recordOf({
    '@type': 'dcat:Dataset',
    identifier: 'id-1',
    description: '<p>All <b>roads</b></p>',
    keyword: ['roads', 'ways'],
    theme: ['geospatial'],
    modified: '2024-05-01',
    issued: '2020-01-01T00:00:00Z',
    accessLevel: 'restricted public',
    rights: 'Ask first',
    license: 'https://creativecommons.org/publicdomain/zero/1.0/',
    language: ['en-US', 'es'],
    spatial: '1,2,3,4',
    temporal: '2019-01-01/P1Y',
    isPartOf: 'id-0',
    landingPage: 'https://agency.example/roads',
    describedBy: 'https://agency.example/roads.html',
    describedByType: 'text/html',
    references: ['https://agency.example/a'],
    publisher: {
      name: 'Office',
      subOrganizationOf: { name: 'Agency', subOrganizationOf: { name: 'Government' } },
    },
    contactPoint: { fn: 'Anna', hasEmail: 'mailto:anna@agency.example' },
    distribution: [
      { title: 'CSV', downloadURL: 'https://agency.example/roads.csv', mediaType: 'text/csv', format: 'CSV' },
      {
        title: 'API',
        accessURL: 'https://agency.example/rest/services/R/FeatureServer/0',
        format: 'Esri REST',
      },
    ],
  });
  expect(record).toMatchObject({
    bbox: [1, 2, 3, 4],
    time: { interval: ['2019-01-01', '2020-01-01'] },
    properties: {
      type: 'dataset',
      title: 'Roads',
      description: 'All roads',
      keywords: ['roads', 'ways', 'geospatial'],
      language: 'en-US',
      created: '2020-01-01T00:00:00Z',
      updated: '2024-05-01',
      license: 'https://creativecommons.org/publicdomain/zero/1.0/',
      rights: 'Ask first\nAccess level: restricted public',
      formats: ['CSV', 'Esri REST'],
      externalIds: [{ scheme: 'isPartOf', value: 'id-0' }],
      contacts: [
        { name: 'Anna', emails: ['anna@agency.example'], roles: ['pointOfContact'] },
        { organization: 'Office', roles: ['publisher'] },
        { organization: 'Agency', roles: ['parentOrganization'] },
        { organization: 'Government', roles: ['parentOrganization'] },
      ],
    },
  });
  expect(record.links).toEqual([
    { href: 'https://agency.example/roads', rel: 'alternate' },
    { href: 'https://agency.example/roads.html', rel: 'describedby', type: 'text/html' },
    { href: 'https://agency.example/a', rel: 'related' },
    { href: 'https://agency.example/roads.csv', rel: 'enclosure', type: 'text/csv', title: 'CSV' },
    {
      href: 'https://agency.example/rest/services/R/FeatureServer/0',
      rel: 'service',
      title: 'API',
      protocol: 'ESRI:REST',
    },
    { href: 'https://creativecommons.org/publicdomain/zero/1.0/', rel: 'license' },
  ]);
});

test('a dataset of version 3.0 too, with nodes in the place of texts', () => {
  const record = recordOf({
    title: { en: 'Roads', es: 'Caminos' },
    'dct:description': { '@value': 'All roads', '@language': 'en' },
    keyword: 'roads, ways',
    theme: [{ '@id': 'https://t.example/1', prefLabel: 'Transport' }],
    language: { '@id': 'http://id.loc.gov/vocabulary/iso639-1/en' },
    license: { '@id': 'https://creativecommons.org/licenses/by/4.0/' },
    accessRights: { prefLabel: 'Public' },
    spatial: [{ '@type': 'Location', prefLabel: 'Town', bbox: 'POLYGON((1 2,3 2,3 4,1 4,1 2))' }],
    temporal: [{ '@type': 'PeriodOfTime', startDate: '2019-01-01', endDate: { '@value': '2020' } }],
    conformsTo: [{ '@id': 'http://www.opengis.net/def/crs/EPSG/0/4326' }],
    otherIdentifier: [{ '@type': 'Identifier', notation: '10.1/x' }],
    inSeries: [{ '@id': 'https://agency.example/series/1' }],
    contactPoint: [
      {
        fn: 'Anna',
        'organization-name': 'Agency',
        title: 'Clerk',
        hasEmail: { hasValue: { '@id': 'mailto:anna@agency.example' } },
        tel: '+1 555 0100',
      },
    ],
    creator: [{ name: 'Bo', mbox: 'bo@agency.example', homepage: { '@id': 'https://bo.example/' } }],
    distribution: {
      accessService: {
        endpointURL: 'https://agency.example/ows?service=WMS',
        endpointDescription: 'https://agency.example/cap',
      },
      accessURL: { '@id': 'https://agency.example/x' },
      mediaType: { '@id': 'https://www.iana.org/assignments/media-types/text/csv' },
    },
  });
  expect(record).toMatchObject({
    bbox: [1, 2, 3, 4],
    time: { interval: ['2019-01-01', '2020-12-31'] },
    properties: {
      title: 'Roads',
      description: 'All roads',
      keywords: ['roads', 'ways', 'Transport', 'Town'],
      language: 'en',
      license: 'https://creativecommons.org/licenses/by/4.0/',
      rights: 'Public',
      crs: ['EPSG:4326'],
      formats: ['text/csv'],
      externalIds: [{ scheme: 'otherIdentifier', value: '10.1/x' }],
      contacts: [
        {
          name: 'Anna',
          organization: 'Agency',
          position: 'Clerk',
          emails: ['anna@agency.example'],
          phones: ['+1 555 0100'],
        },
        {
          organization: 'Bo',
          emails: ['bo@agency.example'],
          links: [{ href: 'https://bo.example/', rel: 'about' }],
          roles: ['originator'],
        },
      ],
    },
  });
  expect(record.links.map(({ rel, href }) => `${rel} ${href}`)).toEqual([
    'profile http://www.opengis.net/def/crs/EPSG/0/4326',
    'collection https://agency.example/series/1',
    'related https://agency.example/x',
    'service https://agency.example/ows?service=WMS',
    'service-desc https://agency.example/cap',
    'license https://creativecommons.org/licenses/by/4.0/',
  ]);
});

test('a service has its endpoint and what it serves, a series its members', () => {
  expect(
    links(
      {
        endpointURL: ['https://api.agency.example/v1'],
        endpointDescription: { '@id': 'https://api.agency.example/openapi' },
        servesDataset: [{ '@id': 'https://agency.example/d/1' }],
      },
      'service',
    ),
  ).toEqual([
    'item https://agency.example/d/1',
    'service https://api.agency.example/v1',
    'service-desc https://api.agency.example/openapi',
  ]);
  expect(
    links(
      { seriesMember: ['https://agency.example/d/1'], first: 'https://agency.example/d/1' },
      'datasetSeries',
    ),
  ).toEqual(['item https://agency.example/d/1', 'first https://agency.example/d/1']);
});

test('a dataset of the first years, which is its own distribution', () => {
  const record = recordOf({
    accessURL: 'https://agency.example/roads.csv',
    webService: 'https://agency.example/api',
    format: 'text/csv',
    mbox: 'anna@agency.example',
    dataDictionary: 'https://agency.example/dictionary',
  });
  expect(record.links.map(({ rel, href }) => `${rel} ${href}`)).toEqual([
    'describedby https://agency.example/dictionary',
    'related https://agency.example/roads.csv',
    'service https://agency.example/api',
  ]);
  expect(record.properties).toMatchObject({
    formats: ['text/csv'],
    contacts: [{ emails: ['anna@agency.example'] }],
  });
});

describe('dates', () => {
  test.each(['R/P1D', 'R/PT1S'])(
    'that are a frequency, %s, are no dates, and the record says so',
    (modified) => {
      const { updated, notes } = recordOf({ modified }).properties;
      expect(updated).toBeUndefined();
      expect(notes).toEqual([`it is changed regularly (${modified}) and names no date of it`]);
    },
  );

  test.each([null, '', [], {}])('that are %j are none', (modified) => {
    expect(recordOf({ modified }).properties).toEqual({ type: 'dataset', title: 'Roads' });
  });

  test('of a time that repeats are left out, and the record says so', () => {
    const record = recordOf({ temporal: 'R/P1Y' });
    expect(record.time).toBeNull();
    expect(record.properties.notes).toEqual(['the period "R/P1Y" is a frequency and was left out']);
  });
});

test('a licence that is a page of HTML becomes the rights', () => {
  const { license, rights } = recordOf({ license: '<DIV><P>Licence Etalab</P></DIV>' }).properties;
  expect({ license, rights }).toEqual({ license: undefined, rights: 'Licence Etalab' });
});

test('an organization that is part of itself has ten levels and no more', () => {
  const circle = Array.from({ length: 50 }).reduce<JsonObject>(
    (inner, _, level) => ({ name: `Level ${level}`, subOrganizationOf: inner }),
    { name: 'Top' },
  );
  expect(recordOf({ publisher: circle }).properties.contacts).toHaveLength(10);
});

test('an address that is relative or none is made whole or left out', () => {
  expect(
    links({ distribution: [{ downloadURL: '/files/roads.csv' }, { accessURL: 'hhttps://agency.example' }] }),
  ).toEqual(['enclosure https://agency.example/files/roads.csv']);
});

test('fields of any shape leave no trace and do no harm', () => {
  const odd = [null, [], {}, 7, true, '', [null], [[]], { a: {} }, '{"', '[', { '@id': 7 }];
  const fields = [
    'title',
    'keyword',
    'theme',
    'publisher',
    'contactPoint',
    'distribution',
    'spatial',
    'temporal',
    'language',
    'license',
  ];
  for (const value of odd) for (const field of fields) expect(recordOf({ [field]: value }).id).toBe('id-1');
});
