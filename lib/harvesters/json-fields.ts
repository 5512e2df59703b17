// Readers of single fields of foreign JSON: whatever the shape, they answer or say that there is nothing, and never throw.
import type { Json, JsonObject } from '../json.ts';

export type Found = Json | undefined;

export function isObject(value: Found): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at the end of a path of own keys; `undefined` as soon as one is missing. */
export function at(value: Found, ...path: readonly string[]): Found {
  let found = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) return undefined;
    found = found[key];
  }
  return found;
}

/** Anything but white space and control characters: what would still be there once the text is cleaned. */
const VISIBLE = /[^\s\p{Cc}\ufeff]/u;

/** A text that says something, or a number as text: `pk` is one or the other. */
export function textAt(value: Found, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  if (typeof found === 'string') return VISIBLE.test(found) ? found : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? String(found) : undefined;
}

const NUMERIC = /^\s*[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:e[+-]?\d{1,3})?\s*$/i;

/** A finite number, or a text that is one; ArcGIS writes "NaN" for what it does not know. */
export function numberAt(value: Found, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  const number = typeof found === 'string' && NUMERIC.test(found) ? Number(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** An array; empty when it is anything else. */
export function listAt(value: Found, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  return isList(found) ? found : [];
}

/** What may be one or many: `poc` of GeoNode is a person or a list of them. */
export function manyAt(value: Found, ...path: readonly string[]): readonly Json[] {
  const found = at(value, ...path);
  if (isList(found)) return found;
  return found === undefined || found === null ? [] : [found];
}

export function isList(value: Found): value is readonly Json[] {
  return Array.isArray(value);
}
