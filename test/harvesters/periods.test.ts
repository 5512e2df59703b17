// Time spans in one text: ISO 8601 and what is written in its place.
import { describe, expect, test } from 'vitest';
import { isFrequency, readPeriod } from '../../lib/harvesters/periods.ts';

test.each([
  ['2000-01-15T00:45:00Z/2010-01-15T00:06:00Z', ['2000-01-15T00:45:00Z', '2010-01-15T00:06:00Z']],
  ['2001/2005', ['2001', '2005']],
  ['2001-01-01/..', ['2001-01-01', '..']],
  ['/2005-01-01', ['', '2005-01-01']],
  ['2001 - 2005', ['2001', '2005']],
  ['2001 to 2005', ['2001', '2005']],
  ['2001-02-03', ['2001-02-03', '2001-02-03']],
  ['2000-01-31/P1M', ['2000-01-31', '2000-02-29']],
  ['2000-01-15T00:45:00Z/P1W', ['2000-01-15T00:45:00Z', '2000-01-22T00:45:00.000Z']],
  ['2000-02-29/P1Y', ['2000-02-29', '2001-02-28']],
  ['P1Y2M/2001-03-31', ['2000-01-31', '2001-03-31']],
  ['2000-01-01T00:00:00Z/PT36H', ['2000-01-01T00:00:00Z', '2000-01-02T12:00:00.000Z']],
  ['R5/2008-03-01/P1Y', ['2008-03-01', undefined]],
  ['R/2008-03-01/P1Y', ['2008-03-01', undefined]],
])('%s is %j', (text, interval) => {
  expect(readPeriod(text)).toEqual({ interval, notes: [] });
});

test.each(['R/P1Y', 'R/x/P1Y'])('%s says how often, and not when', (text) => {
  expect(readPeriod(text)).toEqual({ notes: [`the period "${text}" is a frequency and was left out`] });
});

test.each(['whenever', 'a/b/c', 'P1Y', 'P'])('%s is left out, and said', (text) => {
  expect(readPeriod(text)).toEqual({ notes: [`the period "${text}" could not be read and was left out`] });
});

test('an end that cannot be written is left open', () => {
  expect(readPeriod('9999-01-01/P5Y').interval).toEqual(['9999-01-01', undefined]);
  expect(readPeriod('x/P5Y').interval).toEqual(['x', undefined]);
  expect(readPeriod('2000-01-01/P99999999999999Y').interval).toEqual(['2000-01-01', undefined]);
});

test('nothing is no period', () => {
  expect(readPeriod(' ')).toEqual({ notes: [] });
});

describe('a frequency', () => {
  test.each(['R/P1D', 'R/PT1S', 'r/p1y', 'R10/P1Y', 'R/P0.33W'])('is %s', (text) => {
    expect(isFrequency(text)).toBe(true);
  });
  test.each(['2011-11-19', 'irregular', ''])('is not %j', (text) => {
    expect(isFrequency(text)).toBe(false);
  });
});
