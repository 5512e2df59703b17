// The requests of the harvester type `ogc-records`: pages of items with what the remote is asked to leave out, conformance, collections.
import type { RemoteRequest } from '../harvester.ts';
import { parsedUrl } from '../links.ts';
import { CHANGED_FILTERS, changedFilter, fromLetters } from './asked.ts';
import { plainUrl } from './links.ts';
import type { OgcRecordsSettings } from './settings.ts';
import { parameterOf, type State, stateOf, withParameter, withState } from './state.ts';

/** JSON where the server heeds `Accept`; features before other JSON, since some serve both at one address. */
export const ACCEPT_JSON = { accept: 'application/geo+json, application/json;q=0.9, */*;q=0.1' } as const;

export function get(url: string, state: State): RemoteRequest {
  return withState({ url, headers: ACCEPT_JSON }, state);
}

/** What a request hands on to those that follow from its reply. */
export function handedOn(state: State): State {
  const { bbox, from, to, conf, way, unsorted, scope } = state;
  return { bbox, from, to, conf, way, unsorted, scope };
}

/** The first page of a collection's items. A parameter that the URL has already is left as it is. */
export function itemsRequest(url: string, settings: OgcRecordsSettings, state: State): RemoteRequest {
  const { sort, filter } = fromLetters(state['conf']);
  const way = state['way'] ?? CHANGED_FILTERS[0];
  const sortBy =
    settings.sortBy === 'none' || !sort || state['unsorted'] !== undefined ? undefined : settings.sortBy;
  const parameters: readonly (readonly [string, string | undefined])[] = [
    ['limit', String(settings.pageSize)],
    ['bbox', state['bbox']],
    ['datetime', settings.datetime],
    ['q', settings.q],
    ['type', settings.type],
    ['filter', filter ? changedFilter(state, way) : undefined],
    ['sortby', sortBy],
  ];
  const asked = parameters.reduce(
    (whole, [name, value]) =>
      value === undefined || parameterOf(whole, name) !== undefined
        ? whole
        : withParameter(whole, name, value),
    plainUrl(url),
  );
  return get(asked, { ...state, as: 'items', page: '1' });
}

/**
 * The same page asked for more simply, after the remote refused it: another way to say the last change, then without filter and order. In few steps,
 * since the walk takes many replies without anything new for a circle. `undefined` when there is nothing left to leave out.
 */
export function simplerRequest(
  request: RemoteRequest,
): { request: RemoteRequest; warning?: string } | undefined {
  const state = stateOf(request);
  if (state['page'] !== '1') return undefined;
  const way = state['way'] ?? CHANGED_FILTERS[0];
  if (parameterOf(request.url, 'filter') !== undefined && changedFilter(state, way) !== undefined) {
    const next = CHANGED_FILTERS[CHANGED_FILTERS.findIndex((one) => one === way) + 1] ?? 'none';
    const filtered = withParameter(plainUrl(request.url), 'filter', changedFilter(state, next));
    if (next !== 'none') return { request: get(filtered, { ...state, way: next }) };
    return {
      request: get(withParameter(filtered, 'sortby', undefined), { ...state, way: next, unsorted: '1' }),
      warning: 'the remote cannot be asked for what changed only, so all of it is listed',
    };
  }
  if (parameterOf(request.url, 'sortby') === undefined || state['unsorted'] !== undefined) return undefined;
  const unsorted = withParameter(plainUrl(request.url), 'sortby', undefined);
  return { request: get(unsorted, { ...state, unsorted: '1' }) };
}

/** The root of the API, of the URL of any of its pages: `/collections` and what follows are the standard's own (OGC 17-069r4, table 3). */
export function rootOf(url: string): string {
  const parsed = parsedUrl(plainUrl(url));
  if (parsed === undefined) return url;
  const path = parsed.pathname.replace(/\/(collections(\/.*)?|conformance(\.\w+)?)$/, '').replace(/\/+$/, '');
  parsed.pathname = path === '' ? '/' : path;
  return parsed.href;
}

/** A page of the API below its root, with the root's own query (`?f=json`, a key). */
export function below(root: string, name: string): string {
  const url = parsedUrl(plainUrl(root));
  if (url === undefined) return root;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}`;
  return url.href;
}
