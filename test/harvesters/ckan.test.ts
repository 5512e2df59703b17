// CKAN: how its pages are walked, what a site may refuse, which answers are no listings, and how a site is recognised.
import { describe, expect, test } from 'vitest';
import { ckan } from '../../lib/harvesters/ckan.ts';
import { CkanSettings } from '../../lib/harvesters/ckan/query.ts';
import type { Asked, RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { crawl } from './crawl.ts';
import { jsonReply, textReply, thrownBy } from './replies.ts';

const SITE = 'https://data.example/portal';
const settings = CkanSettings.parse({});
const context = { url: SITE, settings };

function first(more: Partial<CkanSettings> = {}, asked?: Asked): RemoteRequest {
  return ckan.firstListing(SITE, { ...settings, ...more }, asked);
}

function asked(request: RemoteRequest): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

function read(reply: RemoteReply, request = first()) {
  return ckan.readListing({ ...context, request }, reply);
}

const dataset = (number: number, more: object = {}) => ({
  id: `id-${String(number).padStart(4, '0')}`,
  name: `dataset-${number}`,
  title: `Dataset ${number}`,
  metadata_modified: '2024-05-01T10:00:00.123456',
  resources: [],
  ...more,
});
const page = (results: readonly object[], count: number) =>
  jsonReply({ success: true, result: { count, results } });

/** A site of so many datasets, as Solr pages through them. */
function site(count: number, rowsMax = 1_000) {
  return (request: RemoteRequest): RemoteReply => {
    const { start = '0', rows = '10' } = asked(request);
    const numbers = Array.from({ length: count }, (_, index) => index + 1);
    const from = Number(start);
    return page(
      numbers.slice(from, from + Math.min(Number(rows), rowsMax)).map((number) => dataset(number)),
      count,
    );
  };
}

describe('the listing', () => {
  test('of 250 datasets is three pages, each dataset once and no request more', () => {
    const { resources, readings, listing, asked: urls } = crawl(ckan, context, site(250));
    expect(resources).toHaveLength(250);
    expect(readings.every(({ reading }) => reading === 'record')).toBe(true);
    expect(listing).toMatchObject({ ended: true, complete: true, matched: 250, duplicates: 0 });
    expect(urls).toHaveLength(3);
  });

  test('goes on by what came when a site caps its pages and does not say so', () => {
    const { resources, listing, asked: urls } = crawl(ckan, context, site(60, 25));
    expect(resources).toHaveLength(60);
    expect(listing.complete).toBe(true);
    expect(urls.map((url) => new URL(url).searchParams.get('start'))).toEqual(['0', '25', '50']);
  });

  test('is not complete when a site gives the same page for ever', () => {
    const { listing } = crawl(ckan, context, () => page([dataset(1), dataset(2)], 10));
    expect(listing).toMatchObject({ ended: true, complete: false });
  });

  test('is not complete when datasets were moved from page to page while it was read', () => {
    const answer = site(150);
    const { listing } = crawl(ckan, context, (request) =>
      asked(request)['start'] === '100' ? page([dataset(99), dataset(100)], 102) : answer(request),
    );
    expect(listing.complete).toBe(false);
    expect(listing.fault).toContain('says that it has 150 resources and listed 100; 2 came more than once');
  });

  test('goes on behind an empty page that is not the last', () => {
    const answer = site(300);
    const { resources, listing } = crawl(ckan, context, (request) =>
      asked(request)['start'] === '100' ? page([], 300) : answer(request),
    );
    expect(resources).toHaveLength(200);
    expect(listing.complete).toBe(false);
  });

  test('of an empty site is empty and complete', () => {
    expect(read(page([], 0))).toEqual({ resources: [], next: [], matched: 0 });
  });

  test('carries whole datasets with their title and the date of their last change', () => {
    const [resource] = read(page([dataset(1)], 1)).resources;
    expect(resource).toMatchObject({
      id: 'id-0001',
      title: 'Dataset 1',
      version: '2024-05-01T10:00:00.123456',
    });
    expect(ckan.resourceRequest(context, resource!)).toBeUndefined();
  });

  test.each([['2024-05-01'], [''], [null]])('has no version where the date of change is %j', (modified) => {
    const [resource] = read(page([dataset(1, { metadata_modified: modified })], 1)).resources;
    expect(resource).not.toHaveProperty('version');
  });

  test('steps over harvest sources and private datasets, names deleted ones, and says so', () => {
    const entries = [
      dataset(1),
      dataset(2, { type: 'harvest' }),
      dataset(3, { private: true }),
      dataset(4, { state: 'deleted' }),
    ];
    const listing = read(page(entries, 4));
    expect(listing.resources.map(({ id }) => id)).toEqual(['id-0001']);
    expect(listing.gone).toEqual(['id-0004']);
    expect(listing.warnings).toEqual([
      '1 entries of a page were harvest sources, which are no datasets; they were stepped over',
      '1 entries of a page were private, and the setting includePrivate is not on; they were stepped over',
    ]);
    const withPrivate = { ...context, settings: { ...settings, includePrivate: true } };
    const all = ckan.readListing({ ...withPrivate, request: first() }, page(entries, 4));
    expect(all.resources.map(({ id }) => id)).toEqual(['id-0001', 'id-0003']);
  });

  test('is not complete when a dataset has neither id nor name', () => {
    expect(read(page([{ title: 'x' }, null as never], 2))).toMatchObject({ resources: [], incomplete: true });
  });

  test('is read where a site gives a bare list, a list in a list, or one dataset alone', () => {
    for (const body of [{ result: [dataset(1)] }, { result: [[dataset(1)]] }, dataset(1)])
      expect(read(jsonReply(body)).resources.map(({ id }) => id)).toEqual(['id-0001']);
  });

  test('can be asked for any page of it', () => {
    const request = first({ tags: ['x'] });
    expect(ckan.paging?.of(request)).toEqual({ position: 0, size: 100 });
    const other = ckan.paging!.at(request, { position: 150, size: 25 });
    expect(asked(other)).toEqual({ ...asked(request), start: '150', rows: '25' });
    expect(ckan.paging?.of(other)).toEqual({ position: 150, size: 25 });
  });
});

describe('what a site refuses', () => {
  const refusal = (status: number) =>
    jsonReply(
      { success: false, error: { __type: 'Search Query Error', message: 'Search Query is invalid' } },
      { status },
    );

  test('is given up, one after the other, and said', () => {
    const seen: Record<string, string>[] = [];
    const { resources, listing } = crawl(
      ckan,
      { url: SITE, settings: { ...settings, tags: ['x'] } },
      (request) => {
        seen.push(asked(request));
        return seen.length < 3 ? refusal(409) : site(3)(request);
      },
    );
    expect(seen.map(({ sort, fq }) => [sort, fq])).toEqual([
      ['id asc', '-dataset_type:harvest +tags:("x")'],
      [undefined, '-dataset_type:harvest +tags:("x")'],
      [undefined, '+tags:("x")'],
    ]);
    expect(resources).toHaveLength(3);
    expect(listing).toMatchObject({
      complete: true,
      warnings: [
        'the site refuses to sort by id, so that it may list a dataset twice and another never',
        'the site refuses to leave out harvest sources',
      ],
    });
  });

  test('is a search by date where it knows none', () => {
    const request = first({}, { changedSinceAt: 0 });
    const [unsorted] = read(refusal(400), request).next;
    const [timeless] = read(refusal(400), unsorted).next;
    expect(asked(timeless!)).toEqual({ rows: '100', start: '0', fq: '-dataset_type:harvest' });
  });

  test('is an error in the end, in the words of the site', () => {
    const { url } = first();
    const bare = { url: url.replace(/&sort.*/, '') };
    const error = thrownBy(() => read(refusal(409), bare));
    expect(error.name).toBe('RemoteException');
    expect(error.message).toContain('Search Query Error: Search Query is invalid');
  });

  test('on a later page ends the listing', () => {
    const later = ckan.paging!.at(first(), { position: 100, size: 100 });
    expect(thrownBy(() => read(refusal(409), later)).name).toBe('RemoteException');
  });

  test('is the path of the API: the other one is tried, once', () => {
    const missing = textReply('<html><title>Not found</title></html>', { status: 404 });
    const [next] = read(missing).next;
    expect(next?.url).toMatch(/^https:\/\/data\.example\/portal\/api\/action\/package_search\?rows=100/);
    expect(thrownBy(() => read(missing, next)).name).toBe('RemoteRefused');
  });
});

describe('answers that are no listing', () => {
  test.each([
    ['an HTML page with status 200', textReply('<!doctype html><title>Welcome</title>'), 'RemoteUnreadable'],
    ['an HTML page with status 403', textReply('<html></html>', { status: 403 }), 'RemoteRefused'],
    ['an HTML page with status 502', textReply('<html></html>', { status: 502 }), 'RemoteBusy'],
    ['nothing', textReply(''), 'RemoteUnreadable'],
    [
      'JSON that was cut off',
      textReply('{"success": true, "result": {"count": 9, "results": [{"id"'),
      'RemoteUnreadable',
    ],
    ['JSON without a result', jsonReply({ success: true }), 'RemoteUnreadable'],
    ['a result without datasets', jsonReply({ success: true, result: { count: 3 } }), 'RemoteUnreadable'],
    ['success: false with status 200', jsonReply({ success: false, error: 'x' }), 'RemoteException'],
    [
      'an authorization error',
      jsonReply(
        { success: false, error: { __type: 'Authorization Error', message: 'Access denied' } },
        { status: 403 },
      ),
      'RemoteRefused',
    ],
    ['a search index that is down', jsonReply({ success: false, error: {} }, { status: 500 }), 'RemoteBusy'],
  ] as const)('%s', (_, reply, name) => {
    expect(thrownBy(() => read(reply)).name).toBe(name);
  });

  test('a validation error names its fields', () => {
    const body = {
      success: false,
      error: { __type: 'Validation Error', rows: ['Must be a natural number'] },
    };
    expect(thrownBy(() => read(jsonReply(body))).message).toContain(
      'Validation Error: rows: Must be a natural number',
    );
  });
});

describe('one dataset', () => {
  const resource = { id: 'id-0001' };
  const show = (reply: RemoteReply) => ckan.readResource(context, resource, reply);

  test('is asked for by package_show when the listing did not carry it', () => {
    expect(ckan.resourceRequest(context, resource)?.url).toBe(`${SITE}/api/3/action/package_show?id=id-0001`);
    expect(show(jsonReply({ success: true, result: dataset(1) }))).toMatchObject({
      reading: 'record',
      record: { id: 'id-0001', properties: { title: 'Dataset 1' } },
    });
  });

  test.each([
    [404, 'gone'],
    [410, 'gone'],
    [403, 'gone'],
  ])('answered with status %i is %s', (status, reading) => {
    expect(show(jsonReply({ success: false }, { status })).reading).toBe(reading);
  });

  test('is gone when the site says that it is deleted, and invalid when it is another one', () => {
    expect(show(jsonReply({ result: dataset(1, { state: 'deleted' }) })).reading).toBe('gone');
    expect(show(jsonReply({ result: dataset(2) }))).toEqual({
      reading: 'invalid',
      because: 'asked for id-0001, the remote answered with id-0002',
    });
  });
});

describe('a CKAN is recognised', () => {
  test('by an answer of package_search', () => {
    expect(ckan.probeRequests(SITE).map(({ url }) => url)).toEqual([
      `${SITE}/api/3/action/package_search?rows=0`,
      `${SITE}/api/action/package_search?rows=0`,
    ]);
    expect(ckan.readProbe(SITE, page([], 7))).toEqual({ match: true });
  });

  test.each([
    ['another JSON', jsonReply({ result: { x: 1 } }), 'its JSON is not that of package_search'],
    [
      'a page',
      textReply('<html><title>Hi</title></html>'),
      'answered the question whether it is a CKAN with an HTML page',
    ],
    ['an error', jsonReply({}, { status: 404 }), 'there is nothing at that address'],
  ])('and not by %s', (_, reply, because) => {
    expect(ckan.readProbe(SITE, reply)).toEqual({
      match: false,
      because: expect.stringContaining(because) as string,
    });
  });
});
