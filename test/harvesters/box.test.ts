// Boxes from remotes: which are boxes, how they are brought to the globe, and what they span.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { geometryOf, inDegrees, readBox } from '../../lib/harvesters/box.ts';

describe('readBox', () => {
  test.each([
    ['a plain box', [6, 46, 8.5, 47.4], [6, 46, 8.5, 47.4]],
    ['a point', [7, 46, 7, 46], [7, 46, 7, 46]],
    ['the world', [-180, -90, 180, 90], [-180, -90, 180, 90]],
    ['the world from 0 to 360', [0, -90, 360, 90], [-180, -90, 180, 90]],
    ['a world of grid cells', [-180.25, -89, 179.75, 89], [-180, -89, 180, 89]],
    ['longitudes over 180', [190, -10, 200, 10], [-170, -10, -160, 10]],
    ['a box over the antimeridian, from 0 to 360', [170, -20, 190, -10], [170, -20, -170, -10]],
    ['a box over the antimeridian, below -180', [-190, -20, -170, -10], [170, -20, -170, -10]],
    ['a box over the antimeridian, west of east', [177, -20, -178, -10], [177, -20, -178, -10]],
    ['a box that begins at the antimeridian', [180, 0, 190, 1], [-180, 0, -170, 1]],
    ['a box that ends at it', [-190, 0, -180, 1], [170, 0, 180, 1]],
    ['west 180 is -180', [180, 0, -170, 1], [-180, 0, -170, 1]],
    ['a hair over', [-180.0000001, -90.0000000001, 180.0000001, 90], [-180, -90, 180, 90]],
    ['six numbers, with heights', [1, 2, 0, 3, 4, 100], [1, 2, 3, 4]],
    ['minus zero', [-0, -0, 1, 1], [0, 0, 1, 1]],
    ['digits beyond a tenth of a millimetre', [0.1234567894, 0, 190.1, 1], [0.123456789, 0, -169.9, 1]],
  ])('%s', (_, numbers, bbox) => {
    expect(readBox(numbers)).toEqual({ bbox });
  });

  test('half a grid cell over the poles is cut, and said', () => {
    expect(readBox([-180, -90.25, 180, 90.25])).toEqual({
      bbox: [-180, -90, 180, 90],
      note: 'the box -180, -90.25, 180, 90.25 was cut at the poles',
    });
  });

  test.each([
    ['three numbers', [1, 2, 3], 'the box is not four numbers'],
    ['a hole', [1, 2, undefined, 4], 'the box is not four numbers'],
    ['NaN', [1, 2, Number.NaN, 4], 'the box is not four numbers'],
    ['infinity', [-Infinity, -90, Infinity, 90], 'the box is not four numbers'],
    ['zeros', [0, 0, -0, 0], 'the box is 0, 0, 0, 0'],
    ['south over north', [0, 10, 5, 9], 'the box 0, 10, 5, 9 is inverted'],
    ['the empty world', [180, 90, -180, -90], 'the box 180, 90, -180, -90 is inverted'],
    ['the empty world of longitudes', [180, 0, -180, 1], 'the box 180, 0, -180, 1 is inverted'],
    ['west over east beyond 180', [200, 0, 100, 1], 'the box 200, 0, 100, 1 is inverted'],
    [
      'metres',
      [500000, 5000000, 600000, 5100000],
      'the box 500000, 5000000, 600000, 5100000 is not in degrees of longitude and latitude',
    ],
    [
      'swapped axes',
      [45, 100, 48, 120],
      'the box 45, 100, 48, 120 is not in degrees of longitude and latitude',
    ],
    ['beyond 360', [300, 0, 400, 1], 'the box 300, 0, 400, 1 is not in degrees of longitude and latitude'],
  ])('%s is no box', (_, numbers, because) => {
    expect(readBox(numbers)).toEqual({ because });
  });

  test('whatever the numbers, the box is valid and reading it again changes nothing', () => {
    const degrees = fc.oneof(
      fc.double({ min: -400, max: 400 }),
      fc.integer({ min: -4, max: 4 }).map((n) => n * 90),
      fc.double(),
    );
    fc.assert(
      fc.property(fc.array(degrees, { minLength: 4, maxLength: 4 }), (numbers) => {
        const reading = readBox(numbers);
        if ('because' in reading) return;
        const [west, south, east, north] = reading.bbox;
        expect(Math.max(Math.abs(west), Math.abs(east))).toBeLessThanOrEqual(180);
        expect(Math.max(Math.abs(south), Math.abs(north))).toBeLessThanOrEqual(90);
        expect(south).toBeLessThanOrEqual(north);
        expect(readBox(reading.bbox)).toEqual(
          reading.bbox.every((number) => number === 0)
            ? { because: 'the box is 0, 0, 0, 0' }
            : { bbox: reading.bbox },
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('geometryOf', () => {
  test('a box is a polygon, counter-clockwise and closed', () => {
    expect(geometryOf([1, 2, 3, 4])).toEqual({
      type: 'Polygon',
      coordinates: [
        [
          [1, 2],
          [3, 2],
          [3, 4],
          [1, 4],
          [1, 2],
        ],
      ],
    });
  });

  test('what has no area is a point or a line', () => {
    expect(geometryOf([1, 2, 1, 2])).toEqual({ type: 'Point', coordinates: [1, 2] });
    expect(geometryOf([1, 2, 1, 4])).toEqual({
      type: 'LineString',
      coordinates: [
        [1, 2],
        [1, 4],
      ],
    });
  });

  test('a box across the antimeridian is cut in two', () => {
    expect(geometryOf([170, -20, -170, -10])).toEqual({
      type: 'MultiPolygon',
      coordinates: [
        [
          [
            [170, -20],
            [180, -20],
            [180, -10],
            [170, -10],
            [170, -20],
          ],
        ],
        [
          [
            [-180, -20],
            [-170, -20],
            [-170, -10],
            [-180, -10],
            [-180, -20],
          ],
        ],
      ],
    });
    expect(geometryOf([170, 5, -170, 5])).toMatchObject({ type: 'MultiLineString' });
  });
});

describe('inDegrees', () => {
  test('Web Mercator is undone by formula, under each of its numbers', () => {
    for (const code of [3857, 102100, 900913]) {
      const box = inDegrees(code, [-20037508.342789244, 0, 15661191.765075438, 6274861.394006577]);
      expect(box?.[0]).toBeCloseTo(-180, 9);
      expect(box?.[1]).toBeCloseTo(0, 9);
      expect(box?.[2]).toBeCloseTo(140.687, 3);
      expect(box?.[3]).toBeCloseTo(49, 6);
    }
  });

  test('systems within two metres of WGS 84 are taken as they are, and others are not guessed', () => {
    expect(inDegrees(4326, [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(inDegrees(4283, [1, 2, 3, 4])).toEqual([1, 2, 3, 4]);
    expect(inDegrees(2232, [1, 2, 3, 4])).toBeUndefined();
    expect(inDegrees(4267, [1, 2, 3, 4])).toBeUndefined();
  });
});
