// Where the action API of a CKAN is, whatever page of the site the URL names, and requests to it.
import type { JsonObject } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { RemoteRequest } from '../harvester.ts';
import { isObject } from '../json-fields.ts';
import { readJsonText } from '../json.ts';
import { parsedUrl, shownUrl } from '../links.ts';

/** Version 3 by its number, and the latest by none: sites behind a rewriting proxy may have but one of them. */
export const API_PATHS = ['/api/3/action', '/api/action'] as const;
export type ApiPath = (typeof API_PATHS)[number];

export interface Address {
  /** The site without a slash at its end, the folder it lies in included: `https://data.gov.example/data`. */
  readonly site: string;
  readonly api: ApiPath;
}

/** Names and values as CKAN's API has them, whether they go into a URL or a body. */
export type Query = Readonly<Record<string, string>>;

/** Longer URLs are cut or refused by proxies on the way: the same question is then asked by POST. */
const URL_CHARS_MAX = 4_000;
const JSON_HEADERS = { accept: 'application/json' } as const;

/** @throws InputInvalid when it is no http(s) URL */
export function addressOf(url: string): Address {
  const parsed = parsedUrl(url);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} is no URL of a CKAN; allowed is http(s)://host[/path]`,
    );
  }
  const { pathname } = parsed;
  const [, below, api] = /^(.*?)(\/api(?:\/\d)?\/action)(?:\/.*)?$/.exec(pathname) ?? [];
  const path =
    below ??
    pathname
      .replace(/\/api(\/\d)?\/?$/, '')
      .replace(/\/(dataset|organization|group|harvest)(\/.*)?$/, '')
      .replace(/\/+$/, '');
  return { site: `${parsed.origin}${path}`, api: api === '/api/action' ? api : '/api/3/action' };
}

export function requestOf({ site, api }: Address, action: string, query: Query): RemoteRequest {
  const url = `${site}${api}/${action}`;
  const asked = `${url}?${new URLSearchParams(query).toString()}`;
  if (asked.length <= URL_CHARS_MAX) return { url: asked, headers: JSON_HEADERS };
  return {
    url,
    method: 'POST',
    headers: { ...JSON_HEADERS, 'content-type': 'application/json' },
    body: JSON.stringify(query),
    repeatable: true,
  };
}

/** What a request of ours asked for. */
export function queryOf(request: RemoteRequest): Query {
  if (request.body === undefined) return Object.fromEntries(parsedUrl(request.url)?.searchParams ?? []);
  const read = readJsonText(request.body);
  const body: JsonObject = 'json' in read && isObject(read.json) ? read.json : {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
