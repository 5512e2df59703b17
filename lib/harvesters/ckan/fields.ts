// The fields of a CKAN dataset, wherever the site keeps them: of its own, as extras, in several languages, or as JSON within a text.
import type { Json } from '../../json.ts';
import { at, type Found, isList, isObject, listAt, manyAt, textAt } from '../json-fields.ts';
import { readJsonText } from '../json.ts';

/** Looks fields up by name, the first that says something: `-`, spaces and capitals make no difference. */
export type Fields = (...names: readonly string[]) => Found;

/** What is a field of its own counts before an extra of the same name. */
export function fieldsOf(dataset: Json): Fields {
  const fields = new Map<string, Json>();
  const note = (name: string, value: Json): void => {
    const key = keyOf(name);
    if (!isEmpty(value) && !fields.has(key)) fields.set(key, value);
  };
  const noteExtra = (name: string, value: Json): void => note(name, unpackedOf(value, /^\s*[[{"]/));
  if (isObject(dataset))
    for (const [name, value] of Object.entries(dataset)) if (name !== 'extras') note(name, unpackedOf(value));
  const extras = at(dataset, 'extras');
  for (const extra of listAt(dataset, 'extras'))
    noteExtra(textAt(extra, 'key') ?? '', at(extra, 'value') ?? null);
  // Before CKAN 2 they were an object.
  if (isObject(extras)) for (const [name, value] of Object.entries(extras)) noteExtra(name, value);
  return (...names) => {
    const name = names.find((one) => fields.has(keyOf(one)));
    return name === undefined ? undefined : fields.get(keyOf(name));
  };
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll(/[-\s]/g, '_');
}

function isEmpty(value: Json): boolean {
  if (isList(value)) return value.length === 0 || value.every(isEmpty);
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === null || (typeof value === 'string' && textAt(value) === undefined);
}

/** Extras are texts: lists and objects lie in them as JSON, and old sites put even texts in quotes. */
function unpackedOf(value: Json, looksPacked = /^\s*[[{]/): Json {
  if (typeof value !== 'string' || !looksPacked.test(value)) return value;
  const read = readJsonText(value);
  return 'json' in read ? read.json : value;
}

/**
 * The one text that a record has room for: of a text in several languages (`{"en": ..., "fr": ...}`, ckanext-fluent and ckanext-scheming) the one in the
 * first of `languages` that there is, else English, else the first.
 */
export function inOneLanguage(value: Found, languages: readonly string[] = []): string | undefined {
  const unpacked = typeof value === 'string' ? unpackedOf(value) : value;
  const plain =
    textAt(unpacked) ??
    (isList(unpacked)
      ? listAt(unpacked)
          .map((one) => textAt(one))
          .find(isText)
      : undefined);
  if (plain !== undefined || !isObject(unpacked)) return plain;
  const chosen = [...languages, 'en', ...Object.keys(unpacked)];
  return chosen.map((language) => textAt(unpacked, language)).find(isText);
}

/** All texts of a value, in all of its languages: for keywords, of which a record has room for many. */
export function allTexts(value: Found): string[] {
  const texts: string[] = [];
  const open: Found[] = [value];
  for (let next = 0; next < open.length; next += 1) {
    const one = open[next];
    const text = textAt(one);
    if (text !== undefined) texts.push(text);
    else if (isList(one) || isObject(one)) for (const inner of Object.values(one)) open.push(inner);
  }
  return texts;
}

/** Words in a list, or with commas in between. */
export function wordsIn(value: Found): string[] {
  return allTexts(value).flatMap((text) => (isList(value) || isObject(value) ? [text] : text.split(',')));
}

/** The objects of a list, or the one that stands in its place. */
export function objectsIn(value: Found): readonly Json[] {
  return manyAt(value).filter(isObject);
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}
