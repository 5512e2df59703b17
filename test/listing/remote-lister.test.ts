/** How a remote is asked, and what is made of answers that are broken, partial, or say that nothing has changed. */
import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import type {
  Asked,
  HarvesterType,
  ListedResource,
  Listing,
  RemoteReply,
  RemoteRequest,
} from '../../lib/harvesters/harvester.ts';
import { pageAfter } from '../../lib/harvesters/paging.ts';
import { madeByOf, selectedByOf, type LedgerView } from '../../lib/ledger/view.ts';
import { remoteLister } from '../../lib/listing/remote-lister.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import type { Session } from '../../lib/session/session.ts';
import { makeSession, T0 } from '../session/make.ts';

const SIZE = 8;
const BASE = 'http://geo.example/list';

/** A catalogue of numbers, paged by position, that can say what changed since when. */
const numbered: HarvesterType = {
  type: 'numbered',
  describes: 'a catalogue for tests',
  settings: z.any(),
  listsChanges: true,
  probeRequests: (url) => [{ url }],
  readProbe: () => ({ match: true }),
  paging: {
    of: ({ url }) => {
      const query = new URL(url).searchParams;
      return { position: Number(query.get('from')), size: Number(query.get('size')) };
    },
    at: ({ url }, { position, size }) => {
      const at = new URL(url);
      at.searchParams.set('from', String(position));
      at.searchParams.set('size', String(size));
      return { url: at.href };
    },
  },
  firstListing: (_url, _settings, asked: Asked = {}) => {
    const changes = asked.changedSinceAt === undefined ? '' : `&since=${asked.changedSinceAt}`;
    const title = asked.filter?.title === undefined ? '' : `&title=${asked.filter.title}`;
    return { url: `${BASE}?from=0&size=${SIZE}${changes}${title}` };
  },
  readListing({ request }, reply): Listing {
    if (reply.status === 500) throw new ReeveError('RemoteUnreadable', 'the page is broken');
    const said = JSON.parse(Buffer.from(reply.body).toString('utf8')) as {
      ids: number[];
      matched: number;
      gone?: string[];
      unchanged?: true;
    };
    const page = numbered.paging!.of(request)!;
    const next = pageAfter(page, { returned: said.ids.length, matched: said.matched });
    return {
      resources: said.ids.map((id): ListedResource => ({ id: `r${id}`, title: `Resource ${id}` })),
      next: next === undefined ? [] : [numbered.paging!.at(request, next)],
      matched: said.matched,
      ...(said.gone === undefined ? {} : { gone: said.gone }),
      ...(said.unchanged === undefined ? {} : { unchanged: said.unchanged }),
    };
  },
  resourceRequest: (_context, { id }) => ({ url: `${BASE}/${id}` }),
  readResource: () => ({ reading: 'invalid', because: 'not asked for' }),
};

type Answer = (query: URLSearchParams, request: RemoteRequest) => Partial<RemoteReply> & { json?: unknown };

/** Pages of the numbers 0 to `count - 1`; a page with one of the `spoilt` on it is broken. */
const catalogue =
  (count: number, spoilt: readonly number[] = []): Answer =>
  (query) => {
    const [from, size] = [Number(query.get('from')), Number(query.get('size'))];
    const ids = Array.from({ length: Math.max(0, Math.min(size, count - from)) }, (_, index) => from + index);
    return ids.some((id) => spoilt.includes(id)) ? { status: 500 } : { json: { ids, matched: count } };
  };

const nothingHeld: LedgerView = {
  manifest: undefined,
  entry: () => undefined,
  held: () => undefined,
  isSelected: () => true,
  heldIds: () => [],
};

interface Walked {
  readonly ids: string[];
  readonly listing: Session['listing'];
  readonly requests: RemoteRequest[];
}

async function walk(
  answer: Answer,
  {
    session = {},
    view = nothingHeld,
    type = numbered,
  }: { session?: Partial<Session>; view?: LedgerView; type?: HarvesterType } = {},
): Promise<Walked> {
  const requests: RemoteRequest[] = [];
  const world = createMemoryWorld({
    startAt: T0,
    seed: 1,
    remote: {
      fetch: (request) => {
        requests.push(request);
        const { json, ...reply } = answer(new URL(request.url).searchParams, request);
        const body = Buffer.from(json === undefined ? '' : JSON.stringify(json));
        return Promise.resolve({ url: request.url, status: 200, headers: {}, body, ...reply });
      },
    },
  });
  const whole = makeSession({ waves: [], remote: { type: 'numbered', url: BASE, settings: {} }, ...session });
  const lister = remoteLister(world.ports, whole, { type, limits: DEFAULT_LIMITS, kept: undefined, view });
  const ids: string[] = [];
  while (!lister.listing.ended) ids.push(...(await lister.next()).map(({ id }) => id));
  return { ids, listing: lister.listing, requests };
}

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

