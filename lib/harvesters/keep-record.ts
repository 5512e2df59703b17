// The one gate through which every record passes: what a reader found becomes a record that is clean, or a reason why it cannot.
import { geometryOf, readBox } from './box.ts';
import { readDate, readInterval } from './dates.ts';
import { htmlAsLines, oneLine } from './plain-text.ts';
import {
  contactsOf,
  externalIdsOf,
  linksOf,
  type Note,
  present,
  RECORD_LIMITS,
  wordOf,
  wordsOf,
} from './record-parts.ts';
import type { CatalogueRecord, RecordDraft } from './record.ts';

export type Kept =
  | { readonly kept: true; readonly record: CatalogueRecord }
  | { readonly kept: false; readonly because: string };

const CONFORMS_TO = ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'] as const;

/**
 * Cleans a draft, field by field: nothing of a remote's object is carried over as it is. What had to be mended or left out is said in
 * `properties.notes`; only an id that cannot be one makes the record impossible.
 *
 * Titles, keywords and names are one line of text, as the remote wrote it; descriptions and rights are lines of text without HTML.
 * Text is data all the same: `<script>` in a title stays, and whoever shows it escapes it.
 */
export function keepRecord(draft: RecordDraft): Kept {
  const fault = faultOfId(draft.id);
  if (fault !== undefined) return { kept: false, because: fault };
  const notes = new Set<string>();
  const note: Note = (sentence) => void notes.add(oneLine(sentence, RECORD_LIMITS.wordCharsMax).text);
  for (const sentence of draft.notes ?? []) note(sentence);
  const bbox = boxOf(draft, note);
  const time = timeOf(draft, note);
  const properties = propertiesOf(draft, note);
  const links = linksOf(draft.links, draft.base, note);
  notes.delete('');
  const kept = [...notes].slice(0, RECORD_LIMITS.notesMax);
  const record = present<CatalogueRecord>({
    type: 'Feature',
    id: draft.id,
    conformsTo: CONFORMS_TO,
    geometry: bbox === undefined ? null : geometryOf(bbox),
    bbox,
    time,
    properties: kept.length === 0 ? properties : { ...properties, notes: kept },
    links,
  });
  return { kept: true, record };
}

/**
 * Why a text cannot be the id of a resource; `undefined` when it can. Ids are kept to the letter: cleaning could make one of two, and
 * one record would overwrite the other.
 */
export function faultOfId(id: string): string | undefined {
  if (id.trim() === '') return 'it has no id';
  const bytes = Buffer.byteLength(id);
  if (bytes > RECORD_LIMITS.idBytesMax)
    return `its id has ${bytes} bytes; allowed are ${RECORD_LIMITS.idBytesMax}`;
  if (!id.isWellFormed() || /\p{Cc}/u.test(id)) {
    return `its id ${JSON.stringify(id.slice(0, 60))} has control characters or broken ones in it`;
  }
  return undefined;
}

function propertiesOf(draft: RecordDraft, note: Note): CatalogueRecord['properties'] {
  const { wordCharsMax, keywordCharsMax, keywordsMax, formatsMax, crsMax } = RECORD_LIMITS;
  return present<CatalogueRecord['properties']>({
    type: wordOf(draft.type) ?? 'dataset',
    title: titleOf(draft, note),
    description: linesOf('the description', draft.description, RECORD_LIMITS.descriptionCharsMax, note),
    keywords: wordsOf(
      draft.keywords,
      { called: 'keywords', wordsMax: keywordsMax, charsMax: keywordCharsMax },
      note,
    ),
    language: languageOf(draft.language, note),
    created: dateOf('the creation date', draft.created, note),
    updated: dateOf('the date of the last change', draft.updated, note),
    contacts: contactsOf(draft.contacts, draft.base, note),
    license: wordOf(draft.license),
    rights: linesOf('the rights', draft.rights, RECORD_LIMITS.rightsCharsMax, note),
    formats: wordsOf(
      draft.formats,
      { called: 'formats', wordsMax: formatsMax, charsMax: wordCharsMax },
      note,
    ),
    crs: wordsOf(draft.crs, { called: 'coordinate systems', wordsMax: crsMax, charsMax: wordCharsMax }, note),
    externalIds: externalIdsOf(draft.externalIds, note),
    // Known only when all else has been read.
    notes: undefined,
  });
}

function titleOf(draft: RecordDraft, note: Note): string {
  const title = oneLine(draft.title ?? '', RECORD_LIMITS.titleCharsMax);
  if (title.cut) note(`the title was cut at ${RECORD_LIMITS.titleCharsMax} characters`);
  if (title.text !== '') return title.text;
  note('it has no title; its id stands in');
  return oneLine(draft.id, RECORD_LIMITS.titleCharsMax).text;
}

function linesOf(what: string, text: string | undefined, charsMax: number, note: Note): string | undefined {
  const lines = htmlAsLines(text ?? '', charsMax);
  if (lines.cut) note(`${what} was cut at ${charsMax} characters`);
  return lines.text === '' ? undefined : lines.text;
}

function dateOf(what: string, text: string | undefined, note: Note): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const reading = readDate(text);
  if (reading === undefined)
    note(`${what}, ${JSON.stringify(text.slice(0, 60))}, is no date and was left out`);
  if (reading?.note !== undefined) note(`of ${what}, ${reading.note}`);
  return reading?.date;
}

/** A BCP 47 tag in its canonical spelling: `eng` and `en_us` become `en` and `en-US`. */
function languageOf(text: string | undefined, note: Note): string | undefined {
  const tag = text?.trim().replaceAll('_', '-') ?? '';
  if (tag === '') return undefined;
  const canonical = tag.length > 35 ? undefined : canonicalOf(tag);
  if (canonical !== undefined) return canonical;
  note(`the language ${JSON.stringify(tag.slice(0, 60))} is no language tag and was left out`);
  return undefined;
}

/** Catalogues are in few languages, and finding out the spelling of one takes as long as all else in a short record. */
const canonicalTags = new Map<string, string | undefined>();
const TAGS_KEPT_MAX = 1_000;

function canonicalOf(tag: string): string | undefined {
  if (canonicalTags.has(tag)) return canonicalTags.get(tag);
  if (canonicalTags.size >= TAGS_KEPT_MAX) canonicalTags.clear();
  const canonical = readTag(tag);
  canonicalTags.set(tag, canonical);
  return canonical;
}

function readTag(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

function boxOf(draft: RecordDraft, note: Note) {
  if (draft.bbox === undefined || draft.bbox.length === 0) return undefined;
  const box = readBox(draft.bbox);
  if ('because' in box) {
    note(`${box.because} and was left out`);
    return undefined;
  }
  if (box.note !== undefined) note(box.note);
  return box.bbox;
}

function timeOf(draft: RecordDraft, note: Note): CatalogueRecord['time'] {
  if (draft.interval === undefined) return null;
  const { interval, notes } = readInterval(...draft.interval);
  for (const sentence of notes) note(`of the time it is about: ${sentence}`);
  return interval === undefined ? null : { interval };
}
