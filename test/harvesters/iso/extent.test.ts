// Where and when: boxes, polygons and times of ISO records.
import { describe, expect, test } from 'vitest';
import { gmd, recordOf, text } from './documents.ts';

const extent = (inside: string) =>
  recordOf(gmd({ identification: `<gmd:extent><gmd:EX_Extent>${inside}</gmd:EX_Extent></gmd:extent>` }));
const box = (sides: string, more = ''): string => {
  const [west = '', south = '', east = '', north = ''] = sides.split(' ');
  const elements = Object.entries({
    westBoundLongitude: west,
    eastBoundLongitude: east,
    southBoundLatitude: south,
    northBoundLatitude: north,
  }).map(([name, value]) => `<gmd:${name}><gco:Decimal>${value}</gco:Decimal></gmd:${name}>`);
  return `<gmd:geographicElement><gmd:EX_GeographicBoundingBox>${more}${elements.join('')}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>`;
};
const polygon = (inside: string): string =>
  `<gmd:geographicElement><gmd:EX_BoundingPolygon><gmd:polygon>${inside}</gmd:polygon></gmd:EX_BoundingPolygon></gmd:geographicElement>`;

describe('boxes', () => {
  test.each([
    ['one', box('1 2 3 4'), [1, 2, 3, 4]],
    ['with the comma of a language', box('1,5 2 3 4'), [1.5, 2, 3, 4]],
    ['several, together', box('1 2 3 4') + box('-5 3 0 8'), [-5, 2, 3, 8]],
    ['one that is none beside one that is', box('0 0 0 0') + box('1 2 3 4'), [1, 2, 3, 4]],
    ['across the antimeridian', box('170 -20 -170 -10'), [170, -20, -170, -10]],
    [
      'where the resource is not',
      box('1 2 3 4') +
        box('50 50 60 60', '<gmd:extentTypeCode><gco:Boolean>0</gco:Boolean></gmd:extentTypeCode>'),
      [1, 2, 3, 4],
    ],
    [
      'a polygon, longitude first',
      polygon(
        '<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>1 42 3 42 3 44 1 42</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>',
      ),
      [1, 42, 3, 44],
    ],
    [
      'a polygon of EPSG, latitude first',
      polygon(
        '<gml:Polygon srsName="urn:ogc:def:crs:EPSG::4326"><gml:exterior><gml:LinearRing><gml:posList>42 1 42 3 44 3 42 1</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>',
      ),
      [1, 42, 3, 44],
    ],
    [
      'a polygon in points with heights',
      polygon(
        '<gml:Polygon><gml:pos srsDimension="3">1 42 7</gml:pos><gml:pos srsDimension="3">3 44 9</gml:pos></gml:Polygon>',
      ),
      [1, 42, 3, 44],
    ],
    [
      'a polygon whose order only its numbers show',
      polygon('<gml:Polygon><gml:coordinates>-20,170 -10,175</gml:coordinates></gml:Polygon>'),
      [170, -20, 175, -10],
    ],
    ['a box before a polygon', polygon('<gml:pos>50 50</gml:pos>') + box('1 2 3 4'), [1, 2, 3, 4]],
  ])('%s', (_name, inside, expected) => {
    expect(extent(inside).bbox).toEqual(expected);
  });

  test('one that is none is left out, and that is said', () => {
    const { bbox, properties } = extent(box('600000 5000000 700000 5100000'));
    expect(bbox).toBeUndefined();
    expect(properties.notes?.join()).toContain('is not in degrees');
    expect(extent(polygon('<gml:posList>1 2 3 x</gml:posList>')).bbox).toBeUndefined();
  });
});

describe('times', () => {
  const time = (inside: string): string =>
    `<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>${inside}</gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>`;
  const period = (inside: string): string => time(`<gml:TimePeriod>${inside}</gml:TimePeriod>`);

  test.each([
    [
      'a period',
      period(
        '<gml:beginPosition>2001-01-01</gml:beginPosition><gml:endPosition>2005-12-31</gml:endPosition>',
      ),
      ['2001-01-01', '2005-12-31'],
    ],
    [
      'a period of years',
      period('<gml:beginPosition>2001</gml:beginPosition><gml:endPosition>2005</gml:endPosition>'),
      ['2001-01-01', '2005-12-31'],
    ],
    [
      'a period that goes on',
      period(
        '<gml:beginPosition>2001-01-01</gml:beginPosition><gml:endPosition indeterminatePosition="now"/>',
      ),
      ['2001-01-01', '..'],
    ],
    [
      'a period between instants',
      period(
        '<gml:begin><gml:TimeInstant><gml:timePosition>2001-01-01</gml:timePosition></gml:TimeInstant></gml:begin><gml:end><gml:TimeInstant><gml:timePosition>2002-01-01</gml:timePosition></gml:TimeInstant></gml:end>',
      ),
      ['2001-01-01', '2002-01-01'],
    ],
    [
      'an instant',
      time('<gml:TimeInstant><gml:timePosition>2001-05-06</gml:timePosition></gml:TimeInstant>'),
      ['2001-05-06', '2001-05-06'],
    ],
    [
      'several',
      period(
        '<gml:beginPosition>2001-01-01</gml:beginPosition><gml:endPosition>2002-01-01</gml:endPosition>',
      ) +
        period(
          '<gml:beginPosition>1999-01-01</gml:beginPosition><gml:endPosition>2000-01-01</gml:endPosition>',
        ),
      ['1999-01-01', '2002-01-01'],
    ],
  ])('%s', (_name, inside, interval) => {
    expect(extent(inside).time).toEqual({ interval });
  });

  test('one without any date is none', () => {
    expect(
      extent(period('<gml:beginPosition indeterminatePosition="unknown"/><gml:endPosition/>')).time,
    ).toBeNull();
  });
});

test('services have an extent of their own namespace', () => {
  const service = `<srv:extent><gmd:EX_Extent>${box('1 2 3 4')}</gmd:EX_Extent></srv:extent>`;
  expect(recordOf(gmd({ identification: service })).bbox).toEqual([1, 2, 3, 4]);
  expect(recordOf(gmd({ identification: `<gmd:abstract>${text('x')}</gmd:abstract>` })).bbox).toBeUndefined();
});
