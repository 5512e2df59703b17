// Collections and items of STAC (0.8 to 1.1) as drafts of records.
import type { Json, JsonObject } from '../../json.ts';
import { at, type Found, isObject, listAt, manyAt, textAt } from '../json-fields.ts';
import { extentBox, extentInterval, featureBox } from '../ogcapi/extent.ts';
import { type Follow, linksIn, recordLinks } from '../ogcapi/links.ts';
import { compactPeople, peopleIn } from '../ogcapi/people.ts';
import { identifiersIn, keywordsIn, languageIn, licenceOf } from '../ogcapi/words.ts';
import type { RecordDraft } from '../record.ts';
import { present } from '../record-parts.ts';

/** What of a collection holds for its items too, where they do not say otherwise (STAC 1.0, "Common Metadata"). Plain data, small. */
export type Inherited = JsonObject;

export const ITEM_TYPE = 'dataset';
const INHERITED_CHARS_MAX = 700;
const PROVIDERS_MAX = 6;

export function inheritedFrom(collection: Json): Inherited | undefined {
  const shared = at(collection, 'properties');
  const { license } = licenceOf(collection, linksIn(collection));
  const own = compactPeople(collection, PROVIDERS_MAX);
  const providers = own.length > 0 ? own : compactPeople(shared, PROVIDERS_MAX);
  const said = license ?? textAt(shared, 'license');
  const whole: Inherited = {
    ...(said === undefined ? {} : { license: said.slice(0, 300) }),
    ...(providers.length === 0 ? {} : { providers }),
  };
  if (JSON.stringify(whole).length <= INHERITED_CHARS_MAX)
    return Object.keys(whole).length === 0 ? undefined : whole;
  return said === undefined ? undefined : { license: said.slice(0, 300) };
}

/** What flew and measured: words by which people search, for which a record has no other place. */
function instrumentsIn(json: Found): string[] {
  return [
    'mission',
    'constellation',
    'platform',
    'instruments',
    'eo:platform',
    'eo:constellation',
    'eo:instrument',
  ].flatMap((key) => manyAt(json, key).flatMap((one) => textAt(one) ?? []));
}

export function stacCollectionDraft(
  collection: Json,
  { id, base, follow }: { id: string; base: string; follow: Follow },
): RecordDraft {
  const links = linksIn(collection);
  const extent = at(collection, 'extent');
  const { bbox, notes } = extentBox(extent);
  const items = links.find(({ rel }) => rel === 'items');
  return {
    id,
    base,
    type: 'collection',
    title: textAt(collection, 'title') ?? id,
    description: textAt(collection, 'description'),
    keywords: [...keywordsIn(collection), ...instrumentsIn(at(collection, 'summaries'))],
    language: languageIn(collection),
    created: textAt(collection, 'created'),
    updated: textAt(collection, 'updated'),
    bbox,
    interval: extentInterval(extent),
    contacts: peopleIn(collection),
    ...licenceOf(collection, links),
    formats: [...assetTypes(at(collection, 'assets')), ...assetTypes(at(collection, 'item_assets'))],
    crs: crsIn(at(collection, 'summaries')),
    externalIds: identifiersIn(collection),
    links: [
      ...(items === undefined
        ? []
        : [{ href: follow(items.href), rel: 'service', protocol: 'STAC', name: id, title: 'STAC items' }]),
      ...recordLinks(links.filter(({ rel }) => rel !== 'child' && rel !== 'item')),
      ...assetLinks(at(collection, 'assets')),
    ],
    notes,
  };
}

export function itemDraft(
  item: JsonObject,
  { id, base, inherited }: { id: string; base: string; inherited: Found },
): RecordDraft {
  const properties = at(item, 'properties');
  const own = textAt(item, 'id');
  const links = linksIn(item);
  const { license, rights } = licenceOf(properties, links);
  const people = peopleIn(properties);
  const datetime = textAt(properties, 'datetime');
  return {
    id,
    base,
    type: ITEM_TYPE,
    title: textAt(properties, 'title') ?? own ?? id,
    description: textAt(properties, 'description'),
    keywords: [...keywordsIn(properties), ...instrumentsIn(properties)],
    language: languageIn(properties),
    created: textAt(properties, 'created'),
    updated: textAt(properties, 'updated'),
    bbox: featureBox(item),
    interval: [
      textAt(properties, 'start_datetime') ?? textAt(properties, 'dtr:start_datetime') ?? datetime,
      textAt(properties, 'end_datetime') ?? textAt(properties, 'dtr:end_datetime') ?? datetime,
    ],
    contacts: people.length > 0 ? people : peopleIn(inherited),
    license: license ?? textAt(inherited, 'license'),
    rights,
    formats: assetTypes(at(item, 'assets')),
    crs: crsIn(properties),
    externalIds: [...(own === undefined || own === id ? [] : [{ value: own }]), ...identifiersIn(properties)],
    links: [...recordLinks(links), ...assetLinks(at(item, 'assets'))],
    notes: [],
  };
}

function assetsIn(assets: Found): readonly (readonly [string, JsonObject])[] {
  return isObject(assets)
    ? Object.entries(assets).flatMap(([key, asset]) => (isObject(asset) ? [[key, asset] as const] : []))
    : [];
}

/** The media types of what is data: not of pictures and texts about it. */
function assetTypes(assets: Found): string[] {
  return assetsIn(assets).flatMap(([key, asset]) => {
    const type = textAt(asset, 'type');
    return type === undefined || relationOf(key, asset) !== 'enclosure' ? [] : [type];
  });
}

/** What an asset is to the resource, by its roles, or by its key where it has none (before 1.0). */
function relationOf(key: string, asset: JsonObject): string {
  const roles = listAt(asset, 'roles').flatMap((role) => textAt(role)?.toLowerCase() ?? []);
  const words = roles.length === 0 ? [key.toLowerCase()] : roles;
  if (words.some((word) => /^(thumbnail|overview|preview|quicklook)$/.test(word))) return 'preview';
  if (words.some((word) => /^(metadata|documentation|.*-metadata)$/.test(word))) return 'describedby';
  return 'enclosure';
}

/** Assets, and where else they can be had (alternate-assets extension): `s3:` is no address for everybody, its twin by https is. */
function assetLinks(assets: Found): NonNullable<RecordDraft['links']> {
  return assetsIn(assets).flatMap(([key, asset]) => {
    const rel = relationOf(key, asset);
    const title = textAt(asset, 'title') ?? key;
    const others = assetsIn(at(asset, 'alternate')).map(([, other]) => textAt(other, 'href'));
    return [textAt(asset, 'href'), ...others].map((href) => ({
      ...present<{ rel: string; title: string; type?: string }>({ rel, title, type: textAt(asset, 'type') }),
      href,
    }));
  });
}

/** `proj:code` (projection extension 2), before it `proj:epsg`. */
function crsIn(json: Found): string[] {
  const codes = manyAt(json, 'proj:code').flatMap((code) => textAt(code) ?? []);
  const numbers = ['proj:epsg', 'eo:epsg'].flatMap((key) =>
    manyAt(json, key).flatMap((code) => textAt(code) ?? []),
  );
  return [...codes, ...numbers.filter((code) => /^\d{4,6}$/.test(code)).map((code) => `EPSG:${code}`)];
}
