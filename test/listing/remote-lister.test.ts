/** What is made of answers that are broken, partial, or moved while they were read. */
import { describe, expect, test } from 'vitest';
import type { HarvesterType, ListedResource } from '../../lib/harvesters/harvester.ts';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { catalogue, numbered, SIZE, walk } from './numbered.ts';

describe('a page that cannot be read', () => {
  test.each([[[3]], [[0]], [[7, 8]], [[2, 11, 19]]])(
    'is halved down to the resources that spoil it: %j',
    async (spoilt) => {
      const { ids, listing, requests } = await walk(catalogue(20, spoilt));
      expect(ids).toHaveLength(20 - spoilt.length);
      expect(new Set(ids).size).toBe(ids.length);
      expect(listing).toMatchObject({ ended: true, complete: false });
      expect(listing.warnings.filter((one) => one.includes('cannot be listed'))).toHaveLength(spoilt.length);
      expect(requests.length).toBeLessThan(12 * (spoilt.length + 1));
    },
  );

  test('behind the one that spoilt it, pages grow to their size again', async () => {
    const { requests } = await walk(catalogue(60, [3]));
    const sizes = requests.map(({ url }) => Number(new URL(url).searchParams.get('size')));
    expect(sizes.at(-1)).toBe(SIZE);
    expect(Math.min(...sizes)).toBe(1);
  });

  test('ends the listing when every page is broken: then it is the remote', async () => {
    const { ids, listing, requests } = await walk(() => ({ status: 500 }));
    expect(ids).toEqual([]);
    expect(listing).toMatchObject({
      ended: true,
      complete: false,
      fault: 'the remote is not available: the page is broken',
    });
    expect(requests.length).toBeLessThan(10);
  });

  test('ends the listing when there are too many that spoil it', async () => {
    const odd = Array.from({ length: 100 }, (_, index) => 2 * index + 9);
    const { listing } = await walk(catalogue(300, odd));
    expect(listing.fault).toBe('the listing stopped early: the page is broken');
  });
});

describe('a listing that moves while it is read', () => {
  test('is not complete when something slipped through', async () => {
    const { listing, ids } = await walk((query) => {
      const from = Number(query.get('from'));
      const all = Array.from({ length: 24 }, (_, index) => index);
      // After the first page its first resource is deleted: all that follow move up by one.
      const now = from === 0 ? all : all.slice(1);
      return { json: { ids: now.slice(from, from + SIZE), matched: now.length } };
    });
    expect(ids).toHaveLength(23);
    expect(listing).toMatchObject({ complete: false, matched: 24 });
  });

  test('is complete when servers give smaller pages than they are asked for', async () => {
    const { ids, listing } = await walk((query) => {
      const from = Number(query.get('from'));
      return { json: { ids: [from, from + 1, from + 2].filter((id) => id < 20), matched: 20 } };
    });
    expect(ids).toHaveLength(20);
    expect(listing.complete).toBe(true);
  });

  test('goes on behind an empty page while there are more', async () => {
    const { ids, listing } = await walk((query) => {
      const from = Number(query.get('from'));
      const page = from === SIZE ? [] : Array.from({ length: SIZE }, (_, index) => from + index);
      return { json: { ids: page, matched: 3 * SIZE } };
    });
    expect(ids).toHaveLength(2 * SIZE);
    expect(listing).toMatchObject({ ended: true, complete: false, matched: 24 });
  });
});

test('a filter that the remote does not know is judged here', async () => {
  const keeping = { ...DEFAULT_KEEPING, filter: { title: 'resource 1' } };
  const { ids, listing } = await walk(
    (query, request) => (query.has('title') ? { status: 500 } : catalogue(12)(query, request)),
    { session: { keeping } },
  );
  expect(ids).toEqual(['r1', 'r10', 'r11']);
  expect(listing).toMatchObject({ complete: true, notSelected: 9 });
});

test('a document that breaks off in the middle gives what it had, and is not complete', async () => {
  const streaming: HarvesterType = {
    ...numbered,
    readListing: () => ({
      resources: [],
      next: [],
      stream: (function* (): Generator<ListedResource> {
        for (let id = 0; id < 1_200; id += 1) yield { id: `r${id}` };
        throw new ReeveError('RemoteUnreadable', 'the document is cut');
      })(),
    }),
  };
  const { ids, listing } = await walk(() => ({}), { type: streaming });
  expect(ids).toHaveLength(1_200);
  expect(listing).toMatchObject({
    ended: true,
    complete: false,
    fault: 'the listing stopped early: the document is cut',
  });
});
