// The harvester type `ogc-records`: from any page of an OGC API to its records, or to an error with a name.
import { describe, expect, test } from 'vitest';
import { ogcRecords } from '../../lib/harvesters/ogc-records.ts';
import { apiOf, collection, COUNTY, crawlWith, link, record, ROOT } from './ogcapi/api.ts';
import { jsonReply, textReply, thrownBy } from './replies.ts';

const { api: API, landing: LANDING, catalogue, items: ITEMS, pages: PAGES } = COUNTY;

describe('the listing', () => {
  test('from the landing page: every record of a record collection, and every other collection as one record', () => {
    const { ids, listing, asked } = crawlWith(ogcRecords, apiOf(API));
    expect(ids).toEqual(['roads', ...['a', 'b', 'c', 'd', 'e'].map((id) => `cat/items/${id}`)]);
    expect(listing).toMatchObject({ complete: true, matched: 5 });
    expect(asked).toEqual(
      [
        '',
        '/conformance',
        '/collections',
        `${ITEMS}?limit=100`,
        `${ITEMS}?limit=2&offset=2`,
        `${ITEMS}?limit=2&offset=4`,
      ].map((path) => ROOT + path),
    );
  });

  test.each([
    ['/collections', ['roads', 'cat/items/a', 'cat/items/b', 'cat/items/c', 'cat/items/d', 'cat/items/e']],
    ['/collections/cat', ['a', 'b', 'c', 'd', 'e']],
    [ITEMS, ['a', 'b', 'c', 'd', 'e']],
    ['/collections/roads', ['roads']],
  ])('from %s', (path, ids) => {
    const crawled = crawlWith(ogcRecords, apiOf(API), { url: ROOT + path });
    expect(crawled.ids).toEqual(ids);
    expect(crawled.listing.complete).toBe(true);
  });

  test('from a single record', () => {
    expect(crawlWith(ogcRecords, apiOf({ '/one': record('a') }), { url: `${ROOT}/one` }).ids).toEqual(['a']);
  });

  test.each([
    [{ harvest: 'collections' }, ['roads', 'cat']],
    [{ harvest: 'records' }, ['cat/items/a', 'cat/items/b', 'cat/items/c', 'cat/items/d', 'cat/items/e']],
    [{ collections: ['roads'] }, ['roads']],
    [{ collections: ['cat'] }, ['a', 'b', 'c', 'd', 'e']],
  ])('with the settings %j', (settings, ids) => {
    expect(crawlWith(ogcRecords, apiOf(API), { settings }).ids).toEqual(ids);
  });

  test('of a collection that is not there is not complete, and says which', () => {
    const { listing } = crawlWith(ogcRecords, apiOf(API), { settings: { collections: ['roads', 'rivers'] } });
    expect(listing).toMatchObject({ complete: false });
    expect(listing.warnings).toEqual(['the remote has no collection rivers']);
  });

  test('of pages of collections goes on to the last', () => {
    const pages = {
      ...API,
      '/collections': {
        collections: [collection('a'), collection('b')],
        numberMatched: 3,
        links: [link('next', '?page=2')],
      },
      '/collections?page=2': { collections: [collection('c')], numberMatched: 3, links: [] },
    };
    const { ids, listing } = crawlWith(ogcRecords, apiOf(pages));
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(listing).toMatchObject({ complete: true, matched: 3 });
  });

  test('of tables that call themselves records has the tables: their rows are none', () => {
    const row = (id: string): object => ({ id, type: 'Feature', properties: { plot: 7 }, geometry: null });
    const { ids } = crawlWith(
      ogcRecords,
      apiOf({ ...API, [`${ITEMS}?limit=100`]: { features: [row('1'), row('2')] } }),
    );
    expect(ids).toEqual(['roads', 'cat']);
  });

  test.each([
    ['records, when each has a title and a type', [record('a')], ['cat/items/a']],
    ['features, when one has not', [record('a'), record('b', { type: undefined })], ['cat']],
  ])('on a server of records, a collection that does not say what it holds has %s', (_, features, ids) => {
    const silent = collection('cat', { itemType: undefined });
    const answers = {
      ...API,
      '/collections': { collections: [silent], links: [] },
      '/collections/cat': silent,
      [`${ITEMS}?limit=100`]: { features },
    };
    expect(crawlWith(ogcRecords, apiOf(answers)).ids).toEqual(ids);
  });
});

describe('the probe', () => {
  const probe = (answer: object): ReturnType<typeof ogcRecords.readProbe> =>
    ogcRecords.readProbe(ROOT, jsonReply(answer));
  test.each([
    ['a landing page', LANDING, { match: true, title: 'The county' }],
    ['collections', API['/collections'], { match: true }],
    ['a collection', catalogue, { match: true, title: 'Title of cat' }],
    ['items', PAGES[`${ITEMS}?limit=100`]!, { match: true }],
    ['a STAC', { ...LANDING, stac_version: '1.0.0' }, { match: false, because: 'it is a STAC' }],
    ['a file of GeoJSON', { type: 'FeatureCollection', features: [record('a')] }, { match: false }],
    ['another API', { collections: ['a'] }, { match: false }],
    ['an error', { code: 'x', description: 'y' }, { match: false }],
  ])('of %s', (_, answer, verdict) => {
    expect(probe(answer)).toMatchObject(verdict);
  });

  test('of a page for people asks for JSON next', () => {
    expect(
      ogcRecords.readProbe(ROOT, textReply('<html>', { headers: { 'content-type': 'text/html' } })).match,
    ).toBe(false);
    expect(ogcRecords.probeRequests(ROOT).map(({ url }) => url)).toEqual([ROOT, `${ROOT}?f=json`]);
    expect(ogcRecords.probeRequests(`${ROOT}?f=json`)).toHaveLength(1);
  });
});

test.each([{ pageSize: 0 }, { harvest: 'all' }, { datetime: 'yesterday' }, { sortBy: 'a b' }, { page: 1 }])(
  'the settings %j are not allowed',
  (settings) => {
    expect(ogcRecords.settings.safeParse(settings).success).toBe(false);
  },
);

test('a record that comes without what its listing said is a bug', () => {
  const context = { url: ROOT, settings: ogcRecords.settings.parse({}) };
  expect(thrownBy(() => ogcRecords.readResource(context, { id: 'a' }, undefined)).name).toBe(
    'InvariantBroken',
  );
});
