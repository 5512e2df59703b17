// GeoNode by its API v2 (GeoNode 3.2 and later): pages of resources, then each resource's own answer.
import * as z from 'zod/mini';
import type { Json, JsonObject } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import { geonodeDraft } from './geonode/record.ts';
import type {
  Facts,
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { at, isList, isObject, listAt, numberAt, textAt } from './json-fields.ts';
import { readJson } from './json.ts';
import { keepRecord } from './keep-record.ts';
import { parsedUrl, shownUrl } from './links.ts';
import { oneLine } from './plain-text.ts';
import { refuseBadStatus, verdictOf } from './reply.ts';

const date = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);
const words = z._default(
  z.array(z.string().check(z.minLength(1), z.maxLength(200))).check(z.maxLength(50)),
  [],
);

export const GeonodeSettings = z.strictObject({
  pageSize: z._default(z.int().check(z.minimum(1), z.maximum(1_000)), 100),
  /** As GeoNode calls them. Maps and stories are made of datasets that are listed anyway: GeoNode does not harvest them either. */
  resourceTypes: z._default(
    z.array(z.string().check(z.regex(/^[a-z][a-z_-]{0,40}$/))).check(z.minLength(1), z.maxLength(20)),
    ['dataset', 'document'],
  ),
  titleContains: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  dateFrom: z.optional(date),
  dateTo: z.optional(date),
  /** Slugs, as GeoNode's own filter has them; any of them will do. */
  keywords: words,
  /** Identifiers, e.g. `environment`; any of them will do. */
  categories: words,
});
export type GeonodeSettings = z.infer<typeof GeonodeSettings>;

/** The lists of API v2 by name: `resources`, or what a version calls its kinds (`layers` until 3.x, `datasets` since). */
const LIST_KEYS = ['resources', 'datasets', 'layers', 'documents', 'maps', 'geoapps', 'objects'] as const;
const DETAIL_KEYS = ['resource', 'dataset', 'layer', 'document', 'map', 'geoapp'] as const;
/** Where the whole of a resource is; other kinds (stories, dashboards, viewers) are whole under `resources`. */
const DETAIL_PATHS: ReadonlyMap<string, string> = new Map([
  ['dataset', 'datasets'],
  ['layer', 'layers'],
  ['document', 'documents'],
  ['map', 'maps'],
  ['geoapp', 'geoapps'],
]);
const ACCEPT_JSON = { accept: 'application/json' } as const;

export const geonode: HarvesterType<GeonodeSettings> = {
  type: 'geonode',
  describes: 'GeoNode 3.2 and later, by its API v2: datasets, documents, maps',
  settings: GeonodeSettings,

  probeRequests(url) {
    const base = baseOf(url);
    return [
      get(`${base}/api/v2/resources/?page_size=1`),
      get(`${base}/api/v2/datasets/?page_size=1`),
      // Tells an old GeoNode from no GeoNode.
      get(`${base}/api/`),
    ];
  },

  readProbe: (_, reply) => verdictOf(() => readProbe(reply)),

  filters: ['title', 'types', 'keywords', 'updatedFrom', 'updatedTo'],
  firstListing: (url, settings) => pageRequest(url, settings, 1),

  readListing({ url, settings, request }, reply) {
    const page = Number(parsedUrl(request.url)?.searchParams.get('page') ?? 1);
    // Django REST framework answers a page past the end with 404 "Invalid page": the listing shrank while it was read.
    if (reply.status === 404 && page > 1) return { resources: [], next: [] };
    refuseBadStatus(reply, 'the listing');
    const json = readJson(reply, 'the listing');
    const entries = listIn(json, reply);
    const { resources, nameless } = resourcesOf(entries);
    const matched = numberAt(json, 'total') ?? numberAt(json, 'meta', 'total_count');
    const goesOn = hasNext(json, { page, entries: entries.length, matched });
    return {
      resources,
      next: goesOn ? [pageRequest(url, settings, page + 1)] : [],
      ...(matched === undefined ? {} : { matched }),
      ...(nameless === 0
        ? {}
        : {
            incomplete: true,
            warnings: [`${nameless} entries of page ${page} had neither a uuid nor a pk`],
          }),
    } satisfies Listing;
  },

  resourceRequest({ url }, { id, hint }) {
    const base = `${baseOf(url)}/api/v2`;
    const pk = textAt(hint, 'pk');
    if (pk === undefined)
      return get(
        `${base}/resources/?${new URLSearchParams({ 'filter{uuid}': id, page_size: '1' }).toString()}`,
      );
    const path = DETAIL_PATHS.get(textAt(hint, 'type') ?? '') ?? 'resources';
    return get(`${base}/${path}/${encodeURIComponent(pk)}/`);
  },

  readResource: (_, resource, reply) => readResource(resource, reply),
};

