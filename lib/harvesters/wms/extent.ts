// What of a layer's place in space and time can be read: boxes of several kinds and axis orders, and time extents.
import { inDegrees } from '../box.ts';
import { readDate } from '../dates.ts';
import { readDecimal } from '../decimal.ts';
import { textOf, type XmlElement, childOf } from '../xml.ts';

export type Box = readonly [number, number, number, number];

function boxOf(texts: readonly (string | undefined)[]): Box | undefined {
  const [west, south, east, north] = texts.map(readDecimal);
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined;
  return [west, south, east, north];
}

export interface DegreesBox {
  readonly box: Box;
  /** How near this is to what is sought: 0 degrees by definition, 1 CRS:84, 2 EPSG:4326, 3 other systems that formulas undo. */
  readonly rank: number;
  readonly note?: string;
}

/** EX_GeographicBoundingBox (1.3.0, 7.2.4.6.6) or LatLonBoundingBox (1.1.1, 7.1.4.5.6): degrees, longitude first. */
export function geographicBox(element: XmlElement): DegreesBox | undefined {
  const side = (name: string): string | undefined => textOf(childOf(element, name));
  const box =
    element.name === 'LatLonBoundingBox'
      ? attributesBox(element)
      : boxOf([
          side('westBoundLongitude'),
          side('southBoundLatitude'),
          side('eastBoundLongitude'),
          side('northBoundLatitude'),
        ]);
  return box === undefined ? undefined : { box, rank: 0 };
}

function attributesBox({ attributes }: XmlElement): Box | undefined {
  return boxOf(['minx', 'miny', 'maxx', 'maxy'].map((name) => attributes[name]));
}

/**
 * A BoundingBox in degrees, longitude first; `undefined` in systems that would need a table. In 1.3.0 the axes are those of the system
 * (6.7.3.3: latitude first for EPSG:4326, never for CRS:84), before always longitude first. A latitude beyond 90 shows that a server
 * got that wrong.
 */
export function boundingBox(element: XmlElement, isVersion13: boolean): DegreesBox | undefined {
  const crs = (element.attributes['CRS'] ?? element.attributes['SRS'] ?? '').trim().toUpperCase();
  const box = attributesBox(element);
  if (box === undefined) return undefined;
  if (/^(CRS:84|URN:OGC:DEF:CRS:OGC:[\d.]*:CRS84)$/.test(crs)) return { box, rank: 1 };
  const code = Number(/^(?:EPSG:|URN:OGC:DEF:CRS:EPSG:[\d.]*:)(\d{4,6})$/.exec(crs)?.[1]);
  const degrees = inDegrees(code, box);
  if (degrees === undefined) return undefined;
  if (!isGeographic(code))
    return { box: degrees, rank: 3, note: `the box was computed from the one in ${crs}` };
  const rank = code === 4326 ? 2 : 3;
  const [first, second, third, fourth] = degrees;
  const swapped: Box = [second, first, fourth, third];
  if (!isVersion13) return { box: degrees, rank };
  if (Math.max(Math.abs(first), Math.abs(third)) <= 90) return { box: swapped, rank };
  return { box: degrees, rank, note: `the box in ${crs} has its axes in the order of WMS 1.1` };
}

/** `inDegrees` leaves the numbers of geographic systems alone. */
function isGeographic(code: number): boolean {
  return inDegrees(code, [1, 1, 1, 1])?.[0] === 1;
}

export type Interval = readonly [string | null, string | null];

const OPEN_END = /^(current|now|present)$/i;

/**
 * The span of a time extent (1.3.0, table C.2): a value, a list of values, or intervals `start/end/resolution`. Dates come as the remote
 * wrote them, `null` is an open end; `undefined` when nothing in it is a date.
 */
export function timeSpan(extent: string): Interval | undefined {
  let first: { text: string; date: string } | undefined;
  let last: { text: string; date: string } | undefined;
  let open = false;
  for (const value of extent.split(',')) {
    const [start = '', end = start] = value.split('/', 2).map((part) => part.trim());
    if (!isAfter(start, first?.text)) {
      const date = readDate(start)?.date;
      if (date !== undefined && (first === undefined || date < first.date)) first = { text: start, date };
    }
    if (OPEN_END.test(end)) open = true;
    else if (!isAfter(last?.text, end)) {
      const date = readDate(end, true)?.date;
      if (date !== undefined && (last === undefined || date > last.date)) last = { text: end, date };
    }
  }
  if (first === undefined && last === undefined) return undefined;
  return [first?.text ?? null, open ? null : (last?.text ?? null)];
}

/** Surely not before: dates spelt alike sort as texts, so that long lists need not be read date by date. */
function isAfter(one = '', other = ''): boolean {
  return one.length === other.length && one >= other;
}
