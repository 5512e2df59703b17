// What every record must be, whoever read it: used by the tests of all harvester types.
import { expect } from 'vitest';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';

const RECORD_KEYS = new Set(['type', 'id', 'conformsTo', 'geometry', 'bbox', 'time', 'properties', 'links']);
const PROPERTY_KEYS = new Set([
  'type',
  'title',
  'description',
  'keywords',
  'language',
  'created',
  'updated',
  'contacts',
  'license',
  'rights',
  'formats',
  'crs',
  'externalIds',
  'notes',
]);
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/;

/** Fails unless the record is plain JSON of known keys, with a box on the globe, real dates and links that can be followed. */
export function expectValidRecord(record: CatalogueRecord): void {
  const text = JSON.stringify(record);
  expect(JSON.parse(text)).toStrictEqual(record);
  expect(text.isWellFormed()).toBe(true);
  expect(Object.keys(record).filter((key) => !RECORD_KEYS.has(key))).toEqual([]);
  expect(Object.keys(record.properties).filter((key) => !PROPERTY_KEYS.has(key))).toEqual([]);
  expect(record.id.trim()).not.toBe('');
  expect(record.properties.title).toMatch(/^\S(.*\S)?$/u);
  expectBox(record);
  const { created, updated } = record.properties;
  const ends = record.time?.interval.filter((end) => end !== '..') ?? [];
  for (const date of [created, updated, ...ends].filter((date) => date !== undefined)) {
    expect(date).toMatch(DATE);
    expect(Date.parse(date)).not.toBeNaN();
  }
  for (const link of record.links) {
    const url = new URL(link.href);
    expect(['http:', 'https:']).toContain(url.protocol);
    expect(url.username + url.password).toBe('');
  }
}

function expectBox({ bbox, geometry }: CatalogueRecord): void {
  if (bbox === undefined) {
    expect(geometry).toBeNull();
    return;
  }
  const [west, south, east, north] = bbox;
  for (const longitude of [west, east]) expect(Math.abs(longitude)).toBeLessThanOrEqual(180);
  for (const latitude of [south, north]) expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
  expect(south).toBeLessThanOrEqual(north);
  expect(geometry).not.toBeNull();
}
