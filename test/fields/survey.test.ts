// The survey of fields: which type an answer is read by, as the answer to what, and what is counted.
import { expect, test } from 'vitest';
import { harvesterType, HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import { report } from './report.ts';
import { isOf, protocolOf, type Recorded, survey } from './survey.ts';

const recorded = (path: string, value: unknown): Recorded => ({
  path,
  body: Buffer.from(JSON.stringify(value)),
});

const CKAN = [
  recorded('ckan/search.json', {
    result: {
      count: 2,
      results: [
        { id: 'a', title: 'Roads', notes: 'All', resources: [], tags: ['x'] },
        { id: 'b', resources: [], extras: [{ key: 'spatial', value: '1,2,3,4' }] },
      ],
    },
  }),
  recorded('ckan/error.json', { success: false, error: 'no' }),
  recorded('geonode/x.json', {}),
];

test('answers are read by the type of their folder, and their fields counted', () => {
  expect(survey(harvesterType('ckan'), CKAN)).toMatchObject({
    type: 'ckan',
    answers: 2,
    records: 2,
    named: 0,
    found: { title: 1, description: 1, keywords: 1, bbox: 1, links: 2, time: 0 },
    refused: [
      { path: 'ckan/error.json', because: expect.stringContaining('an error of CKAN: no') as string },
    ],
    invalid: [],
  });
});

test('an answer about one resource is read as that, by the id that it names', () => {
  const listing = { links: {}, total: 1, resources: [{ pk: 7, uuid: 'u-7', resource_type: 'dataset' }] };
  const detail = { dataset: { pk: 7, uuid: 'u-7', title: 'Roads', language: 'eng' } };
  const answers = [recorded('geonode/list.json', listing), recorded('geonode/detail.json', detail)];
  expect(survey(harvesterType('geonode'), answers)).toMatchObject({
    answers: 2,
    records: 1,
    named: 1,
    found: { title: 1, language: 1 },
    refused: [],
  });
});

test('an answer is read as the answer to a request that another answer leads to', () => {
  const answers = [
    recorded('arcgis/b.json', { layers: [{ id: 0, name: 'Roads', type: 'Feature Layer' }], tables: [] }),
    recorded('arcgis/a.json', {
      currentVersion: 11,
      folders: [],
      services: [{ name: 'S', type: 'MapServer' }],
    }),
  ];
  expect(survey(harvesterType('arcgis'), answers)).toMatchObject({
    answers: 2,
    records: 1,
    found: { title: 1 },
  });
});

test('a dataset that is none, and a document that breaks off, are told', () => {
  const body = '{"dataset": [{"identifier": "a", "title": "x"}, {"title": "y"}, {"iden';
  const { records, invalid } = survey(harvesterType('dcat-us'), [
    { path: 'dcat/broken.json', body: Buffer.from(body) },
  ]);
  expect(records).toBe(1);
  expect(invalid.map(({ because }) => because)).toEqual([
    'it has no identifier',
    expect.stringContaining('JSON that was cut off'),
  ]);
});

test.each([
  ['oaipmh', 'oai-pmh', true],
  ['ogcapi', 'ogc-records', true],
  ['dcat', 'dcat-us', true],
  ['wms', 'wms', true],
  ['wmts', 'wms', false],
  ['wfs', 'wms', false],
  ['json', 'geonode', false],
  ['', 'wms', false],
])('the folder %j is of type %s: %s', (folder, type, is) => {
  expect(isOf(folder, type)).toBe(is);
});

test('what was made by hand is of the protocol that its file names', () => {
  expect(protocolOf('_made/wms-empty.xml')).toBe('wms');
  expect(protocolOf('wms/_x.xml')).toBe('wms');
});

test('the report has a row for every type, also for those without an answer', () => {
  const surveys = HARVESTER_TYPES.map((type) => survey(type, CKAN));
  const lines = report(surveys, ['wmts/x.xml']).split('\n');
  expect(lines[0]).toMatch(/^type +answers +refused +records +named +title/);
  for (const { type } of HARVESTER_TYPES)
    expect(lines.some((line) => line.startsWith(`${type} `))).toBe(true);
  expect(
    lines
      .find((line) => line.startsWith('ckan '))
      ?.split(/\s+/)
      .slice(1, 6),
  ).toEqual(['2', '1', '2', '0', '1']);
  expect(lines).toContain('of no type: wmts/x.xml');
});
