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

const FINGERPRINT_CHARS = 22;

/** URL-safe text, 132 bits of SHA-256. */
export function fingerprintOf(record: CatalogueRecord): string {
  const { notes: _notes, ...properties } = record.properties;
  const keywords = properties.keywords?.map((keyword) => keyword.toLowerCase());
  const told = { ...record, properties: { ...properties, ...(keywords ? { keywords } : {}) } };
  const text = canonical(told as unknown as Json);
  return createHash('sha256').update(text).digest('base64url').slice(0, FINGERPRINT_CHARS);
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
