// Answers of open-data catalogues with absurd values, cut anywhere, with bytes changed: a listing, valid records or an error with a name, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ckan } from '../../lib/harvesters/ckan.ts';
import { dcatUs } from '../../lib/harvesters/dcat-us.ts';
import type { HarvesterType, ListedResource, RemoteReply } from '../../lib/harvesters/harvester.ts';
import { familyOf, ReeveError } from '../../lib/session/errors.ts';
import { oddBody } from './odd-replies.ts';
import { textReply } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

const SITE = 'https://remote.example/site';
/** As many as cost a few seconds; `REEVE_FUZZ_RUNS=50000` for a long look. */
const RUNS = Number(process.env['REEVE_FUZZ_RUNS'] ?? 400);

const ODD_CKAN = [
  {
    success: true,
    result: {
      count: 2,
      results: [
        {
          id: 'id-1',
          name: 'roads',
          title: { en: 'Roads', fr: 'Routes' },
          notes: '<p>x</p>',
          type: 'dataset',
          state: 'active',
          private: false,
          metadata_modified: '2024-05-01T10:00:00.123456',
          organization: { title: 'Town', name: 'town' },
          tags: [{ name: 'a' }, 'b'],
          groups: [{ title: 'c' }],
          resources: [{ url: 'https://a.example/x.csv', format: 'CSV', name: 'x', mimetype: 'text/csv' }],
          extras: [
            { key: 'spatial', value: '{"type":"Polygon","coordinates":[[[1,2],[3,4],[1,2]]]}' },
            { key: 'temporal_coverage-from', value: '["1982"]' },
            { key: 'responsible-party', value: 'Survey (owner)' },
          ],
        },
        { id: 'id-2', type: 'harvest' },
      ],
    },
  },
  { success: true, result: { id: 'id-1', name: 'roads', title: 'Roads', resources: [] } },
  { success: false, error: { __type: 'Search Query Error', message: 'x', rows: ['y'] } },
];

const ODD_DCAT = [
  {
    conformsTo: 'https://project-open-data.cio.gov/v1.1/schema',
    title: 'Open data',
    dataset: [
      {
        identifier: 'id-1',
        title: 'Roads',
        description: '<p>x</p>',
        keyword: ['a', 'b'],
        theme: [{ prefLabel: 'c', '@id': 'https://a.example/c' }],
        modified: 'R/P1D',
        license: 'https://a.example/licence',
        spatial: '1,2,3,4',
        temporal: '2001-01-01/P1Y',
        publisher: { name: 'Agency', subOrganizationOf: { name: 'Government' } },
        contactPoint: { fn: 'Anna', hasEmail: 'mailto:a@b.example' },
        distribution: [{ downloadURL: 'https://a.example/x.csv', mediaType: 'text/csv' }],
      },
      {
        identifier: { '@id': 'https://a.example/2' },
        'dct:title': { en: 'Ways' },
        spatial: { bbox: 'POINT(1 2)' },
      },
    ],
    service: [{ identifier: 'id-3', title: 'API', endpointURL: ['https://a.example/api'] }],
    catalog: [{ dataset: [{ identifier: 'id-1', title: 'Roads again' }] }],
  },
];

/** What `act` returns, or `undefined` when it throws an error of the remote. */
function orRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ReeveError) || familyOf(error) === 'bug') throw error;
    expect(error.message).toMatch(/^\S.*\S$/);
    return undefined;
  }
}

function* listedIn<Settings>(type: HarvesterType<Settings>, reply: RemoteReply): Generator<ListedResource> {
  const context = { url: SITE, settings: type.settings.parse({}) };
  const request = type.firstListing(SITE, context.settings);
  const listing = orRefused(() => type.readListing({ ...context, request }, reply));
  for (const { url } of listing?.next ?? []) expect(url.startsWith(`${SITE}/`)).toBe(true);
  yield* listing?.resources ?? [];
  const stream = listing?.stream?.[Symbol.iterator]();
  for (
    let next = orRefused(() => stream?.next());
    next?.done === false;
    next = orRefused(() => stream?.next())
  )
    yield next.value;
}

function readEverywhere<Settings>(type: HarvesterType<Settings>, reply: RemoteReply): void {
  const context = { url: SITE, settings: type.settings.parse({}) };
  const read = (resource: ListedResource, answer: RemoteReply | undefined) => {
    const reading = orRefused(() => type.readResource(context, resource, answer));
    if (reading?.reading === 'record') expectValidRecord(reading.record);
    else if (reading !== undefined) expect(reading.because).not.toBe('');
  };
  for (const resource of listedIn(type, reply)) {
    expect((resource.title ?? '').length).toBeLessThanOrEqual(200);
    expect((resource.version ?? '').length).toBeLessThanOrEqual(200);
    // As it comes back from where it was staged.
    const staged = JSON.parse(JSON.stringify(resource)) as ListedResource;
    if (type.resourceRequest(context, staged) === undefined) read(staged, undefined);
  }
  if (type.resourceRequest(context, { id: 'id-1' }) !== undefined) read({ id: 'id-1' }, reply);
  const verdict = type.readProbe(SITE, reply);
  if (!verdict.match) expect(verdict.because).not.toBe('');
}

const status = fc.oneof(
  { weight: 9, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(204, 302, 400, 403, 404, 409, 429, 500, 503) },
);

describe('no odd answer gets through', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);

  test('to the reader of CKAN', () => {
    fc.assert(
      fc.property(oddBody(ODD_CKAN), status, (body, code) =>
        readEverywhere(ckan, textReply(body, { url: `${SITE}/api/3/action/package_search`, status: code })),
      ),
      { numRuns: RUNS },
    );
  });

  test('to the reader of DCAT-US', () => {
    fc.assert(
      fc.property(oddBody(ODD_DCAT), status, (body, code) =>
        readEverywhere(dcatUs, textReply(body, { url: `${SITE}/data.json`, status: code })),
      ),
      { numRuns: RUNS },
    );
  });

  test('and none of it leaves a trace', () => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

test('a page of CKAN that was cut at any byte is refused', () => {
  const whole = Buffer.from(JSON.stringify(ODD_CKAN[0]));
  const request = ckan.firstListing(SITE, ckan.settings.parse({}));
  const context = { url: SITE, settings: ckan.settings.parse({}), request };
  for (let bytes = 0; bytes < whole.length; bytes += 1)
    expect(orRefused(() => ckan.readListing(context, textReply(whole.subarray(0, bytes))))).toBeUndefined();
  expect(ckan.readListing(context, textReply(whole)).resources).toHaveLength(1);
});
