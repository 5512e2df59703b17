// The lists of a record made fit to keep: words, links, contacts, identifiers.
import { publicUrl, REDACTED } from './links.ts';
import { oneLine } from './plain-text.ts';
import type { RecordContact, RecordDraft, RecordLink } from './record.ts';

/** The most that a record keeps of each; what is beyond is cut off with a note. */
export const RECORD_LIMITS = {
  idBytesMax: 2_048,
  titleCharsMax: 1_000,
  descriptionCharsMax: 100_000,
  rightsCharsMax: 20_000,
  /** Of names, schemes, formats, roles, link titles. */
  wordCharsMax: 500,
  keywordCharsMax: 200,
  keywordsMax: 1_000,
  linksMax: 500,
  contactsMax: 50,
  formatsMax: 50,
  crsMax: 50,
  externalIdsMax: 50,
  /** Of the e-mails, phones, roles and links of one contact. */
  contactPartsMax: 20,
  notesMax: 50,
} as const;

/** Says what had to be mended; one sentence is kept once. */
export type Note = (sentence: string) => void;

/** An object of the fields that have a value: records have no `undefined`, JSON does not keep it. */
export function present<T extends object>(fields: { [Key in keyof T]-?: T[Key] | undefined }): T {
  const kept: Partial<T> = {};
  for (const key in fields) if (fields[key] !== undefined) kept[key] = fields[key];
  return kept as T;
}

/** One line of text, `undefined` when nothing is left of it. */
export function wordOf(
  text: string | undefined,
  charsMax: number = RECORD_LIMITS.wordCharsMax,
): string | undefined {
  const word = text === undefined ? '' : oneLine(text, charsMax).text;
  return word === '' ? undefined : word;
}

export interface WordLimits {
  /** What the words are, for the notes. */
  readonly called: string;
  readonly wordsMax: number;
  readonly charsMax: number;
}

/** Distinct words in their first order; `undefined` when there are none. */
export function wordsOf(
  texts: readonly (string | undefined)[] | undefined,
  { called, wordsMax, charsMax }: WordLimits,
  note: Note,
): string[] | undefined {
  const words = new Set<string>();
  for (const text of texts ?? []) {
    const word = oneLine(text ?? '', charsMax);
    if (word.text === '' || words.has(word.text)) continue;
    if (words.size === wordsMax) {
      note(`only the first ${wordsMax} ${called} were kept`);
      break;
    }
    if (word.cut) note(`${called} were cut at ${charsMax} characters`);
    words.add(word.text);
  }
  return words.size === 0 ? undefined : [...words];
}

/** Links that can be followed by anybody: http(s), absolute, without credentials; each once. */
export function linksOf(links: RecordDraft['links'], base: string | undefined, note: Note): RecordLink[] {
  const kept = new Map<string, RecordLink>();
  let dropped = 0;
  for (const link of links ?? []) {
    if (link.href === undefined || link.href.trim() === '') continue;
    const href = publicUrl(link.href, base);
    if (href === undefined) {
      dropped += 1;
      continue;
    }
    if (kept.size === RECORD_LIMITS.linksMax) {
      note(`only the first ${RECORD_LIMITS.linksMax} links were kept`);
      break;
    }
    if (href.includes(`=${REDACTED}`)) note('a link held a credential, which was left out');
    const clean = present<RecordLink>({
      href,
      rel: wordOf(link.rel) ?? 'related',
      type: wordOf(link.type),
      title: wordOf(link.title),
      protocol: wordOf(link.protocol),
      name: wordOf(link.name),
    });
    const key = JSON.stringify([href, clean.rel, clean.protocol, clean.name]);
    if (!kept.has(key)) kept.set(key, clean);
  }
  if (dropped > 0)
    note(`${dropped} ${dropped === 1 ? 'link was' : 'links were'} left out: not http or https`);
  return [...kept.values()];
}

/** Contacts of which a name, an organization or a way to reach them is known; each once. */
export function contactsOf(contacts: RecordDraft['contacts'], base: string | undefined, note: Note) {
  const kept = new Map<string, RecordContact>();
  for (const contact of contacts ?? []) {
    const clean = contactOf(contact, base, note);
    if (clean === undefined) continue;
    if (kept.size === RECORD_LIMITS.contactsMax) {
      note(`only the first ${RECORD_LIMITS.contactsMax} contacts were kept`);
      break;
    }
    kept.set(JSON.stringify(clean), clean);
  }
  return kept.size === 0 ? undefined : [...kept.values()];
}

function contactOf(contact: RecordContact, base: string | undefined, note: Note): RecordContact | undefined {
  const parts = (called: string, texts: readonly string[] | undefined) =>
    wordsOf(
      texts,
      { called, wordsMax: RECORD_LIMITS.contactPartsMax, charsMax: RECORD_LIMITS.wordCharsMax },
      note,
    );
  const links = linksOf(contact.links?.slice(0, RECORD_LIMITS.contactPartsMax), base, note);
  const clean = present<RecordContact>({
    name: wordOf(contact.name),
    organization: wordOf(contact.organization),
    emails: parts('e-mails of a contact', contact.emails?.map(addressOf)),
    phones: parts('phones of a contact', contact.phones),
    position: wordOf(contact.position),
    roles: parts('roles of a contact', contact.roles),
    links: links.length === 0 ? undefined : links,
  });
  const reachable = clean.name ?? clean.organization ?? clean.emails ?? clean.phones ?? clean.links;
  return reachable === undefined ? undefined : clean;
}

/** `mailto:` is how a link says it; what has no @ is no address and leaves nothing. */
function addressOf(text: string): string {
  const address = text.trim().replace(/^mailto:/i, '');
  return /^[^\s@]{1,200}@[^\s@]{1,250}$/.test(address) ? address : '';
}

export type ExternalIds = NonNullable<RecordDraft['externalIds']>;

export function externalIdsOf(ids: RecordDraft['externalIds'], note: Note): ExternalIds | undefined {
  const kept = new Map<string, ExternalIds[number]>();
  for (const id of ids ?? []) {
    const value = wordOf(id.value, RECORD_LIMITS.idBytesMax);
    if (value === undefined) continue;
    if (kept.size === RECORD_LIMITS.externalIdsMax) {
      note(`only the first ${RECORD_LIMITS.externalIdsMax} identifiers were kept`);
      break;
    }
    const clean = present<ExternalIds[number]>({ scheme: wordOf(id.scheme), value });
    kept.set(JSON.stringify(clean), clean);
  }
  return kept.size === 0 ? undefined : [...kept.values()];
}
