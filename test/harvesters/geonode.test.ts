// GeoNode: how its pages are walked, which answers are no listings, and how a server is recognised.
import { describe, expect, test } from 'vitest';
import { baseOf, geonode, GeonodeSettings } from '../../lib/harvesters/geonode.ts';
import type { RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { crawl } from './crawl.ts';
import { jsonReply, textReply, thrownBy } from './replies.ts';

const SITE = 'https://node.example/gis';
const settings = GeonodeSettings.parse({});
const context = { url: SITE, settings };

function page(number: number, more: Partial<GeonodeSettings> = {}): RemoteRequest {
  const request = geonode.firstListing(SITE, { ...settings, ...more });
  return { ...request, url: request.url.replace('page=1', `page=${number}`) };
}

function readPage(reply: RemoteReply, request = page(1)) {
  return geonode.readListing({ ...context, request }, reply);
}

describe('the listing', () => {
  test('asks for a page of datasets and documents, under the name of GeoNode 3 too, in an order', () => {
    const { searchParams, pathname } = new URL(geonode.firstListing(SITE, settings).url);
    expect(pathname).toBe('/gis/api/v2/resources/');
    expect([...searchParams]).toEqual([
      ['page', '1'],
      ['page_size', '100'],
      ['sort[]', 'date'],
      ['filter{resource_type.in}', 'dataset'],
      ['filter{resource_type.in}', 'document'],
      ['filter{resource_type.in}', 'layer'],
    ]);
  });

  test('hands filters on as GeoNode spells them', () => {
    const filtered = GeonodeSettings.parse({
      resourceTypes: ['map'],
      titleContains: 'Straße & Co',
      dateFrom: '2021-01-01',
      dateTo: '2022-01-01T00:00:00Z',
      keywords: ['roads', 'rivers'],
      categories: ['environment'],
    });
    expect([...new URL(geonode.firstListing(SITE, filtered).url).searchParams].slice(3)).toEqual([
      ['filter{resource_type.in}', 'map'],
      ['filter{title.icontains}', 'Straße & Co'],
      ['filter{date.gte}', '2021-01-01'],
      ['filter{date.lte}', '2022-01-01T00:00:00Z'],
      ['filter{keywords.slug.in}', 'roads'],
      ['filter{keywords.slug.in}', 'rivers'],
      ['filter{category.identifier.in}', 'environment'],
    ]);
  });

  test.each([
    [{ pageSize: 0 }],
    [{ pageSize: 1_001 }],
    [{ resourceTypes: [] }],
    [{ resourceTypes: ['x&page=9'] }],
    [{ dateFrom: 'last week' }],
    [{ unknown: 1 }],
  ])('settings %j are refused', (wrong) => {
    expect(GeonodeSettings.safeParse(wrong).success).toBe(false);
  });

  test.each([
    'https://node.example/gis',
    'https://node.example/gis/',
    'https://node.example/gis/api',
    'https://node.example/gis/api/v2/',
    'https://node.example/gis/api/v2/resources/?page=3#top',
  ])('%s is the site', (url) => {
    expect(baseOf(url)).toBe(SITE);
  });

  test.each(['resources', 'datasets', 'layers', 'documents', 'maps', 'geoapps', 'objects'])(
    'is read under the key %s',
    (key) => {
      const listing = readPage(
        jsonReply({
          links: { next: null },
          total: 1,
          [key]: [{ pk: 7, uuid: 'u-7', title: 'Roads', resource_type: 'dataset' }],
        }),
      );
      expect(listing).toEqual({
        resources: [
          { id: 'u-7', title: 'Roads', hint: { pk: '7', type: 'dataset' }, facts: { type: 'dataset' } },
        ],
        next: [],
        matched: 1,
      });
    },
  );

  test('the next page is asked for by its number on our own URL, whatever host the remote names', () => {
    const listing = readPage(
      jsonReply({
        links: { next: 'http://django:8000/api/v2/resources/?page=2' },
        total: 300,
        resources: [{ pk: '1' }],
      }),
    );
    expect(listing.next).toEqual([page(2)]);
    expect(readPage(jsonReply({ links: { next: 'x' }, resources: [] }), page(2)).next).toEqual([page(3)]);
  });

  test('without links, the total says whether there is a next page', () => {
    const resources = [{ pk: 1 }, { pk: 2 }];
    expect(readPage(jsonReply({ total: 5, resources }), page(2)).next).toEqual([page(3)]);
    expect(readPage(jsonReply({ total: 4, resources }), page(2)).next).toEqual([]);
    expect(readPage(jsonReply({ total: 4, resources: [] }), page(2)).next).toEqual([]);
    expect(readPage(jsonReply({ meta: { total_count: 5, next: null }, objects: resources }))).toMatchObject({
      matched: 5,
      next: [],
    });
  });

  test('a page past the end is the end, the first page that is missing is not', () => {
    const missing = jsonReply({ detail: 'Invalid page.' }, { status: 404 });
    expect(readPage(missing, page(2))).toEqual({ resources: [], next: [] });
    expect(thrownBy(() => readPage(missing)).name).toBe('RemoteRefused');
  });

  test('an entry without uuid and pk is stepped over, and the listing is not complete', () => {
    const listing = readPage(
      jsonReply({ total: 4, resources: [{ title: 'x' }, null, { pk: '../../admin' }, { pk: 3, uuid: '' }] }),
    );
    expect(listing.resources).toEqual([{ id: '3', hint: { pk: '3', type: '' }, facts: {} }]);
    expect(listing).toMatchObject({
      incomplete: true,
      warnings: ['3 entries of page 1 had neither a uuid nor a pk'],
    });
  });

  test.each([
    ['an HTML page', textReply('<html><title>Maintenance</title></html>'), 'RemoteUnreadable'],
    ['JSON of something else', jsonReply({ hello: 'world' }), 'RemoteUnreadable'],
    ['a list', jsonReply([]), 'RemoteUnreadable'],
    ['resources that are no list', jsonReply({ resources: null, total: 0 }), 'RemoteUnreadable'],
    ['an error of GeoNode', jsonReply({ success: false, errors: ['Not now'], code: 'x' }), 'RemoteException'],
    [
      'an error of Django',
      jsonReply({ detail: 'Authentication credentials were not provided.' }),
      'RemoteException',
    ],
    ['401', jsonReply({}, { status: 401 }), 'RemoteRefused'],
    ['503', jsonReply({}, { status: 503 }), 'RemoteBusy'],
  ])('%s is a failure, never an empty listing', (_, reply, name) => {
    expect(thrownBy(() => readPage(reply)).name).toBe(name);
  });

  test('a whole crawl: resources that move between pages are listed once, and what is missing in the end is said', () => {
    const pages = [
      { links: { next: 'http://internal/2' }, total: 4, resources: [{ pk: 1 }, { pk: 2 }] },
      { links: { next: 'http://internal/3' }, total: 4, resources: [{ pk: 2 }, { pk: 3 }] },
    ];
    const { resources, listing, readings } = crawl(geonode, context, ({ url }) => {
      const number = Number(new URL(url).searchParams.get('page') ?? 0);
      if (number > 0)
        return pages[number - 1] === undefined
          ? jsonReply({}, { status: 404 })
          : jsonReply(pages[number - 1]);
      return jsonReply({ resource: { pk: /(\d+)\/$/.exec(url)?.[1], title: 'x' } });
    });
    expect(resources.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(listing).toMatchObject({
      complete: false,
      duplicates: 1,
      fault: expect.stringContaining('it has 4 resources and listed 3') as string,
    });
    expect(readings.map(({ reading }) => reading)).toEqual(['record', 'record', 'record']);
  });
});

describe('a resource', () => {
  function read(reply: RemoteReply) {
    return geonode.readResource(context, { id: 'u-7', hint: { pk: '7', type: 'dataset' } }, reply);
  }

  test.each([
    ['404', jsonReply({ detail: 'Not found.' }, { status: 404 })],
    ['410', textReply('', { status: 410 })],
    ['a list without it', jsonReply({ resources: [] })],
  ])('that is answered with %s is gone', (_, reply) => {
    expect(read(reply).reading).toBe('gone');
  });

  test.each([
    ['another pk', { dataset: { pk: 8, uuid: 'u-7' } }, 'asked for pk 7, the remote answered with pk 8'],
    [
      'another uuid',
      { dataset: { pk: 7, uuid: 'u-8' } },
      'asked for uuid u-7, the remote answered with uuid u-8',
    ],
    ['nothing', {}, 'the answer holds no resource'],
    ['null', null, 'the answer holds no resource'],
  ])('that is answered with %s is invalid: one is not the other', (_, json, because) => {
    expect(read(jsonReply(json))).toEqual({ reading: 'invalid', because });
  });

  test.each([
    ['403', jsonReply({ detail: 'x' }, { status: 403 }), 'RemoteRefused'],
    ['502', textReply('<html>', { status: 502 }), 'RemoteBusy'],
    ['an error with status 200', jsonReply({ success: false, errors: ['x'] }), 'RemoteException'],
    ['a login page', textReply('<html><title>Log in</title>'), 'RemoteUnreadable'],
  ])('that is answered with %s is an error of the remote', (_, reply, name) => {
    expect(thrownBy(() => read(reply)).name).toBe(name);
  });
});

describe('the probe', () => {
  test('asks the API twice, and then the old one', () => {
    expect(geonode.probeRequests(`${SITE}/api/v2/`).map(({ url }) => url)).toEqual([
      `${SITE}/api/v2/resources/?page_size=1`,
      `${SITE}/api/v2/datasets/?page_size=1`,
      `${SITE}/api/`,
    ]);
  });

  test.each([
    ['a page of resources', jsonReply({ links: { next: null }, total: 0, resources: [] }), { match: true }],
    [
      'an old GeoNode',
      jsonReply({ layers: { list_endpoint: '/api/layers/', schema: '/api/layers/schema/' } }),
      { match: false, because: 'a GeoNode older than 3.2, which has no API v2' },
    ],
    [
      'CKAN',
      jsonReply({ success: true, result: [] }),
      { match: false, because: 'its JSON is not that of the API v2' },
    ],
    [
      'an ArcGIS service',
      jsonReply({ currentVersion: 11, layers: [] }),
      { match: false, because: 'its JSON is not that of the API v2' },
    ],
  ])('of %s', (_, reply, verdict) => {
    expect(geonode.readProbe(SITE, reply)).toEqual(verdict);
  });

  test('a reply that cannot be read is no match, with its reason', () => {
    expect(geonode.readProbe(SITE, textReply('<html>', { status: 404 }))).toMatchObject({
      match: false,
      because: expect.stringContaining('status 404') as string,
    });
    expect(geonode.readProbe(SITE, textReply('<html>'))).toMatchObject({
      match: false,
      because: expect.stringContaining('an HTML page') as string,
    });
  });
});
