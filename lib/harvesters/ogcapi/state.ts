// What the reader of a reply has to know of how it was asked: carried in the fragment of the request's URL, which is never sent (RFC 3986, 3.5).
import type { RemoteRequest } from '../harvester.ts';
import { parsedUrl } from '../links.ts';
import { plainUrl } from './links.ts';

/** Names and values; what is `undefined` is left out. */
export type State = Readonly<Record<string, string | undefined>>;

export function stateOf(request: RemoteRequest): State {
  return Object.fromEntries(new URLSearchParams(parsedUrl(request.url)?.hash.slice(1) ?? ''));
}

export function withState(request: RemoteRequest, state: State): RemoteRequest {
  const pairs = Object.entries(state).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  const fragment = new URLSearchParams(pairs).toString();
  return { ...request, url: `${plainUrl(request.url)}${fragment === '' ? '' : `#${fragment}`}` };
}

/** `url` with a parameter set, whatever it was; with `undefined` without it. The other parameters keep their spelling. */
export function withParameter(url: string, name: string, value: string | undefined): string {
  const [plain = '', ...fragment] = url.split('#');
  const cut = plain.indexOf('?');
  const [path, query] = cut < 0 ? [plain, ''] : [plain.slice(0, cut), plain.slice(cut + 1)];
  const others = query
    .split('&')
    .filter((pair) => pair !== '' && pair.split('=', 1)[0]?.toLowerCase() !== name.toLowerCase());
  const pairs =
    value === undefined ? others : [...others, `${name}=${encodeURIComponent(value).replaceAll('%2C', ',')}`];
  const search = pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  return [`${path}${search}`, ...fragment].join('#');
}

/** The value of a parameter, whatever the case of its name. */
export function parameterOf(url: string, name: string): string | undefined {
  const pairs = parsedUrl(url)?.searchParams ?? [];
  return [...pairs].find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}
