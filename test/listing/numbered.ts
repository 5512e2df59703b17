/** A catalogue of numbers, paged by position, and a walk over it. */
import * as z from 'zod/mini';
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
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import type { Session } from '../../lib/session/session.ts';
import { makeSession, T0 } from '../session/make.ts';

export const SIZE = 8;
export const BASE = 'http://geo.example/list';

/** A catalogue of numbers, paged by position, that can say what changed since when. */
export const numbered: HarvesterType = {
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
export const catalogue =
  (count: number, spoilt: readonly number[] = []): Answer =>
  (query) => {
    const [from, size] = [Number(query.get('from')), Number(query.get('size'))];
    const ids = Array.from({ length: Math.max(0, Math.min(size, count - from)) }, (_, index) => from + index);
    return ids.some((id) => spoilt.includes(id)) ? { status: 500 } : { json: { ids, matched: count } };
  };

export const nothingHeld: LedgerView = {
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

export async function walk(
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

/** A ledger that holds r0 to r9, made as the session would make it. */
export function holding(
  session: Session,
  more: Partial<NonNullable<LedgerView['manifest']>> = {},
): LedgerView {
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
