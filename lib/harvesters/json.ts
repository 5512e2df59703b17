// Reads a reply as JSON: strictly where a loss would go unseen, tolerantly where the quirk is known and harmless.
import type { Json } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import type { RemoteReply } from './harvester.ts';
import { shownUrl } from './links.ts';
import { oneLine } from './plain-text.ts';
import { decodeText } from './text.ts';

/** Deeper than any catalogue's JSON; `JSON.parse` needs a gigabyte for 20 MB of `[`, and `JSON.stringify` overflows at a million. */
export const JSON_DEPTH_MAX = 64;

/**
 * The JSON of a reply. Keys that could change a prototype are left out, whole numbers of 16 digits and more come as text (as numbers
 * they would lose their last digits, and two ids become one), raw control characters in texts (ArcGIS) become spaces.
 * @param asked what was asked for, for the sentence: `the listing`
 * @throws RemoteUnreadable: empty, an HTML page or XML, cut off, deeper than 64, NaN or Infinity, anything else that is not one JSON value
 */
export function readJson(reply: RemoteReply, asked: string): Json {
  const { text } = decodeText(reply.body, reply.headers['content-type']);
  const begin = text.search(/[^\s\ufeff]/);
  if (begin < 0) throw noJson(reply, asked, 'nothing');
  if (text[begin] === '<') throw noJson(reply, asked, markupOf(text));
  const read = readJsonText(text.slice(begin));
  if ('because' in read) throw noJson(reply, asked, read.because, read.cause);
  return read.json;
}

/** @param because what there was in place of JSON: `an HTML page` */
export function noJson(reply: RemoteReply, asked: string, because: string, cause?: unknown): ReeveError {
  return new ReeveError(
    'RemoteUnreadable',
    `${shownUrl(reply.url)} answered ${asked} with ${because}; JSON was expected`,
    { cause, status: reply.status },
  );
}

/** One JSON value under the rules of `readJson`, or what it is in place of one. */
export function readJsonText(text: string): { json: Json } | { because: string; cause?: unknown } {
  const scan = scanJson(text);
  if (scan.depth > JSON_DEPTH_MAX) return { because: `JSON nested deeper than ${JSON_DEPTH_MAX}` };
  try {
    return { json: parse(scan.mended) };
  } catch (cause) {
    if (scan.open) return { because: 'JSON that was cut off', cause };
    if (scan.notANumber) return { because: 'NaN or Infinity, which JSON does not have', cause };
    return { because: 'something else', cause };
  }
}

/** Whether a text is an HTML page or another markup, with its title if it has one: `an HTML page ("Sign in")`. */
export function markupOf(text: string): string {
  const head = text.slice(0, 20_000);
  const [, title = ''] = /<title[^<>]{0,200}>([^<]{0,500})/i.exec(head) ?? [];
  const shown = oneLine(title, 80).text;
  const kind = /<(!doctype html|html|head|body)\b/i.test(head) ? 'an HTML page' : 'XML';
  return shown === '' ? kind : `${kind} (${JSON.stringify(shown)})`;
}

interface Scan {
  /** How deep arrays and objects nest; the scan stops behind `JSON_DEPTH_MAX`. */
  readonly depth: number;
  /** The text ends inside of a string, array or object. */
  readonly open: boolean;
  readonly notANumber: boolean;
  /** The text with long whole numbers in quotes and raw control characters as spaces. */
  readonly mended: string;
}

const LONG_WHOLE = /^-?\d{16,}$/;
const DIGITS_MANY = 16;
const RAW_CONTROLS = /[\u0000-\u001f]/g;

/** Character codes, because this pass sees every character of every answer. */
const CODE = {
  quote: 34,
  plus: 43,
  minus: 45,
  point: 46,
  zero: 48,
  nine: 57,
  E: 69,
  I: 73,
  N: 78,
  openList: 91,
  closeList: 93,
  e: 101,
  open: 123,
  close: 125,
} as const;

/** One pass over the text before anything is built from it. */
function scanJson(text: string): Scan {
  let [depth, deepest, notANumber, from] = [0, 0, false, 0];
  const pieces: string[] = [];
  for (let index = 0; index < text.length && deepest <= JSON_DEPTH_MAX; index += 1) {
    const code = text.charCodeAt(index);
    if (code === CODE.quote) {
      const end = endOfText(text, index);
      if (end < 0) return { depth: deepest, open: true, notANumber, mended: text };
      index = end;
    } else if (code === CODE.openList || code === CODE.open) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === CODE.closeList || code === CODE.close) depth -= 1;
    else if (code === CODE.N || code === CODE.I) notANumber = true;
    else if (code === CODE.minus || isDigit(code)) {
      const end = endOfNumber(text, index);
      const number = end - index < DIGITS_MANY ? '' : text.slice(index, end);
      if (LONG_WHOLE.test(number)) {
        pieces.push(text.slice(from, index), `"${number}"`);
        from = end;
      }
      index = end - 1;
    }
  }
  const mended = from === 0 ? text : pieces.join('') + text.slice(from);
  return { depth: deepest, open: depth > 0, notANumber, mended };
}

/** Where the text that begins with the quote at `begin` has its closing quote; -1 when it has none. */
function endOfText(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

function isDigit(code: number): boolean {
  return code >= CODE.zero && code <= CODE.nine;
}

const IN_NUMBERS: ReadonlySet<number> = new Set([CODE.plus, CODE.minus, CODE.point, CODE.E, CODE.e]);

function endOfNumber(text: string, begin: number): number {
  for (let end = begin + 1; ; end += 1) {
    const code = text.charCodeAt(end);
    if (!isDigit(code) && !IN_NUMBERS.has(code)) return end;
  }
}

/** In every spelling: `"\u005f_proto__"` is the same key. */
const SUSPECTS = ['__proto__', 'constructor', '\\u00'] as const;

function parse(text: string): Json {
  const reviver = SUSPECTS.some((suspect) => text.includes(suspect)) ? withoutPrototypes : undefined;
  try {
    return JSON.parse(text, reviver) as Json;
  } catch (error) {
    const mended = text.replaceAll(RAW_CONTROLS, ' ');
    if (mended === text) throw error;
    return JSON.parse(mended, reviver) as Json;
  }
}

function withoutPrototypes(key: string, value: unknown): unknown {
  if (key === '__proto__') return undefined;
  const isPrototype =
    key === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
  return isPrototype ? undefined : value;
}
