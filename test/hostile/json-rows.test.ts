/** The rows json-* of the list of bad inputs, read as a GeoNode's answers are read. */
import { describe, expect, test } from 'vitest';
import { geonode } from '../../lib/harvesters/geonode.ts';
import type { ListedResource, Listing, Reading, RemoteReply } from '../../lib/harvesters/harvester.ts';
import { readJson } from '../../lib/harvesters/json.ts';
import type { Json } from '../../lib/json.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { textReply } from '../harvesters/replies.ts';
import { expectValidRecord } from '../harvesters/valid-record.ts';
import { makeRig, reply } from '../lambdas/rig.ts';
import { measured } from './measured.ts';

const URL_HARVESTED = 'https://remote.example';
const settings = geonode.settings.parse({});
const request = geonode.firstListing(URL_HARVESTED, settings);
const RESOURCE: ListedResource = { id: 'u-1', hint: { pk: '1', type: 'dataset' } };

const json = (body: string | Uint8Array): Json => readJson(textReply(body), 'the listing');
const listing = (body: string): Listing =>
  geonode.readListing({ url: URL_HARVESTED, settings, request }, textReply(body, { url: request.url }));
const reading = (body: string, resource = RESOURCE): Reading =>
  geonode.readResource({ url: URL_HARVESTED, settings }, resource, textReply(body));
const dataset = (fields: string): string => `{"dataset":{"pk":"1","uuid":"u-1","title":"Roads"${fields}}}`;

function record(body: string) {
  const read = reading(body);
  if (read.reading !== 'record') throw new Error(`it is ${read.reading}: ${read.because}`);
  expectValidRecord(read.record);
  return read.record;
}

describe('depth', { retry: 2 }, () => {
  test.each([1_000_000, 10_000_000])('json-01: %i brackets are refused before anything is built', (count) => {
    const body = Buffer.alloc(count, '[');
    const outcome = measured(() => json(body));
    expect(outcome.error).toMatch(/^RemoteUnreadable: .* nested deeper than 64/);
    expect(outcome.cpuSeconds).toBeLessThan(3);
    expect(outcome.growthMegabytes).toBeLessThan(128);
  });
});

test.each([
  ['__proto__', '"__proto__":{"polluted":true}'],
  ['an escaped __proto__', String.raw`"\u005f_proto__":{"polluted":true}`],
  ['a constructor with a prototype', '"constructor":{"prototype":{"polluted":true}}'],
])('json-03: %s reaches neither a prototype nor a record', (_what, key) => {
  const value = json(`{${key},"a":1}`);
  expect(value).toEqual({ a: 1 });
  const kept = record(dataset(`,${key},"keywords":[{"name":"a",${key}}]`));
  for (const made of [value, Object.assign({}, kept), structuredClone(kept), {}])
    expect((made as { polluted?: boolean }).polluted).toBeUndefined();
  expect(JSON.stringify(kept)).not.toContain('polluted');
});

test('json-04: of a key that stands twice the last counts: one resource, one identity, and another one in its answer is refused', () => {
  const entry = '{"pk":1,"pk":2,"uuid":"a","uuid":"b","resource_type":"dataset"}';
  const { resources } = listing(`{"links":{"next":null},"total":1,"resources":[${entry}]}`);
  expect(resources).toMatchObject([{ id: 'b', hint: { pk: '2', type: 'dataset' } }]);
  expect(reading('{"dataset":{"pk":"1","uuid":"u-1","uuid":"u-2","title":"Roads"}}')).toMatchObject({
    reading: 'invalid',
    because: expect.stringContaining('asked for uuid u-1, the remote answered with uuid u-2') as string,
  });
});

describe('json-06: numbers that are none', () => {
  const box = (coordinate: string): string =>
    dataset(
      `,"ll_bbox_polygon":{"type":"Polygon","coordinates":[[[${coordinate},46],[8,46],[8,47],[6,47],[6,46]]]}`,
    );

  test.each(['NaN', 'Infinity', '-Infinity'])('json-06: %s is refused', (word) => {
    expect(measured(() => reading(box(word))).error).toMatch(/^RemoteUnreadable: .* NaN or Infinity/);
  });

  test('json-06: 1e400 in a box leaves the box out and says so; nothing is null in silence', () => {
    const kept = record(box('1e400'));
    expect(kept.bbox).toBeUndefined();
    expect(kept.properties.notes?.join()).toMatch(/box/);
    expect(JSON.stringify(kept.properties)).not.toContain('null');
  });

  test('json-06: -0 is a number like another', () => {
    expect(record(box('-0')).bbox).toEqual([0, 46, 8, 47]);
  });

  test.each([
    ['of five million digits', '1'.repeat(5_000_000)],
    ['with an exponent of a million digits', `1e${'9'.repeat(1_000_000)}`],
  ])('json-06: a number %s is read in its stride', (_what, number) => {
    const outcome = measured(() => record(box(number)));
    expect(outcome.error).toBe('');
    expect(outcome.value?.bbox).toBeUndefined();
    expect(outcome.cpuSeconds).toBeLessThan(3);
  });
});

