/**
 * The fingerprint of a record: equal for two readings of a resource that has not changed, however its server shuffled the answer.
 *
 * It is blind to the order of lists (keywords, links, contacts, formats), to white space and the case of keywords, to what Reeve says of
 * the reading (`notes`), and to parameters of URLs that differ with every answer. The keys of a record are ours, so the remote's spelling of
 * its own keys never gets here.
 */
import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';
import type { CatalogueRecord } from './record.ts';

/** Raised when readers find more than before: what was read by an earlier revision is then read again. */
export const READER_REVISION = 1;

const DIGEST_CHARS = 16;

/**
 * Two digests of 96 bits, with a dot between them: of what a person reads of the resource and asks for it by, and of the rest (licence, rights,
 * language, identifiers, creation date, coordinate systems).
 */
export function fingerprintOf({ properties, ...record }: CatalogueRecord): string {
  const {
    notes: _notes,
    keywords,
    license,
    rights,
    language,
    externalIds,
    created,
    crs,
    ...read
  } = properties;
  const words = keywords?.map((keyword) => keyword.toLowerCase()) ?? [];
  const rest = { license, rights, language, externalIds, created, crs };
  return `${digestOf({ ...record, ...read, words })}.${digestOf(rest)}`;
}

/**
 * Whether two fingerprints are of the same state of a resource. Where the remote says by the version that it has not changed, what a
 * person reads must be the same; the rest some servers tell in one answer and leave out of the next.
 */
export function isSameState(one: string, other: string, { sameVersion }: { sameVersion: boolean }): boolean {
  if (one === other) return true;
  return sameVersion && one.slice(0, DIGEST_CHARS) === other.slice(0, DIGEST_CHARS);
}

function digestOf(value: object): string {
  return createHash('sha256')
    .update(canonical(value as Json))
    .digest('base64url')
    .slice(0, DIGEST_CHARS);
}

/** Lists whose order means something. */
const IN_ORDER: ReadonlySet<string> = new Set(['bbox', 'coordinates', 'interval']);

/** JSON with sorted members, sorted lists but for those that are in order, and plain texts. */
function canonical(value: Json, name = ''): string {
  if (typeof value === 'string') return JSON.stringify(name === 'href' ? steady(value) : plain(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) {
    if (IN_ORDER.has(name)) return JSON.stringify(value);
    return `[${value
      .map((one) => canonical(one, name))
      .sort()
      .join()}]`;
  }
  const members = Object.entries(value)
    .filter(([, member]) => (member as Json | undefined) !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, member]) => `${key}:${canonical(member, key)}`);
  return `{${members.join()}}`;
}

function plain(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** What servers put into a URL so that nobody caches it, or to know who asks. */
const VOLATILE =
  /[?&;](?:_|_ts|ts|t|timestamp|nocache|cachebuster|cb|rand|random|nonce|sid|sessionid|jsessionid|phpsessid)=[^&;#]*/gi;

function steady(href: string): string {
  return href.includes('=') ? href.replace(VOLATILE, '') : href;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
