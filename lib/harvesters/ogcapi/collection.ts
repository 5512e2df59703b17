// A collection of an OGC API (OGC 17-069r4, 7.13; OGC 20-024, 8; OGC 20-004r1, 9) as the draft of a record.
import type { Json } from '../../json.ts';
import { type Found, isObject, manyAt, textAt } from '../json-fields.ts';
import type { RecordDraft } from '../record.ts';
import { extentBox, extentInterval } from './extent.ts';
import { type ApiLink, type Follow, linksIn, recordLinks } from './links.ts';
import { peopleIn } from './people.ts';
import { crsName, identifiersIn, keywordsIn, languageIn, licenceOf } from './words.ts';

/** `items`; QGIS Server 3.22 says `item`. */
const ITEMS = ['items', 'http://www.opengis.net/def/rel/ogc/1.0/items', 'item'] as const;
/** What can be got of a collection besides its items, and by which protocol. */
const ACCESS: readonly (readonly [RegExp, string])[] = [
  [/^(.*\/)?coverage$/, 'OGC API Coverages'],
  [/^(.*\/)?map$/, 'OGC API Maps'],
  [/^(.*\/)?(tiles|tilesets(-vector|-map|-coverage)?)$/, 'OGC API Tiles'],
];

/** The items of a collection, in JSON if there is a choice: the media type of features before others. */
export function itemsLink(collection: Found): ApiLink | undefined {
  const links = linksIn(collection);
  for (const rel of ITEMS) {
    const found = links.filter((link) => link.rel.toLowerCase() === rel);
    const link =
      found.find(({ type }) => /geo\+json/i.test(type ?? '')) ??
      found.find(({ type }) => type === undefined || /\bjson\b/i.test(type));
    if (link !== undefined) return link;
  }
  return undefined;
}

/**
 * Whether its items are records: it says so by its `itemType` (OGC 20-004r1, 9.2). One that does not say may hold them on a server that declares
 * OGC API - Records, as drafts did: its items will tell.
 */
export function holdsRecords(collection: Found, isRecordsServer: boolean): 'says so' | 'perhaps' | undefined {
  const types = manyAt(collection, 'itemType').map((one) => textAt(one)?.toLowerCase());
  if (types.length > 0)
    return types.some((type) => type === 'record' || type === 'records') ? 'says so' : undefined;
  return isRecordsServer && itemsLink(collection) !== undefined ? 'perhaps' : undefined;
}

export function collectionDraft(
  collection: Json,
  { id, base, follow }: { id: string; base: string; follow: Follow },
): RecordDraft {
  const links = linksIn(collection);
  const { bbox, notes } = extentBox(isObject(collection) ? collection['extent'] : undefined);
  const extent = isObject(collection) ? collection['extent'] : undefined;
  const description = textAt(collection, 'description');
  return {
    id,
    base,
    type: 'dataset',
    title: textAt(collection, 'title'),
    // What MapServer puts where nobody wrote anything is a comment: nothing is left of it as text.
    description,
    keywords: keywordsIn(collection),
    language: languageIn(collection),
    created: textAt(collection, 'created'),
    updated: textAt(collection, 'updated'),
    bbox,
    interval: extentInterval(extent),
    contacts: peopleIn(collection),
    ...licenceOf(collection, links),
    formats: formatsOf(links),
    crs: [textAt(collection, 'storageCrs'), ...manyAt(collection, 'crs').map((one) => textAt(one))].flatMap(
      (crs) => (crs === undefined || crs.startsWith('#') ? [] : [crsName(crs)]),
    ),
    externalIds: identifiersIn(collection),
    links: [...accessLinks(collection, { name: id, follow }), ...recordLinks(links)],
    notes,
  };
}

/** The formats in which its data can be had: those of its items and of what can be downloaded whole. */
function formatsOf(links: readonly ApiLink[]): string[] {
  return links.flatMap(({ rel, type }) =>
    type !== undefined && /^((.*\/)?(items|coverage)|enclosure|item)$/i.test(rel) && !/html/i.test(type)
      ? [type]
      : [],
  );
}

/** The links by which a client gets its data, at an address that can be reached: one a protocol. */
function accessLinks(
  collection: Json,
  { name, follow }: { name: string; follow: Follow },
): NonNullable<RecordDraft['links']> {
  const links = linksIn(collection);
  const found = ACCESS.map(([rel, protocol]) => ({
    protocol,
    link: links.find((link) => rel.test(link.rel.toLowerCase()) && !/html/i.test(link.type ?? '')),
  }));
  return [{ protocol: 'OGC API Features', link: itemsLink(collection) }, ...found].flatMap(
    ({ protocol, link }) =>
      link === undefined
        ? []
        : [{ href: follow(link.href), rel: 'service', protocol, name, title: protocol }],
  );
}
