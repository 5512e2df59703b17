/** The simulated remote, and the harvester type that speaks to it: small answers in JSON, so that a million sessions can be simulated. */
import * as z from 'zod/mini';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  Reading,
  RemoteReply,
  RemoteRequest,
} from '../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import type { Instant } from '../../lib/session/session.ts';
import { catalogueAt, type Catalogue, type Held, type Listed } from './catalogue.ts';
import type { SimulatedRemote } from './scenario.ts';

const Settings = z.object({ listed: z.boolean() });

interface Said {
  readonly id: string;
  readonly invalid: boolean;
  readonly revision: number;
}

interface Page {
  readonly resources: readonly Said[];
  readonly gone: readonly string[];
  readonly versions: boolean;
  readonly next: number | null;
  readonly matched: number | null;
}

const ORIGIN = 'http://simulated.test/';

export function urlOf(remote: SimulatedRemote): string {
  return `${ORIGIN}${remote.harvester}/`;
}

export const SIMULATED_TYPE: HarvesterType<z.infer<typeof Settings>> = {
  type: 'simulated',
  describes: 'the remote of the simulation',
  settings: Settings,
  probeRequests: (url) => [{ url }],
  readProbe: () => ({ match: true }),
  listsChanges: true,
  firstListing: (url, _, { changedSinceAt } = {}) => ({
    url: `${url}?page=0${changedSinceAt === undefined ? '' : `&since=${changedSinceAt}`}`,
  }),
  readListing({ url, settings, request }, reply): Listing {
    const { resources, gone, versions, next, matched } = read(reply) as Page;
    const since = /&since=.*$/.exec(request.url)?.[0] ?? '';
    return {
      resources: resources.map((said): ListedResource => ({
        id: said.id,
        ...(versions ? { version: `revision ${said.revision}` } : {}),
        ...(settings.listed ? { listed: { ...said } } : {}),
      })),
      next: next === null ? [] : [{ url: `${url}?page=${next}${since}` }],
      ...(gone.length === 0 ? {} : { gone }),
      ...(matched === null ? {} : { matched }),
    };
  },
  resourceRequest: ({ url }, { id, listed }) => (listed === undefined ? { url: `${url}${id}` } : undefined),
  readResource(_, resource, reply): Reading {
    const said = reply === undefined ? (resource.listed as unknown as Said) : (read(reply) as Said);
    if (said.invalid) return { reading: 'invalid', because: 'the title is missing' };
    return { reading: 'record', record: recordOf(said) };
  },
};

/** What the record of a resource in this state is called. */
export function titleOf({ id, revision }: Pick<Said, 'id' | 'revision'>): string {
  return revision === 0 ? id : `${id}, revision ${revision}`;
}

function recordOf({ id, revision }: Said): CatalogueRecord {
  return {
    type: 'Feature',
    id,
    conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'],
    geometry: null,
    time: null,
    properties: { type: 'dataset', title: titleOf({ id, revision }) },
    links: [],
  };
}

function read(reply: RemoteReply): unknown {
  if (reply.status !== 200)
    throw new ReeveError('RemoteRefused', `the remote answered with status ${reply.status}`, {
      status: reply.status,
    });
  const text = Buffer.from(reply.body.buffer, reply.body.byteOffset, reply.body.byteLength).toString('utf8');
  if (!text.startsWith('{')) throw new ReeveError('RemoteUnreadable', 'the answer is not JSON');
  return JSON.parse(text);
}

interface Asking {
  readonly session: string;
  readonly process: string;
  readonly now: Instant;
  readonly nonsense: boolean;
}

interface PageAsked extends Pick<Asking, 'session' | 'process'> {
  readonly remote: SimulatedRemote;
  readonly catalogue: Catalogue;
  readonly page: number;
  readonly since: Instant | undefined;
}

function saidOf(remote: SimulatedRemote, { id, number, revision }: Held): Said {
  return { id, invalid: remote.invalid?.includes(number) === true, revision };
}

/** The servers of all remotes, and what they truly did. */
export class Remotes {
  readonly #remotes = new Map<string, { remote: SimulatedRemote; requests: number }>();
  /** `session resource`: the remote truly gave this resource to this session. */
  readonly served = new Set<string>();
  /** When the last request for a session was begun. */
  readonly lastBegunAt = new Map<string, Instant>();
  /** What was listed to each process. */
  readonly listed = new Map<string, Listed>();

