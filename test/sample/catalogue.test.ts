import { expect, test } from 'vitest';
import { makeCatalogue, pksByTheme } from '../../lib/sample/catalogue.ts';
import { COUNTY_BOX } from '../../lib/sample/dataset.ts';

function all(size: number) {
  const catalogue = makeCatalogue(size);
  return Array.from({ length: size }, (_, index) => catalogue.dataset(index + 1)!);
}

test('two catalogues of the same size are the same, dataset by dataset', () => {
  expect(all(500)).toEqual(all(500));
});

test('a larger catalogue begins with the smaller one', () => {
  expect(all(500).slice(0, 60)).toEqual(all(60));
});

test('names and uuids are unique, also among ten thousand', () => {
  const datasets = all(10_000);
  expect(new Set(datasets.map(({ name }) => name)).size).toBe(10_000);
  expect(new Set(datasets.map(({ uuid }) => uuid)).size).toBe(10_000);
});

test('every box lies in the county, the right way up; every date is one', () => {
  const [countyWest, countySouth, countyEast, countyNorth] = COUNTY_BOX;
  for (const { box, publishedAt, updatedAt, interval } of all(2_000)) {
    const [west, south, east, north] = box;
    expect(west >= countyWest && west < east && east <= countyEast).toBe(true);
    expect(south >= countySouth && south < north && north <= countyNorth).toBe(true);
    for (const at of [publishedAt, updatedAt, ...(interval ?? [])])
      if (at !== null) expect(Date.parse(at)).not.toBeNaN();
  }
});

test('the county itself is varied: every geometry, one dataset without an abstract, three languages, letters beyond ASCII', () => {
  const county = all(40);
  expect(new Set(county.map(({ geometry }) => geometry))).toEqual(
    new Set(['point', 'line', 'polygon', 'raster', 'document']),
  );
  expect(county.filter(({ abstract }) => abstract === undefined).map(({ name }) => name)).toEqual(['wells']);
  expect(new Set(county.map(({ language }) => language))).toEqual(new Set(['eng', 'cym', 'jpn']));
  expect(county.some(({ title }) => /[\u3040-\u9fff]/.test(title))).toBe(true);
  expect(county.some(({ abstract }) => abstract !== undefined && abstract.length > 700)).toBe(true);
});

test('a dataset is found by its name, the county’s own and a generated one, and nothing by a name that only looks like one', () => {
  const catalogue = makeCatalogue(100);
  expect(catalogue.named('weirs')?.pk).toBe(7);
  expect(catalogue.named(catalogue.dataset(77)!.name)?.pk).toBe(77);
  expect(catalogue.named('weirs_77')).toBeUndefined();
  expect(catalogue.named(makeCatalogue(101).dataset(101)!.name)).toBeUndefined();
});

test('there is nothing before the first and past the last', () => {
  const catalogue = makeCatalogue(41);
  expect([0, 42, 1.5, NaN].map((pk) => catalogue.dataset(pk))).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  expect(catalogue.dataset(41)?.pk).toBe(41);
});

test('the themes hold each wanted dataset once', () => {
  const catalogue = makeCatalogue(300);
  const pks = [...pksByTheme(catalogue, ({ geometry }) => geometry !== 'document').values()].flat();
  expect(pks.toSorted((a, b) => a - b)).toEqual(
    all(300).flatMap(({ pk, geometry }) => (geometry === 'document' ? [] : [pk])),
  );
});

test.each([-1, 1.5, NaN, 1_000_001])('a catalogue of %s datasets is refused in one sentence', (size) => {
  expect(() => makeCatalogue(size)).toThrow(/cannot have .* datasets; allowed is 0 to 1000000/);
});
