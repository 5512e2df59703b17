// Paging through a CSW: every way in which servers are known to count wrongly, and none of them loops or loses records in silence.
import { describe, expect, test } from 'vitest';
import { csw } from '../../../lib/harvesters/csw.ts';
import { nextPage } from '../../../lib/harvesters/csw/page.ts';
import { askOf, exception, harvest, numbered, pageOf, record, results, xmlReply } from './catalogue.ts';

const IDS = numbered(25);
const TEN = { settings: { pageSize: 10 } } as const;

describe('every record comes, whatever the server says of what comes next', () => {
  test('an honest server', () => {
    const { ids, listing, pages } = harvest((request) => pageOf(IDS, request), TEN);
    expect(ids).toEqual(IDS);
    expect(listing).toMatchObject({ complete: true, matched: 25 });
    expect(pages).toEqual([0, 10, 20].map((position) => ({ position, size: 10 })));
  });

  const told = (next: number | undefined) =>
    harvest((request) => {
      const { start, size } = askOf(request);
      const page = IDS.slice(start - 1, start - 1 + size);
      return results(page.map(record), { matched: 25, returned: page.length, next });
    }, TEN);

  test.each([
    ['nothing', undefined],
    ['always 0', 0],
    ['always 1, as pycsw does past the end', 1],
    ['a record behind the end', 26],
    ['a number without sense', 1_000_000],
  ])('nextRecord says %s', (_name, next) => {
    const { ids, listing } = told(next);
    expect(ids).toEqual(IDS);
    expect(listing).toMatchObject({ complete: true, matched: 25 });
  });

  test('a server that caps its pages in silence is paged by what it returned', () => {
    const { ids, listing, requests } = harvest((request) => pageOf(IDS, request, 4), TEN);
    expect(ids).toEqual(IDS);
    expect(listing.complete).toBe(true);
    expect(requests).toHaveLength(7);
  });

  test('a server that does not count what it returned, nor what it has', () => {
    const { ids, listing } = harvest((request) => {
      const { start, size } = askOf(request);
      return results(IDS.slice(start - 1, start - 1 + size).map(record));
    }, TEN);
    expect(ids).toEqual(IDS);
    expect(listing).toMatchObject({ complete: true, matched: undefined });
  });

  test('a page without records is not the end while there are more', () => {
    const hidden = new Set(IDS.slice(10, 20));
    const { ids, listing } = harvest((request) => {
      const { start, size } = askOf(request);
      const page = IDS.slice(start - 1, start - 1 + size).filter((id) => !hidden.has(id));
      return results(page.map(record), { matched: 25, returned: page.length });
    }, TEN);
    expect(ids).toEqual(IDS.filter((id) => !hidden.has(id)));
    // Nothing may be deleted: the server has ten records that it did not show.
    expect(listing).toMatchObject({ complete: false, matched: 25 });
  });

  test('pages from which records were left out go on behind them', () => {
    const shown = new Set(['r1', 'r7', 'r12', 'r25']);
    const { ids, pages } = harvest((request) => {
      const { start, size } = askOf(request);
      const page = IDS.slice(start - 1, start - 1 + size).filter((id) => shown.has(id));
      const next = start + size;
      return results(page.map(record), { matched: 25, returned: page.length, next: next > 25 ? 0 : next });
    }, TEN);
    expect(ids).toEqual([...shown]);
    expect(pages).toHaveLength(3);
  });
});

