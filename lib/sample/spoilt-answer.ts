// Sends an answer of the sample remote in one of the ways in which answers of real servers are broken.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Answer, bytesOf, headersOf, htmlAnswer, jsonAnswer, send, sendWhole } from './answer.ts';
import { type Trouble } from './faults.ts';

/** How often a dripping answer sends something. */
const DRIP_MILLIS = 20;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the remote closes. */
  readonly signal: AbortSignal;
}

/** What the trouble needs of the request: the answer it would have got, and the protocol's own way to fail. */
export interface Healthy {
  answer(): Answer;
  exception(): Answer;
}

export async function sendSpoilt(exchange: Exchange, healthy: Healthy, trouble: Trouble): Promise<void> {
  const { request, response } = exchange;
  switch (trouble.kind) {
    case 'status':
      await send(request, response, statusAnswer(trouble.status, trouble.retryAfterSeconds));
      break;
    case 'html':
      await send(request, response, loginPage());
      break;
    case 'service-exception':
      await send(request, response, healthy.exception());
      break;
    case 'hang':
      if (trouble.afterHeaders === true)
        response.writeHead(200, headersOf(healthy.answer(), false)).flushHeaders();
      break;
    case 'drip':
      await drip(exchange, healthy.answer(), trouble.bytesPerSecond);
      break;
    case 'reset':
      reset(response, healthy.answer(), trouble.afterBytes ?? 0);
      break;
    default:
      sendPart(response, healthy.answer(), trouble.kind);
  }
}

/** Nothing, or half; the length is right, so that nothing but the content tells. */
function sendPart(
  response: ServerResponse,
  answer: Answer,
  kind: 'empty' | 'truncated' | 'truncated-gzip',
): void {
  if (kind === 'empty') {
    sendWhole(response, answer, { body: new Uint8Array(0), gzip: false });
  } else if (kind === 'truncated') {
    sendWhole(response, answer, { body: half(bytesOf(answer.body)), gzip: false });
  } else {
    const headers = { ...answer.headers, 'content-encoding': 'gzip' };
    sendWhole(response, { ...answer, headers }, { body: half(gzipSync(bytesOf(answer.body))), gzip: false });
  }
}

function half(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

/** Reset, not ended: the other side sees ECONNRESET. */
function reset(response: ServerResponse, answer: Answer, afterBytes: number): void {
  const { socket } = response;
  if (afterBytes === 0) {
    socket?.resetAndDestroy();
    return;
  }
  const bytes = bytesOf(answer.body);
  response.writeHead(answer.status, { ...headersOf(answer, false), 'content-length': bytes.length });
  response.write(bytes.subarray(0, afterBytes), () => socket?.resetAndDestroy());
}

async function drip({ response, signal }: Exchange, answer: Answer, bytesPerSecond: number): Promise<void> {
  const bytes = bytesOf(answer.body);
  const step = Math.max(1, Math.round((bytesPerSecond * DRIP_MILLIS) / 1_000));
  response.writeHead(answer.status, { ...headersOf(answer, false), 'content-length': bytes.length });
  for (let sent = 0; sent < bytes.length && !response.destroyed; sent += step) {
    response.write(bytes.subarray(sent, sent + step));
    await wait(Math.max(DRIP_MILLIS, 1_000 / bytesPerSecond), undefined, {
      signal,
    }).catch(() => undefined);
    if (signal.aborted) return;
  }
  response.end();
}

function statusAnswer(status: number, retryAfterSeconds: number | undefined): Answer {
  const answer = jsonAnswer({ detail: `The sample remote was told to answer ${status}.` }, status);
  if (status === 401) return { ...answer, headers: { 'www-authenticate': 'Basic realm="Wendlemere"' } };
  return retryAfterSeconds === undefined
    ? answer
    : { ...answer, headers: { 'retry-after': String(retryAfterSeconds) } };
}

function loginPage(): Answer {
  return htmlAnswer(
    '<!doctype html>\n<html lang="en"><head><title>Sign in</title></head>\n<body><h1>Sign in</h1><p>This page answers every request with status 200.</p></body></html>\n',
  );
}
