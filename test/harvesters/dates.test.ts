// Dates as catalogues write them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ofMilliseconds, readDate, readInterval } from '../../lib/harvesters/dates.ts';

describe('readDate', () => {
  test.each([
    ['2024-02-29', '2024-02-29'],
    ['20240229', '2024-02-29'],
    [' 2021-01-21T18:57:00Z ', '2021-01-21T18:57:00Z'],
    ['2021-01-21T18:57:27.717853Z', '2021-01-21T18:57:27.717Z'],
    ['2021-01-21T23:30:00-05:00', '2021-01-22T04:30:00Z'],
    ['2021-01-21T00:30+0100', '2021-01-20T23:30:00Z'],
    ['2021-01-21 18:57:00 UTC', '2021-01-21T18:57:00Z'],
    ['20210121T185700Z', '2021-01-21T18:57:00Z'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    ['2021-01-21T24:00:00Z', '2021-01-22T00:00:00Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00Z'],
  ])('%s is %s', (text, date) => {
    expect(readDate(text)).toEqual({ date });
  });

  test.each([
    '',
    'yesterday',
    '2023-02-29',
    '2023-13-01',
    '2023-00-10',
    '2023-04-31',
    '0000-01-01',
    '2023-01-01T25:00:00Z',
    '2023-01-01T10:61:00Z',
    '2023-01-01T24:30:00Z',
    '1/2/2023',
    '2023-1-1',
    '99999-01-01',
    '2023-01-01T10:00:00Q',
    '0001-01-01T00:00:00+10:00',
  ])('%j is no date', (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  test('what had to be assumed is said', () => {
    expect(readDate('2021-01-21T18:57:00')).toEqual({
      date: '2021-01-21T18:57:00Z',
      note: '2021-01-21T18:57:00 has no time zone and was taken as UTC',
    });
    expect(readDate('2021')).toEqual({ date: '2021-01-01', note: 'only the year of 2021-01-01 is known' });
    expect(readDate('2024-02', true)).toEqual({
      date: '2024-02-29',
      note: 'only the month of 2024-02-29 is known',
    });
    expect(readDate('1999', true)?.date).toBe('1999-12-31');
  });

  test('what comes out is read again as the same', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('0001-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59Z'),
          noInvalidDate: true,
        }),
        (at) => {
          const date = ofMilliseconds(at.getTime()) ?? '';
          expect(readDate(date)).toEqual({ date });
          expect(Date.parse(date)).toBe(at.getTime());
        },
      ),
    );
  });
});

test('milliseconds that are no instant of four-digit years are none', () => {
  expect(ofMilliseconds(1_469_595_856_308)).toBe('2016-07-27T05:04:16.308Z');
  for (const milliseconds of [Number.NaN, Infinity, 8.64e15, -8.64e15, 1e300])
    expect(ofMilliseconds(milliseconds)).toBeUndefined();
});

describe('readInterval', () => {
  test.each([
    ['2020-01-01', '2020-12-31', ['2020-01-01', '2020-12-31']],
    ['2020-01-01', null, ['2020-01-01', '..']],
    [undefined, '2020-12-31', ['..', '2020-12-31']],
    ['2020-01-01', 'now', ['2020-01-01', '..']],
    ['2020-01-01T10:00:00Z', '2020-01-01', ['2020-01-01T10:00:00Z', '2020-01-01']],
    ['', null, undefined],
  ])('%j to %j', (begin, end, interval) => {
    expect(readInterval(begin, end)).toEqual({ interval, notes: [] });
  });

  test('an interval that ends before it begins is none, and a broken end is open; both are said', () => {
    expect(readInterval('2020-01-02', '2020-01-01')).toEqual({
      interval: undefined,
      notes: ['the interval ends at 2020-01-01, before it begins at 2020-01-02'],
    });
    expect(readInterval('2020-01-02', 'soon')).toEqual({
      interval: ['2020-01-02', '..'],
      notes: ['"soon" is no date'],
    });
  });
});