  constructor(remotes: readonly SimulatedRemote[]) {
    for (const remote of remotes) this.#remotes.set(urlOf(remote), { remote, requests: 0 });
  }

  requestsTo(remote: SimulatedRemote): number {
    return this.#remotes.get(urlOf(remote))?.requests ?? 0;
  }

  secondsFor(request: RemoteRequest): number {
    return this.#at(request.url).remote.answerSeconds ?? 0.2;
  }

  /** Whether fetching this kills the worker. */
  isPoison({ url }: RemoteRequest): boolean {
    const { remote } = this.#at(url);
    const number = /\/r(\d+)$/.exec(url)?.[1];
    return number !== undefined && remote.poisonous?.includes(Number(number)) === true;
  }

  catalogueOf(harvester: string, now: Instant): Catalogue | undefined {
    for (const { remote, requests } of this.#remotes.values())
      if (remote.harvester === harvester) return catalogueAt(remote, requests, now);
    return undefined;
  }

  answer(request: RemoteRequest, { session, process, now, nonsense }: Asking): RemoteReply {
    const there = this.#at(request.url);
    there.requests += 1;
    this.lastBegunAt.set(session, now - this.secondsFor(request) * 1_000);
    if (nonsense) return replyOf(request, 200, '<html>');
    const { remote, requests } = there;
    const catalogue = catalogueAt(remote, requests, now);
    const page = /\?page=(\d+)(?:&since=(\d+))?$/.exec(request.url);
    if (page !== null) {
      const [, number, since] = page;
      const asked = { page: Number(number), since: since === undefined ? undefined : Number(since) };
      return this.#page(request, { remote, catalogue, session, process, ...asked });
    }
    const id = request.url.slice(urlOf(remote).length);
    const resource = catalogue.resources.find((one) => one.id === id);
    // A listing that carries whole records is all that there is.
    if (resource === undefined || remote.listed === true) return replyOf(request, 404, '');
    this.served.add(`${session} ${id}`);
    return replyOf(request, 200, JSON.stringify(saidOf(remote, resource)));
  }

  #page(
    request: RemoteRequest,
    { remote, catalogue, session, process, page, since }: PageAsked,
  ): RemoteReply {
    if (page === remote.brokenPage) return replyOf(request, 500, 'broken');
    const all = catalogue.resources.filter(({ changedAt }) => since === undefined || changedAt >= since);
    const from = page * remote.pageSize;
    const resources = all.slice(from, from + remote.pageSize);
    if (remote.listed === true) for (const { id } of resources) this.served.add(`${session} ${id}`);
    const gone = [...catalogue.gone].filter(([, at]) => page === 0 && (since === undefined || at >= since));
    const isLast = from + remote.pageSize >= all.length;
    const said: Page = {
      resources: resources.map((resource) => saidOf(remote, resource)),
      gone: remote.tellsDeleted === true ? gone.map(([id]) => id) : [],
      versions: remote.versions === true,
      next: isLast ? null : page + 1,
      matched: remote.matched === true ? all.length : null,
    };
    this.#note(process, { page, said, of: since === undefined ? 'all' : 'changes' });
    return replyOf(request, 200, JSON.stringify(said));
  }

  /** @param process named without dots, as the tokens that it draws begin */
  #note(process: string, { page, said, of }: { page: number; said: Page; of: Listed['of'] }): void {
    const listed: Listed = this.listed.get(process) ?? {
      pages: new Set(),
      last: undefined,
      ids: new Set(),
      gone: new Set(),
      of,
    };
    this.listed.set(process, listed);
    listed.of = of;
    listed.pages.add(page);
    if (said.next === null) listed.last = page;
    for (const { id } of said.resources) listed.ids.add(id);
    for (const id of said.gone) listed.gone.add(id);
  }

  #at(url: string): { remote: SimulatedRemote; requests: number } {
    const there = this.#remotes.get(url.slice(0, url.indexOf('/', ORIGIN.length) + 1));
    if (there === undefined) throw new Error(`no simulated remote answers at ${url}`);
    return there;
  }
}

function replyOf(request: RemoteRequest, status: number, body: string): RemoteReply {
  return { url: request.url, status, headers: {}, body: Buffer.from(body) };
}
