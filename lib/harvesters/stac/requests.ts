// The requests of the harvester type `stac`: the items of one collection in the way that the API declares and that the question needs.
import type { Json, JsonObject } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { RemoteRequest } from '../harvester.ts';
import { shownUrl } from '../links.ts';
import { get } from '../ogcapi/requests.ts';
import { parameterOf, type State, withParameter, withState } from '../ogcapi/state.ts';
import type { StacSettings } from './settings.ts';

/**
 * How the items of a collection are asked for: `query` and `filter` by a search with the extension of that name, `plain` by the collection's own
 * list, which every API has.
 */
export type Way = 'query' | 'filter' | 'plain';

/** What a request hands on to those that follow from its reply. */
export function handedOn(state: State): State {
  const { bbox, from, to, conf, search, post, depth, root } = state;
  return { bbox, from, to, conf, search, post, depth, root };
}

/** The ways that the question can be asked in, the best first. */
export function waysOf(settings: StacSettings, { conf = '', search, from, to }: State): readonly Way[] {
  const hasChanges = from !== undefined || to !== undefined;
  const canQuery = search !== undefined && conf.includes('q');
  const canFilter = search !== undefined && conf.includes('f');
  const ways: Way[] = [];
  if (canQuery && settings.filter === undefined && (settings.query !== undefined || hasChanges))
    ways.push('query');
  if (canFilter && settings.query === undefined && (settings.filter !== undefined || hasChanges))
    ways.push('filter');
  if (settings.query === undefined && settings.filter === undefined) ways.push('plain');
  return ways;
}

/** The first page of a collection's items. @throws InputInvalid when the API does not declare what the settings ask of it */
export function itemsRequest(settings: StacSettings, state: State, way: Way | undefined): RemoteRequest {
  const { items = '', in: collection = '' } = state;
  if (way === undefined) {
    const wants = settings.query === undefined ? 'filter' : 'query';
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(items)} cannot be asked with the setting ${wants}: its API does not declare item-search#${wants}`,
    );
  }
  const known: State = { ...state, as: 'items', page: '1', way };
  if (way === 'plain') return get(withParameters(items, plainParameters(settings, state)), known);
  return way === 'query'
    ? queryRequest(settings, known, collection)
    : filterRequest(settings, known, collection);
}

type Parameters = readonly (readonly [string, string | undefined])[];

function plainParameters(settings: StacSettings, { bbox }: State): Parameters {
  return [
    ['limit', String(settings.pageSize)],
    ['bbox', settings.bbox?.join(',') ?? bbox],
    ['datetime', settings.datetime],
  ];
}

/** Parameters that a URL has already stay as they are. */
export function withParameters(url: string, parameters: Parameters): string {
  return parameters.reduce(
    (whole, [name, value]) =>
      value === undefined || parameterOf(whole, name) !== undefined
        ? whole
        : withParameter(whole, name, value),
    url,
  );
}

/** By POST where the API has it; else with the query as text (Query extension, "GET"). */
function queryRequest(settings: StacSettings, state: State, collection: string): RemoteRequest {
  const { from, to, search = '', bbox } = state;
  const updated: JsonObject = {
    ...(from === undefined ? {} : { gte: `${from}T00:00:00Z` }),
    ...(to === undefined ? {} : { lte: `${to}T23:59:59.999Z` }),
  };
  const query: JsonObject = {
    ...(settings.query as JsonObject | undefined),
    ...(Object.keys(updated).length === 0 ? {} : { updated }),
  };
  if (state['post'] === undefined)
    return get(
      withParameters(search, [
        ...plainParameters(settings, state),
        ['collections', collection],
        ['query', JSON.stringify(query)],
      ]),
      state,
    );
  const box = settings.bbox ?? bbox?.split(',').map(Number);
  const body: Record<string, Json> = {
    collections: [collection],
    limit: settings.pageSize,
    ...(box === undefined ? {} : { bbox: box }),
    ...(settings.datetime === undefined ? {} : { datetime: settings.datetime }),
    query,
  };
  const headers = {
    accept: 'application/geo+json, application/json;q=0.9',
    'content-type': 'application/json',
  };
  return withState(
    { url: search, method: 'POST', headers, body: JSON.stringify(body), repeatable: true },
    state,
  );
}

/** By GET: servers that take CQL2 text at all take it there. */
function filterRequest(settings: StacSettings, state: State, collection: string): RemoteRequest {
  const { from, to, search = '' } = state;
  const parts = [
    ...(settings.filter === undefined ? [] : [`(${settings.filter})`]),
    ...(from === undefined ? [] : [`updated >= TIMESTAMP('${from}T00:00:00Z')`]),
    ...(to === undefined ? [] : [`updated <= TIMESTAMP('${to}T23:59:59.999Z')`]),
  ];
  const parameters: Parameters = [
    ...plainParameters(settings, state),
    ['collections', collection],
    ['filter', parts.join(' AND ')],
    ['filter-lang', 'cql2-text'],
  ];
  return get(withParameters(search, parameters), state);
}
