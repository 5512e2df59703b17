// The page after this one, as the `next` link of an answer says it: followed, never built (OGC 17-069r4, 7.15.4; STAC API, "Pagination").
import type { JsonObject } from '../../json.ts';
import type { RemoteReply, RemoteRequest } from '../harvester.ts';
import { at, type Found, isList, isObject, textAt } from '../json-fields.ts';
import { shownUrl } from '../links.ts';
import { type ApiLink, followerOf, linkTo, linksIn, plainUrl } from './links.ts';

const JSON_BODY = { 'content-type': 'application/json' } as const;
/** What a link may have us send: nothing that carries a credential or steers the connection. */
const HARMLESS_HEADER = /^(accept|accept-language|prefer|x-[a-z0-9-]{1,60})$/;
const HEADER_VALUE = /^[\x20-\x7e]{1,500}$/;
const BODY_CHARS_MAX = 200_000;

/** What follows a page: a request without any state, nothing, or a link that leads nowhere, in words. */
export interface NextPage {
  readonly request?: RemoteRequest;
  readonly fault?: string;
}

/** A link that cannot be followed, or that leads to the very page it stands on, costs what is behind it and not the page. */
export function nextPage(json: Found, request: RemoteRequest, reply: RemoteReply): NextPage {
  const link = linkTo(linksIn(json), 'next') ?? linksIn(json).find(({ rel }) => rel === 'next');
  if (link === undefined) return {};
  const url = followerOf(json, request, reply)(link.href);
  const faulty = (because: string): NextPage => ({
    fault: `${shownUrl(reply.url)} has a link to its next page ${because}`,
  });
  if (url === undefined) return faulty(`that is no URL: ${JSON.stringify(link.href.slice(0, 100))}`);
  const headers = { ...request.headers, ...headersOf(link) };
  const isPost = (textAt(link.json, 'method') ?? 'GET').toUpperCase() === 'POST';
  const body = isPost ? bodyOf(link, request) : undefined;
  if (body !== undefined && body.length > BODY_CHARS_MAX)
    return faulty(`whose body has ${body.length} characters; allowed are ${BODY_CHARS_MAX}`);
  const next: RemoteRequest =
    body === undefined
      ? { url, headers }
      : { url, method: 'POST', headers: { ...headers, ...JSON_BODY }, body, repeatable: true };
  const isItself = next.url === plainUrl(request.url) && next.body === request.body;
  return isItself ? faulty('that leads to this very page') : { request: next };
}

/**
 * `merge: true` lays the body of the link over that of the request. A link by POST without any body repeats the request's: the page lies in its
 * address then (`?offset=10`), and an empty body would ask for everything.
 */
function bodyOf(link: ApiLink, request: RemoteRequest): string {
  const body = at(link.json, 'body');
  if (!isObject(body)) return request.body ?? '{}';
  if (at(link.json, 'merge') !== true) return JSON.stringify(body);
  return JSON.stringify({ ...bodyIn(request), ...body });
}

function bodyIn({ body }: RemoteRequest): JsonObject {
  // It is one of ours, or was merged into one.
  const parsed: unknown = body === undefined ? {} : JSON.parse(body);
  return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
    ? (parsed as JsonObject)
    : {};
}

function headersOf(link: ApiLink): Record<string, string> {
  const headers = at(link.json, 'headers');
  if (!isObject(headers)) return {};
  const pairs = Object.entries(headers).flatMap(([key, value]): [string, string][] => {
    const [name, text] = [key.toLowerCase(), isList(value) ? textAt(value[0]) : textAt(value)];
    return text !== undefined && HARMLESS_HEADER.test(name) && HEADER_VALUE.test(text) ? [[name, text]] : [];
  });
  return Object.fromEntries(pairs);
}