describe('the listing ends', () => {
  test('where the server returns nothing and says that nothing is next', () => {
    const { ids, requests } = harvest((request) => {
      const { start } = askOf(request);
      return start === 1
        ? results(IDS.slice(0, 10).map(record), { matched: 500, returned: 10, next: 11 })
        : results([], { matched: 500, returned: 0, next: 0 });
    }, TEN);
    expect(ids).toHaveLength(10);
    expect(requests).toHaveLength(2);
  });

  test('where the start lies behind the end, which some answer with an exception', () => {
    const { ids, listing } = harvest((request) => {
      const { start } = askOf(request);
      if (start > 10)
        return exception('InvalidParameterValue', 'startPosition is greater than the number of records');
      return results(IDS.slice(0, 10).map(record), { matched: 12, returned: 10, next: 11 });
    }, TEN);
    expect(ids).toHaveLength(10);
    expect(listing).toMatchObject({
      complete: false,
      fault: expect.stringContaining('12 resources and listed 10') as string,
    });
  });

  test('an empty catalogue is one request and complete', () => {
    const { ids, listing, requests } = harvest(() => results([], { matched: 0, returned: 0, next: 0 }));
    expect([ids, requests.length]).toEqual([[], 1]);
    expect(listing).toMatchObject({ complete: true, matched: 0 });
  });

  test('the same page for ever is left, and is not complete', () => {
    const { ids, listing, requests } = harvest(
      () => results(IDS.slice(0, 10).map(record), { matched: 25, returned: 10, next: 11 }),
      TEN,
    );
    expect(ids).toHaveLength(10);
    expect(listing.complete).toBe(false);
    expect(requests.length).toBeLessThan(30);
  });

  test('a page counts what it has where it says that it has none', () => {
    const { ids } = harvest((request) => {
      const { start } = askOf(request);
      return results(start === 1 ? IDS.slice(0, 10).map(record) : [], { matched: 10, returned: 0, next: 0 });
    }, TEN);
    expect(ids).toHaveLength(10);
  });

  test('what it says of records that are not there is told', () => {
    const { listing } = harvest(() => results([], { matched: 965, returned: 10, next: 0 }), TEN);
    expect(listing).toMatchObject({ complete: false });
    expect(listing.warnings[0]).toBe('it says that it returned 10 records, and holds none');
  });
});

test('nextPage never goes back, and never stands still', () => {
  const at = { position: 40, size: 20 };
  const page = { resources: [], warnings: [], damaged: false };
  for (const matched of [undefined, 0, 41, 55, 1_000])
    for (const returned of [0, 1, 20])
      for (const nextRecord of [undefined, 0, 1, 41, 42, 61, 5_000]) {
        const next = nextPage(at, { ...page, matched, returned, nextRecord });
        expect(next?.position ?? Infinity).toBeGreaterThan(at.position);
      }
});

test('the same request stands at another page when it is moved, by KVP and by XML', () => {
  for (const method of ['get', 'post'] as const) {
    const settings = csw.settings.parse({ version: '2.0.2', schema: 'gmd', method });
    const first = csw.firstListing('https://catalogue.example/csw?startAt=1', settings);
    expect(csw.paging?.of(first)).toEqual({ position: 0, size: 100 });
    const moved = csw.paging?.at(first, { position: 137, size: 1 });
    expect(moved === undefined ? undefined : csw.paging?.of(moved)).toEqual({ position: 137, size: 1 });
    expect(moved?.method).toBe(first.method);
    expect(moved?.url).toContain('startAt=1');
  }
  expect(csw.paging?.of({ url: 'https://catalogue.example/csw?request=GetCapabilities' })).toBeUndefined();
});

test('a broken page is an error of the page, from where it can be halved', () => {
  const settings = csw.settings.parse({ version: '2.0.2', schema: 'gmd' });
  const request = csw.firstListing('https://catalogue.example/csw', settings);
  const context = { url: 'https://catalogue.example/csw', settings, request };
  expect(() => csw.readListing(context, xmlReply('<csw:GetRecordsResponse><csw:SearchResults>'))).toThrow(
    'cut off',
  );
  expect(() => csw.readListing(context, xmlReply('<csw:GetRecordsResponse/>'))).toThrow(
    'without any SearchResults',
  );
  expect(() =>
    csw.readListing(context, xmlReply(exception('NoApplicableCode', 'Record serialization failed'))),
  ).toThrow('NoApplicableCode: Record serialization failed');
});