function get(url: string): RemoteRequest {
  return { url, headers: ACCEPT_JSON };
}

/** The site, whatever page of it the URL names: its API, a page of the API, or the site with a slash. */
export function baseOf(url: string): string {
  const parsed = parsedUrl(url);
  if (parsed === undefined)
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} is no URL of a GeoNode; allowed is http(s)://host[/path]`,
    );
  const path = parsed.pathname.replace(/\/api(\/v2(\/.*)?)?\/?$/, '').replace(/\/+$/, '');
  return `${parsed.origin}${path}`;
}

/**
 * A page by its number, on the URL that was configured. `links.next` only says whether there is one: behind a proxy it often names
 * `http:` or an internal host, where the remote's credentials must not go and often nothing answers. Sorted, because without an order
 * a database may deal one row twice and another never; by date, so that what is added meanwhile comes last.
 */
function pageRequest(url: string, settings: GeonodeSettings, page: number): RemoteRequest {
  const query = new URLSearchParams({
    page: String(page),
    page_size: String(settings.pageSize),
    'sort[]': 'date',
  });
  for (const type of settings.resourceTypes) query.append('filter{resource_type.in}', type);
  // What is a dataset now was a layer until GeoNode 3; a server ignores the name that it does not know.
  if (settings.resourceTypes.includes('dataset')) query.append('filter{resource_type.in}', 'layer');
  if (settings.titleContains !== undefined) query.append('filter{title.icontains}', settings.titleContains);
  if (settings.dateFrom !== undefined) query.append('filter{date.gte}', settings.dateFrom);
  if (settings.dateTo !== undefined) query.append('filter{date.lte}', settings.dateTo);
  for (const slug of settings.keywords) query.append('filter{keywords.slug.in}', slug);
  for (const identifier of settings.categories) query.append('filter{category.identifier.in}', identifier);
  return get(`${baseOf(url)}/api/v2/resources/?${query.toString()}`);
}