describe('json-07: what is not one whole JSON document', () => {
  const whole = '{"links":{"next":null},"total":0,"resources":[]}';

  test.each([
    ['cut in the middle', whole.slice(0, 30)],
    ['a second document', `${whole}${whole}`],
    ['comments', `// a\n${whole}`],
    ['nothing', ''],
    ['a mark alone', '\ufeff'],
    ['null', 'null'],
    ['a bare text', '"ok"'],
    ['an HTML page', '<!doctype html><title>Sign in</title>'],
  ])('json-07: %s is refused, never an empty listing', (_what, body) => {
    expect(measured(() => listing(body)).error).toMatch(/^RemoteUnreadable: /);
  });

  test('json-07: a mark before a document is accepted', () => {
    expect(listing(`\ufeff${whole}`)).toMatchObject({ resources: [], matched: 0 });
  });
});

test.each([
  ['half a surrogate pair', String.raw`\ud800`],
  ['a NUL', String.raw`\u0000`],
])('json-09: an id with %s is a failed resource with a reason, and never a record', (_what, escape) => {
  const body = `{"links":{"next":null},"resources":[{"pk":"1","uuid":"a${escape}b"}]}`;
  const [resource] = listing(body).resources;
  const read = reading(`{"dataset":{"pk":"1","uuid":"a${escape}b","title":"Roads"}}`, resource);
  expect(read).toMatchObject({
    reading: 'invalid',
    because: expect.stringContaining('control characters or broken ones') as string,
  });
});

test('json-10: keys that objects act upon are plain data, and to wait for the record does not hang', async () => {
  const odd = '"then":1,"toJSON":"x","valueOf":null,"length":-1,"hasOwnProperty":0';
  const value = json(`{${odd},"a":{${odd}}}`);
  expect(await Promise.resolve(value)).toMatchObject({ then: 1, toJSON: 'x', length: -1 });
  expect(JSON.parse(JSON.stringify(value))).toEqual(value);
  const kept = await Promise.resolve(record(dataset(`,${odd},"owner":{${odd},"username":"anna"}`)));
  expect(JSON.stringify(kept)).not.toContain('toJSON');
});

describe('json-13: a listing that moves under the reader', () => {
  const entry = (number: number) => ({ pk: String(number), uuid: `u-${number}`, resource_type: 'dataset' });
  const page = (numbers: readonly number[], total: number, next: string | null) =>
    reply({ links: { next }, total, page: 1, page_size: 2, resources: numbers.map(entry) });

  async function listed(pages: (number: number) => RemoteReply) {
    const rig = await makeRig();
    rig.remote.before = ({ url }) => {
      const { pathname, searchParams } = new URL(url);
      return pathname.endsWith('/resources/') ? pages(Number(searchParams.get('page'))) : undefined;
    };
    const { id } = await rig.start();
    await rig.discover(id);
    return { ...rig.read(id).listing, requests: rig.remote.requests };
  }

  test('json-13: a next that repeats for ever ends, and the listing is not complete', async () => {
    const found = await listed(() => page([1, 2], 9, 'http://geo.example/api/v2/resources/?page=1'));
    expect(found).toMatchObject({ ended: true, complete: false });
    expect(found.fault).toMatch(/goes in circles/);
    expect(found.requests.length).toBeLessThan(DEFAULT_LIMITS.barrenRepliesMax + 5);
  });

  test('json-13: an id on two pages is listed once and counted, and a total that shrinks hides nothing', async () => {
    const found = await listed((number) =>
      number === 1 ? page([1, 2], 4, 'http://geo.example/?page=2') : page([2, 3], 3, null),
    );
    expect(found).toMatchObject({ ended: true, complete: false, duplicates: 1, matched: 4 });
    expect(found.fault).toMatch(/\b3\b.*\b4\b|\b4\b.*\b3\b/);
  });
});
