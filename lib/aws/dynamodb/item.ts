/** What all items have in common: a version, texts for data of foreign shape, cursors made of sort keys. */
import type { Json } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Item } from './table.ts';

/** Raised when the meaning of an attribute changes. */
export const ITEM_VERSION = 1;

/** @throws InvariantBroken when the item is not one that this release wrote, or lacks one of the attributes */
export function checkItem(item: Item, ...attributes: readonly string[]): Item {
  const key = `${String(item['pk'])} ${String(item['sk'])}`;
  if (item['version'] !== ITEM_VERSION) {
    throw new ReeveError(
      'InvariantBroken',
      `Item ${key} has version ${String(item['version'])}; this release reads version ${ITEM_VERSION}`,
    );
  }
  const missing = attributes.filter((attribute) => item[attribute] === undefined);
  if (missing.length > 0) throw new ReeveError('InvariantBroken', `Item ${key} lacks ${missing.join(', ')}`);
  return item;
}

/**
 * Data whose shape others decide lies in the item as JSON text: the table's own maps and numbers would refuse some of it (1e300, 33 levels,
 * half a surrogate pair), and a text comes back as it was.
 */
export function textOf(json: Json): string {
  return JSON.stringify(json);
}

export function jsonOf(text: unknown): Json {
  return JSON.parse(String(text)) as Json;
}

/** A cursor is the sort key of the last value that was given. */
export function cursorOf(sortKey: unknown): string {
  return Buffer.from(String(sortKey), 'utf8').toString('base64url');
}

const SORT_KEY_BYTES_MAX = 1_024;

/** @throws InputInvalid for what is not a cursor of this listing: it may come from outside */
export function sortKeyOf(cursor: string, startsWith: string): string {
  const sortKey = Buffer.from(cursor, 'base64url').toString('utf8');
  if (sortKey === '' || !sortKey.startsWith(startsWith) || Buffer.byteLength(sortKey) > SORT_KEY_BYTES_MAX) {
    throw new ReeveError(
      'InputInvalid',
      `The cursor ${cursor.slice(0, 100)} is not one that this listing gave; begin without a cursor`,
    );
  }
  return sortKey;
}
