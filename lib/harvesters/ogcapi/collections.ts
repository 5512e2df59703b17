// The collections of an OGC API, all of them or one: records themselves, or where records lie.
import type { Json } from '../../json.ts';
import type { ListedResource, Listing } from '../harvester.ts';
import { listAt, numberAt, textAt } from '../json-fields.ts';
import { fromLetters } from './asked.ts';
import { collectionDraft, holdsRecords, itemsLink } from './collection.ts';
import { followerOf, plainUrl } from './links.ts';
import { nextPage } from './next.ts';
import { kindOf, listedAs, matchedOf, type Page, shortfall } from './page.ts';
import { below, handedOn, itemsRequest } from './requests.ts';
import { withState } from './state.ts';

const WARNED_MAX = 5;

export function readCollections(page: Page): Listing {
  const { settings, request, reply, state, json } = page;
  const wanted = new Set(settings.collections);
  const all = listAt(json, 'collections');
  const named = all.flatMap((collection) => {
    const id = textAt(collection, 'id') ?? textAt(collection, 'name');
    return id === undefined ? [] : [{ id, collection }];
  });
  const chosen = named.filter(({ id }) => wanted.size === 0 || wanted.has(id));
  // Ids are unique within their collection only; where there can be no other they stay as they are.
  const isOne = wanted.size === 1;
  const records = chosen.filter(({ collection }) => hasRecords(page, collection) !== undefined);
  const others = chosen.filter((one) => !records.includes(one) && settings.harvest !== 'records');
  const next = nextPage(json, request, reply);
  const follows = next.request;
  const seen = Number(state['seen'] ?? 0) + all.length;
  const lacks = shortfall(reply, {
    next,
    seen,
    matched: numberAt(json, 'numberMatched'),
    nameless: all.length - named.length,
  });
  const missing = [...wanted].filter((id) => !named.some((one) => one.id === id));
  // Of a listing in several pages nobody knows on which one a collection lies.
  const isMissing = missing.length > 0 && follows === undefined && state['seen'] === undefined;
  const said = isMissing ? [`the remote has no collection ${missing.slice(0, WARNED_MAX).join(', ')}`] : [];
  const items = records.map(({ id, collection }) =>
    itemsRequest(itemsUrl(page, id, collection), settings, {
      ...handedOn(state),
      scope: isOne ? undefined : id,
      held: hasRecords(page, collection),
    }),
  );
  return {
    resources: others.map(({ id, collection }) => listedCollection(page, id, collection)),
    next: [
      ...(follows === undefined
        ? []
        : [withState(follows, { ...handedOn(state), as: 'collections', seen: String(seen) })]),
      ...items,
    ],
    ...(records.length === 0 && wanted.size === 0 && settings.harvest !== 'records'
      ? matchedOf(json, follows === undefined ? seen : undefined)
      : {}),
    ...lacks,
    ...(isMissing ? { incomplete: true, warnings: [...(lacks.warnings ?? []), ...said] } : {}),
  };
}

function hasRecords({ settings, state }: Page, collection: Json): ReturnType<typeof holdsRecords> {
  if (settings.harvest === 'collections') return undefined;
  return holdsRecords(collection, fromLetters(state['conf']).records);
}

function itemsUrl({ request, reply, json, state }: Page, id: string, collection: Json): string {
  const link = itemsLink(collection)?.href;
  const followed = link === undefined ? undefined : followerOf(json, request, reply)(link);
  const own =
    state['as'] === 'collections' || kindOf(json) === 'collections'
      ? below(request.url, encodeURIComponent(id))
      : plainUrl(request.url);
  return followed ?? below(own, 'items');
}

/** One collection, by its own URL. */
export function readCollection(page: Page): Listing {
  const { json, state, settings } = page;
  const id = textAt(json, 'id') ?? textAt(json, 'name');
  if (id === undefined)
    return { resources: [], next: [], incomplete: true, warnings: ['the collection has no id'] };
  const held = state['as'] === 'itself' ? undefined : hasRecords(page, json);
  if (held !== undefined)
    return {
      resources: [],
      next: [itemsRequest(itemsUrl(page, id, json), settings, { ...handedOn(state), held })],
    };
  return { resources: [listedCollection(page, id, json)], next: [], matched: 1 };
}

function listedCollection(page: Page, id: string, collection: Json): ListedResource {
  const follow = followerOf(page.json, page.request, page.reply);
  const updated = textAt(collection, 'updated');
  return listedAs(collectionDraft(collection, { id, base: page.reply.url, follow }), updated);
}
