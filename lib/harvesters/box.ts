// Boxes on the globe: what four numbers from a remote are worth, the geometry they span, and the few projections undone by formula.
import type { Bbox, RecordGeometry } from './record.ts';

export type BoxReading = { readonly bbox: Bbox; readonly note?: string } | { readonly because: string };

/** Grids are often described by the middles of their cells, so a world box may hang over by half a cell. */
const OVERSHOOT_DEGREES_MAX = 1;
const NOISE_DEGREES_MAX = 1e-6;

/**
 * Four numbers (or six, with heights) as west, south, east, north. Longitudes up to 360 on either side are brought to -180..180, and
 * west > east is a box across the antimeridian (RFC 7946, 5.2). Boxes that say nothing or cannot be are refused in words: inverted
 * ones (the `empty` box of several servers is 180, 90, -180, -90), those of projected coordinates, and 0, 0, 0, 0.
 */
export function readBox(numbers: readonly (number | undefined)[]): BoxReading {
  const four = numbers.length === 6 ? [numbers[0], numbers[1], numbers[3], numbers[4]] : numbers;
  if (four.length !== 4 || !four.every((number) => Number.isFinite(number))) {
    return { because: 'the box is not four numbers' };
  }
  const [west = 0, south = 0, east = 0, north = 0] = four;
  const shown = four.join(', ');
  if (west === 0 && south === 0 && east === 0 && north === 0) return { because: 'the box is 0, 0, 0, 0' };
  if (south > north) return { because: `the box ${shown} is inverted` };
  const low = latitude(south);
  const high = latitude(north);
  const span = longitudes(west, east);
  if (low === undefined || high === undefined || span === undefined) {
    return { because: `the box ${shown} is not in degrees of longitude and latitude` };
  }
  if (span === 'inverted') return { because: `the box ${shown} is inverted` };
  const bbox: Bbox = [tidy(span[0]), tidy(low), tidy(span[1]), tidy(high)];
  const moved = [low - south, high - north].some((degrees) => Math.abs(degrees) > NOISE_DEGREES_MAX);
  return moved ? { bbox, note: `the box ${shown} was cut at the poles` } : { bbox };
}

function latitude(degrees: number): number | undefined {
  if (Math.abs(degrees) > 90 + OVERSHOOT_DEGREES_MAX) return undefined;
  return Math.min(Math.max(degrees, -90), 90);
}

function longitudes(rawWest: number, rawEast: number): [number, number] | 'inverted' | undefined {
  const [west, east] = [snapped(rawWest), snapped(rawEast)];
  if (Math.max(Math.abs(west), Math.abs(east)) > 360 + OVERSHOOT_DEGREES_MAX) return undefined;
  if (west > east) {
    // Only in the notation of -180 to 180 does this mean "across the antimeridian".
    const crosses = west <= 180 && east >= -180 && west - east < 360;
    return crosses ? [west === 180 ? -180 : west, east === -180 ? 180 : east] : 'inverted';
  }
  if (east - west >= 360 - NOISE_DEGREES_MAX) return [-180, 180];
  const [left, right] = [wrapped(west), wrapped(east)];
  if (west === east) return [left, left];
  return [left === 180 ? -180 : left, right === -180 ? 180 : right];
}

function snapped(degrees: number): number {
  return Math.abs(Math.abs(degrees) - 180) <= NOISE_DEGREES_MAX ? Math.sign(degrees) * 180 : degrees;
}

function wrapped(degrees: number): number {
  if (Math.abs(degrees) <= 180) return degrees;
  return degrees > 0 ? degrees - 360 : degrees + 360;
}

/** Nine decimals are a tenth of a millimetre; wrapping leaves noise behind them. Never -0, which JSON does not keep. */
function tidy(degrees: number): number {
  const rounded = Math.round(degrees * 1e9) / 1e9;
  return rounded === 0 ? 0 : rounded;
}

/**
 * The box as a geometry (RFC 7946): a Polygon wound counter-clockwise (3.1.6), a Point or LineString where it has no area, and two
 * parts where it crosses the antimeridian (3.1.9, "should be represented by cutting it in two").
 */
export function geometryOf([west, south, east, north]: Bbox): RecordGeometry {
  if (west > east) {
    const parts = [ringOf(west, south, 180, north), ringOf(-180, south, east, north)];
    return south === north
      ? {
          type: 'MultiLineString',
          coordinates: [
            [
              [west, south],
              [180, south],
            ],
            [
              [-180, south],
              [east, south],
            ],
          ],
        }
      : { type: 'MultiPolygon', coordinates: parts.map((ring) => [ring]) };
  }
  if (west === east && south === north) return { type: 'Point', coordinates: [west, south] };
  if (west === east || south === north)
    return {
      type: 'LineString',
      coordinates: [
        [west, south],
        [east, north],
      ],
    };
  return { type: 'Polygon', coordinates: [ringOf(west, south, east, north)] };
}

function ringOf(west: number, south: number, east: number, north: number): [number, number][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}

/** Web Mercator, by its EPSG code and the names it had before it got one. */
const MERCATOR: ReadonlySet<number> = new Set([3857, 3785, 102100, 102113, 900913]);
/**
 * Geographic systems within about two metres of WGS 84, less than any box of a catalogue is precise to: ETRS89, NAD83 and its
 * realisations, GDA94, GDA2020, NZGD2000, SIRGAS 2000, CGCS2000, JGD2000 and 2011, Hartebeesthoek94, RGF93, EUREF-FIN, KGD2002, POSGAR.
 */
const NEARLY_WGS84: ReadonlySet<number> = new Set([
  4326, 4258, 4269, 4152, 4617, 6318, 4283, 7844, 4167, 4674, 4490, 4612, 6668, 4148, 4171, 4180, 4737, 5340,
  104137,
]);
/** The circumference of the sphere of EPSG:3857, halved: 20,037,508 m. */
const MERCATOR_METRES_MAX = Math.PI * 6_378_137;

/** A box of the coordinate system `code` (EPSG or ESRI number) in degrees; `undefined` for systems that would need a table. */
export function inDegrees(
  code: number,
  [west, south, east, north]: readonly [number, number, number, number],
): readonly [number, number, number, number] | undefined {
  if (NEARLY_WGS84.has(code)) return [west, south, east, north];
  if (!MERCATOR.has(code)) return undefined;
  return [mercatorLongitude(west), mercatorLatitude(south), mercatorLongitude(east), mercatorLatitude(north)];
}

function mercatorLongitude(x: number): number {
  return (x / MERCATOR_METRES_MAX) * 180;
}

function mercatorLatitude(y: number): number {
  return (Math.atan(Math.sinh((y / MERCATOR_METRES_MAX) * Math.PI)) * 180) / Math.PI;
}
