// The page of a web folder (Apache, nginx, IIS, lighttpd): its files and folders, and when the server says that they were changed.
import { ofMilliseconds } from '../dates.ts';
import { parsedUrl } from '../links.ts';

export interface FolderEntry {
  /** Absolute, without query and fragment. */
  readonly url: string;
  readonly isFolder: boolean;
  /** By the server's own clock, of which nobody says the zone: taken as UTC, as RFC 3339. */
  readonly changed: string | undefined;
  /** What stands beside the name: date and size, as written. */
  readonly beside: string;
}

const ANCHOR =
  /<a\s[^<>]{0,2000}?href\s*=\s*(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})'|([^\s"'<>]{1,2000}))[^<>]{0,2000}>/gi;
const BESIDE_CHARS_MAX = 300;
const ENTRIES_MAX = 200_000;

/** What lies in the folder itself: links elsewhere, up, and to other orders of the same page are passed over. */
export function entriesOf(html: string, folderUrl: string): FolderEntry[] {
  const anchors = [...html.matchAll(ANCHOR)].slice(0, ENTRIES_MAX);
  const entries = new Map<string, FolderEntry>();
  for (const [index, anchor] of anchors.entries()) {
    const href = (anchor[1] ?? anchor[2] ?? anchor[3] ?? '').replaceAll('&amp;', '&').trim();
    const url = parsedUrl(href, folderUrl);
    if (href.startsWith('?') || href.startsWith('#') || url === undefined || url.search !== '') continue;
    url.hash = '';
    const inside = url.href.startsWith(folderUrl) ? url.href.slice(folderUrl.length) : '';
    if (!/^[^/]+\/?$/.test(inside) || entries.has(url.href)) continue;
    const end = anchor.index + anchor[0].length;
    const last = anchors[index - 1];
    const before = html.slice(
      Math.max(last === undefined ? 0 : last.index + last[0].length, anchor.index - BESIDE_CHARS_MAX),
      anchor.index,
    );
    const behind = html.slice(
      end,
      Math.min(anchors[index + 1]?.index ?? html.length, end + BESIDE_CHARS_MAX),
    );
    entries.set(url.href, { url: url.href, isFolder: inside.endsWith('/'), ...changeOf(before, behind) });
  }
  return [...entries.values()];
}

/** IIS writes the date before the name, with AM and PM; all others behind it. */
function changeOf(before: string, behind: string): Pick<FolderEntry, 'changed' | 'beside'> {
  const words = (html: string): string =>
    html
      .replaceAll(/<[^<>]*>|&nbsp;/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
  const [left, right] = [words(before), words(behind.replace(/^[^<]*<\/a>/i, ''))];
  const after = dateIn(right, BEHIND);
  if (after !== undefined) return { changed: after, beside: right.slice(0, 100) };
  const ahead = dateIn(left, BEFORE);
  return { changed: ahead, beside: ahead === undefined ? '' : left.slice(-100) };
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `12-Mar-2024 10:15` (Apache, nginx) and `2024-03-12 10:15` (Apache with FancyIndexing, lighttpd). */
const BEHIND = [
  /\b(?<day>\d{1,2})-(?<name>[A-Z][a-z]{2})-(?<year>\d{4})\s+(?<hour>\d{1,2}):(?<minute>\d{2})/,
  /\b(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})\s+(?<hour>\d{1,2}):(?<minute>\d{2})/,
];
/** `3/12/2024 10:15 AM` and `Tuesday, March 12, 2024 10:15 AM` (IIS). */
const BEFORE = [
  /\b(?<month>\d{1,2})\/(?<day>\d{1,2})\/(?<year>\d{4})\s+(?<hour>\d{1,2}):(?<minute>\d{2})\s*(?<half>[AP]M)/i,
  /\b(?<name>[A-Z][a-z]{2})[a-z]*\s+(?<day>\d{1,2}),\s+(?<year>\d{4})\s+(?<hour>\d{1,2}):(?<minute>\d{2})\s*(?<half>[AP]M)/,
];

function dateIn(text: string, shapes: readonly RegExp[]): string | undefined {
  for (const shape of shapes) {
    const found = shape.exec(text)?.groups;
    if (found === undefined) continue;
    const { year, month, name, day, hour, minute, half } = found;
    const number = name === undefined ? Number(month) - 1 : MONTHS.indexOf(name.toLowerCase());
    const hours = (Number(hour) % (half === undefined ? 24 : 12)) + (/^p/i.test(half ?? '') ? 12 : 0);
    if (number < 0 || number > 11 || Number(day) > 31) continue;
    return ofMilliseconds(Date.UTC(Number(year), number, Number(day), hours, Number(minute)));
  }
  return undefined;
}
