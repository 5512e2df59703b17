// Geometries written as text: WKT (OGC 06-103r4, 7) and the coordinates of GML (OGC 07-036), of which only the bounds are wanted.
import { type Bounds, BROKEN_BOUNDS } from './bounds.ts';

const WKT =
  /^(?:SRID\s*=\s*\d+\s*;\s*|<([^<>]*)>\s*)?(POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION|TRIANGLE|TIN|ENVELOPE|BBOX)\s*(?:Z|M|ZM)?\s*\(/i;
/** What stands within a collection. */
const GEOMETRY_WORDS =
  /\b(?:(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|TRIANGLE|TIN|EMPTY|ZM?|M)\b/gi;
/** Authorities whose geographic systems put latitude first; GeoSPARQL and GML follow them to the letter. */
const LATITUDE_FIRST = /\/EPSG\/|EPSG::|EPSG:4326/i;

/** The bounds of a geometry in WKT, in front of which may stand `SRID=4326;` or the URI of its system; `undefined` when it is none. */
export function boundsOfWkt(text: string): Bounds | undefined {
  const [head, system = '', kind = ''] = WKT.exec(text) ?? [];
  if (head === undefined) return undefined;
  const body = text.slice(head.length);
  if (/^envelope$/i.test(kind)) {
    // Of the OGC Catalogue CQL and of Solr: west, east, north, south.
    const [west = NaN, east = NaN, north = NaN, south = NaN] = body.split(/[,)]/).map(Number);
    return [west, south, east, north];
  }
  if (/^bbox$/i.test(kind)) {
    const [west = NaN, south = NaN, east = NaN, north = NaN] = body.split(/[,)]/).map(Number);
    return [west, south, east, north];
  }
  const positions = body.replaceAll(GEOMETRY_WORDS, ' ').split(/[(),]+/);
  return boundsOfPositions(
    positions.map((position) => position.trim()).filter((position) => position !== ''),
    LATITUDE_FIRST.test(system),
  );
}

/** The bounds of a geometry in GML, version 2 or 3; `undefined` when the text is none. */
export function boundsOfGml(text: string): Bounds | undefined {
  if (!/^<(?:gml:)?(Envelope|Box|Point|Polygon|LineString|Multi\w+|Curve|Surface)[\s>]/i.test(text))
    return undefined;
  const swapped = LATITUDE_FIRST.test(/srsName\s*=\s*["']([^"']*)["']/i.exec(text)?.[1] ?? '');
  const numbers: string[] = [];
  // GML 3: pairs of numbers, all with spaces. GML 2: `x,y` with spaces in between.
  for (const [, content = ''] of text.matchAll(
    /<(?:gml:)?(?:lowerCorner|upperCorner|pos|posList|coordinates)(?:\s[^<>]*)?>([^<>]*)</gi,
  )) {
    numbers.push(...content.trim().split(/[\s,]+/));
  }
  const pairs = numbers.flatMap((number, index) =>
    index % 2 === 0 ? [`${number} ${numbers[index + 1] ?? ''}`] : [],
  );
  return boundsOfPositions(pairs, swapped);
}

/** @param positions `x y`, and what else there is of heights and measures behind it */
function boundsOfPositions(positions: readonly string[], swapped: boolean): Bounds | undefined {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const position of positions) {
    const [first = NaN, second = NaN] = position.split(/\s+/, 2).map(Number);
    if (Number.isNaN(first) || Number.isNaN(second)) return BROKEN_BOUNDS;
    const [x, y] = swapped ? [second, first] : [first, second];
    [west, south, east, north] = [
      Math.min(west, x),
      Math.min(south, y),
      Math.max(east, x),
      Math.max(north, y),
    ];
  }
  return west === Infinity ? undefined : [west, south, east, north];
}
