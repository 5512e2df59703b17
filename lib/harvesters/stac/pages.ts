// Pages of collections and of items, in an API of STAC.
import type { Json } from '../../json.ts';
import type { ListedResource, Listing, RemoteReply, RemoteRequest } from '../harvester.ts';
import { at, isObject, listAt, numberAt, textAt } from '../json-fields.ts';
import { type Follow, followerOf, linksIn, linkTo, plainUrl } from '../ogcapi/links.ts';
import { nextPage } from '../ogcapi/next.ts';
import { listedAs, shortfall } from '../ogcapi/page.ts';
import { below, get } from '../ogcapi/requests.ts';
import { type State, stateOf, withState } from '../ogcapi/state.ts';
import { inheritedFrom, itemDraft, stacCollectionDraft } from './draft.ts';
import type { StacPage } from './listing.ts';
import { handedOn, itemsRequest, type Way, waysOf } from './requests.ts';
import type { StacSettings } from './settings.ts';

/** Statuses of a server that does not have what was asked for, as against one that does not let us. */
const UNABLE: ReadonlySet<number> = new Set([400, 404, 405, 415, 422, 501]);

/**
 * What to ask after the remote could not do what it was asked: the items in another way, and the children of the landing page where there is
 * no `/collections`; `undefined` when there is nothing else.
 */
export function afterRefusal(
  settings: StacSettings,
  request: RemoteRequest,
  reply: RemoteReply,
): Listing | undefined {
  const state = stateOf(request);
  if (!UNABLE.has(reply.status)) return undefined;
  if (state['as'] === 'collections' && state['root'] !== undefined && state['seen'] === undefined)
    return { resources: [], next: [get(state['root'], { ...handedOn(state), as: 'node' })] };
  if (state['as'] !== 'items' || state['page'] !== '1') return undefined;
  if (request.method === 'POST')
    return {
      resources: [],
      next: [itemsRequest(settings, { ...state, post: undefined }, state['way'] as Way)],
    };
  const ways = waysOf(settings, state);
  const other = ways[ways.findIndex((way) => way === state['way']) + 1];
  if (other === undefined || state['way'] === undefined) return undefined;
  const warnings =
    other === 'plain' ? ['the remote cannot be asked for what changed only, so all of it is listed'] : [];
  return { resources: [], next: [itemsRequest(settings, state, other)], warnings };
}

export function readCollections(page: StacPage): Listing {
  const { settings, request, reply, state, json } = page;
  const follow = followerOf(json, request, reply);
  const all = listAt(json, 'collections');
  const entries = all.map((collection) => collectionEntry(page, collection, follow));
  const next = nextPage(json, request, reply);
  const follows = next.request;
  const seen = Number(state['seen'] ?? 0) + all.length;
  const nameless = entries.filter((entry) => entry === undefined).length;
  const matched = matchedIn(json) ?? (follows === undefined ? seen : undefined);
  const hasAll = settings.harvest !== 'items' && settings.collections.length === 0;
  return {
    resources: entries.flatMap((entry) => entry?.resources ?? []),
    next: [
      ...(follows === undefined
        ? []
        : [withState(follows, { ...handedOn(state), as: 'collections', seen: String(seen) })]),
      ...entries.flatMap((entry) => entry?.next ?? []),
    ],
    ...(hasAll && matched !== undefined ? { matched } : {}),
    ...shortfall(reply, { next, seen, matched: matchedIn(json), nameless }),
  };
}

/** A collection as a resource, and the request of its items, as far as the settings want either; `undefined` when it has no id. */
export function collectionEntry(
  page: StacPage,
  collection: Json,
  follow: Follow,
): { resources: ListedResource[]; next: RemoteRequest[] } | undefined {
  const { settings, request, reply, state } = page;
  const id = textAt(collection, 'id');
  if (id === undefined) return undefined;
  if (settings.collections.length > 0 && !settings.collections.includes(id))
    return { resources: [], next: [] };
  const draft = stacCollectionDraft(collection, { id, base: reply.url, follow });
  const isItself = page.json === collection;
  const link = linkTo(linksIn(collection), 'items') ?? linksIn(collection).find(({ rel }) => rel === 'items');
  const hasItems = link !== undefined || !isItself;
  const own = isItself ? plainUrl(request.url) : below(request.url, encodeURIComponent(id));
  const items = (link === undefined ? undefined : follow(link.href)) ?? below(own, 'items');
  const inherited = inheritedFrom(collection);
  const known: State = {
    ...handedOn(state),
    root: undefined,
    in: id,
    items,
    inherited: inherited === undefined ? undefined : JSON.stringify(inherited),
  };
  return {
    resources: settings.harvest === 'items' ? [] : [listedAs(draft, textAt(collection, 'updated'))],
    next:
      settings.harvest === 'collections' || !hasItems
        ? []
        : [itemsRequest(settings, known, waysOf(settings, known)[0])],
  };
}

export function readItems(page: StacPage): Listing {
  const { request, reply, state, json } = page;
  const all = listAt(json, 'features');
  // pycsw puts collections among the items that it found.
  const features = all.filter((feature) => textAt(feature, 'type') !== 'Collection');
  const resources = features.flatMap((feature) => listedItem(feature, reply, state));
  const seen = Number(state['seen'] ?? 0) + all.length;
  const matched = matchedIn(json);
  const isEnd = all.length === 0 && seen >= (matched ?? 0);
  const next = isEnd ? {} : nextPage(json, request, reply);
  const follows = next.request;
  const { page: _first, ...known } = state;
  return {
    resources,
    next: follows === undefined ? [] : [withState(follows, { ...known, as: 'items', seen: String(seen) })],
    ...(matched === undefined || all.length > features.length ? {} : { matched }),
    ...shortfall(reply, { next, seen, matched, nameless: features.length - resources.length }),
  };
}

/** The one item of a URL that names it. */
export function readOneItem({ reply, state, json }: StacPage): Listing {
  const resources = listedItem(json, reply, state);
  return {
    resources,
    next: [],
    matched: 1,
    ...shortfall(reply, { next: {}, seen: 1, matched: undefined, nameless: 1 - resources.length }),
  };
}

/** Ids of items are unique in their collection only (STAC 1.0, "Item", `id`). */
function listedItem(feature: Json, reply: RemoteReply, state: State): ListedResource[] {
  const own = textAt(feature, 'id');
  if (!isObject(feature) || own === undefined) return [];
  const collection = textAt(feature, 'collection') ?? state['in'];
  const id = collection === undefined ? own : `${collection}/items/${own}`;
  const inherited = state['inherited'] === undefined ? undefined : (JSON.parse(state['inherited']) as Json);
  return [
    listedAs(
      itemDraft(feature, { id, base: reply.url, inherited }),
      textAt(feature, 'properties', 'updated'),
    ),
  ];
}

/** `numberMatched`; in the Context extension of APIs before 1.0 `context.matched`, in that of sat-api `search:metadata.matched`. */
function matchedIn(json: Json): number | undefined {
  return (
    numberAt(json, 'numberMatched') ??
    numberAt(json, 'context', 'matched') ??
    numberAt(at(json, 'search:metadata'), 'matched')
  );
}
