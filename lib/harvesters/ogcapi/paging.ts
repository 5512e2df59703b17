// Where a page of an OGC API stands, for servers whose pages are counted by `offset` and `limit`.
import type { HarvesterType, RemoteRequest } from '../harvester.ts';
import type { PageAt } from '../paging.ts';
import { parameterOf, stateOf, withParameter, withState } from './state.ts';

const POSITIONS = ['offset', 'startindex'] as const;

function positionName({ url }: RemoteRequest): (typeof POSITIONS)[number] | undefined {
  return POSITIONS.find((name) => parameterOf(url, name) !== undefined);
}

/**
 * A page whose address names its place, and the first page of items that Reeve asks for itself, which is taken for one of a server that counts by
 * `offset`: nearly all do. One that does not repeats its first page, where the walk sees nothing new and the listing falls short of `numberMatched`.
 */
export const offsetPaging: NonNullable<HarvesterType['paging']> = {
  of(request): PageAt | undefined {
    const name = positionName(request);
    const size = Number(parameterOf(request.url, 'limit'));
    const isFirst =
      name === undefined && stateOf(request)['as'] === 'items' && stateOf(request)['page'] === '1';
    if (request.method === 'POST' || !Number.isSafeInteger(size) || size < 1) return undefined;
    if (name === undefined) return isFirst ? { position: 0, size } : undefined;
    const position = Number(parameterOf(request.url, name));
    return Number.isSafeInteger(position) && position >= 0 ? { position, size } : undefined;
  },
  at(request, { position, size }): RemoteRequest {
    const name = positionName(request) ?? 'offset';
    const limited = withParameter(request.url, 'limit', String(size));
    const moved = { ...request, url: withParameter(limited, name, String(position)) };
    const { page, ...state } = stateOf(request);
    return withState(moved, { ...state, ...(position === 0 ? { page } : {}), seen: String(position) });
  },
};
