// What the sample remote answers, and how an answer becomes bytes: whole when small, streamed when large, gzip when asked.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces are made while they are sent, so that a hundred thousand layers never lie in memory. */
  readonly body: string | Uint8Array | Iterable<string>;
}

/** One request to a service, taken apart. */
export interface Ask {
  /** As it was sent, without a slash at its end (but `/` itself). */
  readonly path: string;
  readonly query: URLSearchParams;
  /** As the asker spells this server: `http://127.0.0.1:8080`. */
  readonly origin: string;
}

/** Below this a body is sent as it is: it fits into one packet anyway. */
const GZIP_BYTES_MIN = 1_400;
/** Level 1: this server is measured against, so it must not be what is slow. */
const GZIP = { level: 1 };
const PIECE_CHARS = 65_536;

export function jsonAnswer(value: unknown, status = 200): Answer {
  return { status, contentType: 'application/json', body: JSON.stringify(value) };
}

export function htmlAnswer(html: string, status = 200): Answer {
  return { status, contentType: 'text/html; charset=utf-8', body: html };
}

/** Sends the answer and returns when it was handed over; a client that goes away is no error. */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
): Promise<void> {
  const gzip = wantsGzip(request.headers['accept-encoding']);
  const whole = wholeBody(answer.body);
  if (whole instanceof Uint8Array) {
    sendWhole(response, answer, { body: whole, gzip: gzip && whole.length >= GZIP_BYTES_MIN });
    return;
  }
  response.writeHead(answer.status, headersOf(answer, gzip));
  const stages = gzip ? [Readable.from(whole), createGzip(GZIP), response] : [Readable.from(whole), response];
  await pipeline(stages).catch((error: unknown) => {
    if (!response.destroyed) throw error;
  });
}

export function sendWhole(
  response: ServerResponse,
  answer: Answer,
  { body, gzip }: { body: Uint8Array; gzip: boolean },
): void {
  const bytes = gzip ? gzipSync(body, GZIP) : body;
  response.writeHead(answer.status, { ...headersOf(answer, gzip), 'content-length': bytes.length });
  response.end(bytes);
}

export function headersOf(answer: Answer, gzip: boolean): Record<string, string> {
  return {
    'content-type': answer.contentType,
    vary: 'Accept-Encoding',
    ...(gzip ? { 'content-encoding': 'gzip' } : {}),
    ...answer.headers,
  };
}

/** All of a body, however long: for answers that are broken on purpose. */
export function bytesOf(body: Answer['body']): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : [...body].join(''));
}

/** The bytes of a body of one piece, otherwise its pieces. */
function wholeBody(body: Answer['body']): Uint8Array | Iterable<string> {
  if (typeof body === 'string' || body instanceof Uint8Array) return bytesOf(body);
  const pieces = inPieces(body);
  const first = pieces.next().value ?? '';
  const second = pieces.next();
  return second.done === true ? Buffer.from(first) : restored(first, second.value, pieces);
}

function* inPieces(parts: Iterable<string>): Generator<string, undefined> {
  let held: string[] = [];
  let chars = 0;
  for (const part of parts) {
    held.push(part);
    chars += part.length;
    if (chars < PIECE_CHARS) continue;
    yield held.join('');
    held = [];
    chars = 0;
  }
  if (held.length > 0) yield held.join('');
}

function* restored(first: string, second: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield second;
  yield* rest;
}

/** RFC 9110 12.5.3, for the one coding that is spoken here. */
export function wantsGzip(header: string | string[] | undefined): boolean {
  const codings = (Array.isArray(header) ? header.join(',') : (header ?? '')).toLowerCase().split(',');
  return codings.some((coding) => /^\s*(x-)?gzip\s*(;|$)/.test(coding) && !/;\s*q=0(\.0*)?\s*$/.test(coding));
}
