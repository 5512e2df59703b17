import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ListedResource, Listing, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { Walk } from '../../lib/listing/walk.ts';
import { newWalk, type WalkState } from '../../lib/listing/walk-state.ts';
import { DEFAULT_LIMITS, type Limits } from '../../lib/session/limits.ts';

const page = (number: number): RemoteRequest => ({ url: `http://remote/list?page=${number}` });
const resources = (...ids: string[]): ListedResource[] => ids.map((id) => ({ id }));

/** Walks a listing to its end; `answer` gives the listing for a request. */
function walkAll(
  answer: (request: RemoteRequest) => Listing,
  limits: Partial<Limits> = {},
  first = page(1),
): { walk: Walk; ids: string[]; requests: string[] } {
  const walk = new Walk(newWalk(first), { ...DEFAULT_LIMITS, ...limits });
  const ids: string[] = [];
  const requests: string[] = [];
  for (let request = walk.takeRequest(); request !== undefined; request = walk.takeRequest()) {
    requests.push(request.url);
    walk.read(answer(request));
    ids.push(...walk.takeResources().map(({ id }) => id));
  }
  return { walk, ids, requests };
}

const numberOf = (request: RemoteRequest): number => Number(new URL(request.url).searchParams.get('page'));

test('a listing of three pages that gives what it says it has is complete', () => {
  const { walk, ids } = walkAll((request) => {
    const n = numberOf(request);
    return { resources: resources(`a${n}`, `b${n}`), next: n < 3 ? [page(n + 1)] : [], matched: 6 };
  });
  expect(ids).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  expect(walk.listing).toMatchObject({ ended: true, complete: true, matched: 6, duplicates: 0 });
});

describe('a listing is not complete', () => {
  test('when fewer resources came than the remote says it has (the total drifted, a page shifted)', () => {
    const { walk } = walkAll(() => ({ resources: resources('a', 'b', 'a'), next: [], matched: 3 }));
    expect(walk.listing.complete).toBe(false);
    expect(walk.listing.fault).toBe(
      'the listing is not complete: the remote says that it has 3 resources and listed 2; 1 came more than once',
    );
  });
  test('when a part of the catalogue was stepped over', () => {
    const { walk } = walkAll(() => ({
      resources: resources('a'),
      next: [],
      incomplete: true,
      warnings: ['folder Locked asks for a token'],
    }));
    expect(walk.listing).toMatchObject({
      ended: true,
      complete: false,
      fault: 'the listing is not complete: folder Locked asks for a token',
    });
  });
  test('when it was stopped; what came before that stays', () => {
    const walk = new Walk(newWalk(page(1)), DEFAULT_LIMITS);
    walk.takeRequest();
    walk.read({ resources: resources('a', 'b'), next: [page(2)] });
    walk.takeRequest();
    walk.stop('the listing stopped early: 503');
    expect(walk.takeResources()).toHaveLength(2);
    expect(walk.listing).toMatchObject({
      ended: true,
      complete: false,
      fault: 'the listing stopped early: 503',
    });
    expect(walk.takeRequest()).toBeUndefined();
  });
});

describe('a listing that goes in circles ends', () => {
  test('when a page leads to a page that was read', () => {
    const { walk, requests } = walkAll((request) => ({
      resources: resources(`r${numberOf(request)}`),
      next: [page(numberOf(request) === 3 ? 1 : numberOf(request) + 1)],
    }));
    expect(requests).toHaveLength(3);
    expect(walk.listing.fault).toContain('goes in circles');
  });
  test('when ever new addresses name nothing new', () => {
    const { walk, requests } = walkAll((request) => ({
      resources: resources('same'),
      next: [page(numberOf(request) + 1)],
    }));
    expect(requests.length).toBeLessThan(DEFAULT_LIMITS.barrenRepliesMax + 5);
    expect(walk.listing).toMatchObject({ ended: true, complete: false });
  });
  test('but a few empty pages are not the end', () => {
    const { ids, walk } = walkAll((request) => {
      const n = numberOf(request);
      return { resources: n % 4 === 0 ? resources(`r${n}`) : [], next: n < 12 ? [page(n + 1)] : [] };
    });
    expect(ids).toEqual(['r4', 'r8', 'r12']);
    expect(walk.listing.complete).toBe(true);
  });
});

test('a directory with many folders is walked depth first, and folders without resources are no circle', () => {
  const folders = Array.from({ length: 30 }, (_, index) => ({ url: `http://remote/folder${index}` }));
  const { ids, walk } = walkAll(({ url }) => {
    if (url === page(1).url) return { resources: [], next: folders };
    if (url.endsWith('/service')) return { resources: resources(url), next: [] };
    return { resources: [], next: [{ url: `${url}/service` }] };
  });
  expect(ids).toHaveLength(30);
  expect(walk.listing.complete).toBe(true);
});

