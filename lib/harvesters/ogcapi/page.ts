// A page of an OGC API: what kind it is, and what its entries become.
import type { Json } from '../../json.ts';
import type { ListedResource, RemoteReply, RemoteRequest } from '../harvester.ts';
import { at, isList, isObject, numberAt, textAt } from '../json-fields.ts';
import { shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import type { RecordDraft } from '../record.ts';
import { itemsLink } from './collection.ts';
import { linksIn } from './links.ts';
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

/** What the pages of one collection lack in the end; the walk compares only the whole. */
export function shortfall(
  { json, reply }: Page,
  { seen, goesOn, nameless }: { seen: number; goesOn: boolean; nameless: number },
): { warnings: string[]; incomplete: boolean } {
  const matched = numberAt(json, 'numberMatched');
  const isShort = !goesOn && matched !== undefined && seen < matched;
  return {
    warnings: [
      ...(nameless > 0 ? [`${nameless} entries of ${shownUrl(reply.url)} have no id`] : []),
      ...(isShort
        ? [`${shownUrl(reply.url)} says that it has ${matched} and gave ${seen} on its pages`]
        : []),
    ],
    incomplete: isShort || nameless > 0,
  };
}
