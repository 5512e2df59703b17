/** One try of a request: its redirects followed by hand, each hop judged, credentials kept to their origin. */
import type { RemoteRequest } from '../harvesters/harvester.ts';
import { parsedUrl, shownUrl } from '../harvesters/links.ts';
import { ReeveError } from '../session/errors.ts';
import { judgedUrl } from './address.ts';
import type { BoundCredentials } from './bound-credentials.ts';
import type { Hop } from './exchange.ts';
import { failed, type Answer, type Failed } from './failures.ts';
import { userAgentOf, type RemotePolicy } from './policy.ts';

export interface Follow {
  readonly policy: RemotePolicy;
  readonly credentials: BoundCredentials | undefined;
  /** The body holds a secret: a redirect to another origin is not followed. */
  readonly isSecret?: true;
  /** Asks one hop; the reply to a redirect has its `location`. */
  readonly ask: (hop: Hop) => Promise<Answer>;
}

/** What a request may say of itself after it was redirected to another origin. */
const SENT_ELSEWHERE: ReadonlySet<string> = new Set(['accept', 'accept-language', 'content-type']);
/** These are the connection's, or the credentials'. */
const NOT_THE_CALLERS: ReadonlySet<string> = new Set([
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * @param url of the request, judged
 * @throws RemoteForbidden when a redirect leads where nothing may be fetched; InputInvalid when a header is not the caller's to set
 */
export async function follow(parts: Follow, url: URL, request: RemoteRequest): Promise<Answer> {
  const { policy, credentials, ask } = parts;
  // Once it has left the origin, a chain of redirects does not get them back.
  let sent = credentials !== undefined && credentials.origin === url.origin ? credentials : undefined;
  let hop = firstHop(policy, sent, url, request);
  const been = [hop.url.href];
  for (;;) {
    const answer = await ask(sent === undefined ? hop : withCredentials(hop, sent));
    if (!('reply' in answer)) return answer;
    const { status, headers } = answer.reply;
    const location = REDIRECTS.has(status) ? headers['location'] : undefined;
    if (location === undefined) return told(answer, parts, sent);
    const next = redirected(hop, location, status, parts);
    if (!('url' in next)) return next;
    if (been.includes(next.url.href))
      return badRedirect(hop, status, `in a circle, to ${shownUrl(next.url.href)} again`);
    if (been.length > policy.redirectsMax)
      return badRedirect(hop, status, `more than ${policy.redirectsMax} times (redirectsMax)`);
    been.push(next.url.href);
    if (next.url.origin !== hop.url.origin) sent = undefined;
    hop = next;
  }
}

/** Readers tell by it what a refusal means. */
function told(
  { reply }: Extract<Answer, { reply: unknown }>,
  { credentials }: Follow,
  sent: BoundCredentials | undefined,
): Answer {
  if (credentials === undefined) return { reply };
  return { reply: { ...reply, credentials: sent === undefined ? 'withheld' : 'sent' } };
}

function firstHop(
  policy: RemotePolicy,
  sent: BoundCredentials | undefined,
  url: URL,
  request: RemoteRequest,
): Hop {
  const own = request.headers ?? {};
  const headers = ['user-agent', userAgentOf(policy), 'accept-encoding', 'gzip, identity'];
  if (own['accept'] === undefined) headers.push('accept', '*/*');
  for (const name of Object.keys(own)) {
    const small = name.toLowerCase();
    if (NOT_THE_CALLERS.has(small) || sent?.headers[small] !== undefined) {
      throw new ReeveError(
        'InputInvalid',
        `A request to ${url.host} may not set the header ${name}: that is set by lib/remote`,
      );
    }
    headers.push(name, own[name] ?? '');
  }
  return {
    url,
    target: `${url.pathname}${url.search}`,
    host: url.host,
    method: request.method ?? 'GET',
    headers,
    body: request.body,
    conditional: own['if-none-match'] !== undefined || own['if-modified-since'] !== undefined,
    ranged: own['range'] !== undefined,
  };
}

/** The hop as it is sent. Its URL stays as it is, so that nothing that is told of it has the secret. */
function withCredentials(hop: Hop, { headers, query }: BoundCredentials): Hop {
  const own = Object.entries(query);
  const names = new Set(own.map(([name]) => name));
  const kept = hop.url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !names.has(nameOf(pair)));
  const added = own.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return {
    ...hop,
    headers: [...hop.headers, ...Object.entries(headers).flat()],
    target: own.length === 0 ? hop.target : `${hop.url.pathname}?${[...kept, ...added].join('&')}`,
  };
}

function nameOf(pair: string): string {
  return new URLSearchParams(pair).keys().next().value ?? '';
}

/**
 * A POST stays a POST unless 303 says otherwise (RFC 9110 15.4): ours are searches, and a search turned into a GET would be answered with
 * something else.
 */
function redirected(
  from: Hop,
  location: string,
  status: number,
  { policy, credentials, isSecret }: Follow,
): Hop | Failed {
  // Headers are read as latin1, but a location that is not ASCII is UTF-8.
  const text = Buffer.from(location, 'latin1').toString();
  const target = parsedUrl(text, from.url.href);
  if (target === undefined) return badRedirect(from, status, 'to something that is not a URL');
  const url = judgedUrl(/^[a-z][a-z0-9+.-]*:/i.test(text) ? text : target.href, policy);
  if (from.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new ReeveError(
      'RemoteForbidden',
      `${from.host} redirects from https to ${shownUrl(url.href)}, which is not encrypted`,
    );
  }
  url.hash = '';
  const elsewhere = url.origin !== from.url.origin;
  const carries = (form: string) => `${url.pathname}${url.search}`.includes(form);
  if (elsewhere && (isSecret === true || credentials?.forms.some(carries))) {
    throw new ReeveError(
      'RemoteForbidden',
      `${from.host} redirects to ${url.host} and would take credentials there`,
    );
  }
  const asGet = status === 303 && from.method === 'POST';
  const hop: Hop = {
    ...from,
    url,
    target: `${url.pathname}${url.search}`,
    host: url.host,
    ...(asGet && { method: 'GET', body: undefined }),
  };
  if (!elsewhere)
    return asGet ? { ...hop, headers: only(hop.headers, (name) => name !== 'content-type') } : hop;
  const kept = only(
    hop.headers.slice(4),
    (name) => SENT_ELSEWHERE.has(name.toLowerCase()) && !(asGet && name === 'content-type'),
  );
  return { ...hop, headers: [...hop.headers.slice(0, 4), ...kept], conditional: false, ranged: false };
}

function only(headers: readonly string[], keep: (name: string) => boolean): string[] {
  return headers.flatMap((name, index) =>
    index % 2 === 0 && keep(name) ? [name, headers[index + 1] ?? ''] : [],
  );
}

function badRedirect(from: Hop, status: number, where: string): Failed {
  return failed('RemoteUnreadable', `${from.host} redirects ${where}`, { status });
}