function listIn(json: Json, reply: RemoteReply): readonly Json[] {
  const key = LIST_KEYS.find((name) => isList(at(json, name)));
  if (key !== undefined) return listAt(json, key);
  throw (
    exceptionIn(json, reply) ??
    new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered the listing with JSON that has no list of resources`,
    )
  );
}

/** GeoNode's `{"success": false, "errors": [...]}` and Django's `{"detail": "..."}`, whatever the status. */
function exceptionIn(json: Json, reply: RemoteReply): ReeveError | undefined {
  const said =
    textAt(json, 'detail') ??
    listAt(json, 'errors').find((error) => typeof error === 'string') ??
    textAt(json, 'message');
  if (said === undefined && at(json, 'success') !== false) return undefined;
  const sentence = oneLine(said ?? 'success: false', 200).text;
  return new ReeveError(
    'RemoteException',
    `${shownUrl(reply.url)} answered with an error of GeoNode: ${sentence}`,
    { status: reply.status },
  );
}

function resourcesOf(entries: readonly Json[]): { resources: ListedResource[]; nameless: number } {
  const resources = entries.flatMap((entry): ListedResource[] => {
    const pk = pkOf(entry);
    const id = textAt(entry, 'uuid') ?? pk;
    if (id === undefined) return [];
    const hint: JsonObject = {
      ...(pk === undefined ? {} : { pk }),
      type: textAt(entry, 'resource_type')?.slice(0, 40) ?? '',
    };
    const title = oneLine(textAt(entry, 'title') ?? '', 200).text;
    const updated = textAt(entry, 'last_updated');
    return [
      {
        id,
        hint,
        facts: factsIn(entry, updated),
        ...(title === '' ? {} : { title }),
        // Django sets it with every save of the resource (auto_now); a day alone would hide a second change.
        ...(updated?.includes('T') === true ? { version: updated } : {}),
      },
    ];
  });
  return { resources, nameless: entries.length - resources.length };
}

/** What a filter looks at, as far as every page of the API has it. */
function factsIn(entry: Json, updated: string | undefined): Facts {
  const type = textAt(entry, 'resource_type');
  const keywords = at(entry, 'keywords');
  return {
    ...(type === undefined ? {} : { type }),
    ...(isList(keywords)
      ? { keywords: keywords.flatMap((keyword) => textAt(keyword, 'name') ?? textAt(keyword, 'slug') ?? []) }
      : {}),
    ...(updated === undefined ? {} : { updated }),
  };
}

/** A number in any spelling; `id` until GeoNode 2. Anything else would be a path of the remote's making. */
function pkOf(entry: Json | undefined): string | undefined {
  const pk = textAt(entry, 'pk') ?? textAt(entry, 'id');
  return pk !== undefined && /^[\w-]{1,64}$/.test(pk) ? pk : undefined;
}

function hasNext(
  json: Json,
  { page, entries, matched }: { page: number; entries: number; matched: number | undefined },
): boolean {
  // `next: null` is the end, a missing `next` says nothing.
  for (const links of [at(json, 'links'), at(json, 'meta')]) {
    if (isObject(links) && 'next' in links) return typeof links['next'] === 'string' && links['next'] !== '';
  }
  return matched !== undefined && entries > 0 && page * entries < matched;
}

function readResource(resource: ListedResource, reply: RemoteReply | undefined): Reading {
  if (reply === undefined)
    throw new ReeveError(
      'InvariantBroken',
      `The GeoNode resource ${resource.id} was to be read without a reply`,
    );
  if (reply.status === 404 || reply.status === 410)
    return { reading: 'gone', because: `the remote answered with status ${reply.status}` };
  const asked = `the resource ${oneLine(resource.id, 60).text}`;
  refuseBadStatus(reply, asked);
  const json = readJson(reply, asked);
  const detail = detailIn(json);
  if (detail === 'gone') return { reading: 'gone', because: 'the remote lists it no more' };
  if (detail === undefined) {
    const exception = exceptionIn(json, reply);
    if (exception !== undefined) throw exception;
    return { reading: 'invalid', because: 'the answer holds no resource' };
  }
  const other = otherThan(resource, detail);
  if (other !== undefined) return { reading: 'invalid', because: other };
  const kept = keepRecord(geonodeDraft(detail, { id: resource.id, base: reply.url }));
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}

/** The resource in its answer: bare, under the name of its kind, or as the only one of a list (asked for by its uuid). */
function detailIn(json: Json): JsonObject | 'gone' | undefined {
  if (isObject(json) && pkOf(json) !== undefined) return json;
  const named = DETAIL_KEYS.map((key) => at(json, key)).find(isObject);
  if (named !== undefined) return named;
  const list = LIST_KEYS.map((key) => at(json, key)).find(isList);
  if (list === undefined) return undefined;
  return list.length === 0 ? 'gone' : list.find(isObject);
}

/** A pk that was given to another resource since the listing would put one record under two names. */
function otherThan({ id, hint }: ListedResource, detail: JsonObject): string | undefined {
  const [asked, got] = [textAt(hint, 'pk'), pkOf(detail)];
  if (asked !== undefined && got !== undefined && asked !== got)
    return `asked for pk ${asked}, the remote answered with pk ${got}`;
  const uuid = textAt(detail, 'uuid');
  if (uuid !== undefined && uuid !== id && id !== asked)
    return `asked for uuid ${id}, the remote answered with uuid ${oneLine(uuid, 60).text}`;
  return undefined;
}

function readProbe(reply: RemoteReply): ProbeVerdict {
  refuseBadStatus(reply, 'the question whether it is a GeoNode');
  const json = readJson(reply, 'the question whether it is a GeoNode');
  const paged =
    LIST_KEYS.some((key) => isList(at(json, key))) &&
    (at(json, 'links') !== undefined || numberAt(json, 'total') !== undefined);
  if (paged) return { match: true };
  const isLegacy = textAt(json, 'layers', 'list_endpoint') !== undefined;
  return {
    match: false,
    because: isLegacy
      ? 'a GeoNode older than 3.2, which has no API v2'
      : 'its JSON is not that of the API v2',
  };
}
