// Where and when a resource is: EX_Extent (ISO 19115:2003, B.3.1; ISO 19115-1, B.3.1), with the geometries of GML in it.
import { readBox } from '../box.ts';
import { readDate } from '../dates.ts';
import { readDecimal } from '../decimal.ts';
import { childOf, childrenOf, walk, type XmlElement } from '../xml.ts';
import { codeIn, heldIn, wordsIn } from './words.ts';

export type Box = readonly [number, number, number, number];

export interface Extents {
  /** All boxes together; as it was written when it is none, so that the record can say why it has no box. */
  readonly bbox: readonly (number | undefined)[] | undefined;
  readonly interval: readonly [string | undefined, string | undefined] | undefined;
  /** Names of places: codes of geographic identifiers. */
  readonly places: readonly string[];
}

/** @param extents the EX_Extent elements of a resource */
export function extentsOf(extents: readonly XmlElement[]): Extents {
  const elements = extents.flatMap((extent) => heldIn(extent, 'geographicElement')).filter(isIncluded);
  const named = (name: string) => elements.filter((element) => element.name === name);
  const boxes = named('EX_GeographicBoundingBox').map(sidesOf);
  const bbox = unionOf(boxes) ?? unionOf(named('EX_BoundingPolygon').flatMap(boundsOf)) ?? boxes[0];
  const places = named('EX_GeographicDescription').flatMap((description) =>
    heldIn(description, 'geographicIdentifier').flatMap((one) => wordsIn(childOf(one, 'code')) ?? []),
  );
  const times = extents.flatMap((extent) => heldIn(extent, 'temporalElement'));
  return { bbox, interval: spanOf(times.flatMap(timesIn)), places };
}

/** `extentTypeCode` false: the resource is everywhere but there (B.3.1.2). */
function isIncluded(element: XmlElement): boolean {
  return !/^(false|0)$/i.test(codeIn(childOf(element, 'extentTypeCode')) ?? '');
}

function sidesOf(element: XmlElement): (number | undefined)[] {
  return ['westBoundLongitude', 'southBoundLatitude', 'eastBoundLongitude', 'northBoundLatitude'].map(
    (name) => readDecimal(wordsIn(childOf(element, name))),
  );
}

/** The box around all that are boxes; around the antimeridian longitudes run on beyond 180. `undefined` when none is one. */
export function unionOf(boxes: readonly (readonly (number | undefined)[])[]): Box | undefined {
  let union: Box | undefined;
  for (const numbers of boxes) {
    const reading = readBox(numbers);
    if ('because' in reading) continue;
    const [west, south, rawEast, north] = reading.bbox;
    const east = rawEast < west ? rawEast + 360 : rawEast;
    union =
      union === undefined
        ? [west, south, east, north]
        : [
            Math.min(union[0], west),
            Math.min(union[1], south),
            Math.max(union[2], east),
            Math.max(union[3], north),
          ];
  }
  return union;
}

const COORDINATES: ReadonlySet<string> = new Set(['posList', 'pos', 'coordinates']);
/** Systems of the EPSG that are named in full put latitude first (OGC 05-010, and EPSG's own definition of 4326). */
const LATITUDE_FIRST = /^(urn:(x-)?ogc:def:crs:EPSG|https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/)/i;

function boundsOf(polygon: XmlElement): Box[] {
  const inOrder: number[] = [];
  let latitudeFirst = false;
  for (const element of walk(polygon)) {
    latitudeFirst ||= LATITUDE_FIRST.test(element.attributes['srsName']?.trim() ?? '');
    if (!COORDINATES.has(element.name)) continue;
    const heights = element.attributes['srsDimension'] === '3' || element.attributes['dimension'] === '3';
    const numbers = element.text
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    inOrder.push(...(heights ? numbers.filter((_, index) => index % 3 < 2) : numbers));
  }
  const even = boundsAlong(inOrder, 0);
  const odd = boundsAlong(inOrder, 1);
  if (even === undefined || odd === undefined) return [];
  const [x, y] = latitudeFirst ? [odd, even] : [even, odd];
  // Beyond 90 it is no latitude, whatever the name of the system says.
  const swapped = Math.max(-y[0], y[1]) > 90 && Math.max(-x[0], x[1]) <= 90;
  const [longitudes, latitudes] = swapped ? [y, x] : [x, y];
  return [[longitudes[0], latitudes[0], longitudes[1], latitudes[1]]];
}

function boundsAlong(numbers: readonly number[], offset: 0 | 1): readonly [number, number] | undefined {
  let [low, high] = [Infinity, -Infinity];
  for (let index = offset; index < numbers.length; index += 2) {
    const number = numbers[index] ?? NaN;
    if (!Number.isFinite(number)) return undefined;
    low = Math.min(low, number);
    high = Math.max(high, number);
  }
  return low === Infinity ? undefined : [low, high];
}

type Time = readonly [string | undefined, string | undefined];

/** GML 3.2, 14.2.2: an instant, or a period between two positions or two instants; an open end is `indeterminatePosition`. */
function timesIn(temporal: XmlElement): Time[] {
  const held = [...walk(temporal)];
  const periods = held.filter(({ name }) => name === 'TimePeriod').map(periodOf);
  if (periods.length > 0) return periods;
  return held
    .filter(({ name }) => name === 'TimeInstant' || name === 'TimePosition')
    .map((instant): Time => {
      const at = positionOf(childOf(instant, 'timePosition') ?? instant);
      return [at, at];
    });
}

function periodOf(period: XmlElement): Time {
  const end = (position: string, instant: string): string | undefined => {
    const inside = childOf(period, instant) ?? childOf(period, position);
    const deep =
      inside === undefined ? undefined : [...walk(inside)].find(({ name }) => name === 'timePosition');
    return positionOf(deep ?? inside);
  };
  return [end('beginPosition', 'begin'), end('endPosition', 'end')];
}

function positionOf(position: XmlElement | undefined): string | undefined {
  const text = position?.text.trim() ?? '';
  return text === '' ? undefined : text;
}

/** From the earliest beginning to the latest end; an end that is open stays open. */
function spanOf(times: readonly Time[]): Extents['interval'] {
  const [first, ...more] = times;
  if (first === undefined) return undefined;
  let [begin, end] = first;
  for (const [from, to] of more) {
    begin = begin === undefined || from === undefined ? undefined : earlier(begin, from);
    end = end === undefined || to === undefined ? undefined : earlier(end, to) === end ? to : end;
  }
  return [begin, end];
}

function earlier(one: string, other: string): string {
  const [first = one, second = other] = [readDate(one)?.date, readDate(other)?.date];
  return first <= second ? one : other;
}

/** The EX_Extent elements of an identification: `extent` in all, `srv:extent` of services. */
export function extentElements(identification: XmlElement | undefined): readonly XmlElement[] {
  return childrenOf(identification, 'extent').flatMap(({ children }) => children);
}
