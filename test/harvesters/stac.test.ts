// The harvester type `stac`: APIs and static catalogs, from any of their documents to collections and items.
import { describe, expect, test } from 'vitest';
import type { Asked, RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { stac } from '../../lib/harvesters/stac.ts';
import { apiOf, crawlWith, link, ROOT } from './ogcapi/api.ts';
import { jsonReply, thrownBy } from './replies.ts';
import { item, landing, stacCollection } from './stac/documents.ts';

const ITEMS = '/collections/a/items';
const API = {
  '': landing(),
  '/collections': { collections: [stacCollection('a'), stacCollection('b')], links: [], numberMatched: 2 },
  '/collections/a': stacCollection('a'),
  [`${ITEMS}?limit=100`]: {
    features: [item('1'), item('2')],
    links: [link('next', `${ROOT}${ITEMS}?limit=2&token=x`)],
  },
  [`${ITEMS}?limit=2&token=x`]: { features: [item('3')], links: [] },
  '/collections/b/items?limit=100': { features: [], links: [] },
};
const BOTH = { harvest: 'both' };

describe('an API', () => {
  test.each([
    ['', {}, ['a', 'b']],
    ['/collections', {}, ['a', 'b']],
    ['/collections/a', {}, ['a']],
    [ITEMS, {}, ['a/items/1', 'a/items/2', 'a/items/3']],
    ['', { collections: ['b'] }, ['b']],
    ['', BOTH, ['a', 'b', 'a/items/1', 'a/items/2', 'a/items/3']],
    ['', { harvest: 'items', collections: ['a'] }, ['a/items/1', 'a/items/2', 'a/items/3']],
    ['/collections/a', { harvest: 'items' }, ['a/items/1', 'a/items/2', 'a/items/3']],
  ])('from %j with %j', (path, settings, ids) => {
    const crawled = crawlWith(stac, apiOf(API), { url: ROOT + path, settings });
    expect(crawled.ids).toEqual(ids);
    expect(crawled.listing.complete).toBe(true);
  });

  test('costs one request a page and none a record', () => {
    expect(crawlWith(stac, apiOf(API), { settings: BOTH }).asked).toHaveLength(5);
  });

  test('gives items what their collection says of all of them', () => {
    const { records } = crawlWith(stac, apiOf(API), { settings: BOTH });
    expect(records['a/items/1']).toMatchObject({
      bbox: [-10, 48, -9, 49],
      time: { interval: ['2021-05-02T10:00:00Z', '2021-05-02T10:00:00Z'] },
      properties: {
        title: '1',
        license: 'CC-BY-4.0',
        updated: '2021-05-03T10:00:00Z',
        contacts: [
          { organization: 'County', roles: ['producer'], links: [{ href: 'https://county.example/' }] },
        ],
        formats: ['image/tiff'],
        externalIds: [{ value: '1' }],
      },
      links: [{ rel: 'enclosure', href: 'https://data.example/1.tif', type: 'image/tiff', title: 'data' }],
    });
    expect(records['a']?.links[0]).toMatchObject({
      rel: 'service',
      protocol: 'STAC',
      href: `${ROOT}${ITEMS}`,
      name: 'a',
    });
  });

  test('without a page of collections is followed by the links to its children', () => {
    const answers = {
      '': landing({
        links: [
          link('child', 'api/collections/a'),
          link('child', `${ROOT}/collections/a`),
          link('child', ROOT),
        ],
      }),
      '/collections/a': stacCollection('a'),
    };
    const { ids, listing, asked } = crawlWith(stac, apiOf(answers));
    expect(ids).toEqual(['a']);
    expect(listing.complete).toBe(true);
    expect(asked).toContain(`${ROOT}/collections`);
  });

  test('of which a page gives fewer than it says is not complete', () => {
    const short = {
      ...API,
      '/collections': { collections: [stacCollection('a')], numberMatched: 3, links: [] },
    };
    expect(crawlWith(stac, apiOf(short)).listing).toMatchObject({ complete: false });
    const context = { features: [item('1')], context: { matched: 2, returned: 1 }, links: [] };
    const { listing } = crawlWith(stac, apiOf({ [`${ITEMS}?limit=100`]: context }), { url: ROOT + ITEMS });
    expect(listing).toMatchObject({ complete: false, matched: 2 });
  });

  test('that puts collections among the items it found gives items only', () => {
    const found = { features: [stacCollection('a'), item('1')], numberMatched: 2, links: [] };
    const { ids, listing } = crawlWith(stac, apiOf({ [`${ITEMS}?limit=100`]: found }), { url: ROOT + ITEMS });
    expect(ids).toEqual(['a/items/1']);
    expect(listing.complete).toBe(true);
  });
});

const QUERY = ['https://api.stacspec.org/v1.0.0/item-search#query'];
const FILTER = [
  'https://api.stacspec.org/v1.0.0/item-search#filter',
  'http://www.opengis.net/spec/cql2/1.0/conf/cql2-text',
];

/** What is asked after the collections, of a server with these conformance classes. */
function asking(
  conformsTo: readonly string[],
  { settings = {}, asked }: { settings?: object; asked?: Asked },
  answer: (request: RemoteRequest) => RemoteReply = ({ url }) => jsonReply({ features: [] }, { url }),
): readonly { url: string; body?: unknown }[] {
  const parsed = stac.settings.parse({ harvest: 'items', collections: ['a'], ...settings });
  const seen: { url: string; body?: unknown }[] = [];
  let request: RemoteRequest | undefined = stac.firstListing(ROOT, parsed, asked);
  while (request !== undefined && seen.length < 9) {
    const url: string = request.url.replace(/#.*/, '');
    seen.push({
      url: decodeURIComponent(url.slice(ROOT.length)),
      ...(request.body === undefined ? {} : { body: JSON.parse(request.body) as unknown }),
    });
    const known =
      url === ROOT
        ? landing({ conformsTo })
        : url === `${ROOT}/collections`
          ? API['/collections']
          : undefined;
    const reply: RemoteReply = known === undefined ? answer(request) : jsonReply(known, { url });
    [request] = stac.readListing({ url: ROOT, settings: parsed, request }, reply).next;
  }
  return seen.slice(2);
}

const SINCE = { changedSinceAt: Date.UTC(2024, 4, 6, 12) };
const refusal = ({ url }: RemoteRequest, status: number): RemoteReply =>
  jsonReply({ code: 'no', description: 'no' }, { url, status });

describe('items with a filter', () => {
  test('are asked for by box and time in their own list', () => {
    const settings = { bbox: [-10, 48, -9, 49], datetime: '2020-01-01T00:00:00Z/..', pageSize: 5 };
    expect(asking([], { settings })).toEqual([
      { url: `${ITEMS}?limit=5&bbox=-10,48,-9,49&datetime=2020-01-01T00:00:00Z/..` },
    ]);
    expect(asking([], { asked: { filter: { bbox: [1, 2, 3, 4] } } })).toEqual([
      { url: `${ITEMS}?limit=100&bbox=1,2,3,4` },
    ]);
  });

  test('that changed are searched for by the Query extension, by POST', () => {
    expect(asking(QUERY, { asked: SINCE })).toEqual([
      {
        url: '/search',
        body: { collections: ['a'], limit: 100, query: { updated: { gte: '2024-05-06T00:00:00Z' } } },
      },
    ]);
  });

  test('that changed are searched for by the Filter extension, by GET', () => {
    expect(asking(FILTER, { asked: SINCE })).toEqual([
      {
        url: `/search?limit=100&collections=a&filter=updated >= TIMESTAMP('2024-05-06T00:00:00Z')&filter-lang=cql2-text`,
      },
    ]);
  });

  test('that changed are all listed by a server that declares neither, or cannot after all', () => {
    expect(asking([], { asked: SINCE })).toEqual([{ url: `${ITEMS}?limit=100` }]);
    const plainOnly = (request: RemoteRequest): RemoteReply =>
      request.url.includes('/search')
        ? refusal(request, 405)
        : jsonReply({ features: [] }, { url: request.url });
    expect(
      asking([...QUERY, ...FILTER], { asked: SINCE }, plainOnly).map(({ url }) => url.replace(/\?.*/, '')),
    ).toEqual(['/search', '/search', '/search', ITEMS]);
  });

  test('of the settings are sent on, with what changed', () => {
    const query = { 'eo:cloud_cover': { lt: 10 } };
    expect(asking(QUERY, { settings: { query }, asked: SINCE })[0]?.body).toMatchObject({
      query: { ...query, updated: { gte: '2024-05-06T00:00:00Z' } },
    });
    expect(asking(FILTER, { settings: { filter: 'a = 1' }, asked: SINCE })[0]?.url).toContain(
      "filter=(a = 1) AND updated >= TIMESTAMP('2024-05-06T00:00:00Z')",
    );
  });

  test.each([{ query: { a: { eq: 1 } } }, { filter: 'a = 1' }])(
    '%j of an API that declares no such thing is refused in words',
    (settings) => {
      expect(thrownBy(() => asking([], { settings }))).toMatchObject({
        name: 'InputInvalid',
        message: expect.stringMatching(/does not declare item-search#(query|filter)/) as string,
      });
    },
  );
});

describe('the next page by POST', () => {
  const pages = (next: object): unknown[] => {
    const bodies: unknown[] = [];
    asking(QUERY, { asked: SINCE }, (request) => {
      bodies.push(request.body === undefined ? request.url.replace(/#.*/, '') : JSON.parse(request.body));
      return jsonReply(
        {
          features: [item('1')],
          links: bodies.length > 1 ? [] : [{ rel: 'next', href: `${ROOT}/search`, ...next }],
        },
        { url: request.url },
      );
    });
    return bodies;
  };
  const first = { collections: ['a'], limit: 100, query: { updated: { gte: '2024-05-06T00:00:00Z' } } };

  test.each([
    [
      'merges its body',
      { method: 'POST', merge: true, body: { token: 't', limit: 7 } },
      { ...first, token: 't', limit: 7 },
    ],
    ['sends its body alone', { method: 'POST', body: { token: 't' } }, { token: 't' }],
    [
      'repeats the body where the place is in the address',
      { method: 'POST', href: `${ROOT}/search?offset=1` },
      first,
    ],
    ['is got where no method is named', { href: `${ROOT}/search?token=t` }, `${ROOT}/search?token=t`],
  ])('%s', (_, next, second) => {
    expect(pages(next)).toEqual([first, second]);
  });

  test('takes no header that could carry a credential', () => {
    const settings = stac.settings.parse({});
    const request = stac.firstListing(`${ROOT}/search`, settings);
    const headers = { Authorization: 'x', Cookie: 'x', 'X-Page': 'p', Host: 'x', 'x-bad': 'a\r\nb' };
    const next = { rel: 'next', href: '?p=2', method: 'POST', body: {}, headers };
    const listing = stac.readListing(
      { url: ROOT, settings, request },
      jsonReply({ features: [item('1')], links: [next] }, { url: `${ROOT}/search` }),
    );
    expect(Object.keys(listing.next[0]?.headers ?? {}).sort()).toEqual(['accept', 'content-type', 'x-page']);
  });
});

describe('the probe', () => {
  const probe = (answer: object): ReturnType<typeof stac.readProbe> =>
    stac.readProbe(ROOT, jsonReply(answer));
  test.each([
    ['a landing page', landing(), { match: true, title: 'The county' }],
    ['collections', API['/collections'], { match: true }],
    ['items', API[`${ITEMS}?limit=100`], { match: true }],
    ['an item', item('1'), { match: true }],
    ['an OGC API', { links: [link('data', 'x')], title: 'x' }, { match: false }],
    ['items of an OGC API', { features: [{ type: 'Feature' }], links: [] }, { match: false }],
    ['an error', { code: 'x', description: 'y' }, { match: false }],
  ])('of %s', (_, answer, verdict) => {
    expect(probe(answer)).toMatchObject(verdict);
  });
});

test.each([
  { harvest: 'all' },
  { bbox: [0, 0, 0] },
  { bbox: [-200, 0, 0, 0] },
  { depthMax: 0 },
  { query: { a: 1 } },
])('the settings %j are not allowed', (settings) => {
  expect(stac.settings.safeParse(settings).success).toBe(false);
});

test('resources that come without what their listing said are bugs', () => {
  const context = { url: ROOT, settings: stac.settings.parse({}) };
  expect(thrownBy(() => stac.readResource(context, { id: 'a' }, undefined)).name).toBe('InvariantBroken');
  expect(thrownBy(() => stac.resourceRequest(context, { id: 'a' })).name).toBe('InvariantBroken');
});
