// Broken, absurd and hostile JSON to every reader: what comes out is a listing, a valid record or a ReeveError, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arcgis } from '../../lib/harvesters/arcgis.ts';
import { geonode } from '../../lib/harvesters/geonode.ts';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  RemoteReply,
  RemoteRequest,
} from '../../lib/harvesters/harvester.ts';
import { familyOf, ReeveError } from '../../lib/session/errors.ts';
import { textReply } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';
import { ODD_ARCGIS, ODD_GEONODE, oddBody } from './odd-replies.ts';

const SITE = 'https://remote.example/site';
const ROOT = `${SITE}/rest/services`;

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

function expectValidListing(listing: Listing, origin: string): void {
  expect(JSON.parse(JSON.stringify(listing))).toEqual(listing);
  for (const { id, title } of listing.resources) {
    expect(id).not.toBe('');
    expect((title ?? '').length).toBeLessThanOrEqual(200);
  }
  for (const { url } of listing.next) {
    expect(new URL(url).origin).toBe(origin);
    expect(new URL(url).pathname.startsWith('/site/')).toBe(true);
  }
  if (listing.incomplete === true) expect(listing.warnings).not.toHaveLength(0);
}

interface Reader<Settings> {
  readonly type: HarvesterType<Settings>;
  readonly url: string;
  readonly requests: readonly RemoteRequest[];
  readonly resources: readonly ListedResource[];
}

function readEverywhere<Settings>(
  { type, url, requests, resources }: Reader<Settings>,
  reply: RemoteReply,
): void {
  const context = { url, settings: type.settings.parse({}) };
  for (const request of requests) {
    const listing = orRefused(() => type.readListing({ ...context, request }, reply));
    if (listing !== undefined) expectValidListing(listing, new URL(url).origin);
    for (const resource of listing?.resources ?? []) {
      const next = type.resourceRequest(context, resource);
      if (next === undefined) expectReading(type, context, resource, undefined);
      else expect(new URL(next.url).pathname.startsWith('/site/')).toBe(true);
    }
  }
  for (const resource of resources) expectReading(type, context, resource, reply);
  const verdict = type.readProbe(url, reply);
  if (!verdict.match) expect(verdict.because).not.toBe('');
}

function expectReading<Settings>(
  type: HarvesterType<Settings>,
  context: { url: string; settings: Settings },
  resource: ListedResource,
  reply: RemoteReply | undefined,
): void {
  const reading = orRefused(() => type.readResource(context, resource, reply));
  if (reading?.reading === 'record') expectValidRecord(reading.record);
  else if (reading !== undefined) expect(reading.because).not.toBe('');
}

const status = fc.oneof(
  { weight: 9, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(204, 302, 400, 403, 404, 429, 500, 503) },
);

describe('no odd answer gets through', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);

  test('to the readers of GeoNode', () => {
    const settings = geonode.settings.parse({});
    const first = geonode.firstListing(SITE, settings);
    const reader = {
      type: geonode,
      url: SITE,
      requests: [first, { ...first, url: first.url.replace('page=1', 'page=2') }],
      resources: [
        { id: 'u-1', hint: { pk: '1', type: 'dataset' } },
        { id: '1', hint: { pk: '1' } },
        { id: 'u-1' },
      ],
    };
    fc.assert(
      fc.property(oddBody(ODD_GEONODE), status, (body, code) =>
        readEverywhere(reader, textReply(body, { url: first.url, status: code })),
      ),
      { numRuns: 400 },
    );
  });

  test('to the readers of ArcGIS', () => {
    const paths = [
      '',
      '/F',
      '/S/MapServer',
      '/S/MapServer/layers',
      '/S/FeatureServer',
      '/S/MapServer/1',
      '/I/ImageServer',
    ];
    const reader = {
      type: arcgis,
      url: ROOT,
      requests: [
        ...paths.map((path) => ({ url: `${ROOT}${path}?f=json` })),
        { url: `${ROOT}/S/MapServer?f=json#each=1&twin=1` },
        { url: `${ROOT}/S/MapServer/layers?f=json#ids=0-3.7&wms=1&keyword=a&about=b` },
      ],
      resources: [
        { id: 'S/MapServer/1' },
        { id: 'S/MapServer/1', hint: { wms: 1, keywords: 'x' } },
        { id: 'I/ImageServer' },
      ],
    };
    fc.assert(
      fc.property(oddBody(ODD_ARCGIS), status, (body, code) =>
        readEverywhere(reader, textReply(body, { url: `${ROOT}?f=json`, status: code })),
      ),
      { numRuns: 400 },
    );
  });

  test('and none of it leaves a trace', () => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
