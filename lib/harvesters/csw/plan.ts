// How one listing of a CSW is asked for: settled once, by the settings and the capabilities, and carried from request to request.
import * as z from 'zod/mini';
import { ReeveError } from '../../session/errors.ts';
import type { Asked, RemoteRequest } from '../harvester.ts';
import { parsedUrl } from '../links.ts';

export const CSW_VERSIONS = ['2.0.2', '3.0.0'] as const;
export type CswVersion = (typeof CSW_VERSIONS)[number];

/** The schemas of records by their short names; a server may have more than one URI for the last. */
export const SCHEMAS = {
  gmd: { uri: 'http://www.isotc211.org/2005/gmd', typeName: 'gmd:MD_Metadata' },
  mdb: { uri: 'http://standards.iso.org/iso/19115/-3/mdb/2.0', typeName: 'mdb:MD_Metadata' },
  gmi: { uri: 'http://www.isotc211.org/2005/gmi', typeName: 'gmi:MI_Metadata' },
} as const;
export const CSW_NAMESPACES: Readonly<Record<CswVersion, string>> = {
  '2.0.2': 'http://www.opengis.net/cat/csw/2.0.2',
  '3.0.0': 'http://www.opengis.net/cat/csw/3.0',
};

const property = z.string().check(z.regex(/^[\w.:-]{1,100}$/));

/** `https://host/csw`: what any CSW property may be called in a request, e.g. `apiso:Modified`. */
export const CswSettings = z.strictObject({
  /** `auto` asks the capabilities, and speaks 2.0.2 where both are spoken. */
  version: z._default(z.enum(['auto', ...CSW_VERSIONS]), 'auto'),
  /** `auto` takes the richest that the capabilities offer: gmd, mdb, gmi, else Dublin Core. A URI is asked for as it is. */
  schema: z._default(
    z.union([
      z.enum(['auto', 'gmd', 'mdb', 'gmi', 'dublin-core']),
      z.string().check(z.regex(/^(https?:\/\/|urn:)\S{1,200}$/)),
    ]),
    'auto',
  ),
  /** What is asked for; without it what fits the schema. */
  typeNames: z.optional(z.string().check(z.regex(/^[\w.:, -]{1,200}$/))),
  method: z._default(z.enum(['auto', 'get', 'post']), 'auto'),
  pageSize: z._default(z.int().check(z.minimum(1), z.maximum(1_000)), 100),
  /** The property by which pages are kept in order: `auto` is the identifier, `none` leaves the order to the server. */
  sortBy: z._default(z.union([z.enum(['auto', 'none']), property]), 'auto'),
  /** A condition in CQL that every record must meet: `dc:type = 'dataset'`. */
  cql: z.optional(z.string().check(z.minLength(1), z.maxLength(2_000))),
});
export type CswSettings = z.infer<typeof CswSettings>;

const Plan = z.object({
  version: z.enum(CSW_VERSIONS),
  /** The outputSchema. */
  schema: z.string(),
  typeNames: z.string(),
  /** The properties of this server by which it sorts and says when a record changed. */
  identifier: z.string(),
  modified: z.string(),
  /** Days, first and last, of which the records are asked for. */
  from: z.optional(z.string()),
  to: z.optional(z.string()),
  get: z.boolean(),
  post: z.boolean(),
  /** How many ways of asking have been refused: which of `waysOf` is tried. */
  step: z.int().check(z.minimum(0)),
});
export type Plan = z.infer<typeof Plan>;

export interface Way {
  readonly method: 'get' | 'post';
  readonly sorted: boolean;
  /** With the days that were asked for; without them the server lists more than was asked, which loses nothing. */
  readonly bounded: boolean;
}

/** The ways to ask, best first: servers refuse to sort by what they do not know, to filter, or to read a query from the URL. */
export function waysOf(plan: Plan, { sortBy }: Pick<CswSettings, 'sortBy'>): readonly Way[] {
  const methods = [...(plan.get ? (['get'] as const) : []), ...(plan.post ? (['post'] as const) : [])];
  const isBounded = plan.from !== undefined || plan.to !== undefined;
  const ways: Way[] = [];
  for (const bounded of isBounded ? [true, false] : [false])
    for (const sorted of sortBy === 'none' ? [false] : [true, false])
      for (const method of methods) ways.push({ method, sorted, bounded });
  return ways;
}

const DAY_MILLIS = 86_400_000;
/** Servers keep the times of their own clocks without a zone: twelve hours back is on or before their day. */
const ZONE_MILLIS = 43_200_000;

/** What of `asked` a CSW can be told: days, because many servers compare dates of changes as texts of which some have no time. */
export function daysAsked(asked: Asked | undefined): { from?: string; to?: string } {
  const { changedSinceAt, filter } = asked ?? {};
  const froms = [
    changedSinceAt === undefined ? undefined : changedSinceAt - ZONE_MILLIS,
    filter?.updatedFrom === undefined ? undefined : Date.parse(filter.updatedFrom) - ZONE_MILLIS,
  ].filter((at) => at !== undefined && Number.isFinite(at));
  const from = froms.length === 0 ? undefined : dayOf(Math.max(...froms.map(Number)));
  const until = filter?.updatedTo === undefined ? NaN : Date.parse(filter.updatedTo);
  const to = Number.isFinite(until) ? dayOf(until + 2 * DAY_MILLIS) : undefined;
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function dayOf(at: number): string {
  return new Date(Math.min(Math.max(at, 0), 253_370_764_800_000)).toISOString().slice(0, 10);
}

/** A plan travels in the fragment of the URL, which is never sent (RFC 3986, 3.5). */
export function withPlan(request: RemoteRequest, plan: object): RemoteRequest {
  return { ...request, url: `${request.url}#${encodeURIComponent(JSON.stringify(plan))}` };
}

/** What was put there; `undefined` when it is a request without one. @throws InvariantBroken when it is no plan */
export function planOf(request: RemoteRequest): Plan | undefined {
  const value = fragmentOf(request);
  if (value === undefined || !('step' in value)) return undefined;
  const read = Plan.safeParse(value);
  if (read.success) return read.data;
  throw new ReeveError('InvariantBroken', 'a request of a CSW listing carries no plan that can be read');
}

/** What a request for capabilities carries: the days, and the versions that were refused. */
export function carriedOf(request: RemoteRequest): { from?: string; to?: string; refused?: string } {
  const { from, to, refused } = fragmentOf(request) ?? {};
  return {
    ...(typeof from === 'string' ? { from } : {}),
    ...(typeof to === 'string' ? { to } : {}),
    ...(typeof refused === 'string' ? { refused } : {}),
  };
}

function fragmentOf(request: RemoteRequest): Record<string, unknown> | undefined {
  const fragment = parsedUrl(request.url)?.hash.slice(1) ?? '';
  if (fragment === '') return undefined;
  try {
    const value: unknown = JSON.parse(decodeURIComponent(fragment));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
