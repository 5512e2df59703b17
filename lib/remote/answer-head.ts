/** Judges the head of an answer before its body is read: what it claims, and what it may not claim. Pure. */
import { failed, type Failed } from './failures.ts';
import type { RemotePolicy } from './policy.ts';

/** What was asked, as far as it decides which answers make sense. */
export interface Asked {
  readonly host: string;
  /** The request was conditional: 304 is an answer. */
  readonly conditional: boolean;
  /** The request was for a range: 206 is an answer. */
  readonly ranged: boolean;
}

export interface AnswerHead {
  readonly status: number;
  /** Names in lower case, several values joined with `, `; without `set-cookie`, for nothing of it is kept. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentLength: number | undefined;
  /** Where the answer redirects to, as it says; its body does not matter then. */
  readonly location: string | undefined;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const NEVER_KEPT: ReadonlySet<string> = new Set(['set-cookie', 'set-cookie2']);

export function readHead(
  status: number,
  raw: Readonly<Record<string, string | string[] | undefined>>,
): AnswerHead {
  // Without a prototype: a header may be named __proto__.
  const headers = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(raw)) {
    const value = raw[name];
    if (value === undefined || NEVER_KEPT.has(name)) continue;
    headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  const length = headers['content-length'];
  return {
    status,
    headers,
    contentLength: length === undefined ? undefined : Number(length),
    location: REDIRECTS.has(status) ? headers['location'] : undefined,
  };
}

/** Why the answer cannot be taken, as far as its head tells. */
export function faultOfHead(
  head: AnswerHead,
  asked: Asked,
  policy: Pick<RemotePolicy, 'bodyBytesMax'>,
): Failed | undefined {
  const { status, headers, contentLength } = head;
  const broken = (what: string) =>
    failed('RemoteUnreadable', `${asked.host} broke the HTTP protocol: ${what}`, { status });
  if (status > 599) return broken(`it answered with status ${status}, and allowed are 200 to 599`);
  if (status === 304 && !asked.conditional)
    return broken('it answered 304 Not Modified to a request without a condition');
  if (status === 206 && !asked.ranged)
    return broken('it answered 206 Partial Content to a request for the whole');
  const transferEncoding = headers['transfer-encoding'];
  if (transferEncoding !== undefined) {
    if (contentLength !== undefined) return broken('it sent both Content-Length and Transfer-Encoding');
    if (transferEncoding.trim().toLowerCase() !== 'chunked')
      return broken('its Transfer-Encoding is not chunked');
  }
  if (contentLength !== undefined && !Number.isSafeInteger(contentLength))
    return broken('its Content-Length is no length');
  if (status === 204 && (transferEncoding !== undefined || (contentLength ?? 0) > 0)) {
    return broken('it announced a body with status 204 No Content');
  }
  if (
    contentLength !== undefined &&
    contentLength > policy.bodyBytesMax &&
    head.location === undefined &&
    status !== 304
  ) {
    return tooBig(asked.host, `announced a body of ${contentLength} bytes`, policy, status);
  }
  return undefined;
}

export function tooBig(
  host: string,
  what: string,
  policy: Pick<RemotePolicy, 'bodyBytesMax'>,
  status: number,
): Failed {
  return failed('RemoteTooBig', `${host} ${what}; allowed are ${policy.bodyBytesMax} (bodyBytesMax)`, {
    status,
  });
}
