// Where a dataset lies, in every way in which open-data catalogues write it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWhereabouts } from '../../lib/harvesters/spatial.ts';
import type { Json } from '../../lib/json.ts';

const POLYGON = {
  type: 'Polygon',
  coordinates: [
    [
      [1, 2],
      [1, 4],
      [3, 4],
      [3, 2],
      [1, 2],
    ],
  ],
};
const BOX = [1, 2, 3, 4];

describe('a box is read from', () => {
  test.each<[string, Json, readonly number[]]>([
    ['a GeoJSON geometry', POLYGON, BOX],
    ['the same as text', JSON.stringify(POLYGON), BOX],
    ['a feature', { type: 'Feature', geometry: POLYGON, properties: {} }, BOX],
    [
      'a collection of geometries',
      { type: 'GeometryCollection', geometries: [POLYGON, { type: 'Point', coordinates: [9, 9] }] },
      [1, 2, 9, 9],
    ],
    ['a collection of features', { type: 'FeatureCollection', features: [{ geometry: POLYGON }] }, BOX],
    [
      'positions with heights',
      {
        type: 'LineString',
        coordinates: [
          [1, 2, 100],
          [3, 4, -5],
        ],
      },
      BOX,
    ],
    ['a list of numbers', [1, 2, 3, 4], BOX],
    ['a list of numbers as text', '[1.0, 2, 3, 4]', BOX],
    ['numbers with commas: west, south, east, north', '1,2,3,4', BOX],
    ['numbers with spaces', ' 1.0 2.0 3.0 4.0 ', BOX],
    [
      'a real one of a US agency',
      '-134.91336517510808,21.082969302706488,-56.90070213154652,52.37089914390312',
      [-134.91336517510808, 21.082969302706488, -56.90070213154652, 52.37089914390312],
    ],
    ['well-known text', 'POLYGON ((1 2, 3 2, 3 4, 1 4, 1 2))', BOX],
    ['well-known text with its system', 'SRID=4326;MULTIPOLYGON(((1 2,3 2,3 4,1 2)))', BOX],
    ['well-known text with heights', 'LINESTRING Z (1 2 9, 3 4 9)', BOX],
    ['well-known text in small letters', 'point(1e0 2)', [1, 2, 1, 2]],
    [
      'GeoSPARQL with longitude first',
      '<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(1 2)',
      [1, 2, 1, 2],
    ],
    [
      'GeoSPARQL with latitude first',
      '<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(2 1)',
      [1, 2, 1, 2],
    ],
    ['an envelope of Solr: west, east, north, south', 'ENVELOPE(1, 3, 4, 2)', BOX],
    ['a collection in well-known text', 'GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(3 4, 2 2))', BOX],
    [
      'GML 3',
      '<gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>',
      BOX,
    ],
    [
      'GML 3 with latitude first',
      '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:posList>2 1 4 3</gml:posList></gml:Polygon>',
      BOX,
    ],
    ['GML 2', '<Polygon><coordinates>1,2 3,4</coordinates></Polygon>', BOX],
    ['a DCMI box', 'name=Here; northlimit=4; eastlimit=3; southlimit=2; westlimit=1', BOX],
    ['four sides by name', { west: 1, south: '2', east: 3, north: 4 }, BOX],
    [
      'four sides as ISO 19115 calls them',
      { westBoundLongitude: 1, southBoundLatitude: 2, eastBoundLongitude: 3, northBoundLatitude: 4 },
      BOX,
    ],
    [
      'a location of DCAT, its box before its middle',
      { '@type': 'Location', bbox: 'POLYGON((1 2,3 4,1 2))', centroid: 'POINT(2 3)' },
      BOX,
    ],
    ['a typed value of JSON-LD', { '@type': 'gsp:wktLiteral', '@value': 'POINT(1 2)' }, [1, 2, 1, 2]],
    ['several places at once', ['1,2,1,2', { west: 3, south: 4, east: 3, north: 4 }], BOX],
  ])('%s', (_, value, bounds) => {
    expect(readWhereabouts(value)).toEqual({ bounds, places: [], uris: [], notes: [] });
  });
});

test.each([
  ['21.08,-134.9,52.3,-56.9', [-134.9, 21.08, -56.9, 52.3], 'south, west, north, east'],
  ['100, 120, 10, 20', [100, 10, 120, 20], 'west, east, south, north'],
])('a box in another order, %s, is read and said', (text, bounds, order) => {
  const where = readWhereabouts(text);
  expect(where.bounds).toEqual(bounds);
  expect(where.notes).toEqual([expect.stringMatching(new RegExp(`was read as ${order}$`))]);
});

test('a pair of numbers is latitude and longitude, unless it cannot be', () => {
  expect(readWhereabouts('46.2, 6.1')).toMatchObject({ bounds: [6.1, 46.2, 6.1, 46.2] });
  expect(readWhereabouts('-120.5, 40')).toMatchObject({ bounds: [-120.5, 40, -120.5, 40] });
});

test.each([
  ['United States', { places: ['United States'] }],
  ['US-CA', { places: ['US-CA'] }],
  ['Philadelphia, Pennsylvania', { places: ['Philadelphia, Pennsylvania'] }],
  ['http://sws.geonames.org/6252001/', { uris: ['http://sws.geonames.org/6252001/'] }],
  [
    { '@id': 'https://geo.example/ch', prefLabel: { en: 'Switzerland' } },
    { places: ['Switzerland'], uris: ['https://geo.example/ch'] },
  ],
])('%j is a place without a box', (value, more) => {
  expect(readWhereabouts(value)).toEqual({ places: [], uris: [], notes: [], ...more });
});

test.each([null, '', '  ', [], {}, true, 'POLYGON EMPTY', { coordinates: [] }])(
  '%j says nothing',
  (value) => {
    expect(readWhereabouts(value)).toEqual({ places: [], uris: [], notes: [] });
  },
);

test.each(['{"type": "Polygon", "coord', '<gml:What>1</gml:What>', `x${' and more'.repeat(50)}`, '1,2,3'])(
  '%s is left out, and said',
  (text) => {
    const where = readWhereabouts(text);
    expect(where).toMatchObject({
      places: [],
      notes: [expect.stringContaining('could not be read and was left out')],
    });
    expect(where.bounds).toBeUndefined();
  },
);

test('a geometry with a corner that is no point has no box', () => {
  for (const value of ['POLYGON((1 2, x y, 3 4))', { type: 'Polygon', coordinates: [[['a', 'b']]] }])
    expect(readWhereabouts(value).bounds).toEqual([NaN, NaN, NaN, NaN]);
});

test('a geometry of 300,000 corners takes no time to speak of', () => {
  const text = `MULTIPOLYGON(((${Array.from({ length: 300_000 }, (_, index) => `${index / 3_000} 45`).join(', ')})))`;
  const before = process.cpuUsage().user;
  expect(readWhereabouts(text).bounds?.[2]).toBeCloseTo(99.999, 2);
  expect(process.cpuUsage().user - before).toBeLessThan(3_000_000);
});

test('whatever stands there, it is read or left out', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.jsonValue(),
        fc.string({
          unit: fc.constantFrom('P', 'O', '(', ')', ' ', ',', '1', '-', '{', '"', ';', '=', '<', '>'),
        }),
      ),
      (value) => {
        const where = readWhereabouts(value as Json);
        expect(where.bounds?.length ?? 4).toBe(4);
      },
    ),
    { numRuns: 2_000 },
  );
});
