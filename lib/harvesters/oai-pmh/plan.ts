// How a list of an OAI-PMH repository is asked for, from request to request: the state travels in the fragment of the URL, which is never sent.
import * as z from 'zod/mini';
import { ReeveError } from '../../session/errors.ts';
import type { Asked, RemoteRequest } from '../harvester.ts';
import { parsedUrl, shownUrl } from '../links.ts';

const Plan = z.object({
  /** What the next answer is one to. */
  verb: z.enum(['Identify', 'ListMetadataFormats', 'ListRecords']),
  prefix: z.optional(z.string()),
  /** Milliseconds since 1970, before the granularity of the repository is known. */
  sinceAt: z.optional(z.number()),
  /** As it is sent. */
  from: z.optional(z.string()),
  token: z.optional(z.string()),
  /** The repository wants all arguments beside its token, against 3.5.1: pycsw does. */
  resends: z._default(z.boolean(), false),
  /** The last datestamp that was seen, and whether none before it was later. */
  last: z.optional(z.string()),
  ordered: z._default(z.boolean(), true),
  /** How many deleted records were listed. */
  deleted: z._default(z.int().check(z.minimum(0)), 0),
  restarts: z._default(z.int().check(z.minimum(0)), 0),
});
export type Plan = z.infer<typeof Plan>;

/** What a request of the protocol says anew; all else of the URL stays. */
const OWN: ReadonlySet<string> = new Set([
  'verb',
  'metadataprefix',
  'from',
  'until',
  'set',
  'resumptiontoken',
  'identifier',
]);

/** @throws InputInvalid when it is no URL */
export function oaiUrl(url: string, pairs: readonly (readonly [string, string])[]): string {
  const parsed = parsedUrl(url.trim());
  if (parsed === undefined)
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} cannot be read; allowed is the base URL of a repository`,
    );
  const own = parsed.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !OWN.has((pair.split('=', 1)[0] ?? '').toLowerCase()));
  // Tokens hold anything: every value is encoded, and whole.
  parsed.search = [...own, ...pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)].join('&');
  parsed.hash = '';
  return parsed.href;
}

export function requestOf(url: string, plan: Plan, set: string | undefined): RemoteRequest {
  return {
    url: `${oaiUrl(url, argumentsOf(plan, set))}#${encodeURIComponent(JSON.stringify(plan))}`,
  };
}

/** The token is an exclusive argument (3.5.1); but for repositories that want the others with it. */
function argumentsOf(plan: Plan, set: string | undefined): (readonly [string, string])[] {
  const { verb, prefix, from, token, resends } = plan;
  const verbs: (readonly [string, string])[] = [['verb', verb]];
  if (verb !== 'ListRecords') return verbs;
  const selects: (readonly [string, string | undefined])[] = [
    ['metadataPrefix', prefix],
    ['from', from],
    ['set', set],
  ];
  const given = selects.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  if (token === undefined) return [...verbs, ...given];
  return [...verbs, ...(resends ? given : []), ['resumptionToken', token]];
}

/** @throws InvariantBroken when the request carries none */
export function planOf(request: RemoteRequest): Plan {
  const fragment = parsedUrl(request.url)?.hash.slice(1) ?? '';
  const read = Plan.safeParse(jsonOf(fragment));
  if (read.success) return read.data;
  throw new ReeveError('InvariantBroken', 'a request of an OAI-PMH listing carries no plan that can be read');
}

function jsonOf(fragment: string): unknown {
  try {
    return JSON.parse(decodeURIComponent(fragment));
  } catch {
    return undefined;
  }
}

/** The later of what a session asks for: a record that was updated later was stamped later. */
export function sinceOf(asked: Asked | undefined): number | undefined {
  const from = asked?.filter?.updatedFrom;
  const instants = [asked?.changedSinceAt, from === undefined ? undefined : Date.parse(from)].filter(
    (at) => at !== undefined && Number.isFinite(at),
  );
  return instants.length === 0 ? undefined : Math.max(...instants.map(Number));
}

const DAY_MILLIS = 86_400_000;

/**
 * An instant as `from`, in the granularity of the repository (3.3.1), a whole day back: repositories compare days with seconds as texts,
 * and `from` is inclusive or not as they please.
 */
export function fromOf(at: number, granularity: string | undefined): string {
  const day = new Date(Math.max(at - DAY_MILLIS, 0)).toISOString().slice(0, 10);
  return granularity !== undefined && /hh/i.test(granularity) ? `${day}T00:00:00Z` : day;
}
