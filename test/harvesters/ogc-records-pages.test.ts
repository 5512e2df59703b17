// The pages of an OGC API that are not as they should be, servers behind proxies, and what a server is asked for.
import { describe, expect, test } from 'vitest';
import type { Asked, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { ogcRecords } from '../../lib/harvesters/ogc-records.ts';
import { apiOf, COUNTY, crawlWith, link, page, record, ROOT } from './ogcapi/api.ts';
import { jsonReply, thrownBy } from './replies.ts';

const { api: API, landing: LANDING, conformance: CONFORMANCE, items: ITEMS, pages: PAGES } = COUNTY;

describe('pages that are not as they should be', () => {
  const items = (first: object, more: Record<string, object> = {}): ReturnType<typeof crawlWith> =>
    crawlWith(ogcRecords, apiOf({ [`${ITEMS}?limit=100`]: first, ...more }), { url: ROOT + ITEMS });

  test('fewer than the remote says that it has: not complete', () => {
    const { ids, listing } = items({ features: [record('a')], numberMatched: 3, links: [] });
    expect(ids).toEqual(['a']);
    expect(listing).toMatchObject({
      complete: false,
      warnings: [expect.stringContaining('gave 1') as string],
    });
  });

  test('an empty last page that leads on is the end', () => {
    const { listing } = items(
      { features: [record('a')], links: [link('next', '?offset=1')] },
      { [`${ITEMS}?offset=1`]: { features: [], links: [link('next', '?offset=1')] } },
    );
    expect(listing).toMatchObject({ ended: true, complete: true });
  });

  test('an empty page before the end is passed', () => {
    const { ids, listing } = items(
      { features: [], numberMatched: 1, links: [link('next', '?offset=100')] },
      { [`${ITEMS}?offset=100`]: { features: [record('a')], numberMatched: 1 } },
    );
    expect(ids).toEqual(['a']);
    expect(listing.complete).toBe(true);
  });

  test.each([
    ['the number that the remote has is not known', {}, false],
    ['there should be more', { numberMatched: 2 }, false],
    ['all that there is came', { numberMatched: 1 }, true],
  ])('a page that leads to itself is kept, and the end; where %s, complete: %j', (_, more, complete) => {
    const { ids, listing } = items({ features: [record('a')], links: [link('next', '?limit=100')], ...more });
    expect(ids).toEqual(['a']);
    expect(listing.complete).toBe(complete);
    expect(listing.warnings.join()).toContain(complete ? '' : 'leads to this very page');
  });

  test('pages that lead in a circle end', () => {
    const { ids, listing } = items(
      { features: [record('a')], links: [link('next', '?offset=1')] },
      { [`${ITEMS}?offset=1`]: { features: [record('b')], links: [link('next', '?limit=100')] } },
    );
    expect(ids).toEqual(['a', 'b']);
    expect(listing).toMatchObject({ complete: false, fault: expect.stringContaining('circles') as string });
  });

  test('entries without an id are counted, and the listing is not complete', () => {
    const { ids, listing } = items({ features: [record('a'), null, { type: 'Feature' }, record('')] });
    expect(ids).toEqual(['a']);
    expect(listing).toMatchObject({
      complete: false,
      warnings: [expect.stringContaining('3 entries') as string],
    });
  });

  test.each([
    ['an error in words', { code: 'ServerError', description: 'index corrupt' }, 'RemoteException'],
    ['JSON of another kind', { result: [] }, 'RemoteUnreadable'],
    ['a landing page', LANDING, 'RemoteUnreadable'],
  ])('%s in place of items is an error with a name', (_, answer, name) => {
    const request = ogcRecords.firstListing(ROOT + ITEMS, ogcRecords.settings.parse({}));
    const context = { url: ROOT + ITEMS, settings: ogcRecords.settings.parse({}), request };
    expect(thrownBy(() => ogcRecords.readListing(context, jsonReply(answer))).name).toBe(name);
  });

  test('a refusal says what the remote says', () => {
    const request = ogcRecords.firstListing(ROOT, ogcRecords.settings.parse({}));
    const reply = jsonReply(
      { type: 'about:blank', title: 'Forbidden', detail: 'members only' },
      { status: 403 },
    );
    const context = { url: ROOT, settings: ogcRecords.settings.parse({}), request };
    expect(thrownBy(() => ogcRecords.readListing(context, reply))).toMatchObject({
      name: 'RemoteRefused',
      message: expect.stringContaining('members only') as string,
    });
  });

  test('a page of HTML is asked for as JSON once, and then refused', () => {
    const answers = { ...API, '': () => page('<html></html>', ROOT), '?f=json': LANDING };
    const { asked } = crawlWith(ogcRecords, apiOf(answers));
    expect(asked.slice(0, 3)).toEqual([ROOT, `${ROOT}?f=json`, `${ROOT}/conformance`]);
    const request = { url: `${ROOT}?f=json` };
    const context = { url: ROOT, settings: ogcRecords.settings.parse({}), request };
    expect(thrownBy(() => ogcRecords.readListing(context, page('<html></html>', ROOT))).name).toBe(
      'RemoteUnreadable',
    );
  });
});

describe('a server behind a proxy', () => {
  test.each(['http://internal:8080/ogc', 'http://remote.example:8080/api', 'http://10.0.0.7'])(
    'that calls itself %s is followed at the address that was harvested',
    (inside) => {
      const moved = JSON.parse(JSON.stringify(API).replaceAll(ROOT, inside)) as Record<
        string,
        { links?: object[] }
      >;
      const answers = Object.fromEntries(
        Object.entries(moved).map(([path, answer]) => [
          path,
          { ...answer, links: [...(answer.links ?? []), link('self', inside + path)] },
        ]),
      );
      const { ids, asked, listing } = crawlWith(ogcRecords, apiOf(answers));
      expect(ids).toHaveLength(6);
      expect(listing.complete).toBe(true);
      expect(asked.every((url) => url.startsWith(ROOT))).toBe(true);
    },
  );

  test('a link to another place of another host is left to be judged', () => {
    const listing = crawlOnce({
      features: [record('a')],
      links: [link('next', 'https://elsewhere.example/x')],
    });
    expect(listing.next.map(({ url }) => url.replace(/#.*/, ''))).toEqual(['https://elsewhere.example/x']);
  });
});

function crawlOnce(answer: object, settings = {}): ReturnType<typeof ogcRecords.readListing> {
  const parsed = ogcRecords.settings.parse(settings);
  const request = ogcRecords.firstListing(ROOT + ITEMS, parsed);
  return ogcRecords.readListing(
    { url: ROOT + ITEMS, settings: parsed, request },
    jsonReply(answer, { url: request.url }),
  );
}

describe('what the remote is asked for', () => {
  const first = (asked: Asked | undefined, settings: object = {}, url = ROOT + ITEMS): string =>
    ogcRecords.firstListing(url, ogcRecords.settings.parse(settings), asked).url.replace(/#.*/, '');
  const CQL = {
    conformsTo: [
      'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter',
      'http://www.opengis.net/spec/cql2/1.0/conf/cql2-text',
      'http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/sorting',
    ],
  };
  const SINCE = Date.UTC(2024, 4, 6, 12);

  test('its settings and the box of the filter', () => {
    const settings = { pageSize: 7, q: 'beck', datetime: '2020-01-01T00:00:00Z/..', type: 'dataset' };
    expect(first({ filter: { bbox: [-10, 48, -9, 49] } }, settings)).toBe(
      `${ROOT}${ITEMS}?limit=7&bbox=-10,48,-9,49&datetime=2020-01-01T00%3A00%3A00Z%2F..&q=beck&type=dataset`,
    );
    expect(first(undefined, {}, `${ROOT}${ITEMS}?limit=5&key=a%2Fb`)).toBe(
      `${ROOT}${ITEMS}?limit=5&key=a%2Fb`,
    );
  });

  /** The URLs asked by a walk for what changed, of a server that answers so to filtered and sorted requests. */
  const asking = (conformance: object, answer: (request: RemoteRequest) => object): string[] => {
    const asked: string[] = [];
    const settings = ogcRecords.settings.parse({});
    let request: RemoteRequest | undefined = ogcRecords.firstListing(ROOT + ITEMS, settings, {
      changedSinceAt: SINCE,
    });
    while (request !== undefined && asked.length < 9) {
      const url = request.url.replace(/#.*/, '');
      asked.push(decodeURIComponent(url.slice(ROOT.length)));
      const given = url.endsWith('/conformance') ? conformance : answer(request);
      const reply = jsonReply(given, { url, status: 'status' in given ? Number(given.status) : 200 });
      [request] = ogcRecords.readListing({ url: ROOT + ITEMS, settings, request }, reply).next;
    }
    return asked;
  };
  const one = { features: [record('a')], numberMatched: 1 };

  test('what changed, by whole days, in order, where the server says that it can', () => {
    expect(asking(CQL, () => one)).toEqual([
      '/conformance',
      `${ITEMS}?limit=100&filter=updated >= TIMESTAMP('2024-05-06T00:00:00Z')&sortby=title`,
    ]);
    expect(asking(CONFORMANCE, () => one)).toEqual(['/conformance', `${ITEMS}?limit=100`]);
    expect(asking({ code: 'x', description: 'none', status: 404 }, () => one)).toEqual([
      '/conformance',
      `${ITEMS}?limit=100`,
    ]);
  });

  test('without an order, when it turns out that it cannot sort', () => {
    const unsorted = ({ url }: RemoteRequest): object =>
      url.includes('sortby=') ? { code: 'InvalidParameterValue', description: 'no', status: 400 } : one;
    const sorting = { conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/sorting'] };
    expect(asking(sorting, unsorted)).toEqual([
      '/conformance',
      `${ITEMS}?limit=100&sortby=title`,
      `${ITEMS}?limit=100`,
    ]);
  });

  test('more simply, when it turns out that it cannot', () => {
    const refusing = ({ url }: RemoteRequest): object =>
      /filter=|sortby=/.test(url) ? { code: 'InvalidParameterValue', description: 'no', status: 400 } : one;
    expect(asking(CQL, refusing)).toEqual([
      '/conformance',
      `${ITEMS}?limit=100&filter=updated >= TIMESTAMP('2024-05-06T00:00:00Z')&sortby=title`,
      `${ITEMS}?limit=100&sortby=title&filter=updated >= '2024-05-06'`,
      `${ITEMS}?limit=100`,
    ]);
  });
});

describe('a page by its place', () => {
  const paging = ogcRecords.paging!;
  test('is told and moved for servers that count', () => {
    const [next] = crawlOnce({ ...PAGES[`${ITEMS}?limit=100`] }).next;
    expect(paging.of(next!)).toEqual({ position: 2, size: 2 });
    const moved = paging.at(next!, { position: 3, size: 1 });
    expect(moved.url).toBe(`${ROOT}${ITEMS}?limit=1&offset=3#as=items&seen=3`);
    expect(paging.of(moved)).toEqual({ position: 3, size: 1 });
  });

  test('the first page is at 0; landing pages and tokens have no place', () => {
    const settings = ogcRecords.settings.parse({});
    expect(paging.of(ogcRecords.firstListing(ROOT + ITEMS, settings))).toEqual({ position: 0, size: 100 });
    expect(paging.of(ogcRecords.firstListing(ROOT, settings))).toBeUndefined();
    expect(paging.of({ url: `${ROOT}${ITEMS}?limit=10&token=x` })).toBeUndefined();
  });
});
