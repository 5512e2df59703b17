// Where and when: the boxes, geometries and intervals of OGC APIs and STAC in the shapes that their drafts and versions have.
import { inDegrees } from '../box.ts';
import { at, type Found, isList, listAt, numberAt, textAt } from '../json-fields.ts';

type Numbers = readonly number[];
type Box = readonly [number, number, number, number];

/** Deeper than the coordinates of any GeoJSON geometry but a collection of collections. */
const COORDINATES_DEPTH_MAX = 8;
/** Nearer than this to 180 degrees, a part was cut at the antimeridian (RFC 7946, 3.1.9). */
const CUT_DEGREES = 0.001;

function boxIn(value: Found): Box | undefined {
  if (!isList(value)) return undefined;
  const numbers = value.map((one) => numberAt(one));
  const [west, south, third, fourth, fifth] = numbers;
  const [east, north] = numbers.length === 6 ? [fourth, fifth] : [third, fourth];
  if (numbers.length !== 4 && numbers.length !== 6) return undefined;
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined;
  return [west, south, east, north];
}

function isBox(box: Box | undefined): box is Box {
  return box !== undefined;
}

/**
 * `extent.spatial` of a collection or a draft record. The first box is that of the whole (OGC 17-069r4, 7.13; STAC, "Spatial Extent"); where it
 * is only one of several, as in catalogues older than that rule, the box around all of them. Once the extent was the box itself (STAC 0.7).
 */
export function extentBox(extent: Found): { bbox?: Numbers; notes: string[] } {
  const spatial = at(extent, 'spatial');
  const written = at(spatial, 'bbox') ?? spatial;
  const single = boxIn(written);
  const boxes = single === undefined && isList(written) ? written.map(boxIn).filter(isBox) : [];
  const bbox = single ?? (boxes.length === 0 ? undefined : boxAround(boxes));
  if (bbox === undefined) return { notes: [] };
  const crs = textAt(spatial, 'crs') ?? textAt(at(extent, 'crs'));
  const code = /CRS:?84h?\b/i.test(crs ?? 'CRS84') ? 4326 : Number(/(\d{4,6})\W*$/.exec(crs ?? '')?.[1]);
  const degrees = inDegrees(code, bbox);
  if (degrees !== undefined) return { bbox: degrees, notes: [] };
  return { notes: [`the extent is in ${crs ?? ''}, from which Reeve does not convert, and was left out`] };
}

/** The box of a feature: as it says, or around its geometry. */
export function featureBox(feature: Found): Numbers | undefined {
  return boxIn(at(feature, 'bbox')) ?? geometryBox(at(feature, 'geometry'));
}

function geometryBox(geometry: Found): Box | undefined {
  const geometries =
    textAt(geometry, 'type') === 'GeometryCollection' ? listAt(geometry, 'geometries') : [geometry];
  const boxes = geometries.flatMap((one): Box[] => {
    const coordinates = at(one, 'coordinates');
    const isMany = /^multi/i.test(textAt(one, 'type') ?? '');
    const parts = isMany && isList(coordinates) ? coordinates : [coordinates];
    return parts.map(partBox).filter(isBox);
  });
  return boxes.length === 0 ? undefined : boxAround(boxes);
}

function partBox(coordinates: Found): Box | undefined {
  let box: [number, number, number, number] | undefined;
  const visit = (value: Found, depth: number): void => {
    if (!isList(value) || depth > COORDINATES_DEPTH_MAX) return;
    const [x, y] = [value[0], value[1]];
    if (typeof x !== 'number' || typeof y !== 'number') {
      for (const inner of value) visit(inner, depth + 1);
      return;
    }
    box ??= [x, y, x, y];
    box = [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
  };
  visit(coordinates, 0);
  return box;
}

/** One box around several. Where they reach the antimeridian from both sides and leave a gap, it crosses there: west > east. */
function boxAround(boxes: readonly Box[]): Box {
  const [first] = boxes;
  const south = Math.min(...boxes.map((box) => box[1]));
  const north = Math.max(...boxes.map((box) => box[3]));
  const crossing = boxes.find(([west, , east]) => west > east);
  if (first === undefined || crossing !== undefined) return crossing ?? [0, 0, 0, 0];
  const west = Math.min(...boxes.map((box) => box[0]));
  const east = Math.max(...boxes.map((box) => box[2]));
  const gap = west <= -180 + CUT_DEGREES && east >= 180 - CUT_DEGREES ? widestGap(boxes) : undefined;
  return gap === undefined ? [west, south, east, north] : [gap[1], south, gap[0], north];
}

/** Between which longitudes no box lies; `undefined` when they leave none. */
function widestGap(boxes: readonly Box[]): readonly [number, number] | undefined {
  let [reached, gap]: [number, readonly [number, number] | undefined] = [-180, undefined];
  for (const [west, , east] of [...boxes].sort((one, other) => one[0] - other[0])) {
    if (west > reached && west - reached > (gap === undefined ? 0 : gap[1] - gap[0])) gap = [reached, west];
    reached = Math.max(reached, east);
  }
  return gap;
}

type Interval = readonly [string | null | undefined, string | null | undefined];

/** `extent.temporal` of a collection: the first interval is that of the whole. Once it was the interval itself. */
export function extentInterval(extent: Found): Interval | undefined {
  const temporal = at(extent, 'temporal');
  const written = at(temporal, 'interval') ?? temporal;
  if (!isList(written)) return undefined;
  const first = isList(written[0]) ? written[0] : written;
  return [textAt(first[0]), textAt(first[1])];
}

/** `time` of a record (OGC 20-004r1, table 8): a date, a timestamp, an interval, or in drafts a text `2011/..`. */
export function recordInterval(feature: Found): Interval | undefined {
  const time = at(feature, 'time') ?? at(feature, 'properties', 'time');
  // pycsw says `date-time`.
  const instant = textAt(time, 'timestamp') ?? textAt(time, 'date') ?? textAt(time, 'date-time');
  if (instant !== undefined) return [instant, instant];
  const interval = at(time, 'interval');
  if (isList(interval)) return [textAt(interval[0]), textAt(interval[1])];
  const text = textAt(time);
  if (text === undefined) return extentInterval(at(feature, 'properties', 'extent'));
  const [from = '', to = from] = text.split('/', 2);
  return [from, to];
}
