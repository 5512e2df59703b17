// Numbers, boxes and time extents as servers write them.
import { describe, expect, test } from 'vitest';
import { readDecimal } from '../../../lib/harvesters/decimal.ts';
import { boundingBox, timeSpan } from '../../../lib/harvesters/wms/extent.ts';
import type { XmlElement } from '../../../lib/harvesters/xml.ts';

test.each([
  ['5', 5],
  [' -5.25 ', -5.25],
  ['5,25', 5.25],
  ['-179,9', -179.9],
  ['1.2e-3', 0.0012],
  ['1E5', 100_000],
  ['.5', 0.5],
  ['5.', 5],
  ['', undefined],
  [undefined, undefined],
  ['NaN', undefined],
  ['inf', undefined],
  ['1,234.5', undefined],
  ['0x10', undefined],
  ['5 m', undefined],
])('%j as a number', (text, expected) => {
  expect(readDecimal(text)).toBe(expected);
});

const element = (crs: string, ...[minx, miny, maxx, maxy]: [string, string, string, string]): XmlElement => ({
  name: 'BoundingBox',
  attributes: { CRS: crs, minx, miny, maxx, maxy },
  children: [],
  text: '',
});

describe('a BoundingBox in degrees', () => {
  const LAT_LON = ['45', '5', '46', '6'] as const;
  const DEGREES = [5, 45, 6, 46];

  test.each(['EPSG:4326', 'epsg:4326', 'urn:ogc:def:crs:EPSG::4326', 'EPSG:4258'])(
    '%s has latitude first in 1.3.0, longitude before',
    (crs) => {
      expect(boundingBox(element(crs, ...LAT_LON), true)?.box).toEqual(DEGREES);
      expect(boundingBox(element(crs, '5', '45', '6', '46'), false)?.box).toEqual(DEGREES);
    },
  );

  test.each(['CRS:84', 'urn:ogc:def:crs:OGC:1.3:CRS84'])('%s has always longitude first', (crs) => {
    expect(boundingBox(element(crs, '5', '45', '6', '46'), true)?.box).toEqual(DEGREES);
  });

  test('a latitude beyond 90 shows that a server of 1.3.0 has its axes in the old order', () => {
    const found = boundingBox(element('EPSG:4326', '100', '-10', '150', '10'), true);
    expect(found?.box).toEqual([100, -10, 150, 10]);
    expect(found?.note).toContain('axes in the order of WMS 1.1');
  });

  test('one in Web Mercator is computed, and says so', () => {
    const found = boundingBox(
      element('EPSG:3857', '0', '0', '20037508.342789244', '20037508.342789244'),
      true,
    );
    expect(found?.box.map((degrees) => Math.round(degrees * 1e4) / 1e4)).toEqual([0, 0, 180, 85.0511]);
    expect(found?.note).toBe('the box was computed from the one in EPSG:3857');
  });

  test.each(['EPSG:2154', 'EPSG:', '', 'IGNF:LAMB93'])('%j would need a table', (crs) => {
    expect(boundingBox(element(crs, '1', '2', '3', '4'), true)).toBeUndefined();
  });

  test('the nearest to degrees comes first', () => {
    const ranks = ['CRS:84', 'EPSG:4326', 'EPSG:4258', 'EPSG:3857'].map(
      (crs) => boundingBox(element(crs, ...LAT_LON), true)?.rank,
    );
    expect(ranks).toEqual([1, 2, 3, 3]);
  });

  test('numbers that are none make no box', () => {
    expect(boundingBox(element('CRS:84', 'NaN', '1', '2', '3'), true)).toBeUndefined();
  });
});

test.each([
  ['a value', '2020-01-01', ['2020-01-01', '2020-01-01']],
  ['an interval', '2000-01-01/2020-01-01/P1Y', ['2000-01-01', '2020-01-01']],
  [
    'an interval with a broken resolution',
    '2015-04-27T16:15:00/2015-04-27T18:45:00/PBAD',
    ['2015-04-27T16:15:00', '2015-04-27T18:45:00'],
  ],
  ['a list', ' 2001-01-01, 2002-01-01 ,2003-01-01', ['2001-01-01', '2003-01-01']],
  ['a list in no order', '2002-01-01,2001-01-01,2003-01-01,2002-06-01', ['2001-01-01', '2003-01-01']],
  [
    'a list of intervals',
    '2001-01-01/2002-01-01/P1D,1999-01-01/1999-06-01/P1D',
    ['1999-01-01', '2002-01-01'],
  ],
  ['years', '1990,2000,2010', ['1990', '2010']],
  ['an interval without end', '2000-01-01/current/PT1H', ['2000-01-01', null]],
  ['an empty end', '2000-01-01/', ['2000-01-01', null]],
  ['an interval without beginning', '/2000-01-01', [null, '2000-01-01']],
  ['values of which some are none', 'x,2000-01-01,,y', ['2000-01-01', '2000-01-01']],
])('the span of %s', (_name, extent, expected) => {
  expect(timeSpan(extent)).toEqual(expected);
});

test.each(['', 'x', 'PT1H', '0,50,100', '/'])('%j is no time', (extent) => {
  expect(timeSpan(extent)).toBeUndefined();
});

test('a list of 50,000 instants is one span', () => {
  const instants = Array.from({ length: 50_000 }, (_, hour) => new Date(hour * 3_600_000).toISOString());
  expect(timeSpan(instants.join(','))).toEqual([instants[0], instants.at(-1)]);
});
