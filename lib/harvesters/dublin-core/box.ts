// Where a Dublin Core record says its resource is: the boxes of OWS (OGC 06-121r3, 10.2), DCMI Box, and the sentences of GeoNetwork.
import { inDegrees, readBox } from '../box.ts';
import { readDecimal } from '../decimal.ts';
import { childOf, textOf, type XmlElement } from '../xml.ts';

type Box = readonly [number, number, number, number];

/** EPSG's own order of axes is latitude first, and holds where the system is named in full. */
const LATITUDE_FIRST =
  /^(urn:(x-)?ogc:def:crs:EPSG|https?:\/\/www\.opengis\.net\/(def\/crs|gml\/srs)\/EPSG)/i;
/** What GeoNetwork writes when it knows no authority: `::EPSG:4326`, `urn:ogc:def:crs:::WGS 1984`. Its lower corner is then the south-east. */
const NAMELESS_AUTHORITY = /^(urn:(x-)?ogc:def:crs)?::/i;

/** BoundingBox and WGS84BoundingBox. `undefined` when the corners are no numbers or the system would need a table. */
export function cornersBox(element: XmlElement): Box | undefined {
  const lower = cornerOf(element, 'LowerCorner');
  const upper = cornerOf(element, 'UpperCorner');
  if (lower === undefined || upper === undefined) return undefined;
  const crs = (element.attributes['crs'] ?? element.attributes['CRS'] ?? '').trim();
  const plain: Box = [...lower, ...upper];
  const turned: Box = [lower[1], lower[0], upper[1], upper[0]];
  const swapped: Box = [upper[0], lower[1], lower[0], upper[1]];
  if (element.name === 'WGS84BoundingBox') return plain;
  const code = Number(/(\d{4,6})$/.exec(crs)?.[1] ?? '4326');
  if (inDegrees(code, [1, 1, 1, 1])?.[0] !== 1) return inDegrees(code, plain);
  const order = NAMELESS_AUTHORITY.test(crs)
    ? [swapped, plain, turned]
    : LATITUDE_FIRST.test(crs)
      ? [turned, swapped, plain]
      : [plain, turned];
  return order.find((box) => !('because' in readBox(box))) ?? order[0];
}

function cornerOf(element: XmlElement, name: string): readonly [number, number] | undefined {
  const [first, second] = (textOf(childOf(element, name)) ?? '').split(/[\s,]+/).map(readDecimal);
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** `North 45.9, South 45.5, East 4.6, West 5.0.`, and DCMI Box: `northlimit=45.9; southlimit=...`, whatever the order. */
export function sentenceBox(text: string): Box | undefined {
  const side = (name: string): number | undefined =>
    readDecimal(
      new RegExp(`\\b${name}(?:limit|BoundL\\w+)?\\s*[=:]?\\s*([+-]?\\d{1,3}(?:\\.\\d{1,15})?)`, 'i').exec(
        text.slice(0, 2_000),
      )?.[1],
    );
  const [west, south, east, north] = [side('west'), side('south'), side('east'), side('north')];
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined;
  // GeoNetwork's template writes east where it means west, and the other way round.
  return west > east && /^\s*North /.test(text) ? [east, south, west, north] : [west, south, east, north];
}

/** DCMI Period: `start=2001; end=2005;`, or two dates with a slash. */
export function sentencePeriod(text: string): readonly [string | undefined, string | undefined] | undefined {
  const part = (name: string): string | undefined =>
    new RegExp(`\\b${name}\\s*=\\s*([^;]{4,40})`, 'i').exec(text.slice(0, 500))?.[1]?.trim();
  const [start, end] = [part('start'), part('end')];
  if (start !== undefined || end !== undefined) return [start, end];
  const [, from, to] = /^\s*(\d{4}[^/]{0,30})\/(\d{4}[^/]{0,30})\s*$/.exec(text) ?? [];
  return from === undefined || to === undefined ? undefined : [from, to];
}
