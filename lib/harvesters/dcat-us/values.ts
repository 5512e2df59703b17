// Values of DCAT as JSON and as JSON-LD: plain, typed, in a language, an address in an object, one or many.
import type { Json, JsonObject } from '../../json.ts';
import { at, type Found, isObject, manyAt, textAt } from '../json-fields.ts';

/** Prefixes and namespaces that JSON-LD may leave in front of a name: `dct:title` is `title`. */
const PREFIX =
  /^(?:dcat(?:-us|ap)?|dct|dcterms|foaf|vcard|adms|skos|schema|prov|locn|odrl|pod|cnt|rdfs|owl|org|http:\/\/(?:www\.w3\.org\/ns\/dcat#|purl\.org\/dc\/terms\/|xmlns\.com\/foaf\/0\.1\/|www\.w3\.org\/2006\/vcard\/ns#|www\.w3\.org\/ns\/adms#|www\.w3\.org\/2004\/02\/skos\/core#)):?/;

/** The object with its names short; of two that become one the first that says something counts. */
export function shortNames(object: JsonObject): JsonObject {
  const names = Object.keys(object);
  if (!names.some((name) => name.includes(':'))) return object;
  const short = new Map<string, Json>();
  for (const [name, value] of Object.entries(object)) {
    const key = name.replace(PREFIX, '');
    if ((short.get(key) ?? null) === null) short.set(key, value);
  }
  return Object.fromEntries(short);
}

/** All parts of an object's field as objects with short names; texts are left out. */
export function objectsAt(value: Found, name: string): readonly JsonObject[] {
  return manyAt(value, name).filter(isObject).map(shortNames);
}

/** A text: as it is, as `{"@value": ...}`, the English or first of several languages, or the first of a list that is one. */
export function textOf(value: Found): string | undefined {
  for (const one of manyAt(value)) {
    const text = textAt(one) ?? textAt(one, '@value') ?? textAt(one, 'en') ?? firstText(one);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** `{"fr": "..."}`, and nothing that is a node of its own. */
function firstText(value: Json): string | undefined {
  if (!isObject(value)) return undefined;
  const languages = Object.keys(value).filter((key) => /^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(key));
  return languages.map((key) => textAt(value, key)).find((text) => text !== undefined);
}

/** A text, or of a node its address: licences, languages, formats and identifiers are either. */
export function textOrAddress(value: Found): string | undefined {
  return textsOrAddresses(value)[0];
}

export function textsOrAddresses(value: Found): string[] {
  return manyAt(value).flatMap((one) => textOf(one) ?? textAt(one, '@id') ?? []);
}

/** Of nodes and texts the words that people read: themes, places, formats. */
export function labelsOf(value: Found): string[] {
  return manyAt(value).flatMap((one) => {
    if (!isObject(one)) return textAt(one) ?? [];
    const node = shortNames(one);
    const names = ['prefLabel', 'label', 'title', 'name', 'notation', '@value'];
    const label = names.map((name) => textOf(at(node, name))).find((text) => text !== undefined);
    return label ?? textOf(one) ?? textAt(node, '@id') ?? [];
  });
}

/** Addresses in the web among the values of a field. */
export function hrefsOf(value: Found): string[] {
  return manyAt(value)
    .flatMap((one) => {
      if (!isObject(one)) return textAt(one) ?? [];
      const node = shortNames(one);
      return textAt(node, '@id') ?? textAt(node, '@value') ?? textOrAddress(at(node, 'identifier')) ?? [];
    })
    .filter(isHref);
}

export function isHref(text: string): boolean {
  return /^https?:\/\//i.test(text.trim());
}
