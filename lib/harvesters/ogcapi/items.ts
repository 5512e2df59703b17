// Pages of items, and single records, of an OGC API.
import type { Json } from '../../json.ts';
import type { ListedResource, Listing } from '../harvester.ts';
import { isObject, listAt, numberAt, textAt } from '../json-fields.ts';
import { plainUrl } from './links.ts';
import { nextPage } from './next.ts';
import { listedAs, matchedOf, type Page, shortfall } from './page.ts';
import { featureId, recordDraft, updatedOf } from './record.ts';
import { get, handedOn } from './requests.ts';
import { withState } from './state.ts';

export function readItems(page: Page): Listing {
  const { request, reply, state, json } = page;
  const features = listAt(json, 'features');
  const seen = Number(state['seen'] ?? 0) + features.length;
  const matched = numberAt(json, 'numberMatched');
  // An empty page with a link to the next is the end, unless the remote says that there is more.
  const isEnd = features.length === 0 && seen >= (matched ?? 0);
  const next = isEnd ? {} : nextPage(json, request, reply);
  if (features.length > 0 && state['page'] === '1' && !areRecords(features, state['held']))
    return collectionInstead(page);
  const listing = listingOfRecords(page, features);
  const follows = next.request;
  return {
    ...listing,
    next:
      follows === undefined
        ? []
        : [withState(follows, { ...handedOn(state), as: 'items', seen: String(seen) })],
    ...matchedOf(json, undefined),
    ...shortfall(reply, { next, seen, matched, nameless: features.length - listing.resources.length }),
  };
}

/** The collection is one record after all. */
function collectionInstead({ request, state }: Page): Listing {
  const url = plainUrl(request.url).replace(/\/items\/?(\?.*)?$/, '');
  return { resources: [], next: [get(url, { ...handedOn(state), as: 'itself' })] };
}

/**
 * Opendatasoft says `record` of any table without geometry: its rows have neither a title nor a type. Where nobody said that they are records,
 * each must have both, as the standard demands (OGC 20-004r1, table 7). Items that were asked for by their own URL are taken as they are.
 */
function areRecords(features: readonly Json[], held: string | undefined): boolean {
  const [title, type] = (['title', 'type'] as const).map(
    (key) => (feature: Json) => textAt(feature, 'properties', key) !== undefined,
  );
  if (held === undefined || title === undefined || type === undefined) return true;
  return held === 'perhaps'
    ? features.every((feature) => title(feature) && type(feature))
    : features.some((feature) => title(feature) || type(feature));
}

export function listingOfRecords({ reply, state }: Page, features: readonly Json[]): Listing {
  const resources = features.flatMap((feature): ListedResource[] => {
    const own = isObject(feature) ? featureId(feature) : undefined;
    if (!isObject(feature) || own === undefined) return [];
    const id = state['scope'] === undefined ? own : `${state['scope']}/items/${own}`;
    return [listedAs(recordDraft(feature, { id, base: reply.url }), updatedOf(feature))];
  });
  return { resources, next: [] };
}
