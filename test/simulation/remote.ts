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
import type { SimulatedRemote } from './scenario.ts';

const Settings = z.object({ listed: z.boolean() });

interface Page {
  readonly ids: readonly string[];
  readonly invalid: readonly string[];
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
  firstListing: (url) => ({ url: `${url}?page=0` }),
  readListing({ url, settings }, reply): Listing {
    const { ids, invalid, next, matched } = read(reply) as Page;
    return {
      resources: ids.map((id): ListedResource =>
        settings.listed ? { id, listed: { id, invalid: invalid.includes(id) } } : { id },
      ),
      next: next === null ? [] : [{ url: `${url}?page=${next}` }],
      ...(matched === null ? {} : { matched }),
    };
  },
  resourceRequest: ({ url }, { id, listed }) => (listed === undefined ? { url: `${url}${id}` } : undefined),
  readResource(_, resource, reply): Reading {
    const said =
      reply === undefined
        ? (resource.listed as { id: string; invalid: boolean })
        : (read(reply) as { id: string; invalid: boolean });
    if (said.invalid) return { reading: 'invalid', because: 'the title is missing' };
    return { reading: 'record', record: recordOf(said.id) };
  },
};

function recordOf(id: string): CatalogueRecord {
  return {
    type: 'Feature',
    id,
    conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'],
    geometry: null,
    time: null,
    properties: { type: 'dataset', title: id },
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

/** The servers of all remotes, and what they truly did. */
export class Remotes {
  readonly #remotes = new Map<string, { remote: SimulatedRemote; requests: number }>();
  /** `session resource`: the remote truly gave this resource to this session. */
  readonly served = new Set<string>();

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

  answer(request: RemoteRequest, session: string, { nonsense }: { nonsense: boolean }): RemoteReply {
    const there = this.#at(request.url);
    there.requests += 1;
    if (nonsense) return replyOf(request, 200, '<html>');
    const { remote, requests } = there;
    const count =
      remote.changes && requests > remote.changes.afterRequests ? remote.changes.resources : remote.resources;
    const page = /\?page=(\d+)$/.exec(request.url)?.[1];
    if (page !== undefined) return this.#page(request, session, { remote, count, page: Number(page) });
    const id = request.url.slice(urlOf(remote).length);
    if (Number(id.slice(1)) >= count) return replyOf(request, 404, '');
    this.served.add(`${session} ${id}`);
    return replyOf(
      request,
      200,
      JSON.stringify({ id, invalid: remote.invalid?.includes(Number(id.slice(1))) === true }),
    );
  }

  #page(
    request: RemoteRequest,
    session: string,
    { remote, count, page }: { remote: SimulatedRemote; count: number; page: number },
  ): RemoteReply {
    if (page === remote.brokenPage) return replyOf(request, 500, 'broken');
    const from = page * remote.pageSize;
    const ids: string[] = [];
    for (let index = from; index < Math.min(from + remote.pageSize, count); index += 1)
      ids.push(`r${count - 1 - index}`);
    if (remote.listed === true) for (const id of ids) this.served.add(`${session} ${id}`);
    const said: Page = {
      ids,
      invalid: (remote.invalid ?? []).map((number) => `r${number}`),
      next: from + remote.pageSize < count ? page + 1 : null,
      matched: remote.matched === true ? count : null,
    };
    return replyOf(request, 200, JSON.stringify(said));
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
