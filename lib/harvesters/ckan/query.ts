// What is asked of `package_search`: the settings and the filter of a session as a query in Solr's syntax, and what is given up when a site refuses it.
import * as z from 'zod/mini';
import type { Asked, Filter } from '../harvester.ts';
import type { Query } from './address.ts';

const names = z._default(
  z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(100)),
  [],
);
const solr = z.optional(z.string().check(z.minLength(1), z.maxLength(4_000)));

export const CkanSettings = z.strictObject({
  /** Sites cap it, 1,000 by default (`ckan.search.rows_max`), and say nothing. */
  pageSize: z._default(z.int().check(z.minimum(1), z.maximum(1_000)), 100),
  /** By their names as URLs have them; any of them will do. */
  organizations: names,
  groups: names,
  tags: names,
  excludeOrganizations: names,
  excludeGroups: names,
  /** A search as people type it into the site (`q`). */
  query: solr,
  /** A filter in Solr's syntax (`fq`), besides all others. */
  filterQuery: solr,
  /** Private datasets too, of the organizations that the API key is a member of. */
  includePrivate: z._default(z.boolean(), false),
});
export type CkanSettings = z.infer<typeof CkanSettings>;

/** Harvest sources of ckanext-harvest are kept as datasets of a type of their own. */
const NO_SOURCES = '-dataset_type:harvest';
const SORTED = 'id asc';

/**
 * A filter is asked for as far as nothing is lost by it, since what does not come is not seen again: the box (`ext_bbox` of ckanext-spatial; sites
 * without it ignore it) and the dates. Title and keywords are left to the local filter: Solr stems the words of a title and knows no part of one, and
 * tells capitals apart in tags. Types too: a record's may come from a field that is not searched.
 */
export function searchQuery(settings: CkanSettings, asked: Asked | undefined): Query {
  const filter = asked?.filter;
  return {
    rows: String(settings.pageSize),
    start: '0',
    // Without an order Solr sorts by score and date: what changes while it is read moves to the front.
    sort: SORTED,
    fq: clausesOf(settings, asked).join(' '),
    ...(settings.query === undefined ? {} : { q: settings.query }),
    ...(settings.includePrivate ? { include_private: 'true' } : {}),
    ...boxOf(filter),
  };
}

function boxOf(filter: Filter | undefined): Query {
  const [west = 0, , east = 0] = filter?.bbox ?? [];
  // Across the antimeridian ckanext-spatial finds nothing.
  return filter?.bbox === undefined || west > east ? {} : { ext_bbox: filter.bbox.join(',') };
}

/** Each with its own `+`: what sites add in front or behind, and which operator stands between words, then changes nothing. */
function clausesOf(settings: CkanSettings, asked: Asked | undefined): string[] {
  return [
    NO_SOURCES,
    ...anyOf('+organization', settings.organizations),
    ...anyOf('+groups', settings.groups),
    ...anyOf('+tags', settings.tags),
    ...anyOf('-organization', settings.excludeOrganizations),
    ...anyOf('-groups', settings.excludeGroups),
    ...(settings.filterQuery === undefined ? [] : [`+(${settings.filterQuery})`]),
    ...changedSince(asked?.changedSinceAt),
    ...updatedBetween(asked?.filter),
  ];
}

/** In brackets: without them `organization:a OR b` is a search for `b` in every field. */
function anyOf(field: string, values: readonly string[]): string[] {
  const phrases = values.map((value) => `"${value.replaceAll(/["\\]/g, '\\$&')}"`);
  return phrases.length === 0 ? [] : [`${field}:(${phrases.join(' OR ')})`];
}

function changedSince(at: number | undefined): string[] {
  return at === undefined ? [] : [`+metadata_modified:[${new Date(at).toISOString()} TO *]`];
}

function updatedBetween(filter: Filter | undefined): string[] {
  const from = instantOf(filter?.updatedFrom, '00:00:00Z');
  const to = instantOf(filter?.updatedTo, '23:59:59.999Z');
  return from === undefined && to === undefined
    ? []
    : [`+metadata_modified:[${from ?? '*'} TO ${to ?? '*'}]`];
}

function instantOf(date: string | undefined, time: string): string | undefined {
  if (date === undefined) return undefined;
  const at = Date.parse(date.length === 10 ? `${date}T${time}` : date);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** What a site that refused a query may still answer, from the least loss to the most; `undefined` when nothing is left to give up. */
export function lesserQuery(query: Query): { readonly query: Query; readonly without: string } | undefined {
  const { sort, ...unsorted } = query;
  if (sort !== undefined) {
    const without = 'to sort by id, so that it may list a dataset twice and another never';
    return { query: unsorted, without };
  }
  const { fq = '', ...rest } = query;
  const withFq = (clauses: string): Query => (clauses === '' ? rest : { ...rest, fq: clauses });
  const timeless = fq.replaceAll(/\+metadata_modified:\[[^\]]*\]\s*/g, '').trim();
  if (timeless !== fq)
    return { query: withFq(timeless), without: 'to search by date of change, so that it lists everything' };
  if (fq.startsWith(NO_SOURCES))
    return { query: withFq(fq.slice(NO_SOURCES.length).trim()), without: 'to leave out harvest sources' };
  return undefined;
}
