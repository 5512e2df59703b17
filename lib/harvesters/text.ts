// Turns the bytes of a reply into text: which charset they are in, by the standards' rules, and what could not be read, as a value.

/** Bytes that are decoded at a time, so that no text of the whole body need exist. */
const SLICE_BYTES = 65_536;
/** An XML declaration stands at the very beginning and is short; longer ones are not looked for. */
const DECLARATION_BYTES_MAX = 1_024;
const BROKEN = '\ufffd';

/** What bytes 0x80 to 0x9F mean in windows-1252 (WHATWG Encoding, "index windows-1252"). */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f' +
  '\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** What servers write and the WHATWG list of labels does not have. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['latin-1', 'windows-1252'],
  ['latin_1', 'windows-1252'],
  ['ansi', 'windows-1252'],
  ['latin9', 'iso-8859-15'],
  ['latin-9', 'iso-8859-15'],
  ['utf_8', 'utf-8'],
  ['utf8mb4', 'utf-8'],
  ['utf16', 'utf-16le'],
  ['utf_16', 'utf-16le'],
]);

export interface DecodedText {
  readonly text: string;
  /** The WHATWG name of the charset that was used, e.g. `utf-8`. */
  readonly charset: string;
  /** What was ignored or could not be read, one sentence each. */
  readonly warnings: readonly string[];
}

export interface DecodedSlices {
  readonly charset: string;
  /** The text in slices that never cut a character in two; can be gone through once. */
  readonly slices: Iterable<string>;
  /** As in `DecodedText`; complete when the slices are at their end. */
  readonly warnings: readonly string[];
}

/** The whole text of a body: for JSON, and for all that is small. */
export function decodeText(body: Uint8Array, contentType?: string): DecodedText {
  const { charset, slices, warnings } = decodeSlices(body, contentType);
  const text = [...slices].join('');
  return { text, charset, warnings };
}

/**
 * The text of a body, slice by slice. The charset is, in this order (RFC 7303, 3; for JSON the same, RFC 8259, 8.1 allows to ignore a
 * mark): the byte order mark; UTF-16 without a mark, seen from the zero in the first character (XML 1.0, appendix F); the `charset` of
 * the Content-Type; the XML declaration; UTF-8. A mark or label of UTF-16 on bytes that are not UTF-16 and labels nobody knows are
 * stepped over with a warning. Bytes that mean nothing become U+FFFD, and are counted in a warning.
 */
export function decodeSlices(body: Uint8Array, contentType?: string): DecodedSlices {
  const { charset, markBytes, warnings } = charsetOf(body, contentType ?? '');
  return { charset, slices: slicesOf(body.subarray(markBytes), charset, warnings), warnings };
}

function* slicesOf(bytes: Uint8Array, charset: string, warnings: string[]): Generator<string> {
  const decode = decoderOf(charset);
  let broken = 0;
  for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
    const slice = decode(bytes.subarray(from, from + SLICE_BYTES), from + SLICE_BYTES < bytes.length);
    broken += countOf(slice, BROKEN);
    if (slice !== '') yield slice;
  }
  if (broken > 0) {
    const what = broken === 1 ? '1 character' : `${broken} characters`;
    warnings.push(`${what} could not be read as ${charset} and became U+FFFD`);
  }
}

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

function decoderOf(charset: string): (slice: Uint8Array, more: boolean) => string {
  if (charset === 'windows-1252') return windows1252;
  const decoder = new TextDecoder(charset, { ignoreBOM: true });
  return (slice, more) => decoder.decode(slice, { stream: more });
}

/** By hand: Node 20.18.3 to 24 read windows-1252 as ISO-8859-1, and lose the euro and all typographic quotes (nodejs/node#56542). */
function windows1252(slice: Uint8Array): string {
  const text = Buffer.from(slice.buffer, slice.byteOffset, slice.byteLength).toString('latin1');
  return text.replaceAll(/[\u0080-\u009f]/g, (byte) => WINDOWS_1252[byte.charCodeAt(0) - 0x80] ?? byte);
}

interface Charset {
  readonly charset: string;
  readonly markBytes: number;
  readonly warnings: string[];
}

function charsetOf(body: Uint8Array, contentType: string): Charset {
  const warnings: string[] = [];
  const mark = markOf(body);
  const markBytes = mark?.bytes ?? 0;
  const unmarked = utf16Of(body.subarray(markBytes));
  if (mark?.charset === 'utf-8') return { charset: 'utf-8', markBytes, warnings };
  if (mark !== undefined && mark.charset !== unmarked && body.length > markBytes) {
    warnings.push(
      `it begins with the byte order mark of ${mark.charset}, which it is not in; the mark was ignored`,
    );
  }
  if (unmarked !== undefined) return { charset: unmarked, markBytes, warnings };
  const labels = [
    ['Content-Type', /;\s*charset\s*=\s*["']?([^\s"';,]+)/i.exec(contentType)?.[1]],
    ['XML declaration', declaredLabel(body.subarray(markBytes))],
  ] as const;
  for (const [where, label] of labels) {
    if (label === undefined) continue;
    const charset = charsetOfLabel(label);
    const shown = JSON.stringify(label.slice(0, 40));
    if (charset === undefined)
      warnings.push(`the charset ${shown} of its ${where} is not known and was ignored`);
    else if (charset.startsWith('utf-16')) warnings.push(`it is not in the charset ${shown} of its ${where}`);
    else return { charset, markBytes, warnings };
  }
  return { charset: 'utf-8', markBytes, warnings };
}

function markOf(body: Uint8Array): { charset: string; bytes: number } | undefined {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { charset: 'utf-8', bytes: 3 };
  if (first === 0xff && second === 0xfe) return { charset: 'utf-16le', bytes: 2 };
  if (first === 0xfe && second === 0xff) return { charset: 'utf-16be', bytes: 2 };
  return undefined;
}

/** XML and JSON begin with an ASCII character, of which one byte is zero in UTF-16 and none in all else. */
function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const [first = 0, second = 0] = bytes;
  if (first > 0 && first < 0x80 && second === 0 && bytes.length > 1) return 'utf-16le';
  return first === 0 && second > 0 && second < 0x80 ? 'utf-16be' : undefined;
}

const LESS_THAN = 0x3c;
const SPACE = 0x20;

function declaredLabel(bytes: Uint8Array): string | undefined {
  // JSON has none: that is seen from its first character.
  const first = bytes.find((byte) => byte > SPACE);
  if (first !== LESS_THAN) return undefined;
  const head = String.fromCharCode(...bytes.subarray(0, DECLARATION_BYTES_MAX));
  return /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']\s*([^\s"'>]+)/.exec(head)?.[1];
}

/** The WHATWG name for a label; `undefined` for one that this platform cannot decode (`utf-7`, `x-user-defined`, nonsense). */
function charsetOfLabel(label: string): string | undefined {
  const plain = label.trim().toLowerCase();
  // `cp-1251`, `win-1251` and `win1251` are spellings of `cp1251`.
  const known = ALIASES.get(plain) ?? plain.replace(/^(?:cp|win)-?(125[0-8])$/, 'windows-$1');
  try {
    return new TextDecoder(known).encoding;
  } catch {
    return undefined;
  }
}
