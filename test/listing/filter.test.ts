/** Which resources a filter lets through. */
import { describe, expect, test } from 'vitest';
import { harvesterType } from '../../lib/harvesters/index.ts';
import type { Facts, Filter } from '../../lib/harvesters/harvester.ts';
import { faultsOfFilter, meets } from '../../lib/listing/filter.ts';

const FACTS: Facts = {
  title: 'Roads of the County',
  type: 'dataset',
  keywords: ['Transport'],
  bbox: [170, -20, -170, -10],
  updated: '2026-03-10T12:00:00Z',
};

test.each<[Filter, boolean]>([
  [{}, true],
  [{ title: 'roads' }, true],
  [{ title: 'rivers' }, false],
  [{ types: ['service', 'Dataset'] }, true],
  [{ types: ['service'] }, false],
  [{ keywords: ['transport', 'x'] }, true],
  [{ keywords: ['trans'] }, false],
  [{ bbox: [-175, -15, -174, -14] }, true],
  [{ bbox: [175, -15, 176, -14] }, true],
  [{ bbox: [0, -15, 10, -14] }, false],
  [{ bbox: [160, -30, -160, -25] }, false],
  [{ updatedFrom: '2026-03-10' }, true],
  [{ updatedFrom: '2026-03-11' }, false],
  [{ updatedTo: '2026-03-10' }, true],
  [{ updatedTo: '2026-03-09' }, false],
  [{ title: 'roads', keywords: ['x'] }, false],
])('%j lets it through: %s', (filter, expected) => {
  expect(meets(filter, FACTS)).toBe(expected);
});

describe('what a listing does not tell', () => {
  test.each<Filter>([
    { title: 'x' },
    { types: ['x'] },
    { keywords: ['x'] },
    { bbox: [0, 0, 1, 1] },
    { updatedFrom: '2026-01-01' },
  ])('does not meet %j', (filter) => {
    expect(meets(filter, {})).toBe(false);
  });

  test('is refused as a part of a filter', () => {
    expect(faultsOfFilter({ keywords: ['x'], title: 'a' }, harvesterType('arcgis'))).toEqual([
      'filter.keywords cannot be judged by what a listing of type arcgis says; allowed are title',
    ]);
    expect(faultsOfFilter({ keywords: ['x'], title: 'a' }, harvesterType('wms'))).toEqual([]);
    expect(faultsOfFilter({ updatedFrom: 'yesterday' }, harvesterType('wms'))).toEqual([
      'filter.updatedFrom is "yesterday"; allowed is a date such as 2026-01-31',
    ]);
  });
});
