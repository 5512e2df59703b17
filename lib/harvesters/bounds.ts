// The bounds of GeoJSON geometries, whatever a remote put in the place of one.
import type { Json } from '../json.ts';
import { type Found, isList, listAt, manyAt, numberAt } from './json-fields.ts';

/** west, south, east, north: as they were found, not judged yet. */
export type Bounds = readonly [number, number, number, number];

/** A geometry with a corner that is no point: without it the box would be another one, so there is none, and `keepRecord` says so. */
export const BROKEN_BOUNDS: Bounds = [NaN, NaN, NaN, NaN];

/** The bounds of all positions of a GeoJSON geometry, however deep they lie; `undefined` when it has none. */
export function boundsOf(geometry: Found): Bounds | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const open: (readonly Json[])[] = [manyAt(geometry, 'coordinates')];
  for (let list = open.pop(); list !== undefined; list = open.pop()) {
    const [x, y] = [numberAt(list[0]), numberAt(list[1])];
    if (x !== undefined && y !== undefined) {
      [west, south, east, north] = [
        Math.min(west, x),
        Math.min(south, y),
        Math.max(east, x),
        Math.max(north, y),
      ];
      continue;
    }
    if (list.length > 0 && !list.some(isList)) return BROKEN_BOUNDS;
    for (const inner of list) if (isList(inner)) open.push(inner);
  }
  return west === Infinity ? undefined : [west, south, east, north];
}

/** The same of any GeoJSON object: a geometry, a collection of them, a feature, a collection of features. */
export function boundsOfGeoJson(object: Found): Bounds | undefined {
  const found: (Bounds | undefined)[] = [];
  const open: Found[] = [object];
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    found.push(boundsOf(one));
    for (const key of ['geometries', 'features']) for (const inner of listAt(one, key)) open.push(inner);
    open.push(...manyAt(one, 'geometry').slice(0, 1));
  }
  return unionOf(found);
}

/** One box around all of them; broken when one of them is. */
export function unionOf(all: readonly (Bounds | undefined)[]): Bounds | undefined {
  const [first, ...rest] = all.filter((bounds) => bounds !== undefined);
  return first === undefined
    ? undefined
    : rest.reduce<Bounds>(
        (one, other) => [
          Math.min(one[0], other[0]),
          Math.min(one[1], other[1]),
          Math.max(one[2], other[2]),
          Math.max(one[3], other[3]),
        ],
        first,
      );
}
