// A page of an OGC API: what kind it is, and what its entries become.
import type { Json } from '../../json.ts';
import type { ListedResource, Listing, RemoteReply, RemoteRequest } from '../harvester.ts';
import { at, isList, isObject, numberAt, textAt } from '../json-fields.ts';
import { shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import type { RecordDraft } from '../record.ts';
import { itemsLink } from './collection.ts';
import { linksIn } from './links.ts';
import type { NextPage } from './next.ts';
import { versionOf } from './record.ts';
import type { OgcRecordsSettings } from './settings.ts';
import type { State } from './state.ts';

export interface Page {
  readonly settings: OgcRecordsSettings;
  readonly request: RemoteRequest;
  readonly reply: RemoteReply;
  readonly state: State;
  readonly json: Json;
}

export type Kind = 'landing' | 'collections' | 'collection' | 'items' | 'record';

export const DATA = ['data', 'http://www.opengis.net/def/rel/ogc/1.0/data'] as const;
export const CONFORMANCE = ['conformance', 'http://www.opengis.net/def/rel/ogc/1.0/conformance'] as const;

/** What a document is; `undefined` for none of them. */
export function kindOf(json: Json): Kind | undefined {
  if (isList(at(json, 'collections'))) return 'collections';
  if (isList(at(json, 'features'))) return 'items';
  const links = linksIn(json);
  if (textAt(json, 'type') === 'Feature') return 'record';
  const isCollection =
    textAt(json, 'id') !== undefined && (itemsLink(json) !== undefined || isObject(at(json, 'extent')));
  const isLanding = [...DATA, ...CONFORMANCE].some((rel) => links.some((link) => link.rel === rel));
  if (isLanding || isList(at(json, 'conformsTo')))
    return textAt(json, 'itemType') === undefined ? 'landing' : 'collection';
  return isCollection ? 'collection' : undefined;
}

export function listedAs(draft: RecordDraft, updated: string | undefined): ListedResource {
  const title = oneLine(draft.title ?? '', 200).text;
  // Plain data but for its undefined fields, which JSON leaves out wherever it is staged.
  const listed = draft as unknown as Json;
  return { id: draft.id, ...(title === '' ? {} : { title }), ...versionOf(updated), listed };
}

export function matchedOf(json: Json, otherwise: number | undefined): { matched?: number } {
  const matched = numberAt(json, 'numberMatched') ?? otherwise;
  return matched === undefined ? {} : { matched };
}

/**
 * What the pages of one list lack in the end; the walk compares only the whole. A link to the next page that leads nowhere is no loss where as many came
 * as the remote says that it has.
 */
export function shortfall(
  reply: RemoteReply,
  {
    next,
    seen,
    matched,
    nameless,
  }: { next: NextPage; seen: number; matched: number | undefined; nameless: number },
): Pick<Listing, 'warnings' | 'incomplete'> {
  const isEnd = next.request === undefined;
  const isShort = isEnd && matched !== undefined && seen < matched;
  const isLost = next.fault !== undefined && (matched === undefined || isShort);
  const warnings = [
    ...(nameless > 0 ? [`${nameless} entries of ${shownUrl(reply.url)} have no id`] : []),
    ...(isLost ? [next.fault] : []),
    ...(isShort ? [`${shownUrl(reply.url)} says that it has ${matched} and gave ${seen} on its pages`] : []),
  ];
  return warnings.length === 0 ? {} : { warnings, incomplete: true };
}
