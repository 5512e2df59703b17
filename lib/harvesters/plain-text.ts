// Text from strangers made fit to keep: well-formed, in NFC, without control characters, cut to a length, and no HTML.
import sax from 'sax';

export interface Cleaned {
  readonly text: string;
  /** True when something was cut off at the end. */
  readonly cut: boolean;
}

/** All C0 and C1 control characters but tab and line feed, and the byte order mark. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff]/g;
/**
 * More combining marks in a row than any language writes (UAX 15, 13 "Stream-Safe Text Format" says 30). Composing them costs the
 * square of their number: 100,000 took 2.5 s here, so such text is left as it is.
 */
const MARKS_WITHOUT_END = /\p{M}{31}/u;

/** What most titles, names and keywords are: printable ASCII, with single spaces between words. Nothing below changes such a line. */
const PLAIN_LINE = /^(?:[!-~]+(?: [!-~]+)*)?$/;
const PLAIN_LINE_CHARS_MAX = 500;

/** One line: white space of any kind becomes one space. For titles, keywords, names. */
export function oneLine(text: string, charsMax: number): Cleaned {
  if (text.length <= PLAIN_LINE_CHARS_MAX && PLAIN_LINE.test(text)) return cutAt(text, charsMax);
  return cutAt(wellFormed(text).replaceAll(/\s+/g, ' ').trim(), charsMax);
}

/** Several lines, at most one of them empty in a row. For descriptions that are not HTML. */
export function manyLines(text: string, charsMax: number): Cleaned {
  const lines = wellFormed(text)
    .split('\n')
    .map((line) => line.trimEnd());
  const kept = lines.filter((line, index) => line !== '' || (lines[index - 1] ?? '') !== '');
  return cutAt(kept.join('\n').trim(), charsMax);
}

/** As `manyLines`, with HTML read as a browser would show it: tags gone, blocks on lines of their own, entities decoded once. */
export function htmlAsLines(text: string, charsMax: number): Cleaned {
  return manyLines(decodeEntities(withoutTags(text)), charsMax);
}

function wellFormed(text: string): string {
  const clean = text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(CONTROLS, '');
  return MARKS_WITHOUT_END.test(clean) ? clean : clean.normalize('NFC');
}

function cutAt(text: string, charsMax: number): Cleaned {
  if (text.length <= charsMax) return { text, cut: false };
  const end = charsMax - (isHighSurrogate(text.charCodeAt(charsMax - 1)) ? 1 : 0);
  return { text: text.slice(0, end).trimEnd(), cut: true };
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** Only what is surely HTML counts as a tag: `depth <a and b> c` keeps its signs. The classes end at the next `<`: the scan is linear. */
const TAG =
  /<!--|<\/?(a|abbr|acronym|address|article|aside|b|big|blockquote|body|br|button|center|cite|code|col|colgroup|dd|del|div|dl|dt|em|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|label|li|link|main|meta|nav|noscript|object|ol|option|p|pre|q|s|samp|script|section|select|small|span|strike|strong|style|sub|sup|svg|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul|video)(?:\s*\/?|\s[^<>=]*=[^<>]*)>|<![a-z][^<>]*>/gi;
const BLOCKS =
  /^(address|article|aside|blockquote|body|br|center|dd|div|dl|dt|figcaption|figure|footer|form|h[1-6]|header|hr|html|li|main|nav|ol|p|pre|section|table|tbody|tfoot|thead|title|tr|ul)$/;
/** What stands between these is not shown by a browser. */
const UNSEEN: ReadonlySet<string> = new Set(['script', 'style']);

function withoutTags(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  let blocks = false;
  const endless = new Set<string>();
  for (const match of text.matchAll(TAG)) {
    if (match.index < from) continue;
    const name = match[1]?.toLowerCase() ?? '';
    const space = spaceFor(name);
    blocks ||= space === '\n';
    pieces.push(text.slice(from, match.index), space);
    from = endOfUnseen(text, match, name, endless);
  }
  pieces.push(text.slice(from));
  // Where paragraphs are tags, line feeds are only how the HTML was typed.
  return blocks ? joinedBlocks(pieces) : pieces.join('');
}

/** `pieces` are text and the space for a tag in turn. */
function joinedBlocks(pieces: readonly string[]): string {
  const shown = pieces.map((piece, index) => (index % 2 === 0 ? piece.replaceAll(/\s+/g, ' ') : piece));
  return shown
    .join('')
    .replaceAll(/ {2,}/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n');
}

function spaceFor(name: string): string {
  if (name === 'td' || name === 'th') return ' ';
  return BLOCKS.test(name) ? '\n' : '';
}

/** Where the text goes on after a tag: behind it, or behind the comment, script or style that it opens, if that ends at all. */
function endOfUnseen(text: string, match: RegExpExecArray, name: string, endless: Set<string>): number {
  const behind = match.index + match[0].length;
  const closing =
    match[0] === '<!--' ? '-->' : UNSEEN.has(name) && !match[0].startsWith('</') ? `</${name}` : '';
  if (closing === '' || endless.has(closing)) return behind;
  const search = new RegExp(closing, 'gi');
  search.lastIndex = behind;
  const end = search.exec(text);
  if (end === null) {
    endless.add(closing);
    return behind;
  }
  return closing === '-->' ? search.lastIndex : end.index;
}

/** The names of HTML 4, which sax carries and its types leave out. */
const HTML_ENTITIES = (sax as unknown as { readonly ENTITIES: Readonly<Record<string, string>> }).ENTITIES;
const ENTITY = /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z][a-z0-9]{1,31}));/gi;

function decodeEntities(text: string): string {
  return text.replaceAll(ENTITY, (whole: string, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined)
      return Object.hasOwn(HTML_ENTITIES, name) ? (HTML_ENTITIES[name] ?? whole) : whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