test('a directory that names a service twice is no circle: it is asked once, and everything else is listed', () => {
  const services = ['a', 'b', 'a', 'c'].map((name) => ({ url: `http://remote/${name}` }));
  const { ids, requests, walk } = walkAll((request) =>
    request.url === page(1).url
      ? { resources: [], next: services }
      : { resources: resources(request.url), next: [] },
  );
  expect(requests).toHaveLength(4);
  expect(ids).toHaveLength(3);
  expect(walk.listing).toMatchObject({
    complete: true,
    warnings: ['the listing names http://remote/a more than once'],
  });
});

describe('bounds', () => {
  const endless = (request: RemoteRequest): Listing => ({
    resources: resources(`r${numberOf(request)}`),
    next: [page(numberOf(request) + 1)],
  });
  test('requests', () => {
    const { requests, walk } = walkAll(endless, { listingRequestsMax: 7 });
    expect(requests).toHaveLength(7);
    expect(walk.listing.fault).toContain('limit listingRequestsMax');
  });
  test('resources', () => {
    const { ids, walk } = walkAll(endless, { resourcesMax: 9 });
    expect(ids).toHaveLength(9);
    expect(walk.listing.fault).toContain('limit resourcesMax');
  });
  test('an id that is empty or huge is stepped over, and the listing is not complete', () => {
    const { ids, walk } = walkAll(() => ({ resources: resources('', 'x'.repeat(3_000), 'fine'), next: [] }));
    expect(ids).toEqual(['fine']);
    expect(walk.listing.complete).toBe(false);
  });
  test('warnings are kept up to a bound, each once', () => {
    const { walk } = walkAll(() => ({
      resources: [],
      next: [],
      warnings: ['w', 'w', ...Array.from({ length: 100 }, (_, n) => `w${n}`)],
    }));
    expect(walk.listing.warnings.length).toBeLessThanOrEqual(20);
    expect(new Set(walk.listing.warnings).size).toBe(walk.listing.warnings.length);
  });
  test('an absurd number of matched resources is no number', () => {
    const { walk } = walkAll(() => ({ resources: [], next: [], matched: Number.NaN }));
    expect(walk.listing.matched).toBeUndefined();
  });
});

test('resources that find no place are handed out first, and the listing has not ended before that', () => {
  const walk = new Walk(newWalk(page(1)), DEFAULT_LIMITS);
  walk.takeRequest();
  walk.read({ resources: resources('a', 'b', 'c'), next: [] });
  walk.takeRequest();
  const [, ...rest] = walk.takeResources();
  walk.giveBack(rest);
  expect(walk.listing.ended).toBe(false);
  expect(walk.takeResources().map(({ id }) => id)).toEqual(['b', 'c']);
  expect(walk.listing).toMatchObject({ ended: true, complete: true });
});

test('property: a walk that is cut anywhere and goes on from its cursor lists the same', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(30), { maxLength: 6 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.boolean(), { maxLength: 12 }),
      (pages, cuts) => {
        const answer = (request: RemoteRequest): Listing => {
          const n = numberOf(request);
          return {
            resources: (pages[n - 1] ?? []).map((id) => ({ id: String(id) })),
            next: n < pages.length ? [page(n + 1)] : [],
          };
        };
        const whole = walkAll(answer);
        let state: WalkState = newWalk(page(1));
        const ids: string[] = [];
        let listing = whole.walk.listing;
        for (let turn = 0; turn < 40; turn += 1) {
          const walk = new Walk(JSON.parse(JSON.stringify(state)) as WalkState, DEFAULT_LIMITS);
          const request = walk.takeRequest();
          if (request) walk.read(answer(request));
          const taken = walk.takeResources();
          const keep = cuts[turn] === true && taken.length > 1 ? 1 : taken.length;
          ids.push(...taken.slice(0, keep).map(({ id }) => id));
          walk.giveBack(taken.slice(keep));
          ids.push(...walk.takeResources().map(({ id }) => id));
          ({ state, listing } = walk);
          if (listing.ended) break;
        }
        expect(ids).toEqual(whole.ids);
        expect(listing).toEqual(whole.walk.listing);
      },
    ),
  );
});

test('the reason of an incomplete listing is what made it incomplete, not the first harmless warning', () => {
  const { walk } = walkAll((request) => {
    const n = numberOf(request);
    return n === 1
      ? { resources: resources('a'), next: [page(2)], warnings: ['2 geoprocessing services were left out'] }
      : {
          resources: resources('b'),
          next: [],
          incomplete: true,
          warnings: ['folder Locked asks for a token'],
        };
  });
  expect(walk.listing.fault).toBe('the listing is not complete: folder Locked asks for a token');
});
