// What a document of STAC is, from 0.8 to 1.1: `type` says so since 1.0, before that its members did.
import type { Json } from '../../json.ts';
import { at, isList, isObject, listAt, textAt } from '../json-fields.ts';
import { linksIn } from '../ogcapi/links.ts';

export type StacKind = 'api' | 'collections' | 'items' | 'collection' | 'catalog' | 'item';

/** An API names its collections by `data`; before 1.0 by `children`. */
export const COLLECTIONS_RELS = ['data', 'http://www.opengis.net/def/rel/ogc/1.0/data', 'children'] as const;

/** `undefined` for what is nothing of STAC. A page of collections or items says its version only in its entries. */
export function stacKindOf(json: Json): StacKind | undefined {
  if (isList(at(json, 'collections'))) return 'collections';
  if (isList(at(json, 'features'))) return 'items';
  if (!isObject(json)) return undefined;
  const type = textAt(json, 'type');
  if (type === 'Feature') return 'item';
  const isStac = textAt(json, 'stac_version') !== undefined || type === 'Catalog' || type === 'Collection';
  if (!isStac || textAt(json, 'id') === undefined) return undefined;
  const links = linksIn(json);
  const hasCollections = links.some(({ rel }) => COLLECTIONS_RELS.some((known) => known === rel));
  const isApi = hasCollections || conformsTo(json, /\/ogcapi-features\b|\/item-search|\/collections$/);
  if (type !== 'Collection' && isApi) return 'api';
  if (type !== undefined) return type === 'Collection' ? 'collection' : 'catalog';
  return isObject(at(json, 'extent')) ? 'collection' : 'catalog';
}

export function conformsTo(json: Json, pattern: RegExp): boolean {
  return listAt(json, 'conformsTo').some((one) => pattern.test(textAt(one) ?? ''));
}

/** Whether any part of a document says that it is of STAC. */
export function saysStac(json: Json): boolean {
  const members: readonly Json[] = [
    json,
    ...listAt(json, 'collections').slice(0, 3),
    ...listAt(json, 'features').slice(0, 3),
  ];
  return (
    members.some((one) => textAt(one, 'stac_version') !== undefined) || conformsTo(json, /stacspec\.org/i)
  );
}