/** A ledger that holds r0 to r9, made as the session would make it. */
function holding(session: Session, more: Partial<NonNullable<LedgerView['manifest']>> = {}): LedgerView {
  return {
    ...nothingHeld,
    heldIds: () => Array.from({ length: 10 }, (_, index) => `r${index}`),
    manifest: {
      shards: 1,
      entries: 10,
      madeBy: madeByOf(session),
      selectedBy: selectedByOf(session),
      changesSinceAt: T0 - 86_400_000,
      listedAllAt: T0 - 86_400_000,
      difference: {
        new: 0,
        changed: 0,
        unchanged: 0,
        gone: 0,
        restored: 0,
        removed: 0,
        held: 10,
        goneRefused: undefined,
      },
      ...more,
    },
  };
}

describe('a harvester that asks for changes', () => {
  const keeping = { ...DEFAULT_KEEPING, listing: 'changes' as const };
  const session = makeSession({ remote: { type: 'numbered', url: BASE, settings: {} }, keeping });

  test('asks for what changed since an hour before the last session, and accounts for the rest', async () => {
    const { ids, listing, requests } = await walk(() => ({ json: { ids: [3, 20], matched: 2 } }), {
      session: { keeping },
      view: holding(session),
    });
    expect(requests[0]?.url).toContain(`since=${T0 - 86_400_000 - 3_600_000}`);
    expect(ids).toEqual(['r3', 'r20']);
    expect(listing).toMatchObject({ of: 'changes', complete: true, withoutBatch: 9 });
  });

  test('does not count what the remote says it has deleted as unchanged', async () => {
    const { listing } = await walk(() => ({ json: { ids: [], matched: 0, gone: ['r1', 'r2'] } }), {
      session: { keeping },
      view: holding(session),
    });
    expect(listing.withoutBatch).toBe(8);
  });

  test('asks for everything where the remote does not know how to answer', async () => {
    const { ids, listing } = await walk(
      (query, request) => (query.has('since') ? { status: 500 } : catalogue(10)(query, request)),
      { session: { keeping }, view: holding(session) },
    );
    expect(ids).toHaveLength(10);
    expect(listing).toMatchObject({ of: 'all', complete: true });
    expect(listing.warnings.join()).toContain('asked for everything instead');
  });

  test.each([
    ['a whole listing is due', {}, { listedAllAt: T0 - 8 * 86_400_000 }],
    ['the last session left something open', {}, { changesSinceAt: null }],
    ['the settings have changed', {}, { madeBy: 'another' }],
    ['the selection has changed', {}, { selectedBy: 'another' }],
    ['it is to be full', { asks: { full: true, acceptGone: false } }, {}],
    ['the session only lists', { kind: 'discover-harvestable-resources' as const }, {}],
  ])('asks for everything when %s', async (_why, more, manifest) => {
    const { listing, requests } = await walk(catalogue(10), {
      session: { keeping, ...more },
      view: holding(session, manifest),
    });
    expect(requests[0]?.url).not.toContain('since');
    expect(listing.of).toBe('all');
  });

  test('a remote that says that nothing has changed is asked nothing more', async () => {
    const { ids, listing, requests } = await walk(
      () => ({ json: { ids: [], matched: 0, unchanged: true } }),
      {
        session: { keeping },
        view: holding(session),
      },
    );
    expect([ids, requests.length]).toEqual([[], 1]);
    expect(listing).toMatchObject({ of: 'changes', complete: true, withoutBatch: 10 });
  });
});

test('a listing of one answer is asked for on condition, and 304 accounts for all that is held', async () => {
  const session = makeSession({ remote: { type: 'numbered', url: BASE, settings: {} } });
  const validators = { url: `${BASE}?from=0&size=${SIZE}`, etag: '"x"' };
  const { listing, requests } = await walk(() => ({ status: 304 }), {
    view: holding(session, { validators }),
  });
  expect(requests[0]?.headers).toEqual({ 'if-none-match': '"x"' });
  expect(listing).toMatchObject({ of: 'changes', complete: true, withoutBatch: 10 });
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
