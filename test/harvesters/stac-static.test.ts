// Static catalogs of STAC: files that link to each other.
import { describe, expect, test } from 'vitest';
import { stac } from '../../lib/harvesters/stac.ts';
import { apiOf, crawlWith, link, ROOT } from './ogcapi/api.ts';
import { item, stacCollection } from './stac/documents.ts';

describe('a static catalog', () => {
  const catalog = (id: string, links: readonly object[], more: object = {}): object => ({
    stac_version: '1.0.0',
    type: 'Catalog',
    id,
    description: 'd',
    links,
    ...more,
  });
  const FILES = {
    '/catalog.json': catalog('root', [
      link('root', './catalog.json'),
      link('child', './a/collection.json'),
      link('child', 'years/2020/catalog.json'),
    ]),
    '/a/collection.json': stacCollection('a', {
      links: [
        link('parent', '../catalog.json'),
        link('item', './1/1.json', { title: 'One' }),
        link('item', './gone.json'),
      ],
    }),
    '/a/1/1.json': item('1'),
    '/years/2020/catalog.json': catalog('2020', [
      link('child', '../../a/collection.json'),
      link('child', '../../catalog.json'),
      link('item', 'loose.json'),
    ]),
    '/years/2020/loose.json': item('loose', {}, { collection: undefined }),
  };
  const from = (
    path: string,
    settings: object = {},
    files: Record<string, object> = FILES,
  ): ReturnType<typeof crawlWith> => crawlWith(stac, apiOf(files), { url: ROOT + path, settings });

  test('is followed to its collections, each once, whatever circles it has', () => {
    const { ids, listing, records } = from('/catalog.json');
    expect(ids).toEqual(['a']);
    expect(listing).toMatchObject({ ended: true, complete: true });
    expect(records['a']?.links.map(({ href }) => href)).not.toContain(`${ROOT}/a/1/1.json`);
  });

  test('gives its items as resources of their own, by where they lie; one that is not there is gone, not the listing', () => {
    const { ids, listing, records, readings } = from('/catalog.json', { harvest: 'items' });
    expect(ids).toEqual(['a/1/1.json', 'a/gone.json', 'years/2020/loose.json']);
    expect(listing.complete).toBe(true);
    expect(readings.map(({ reading }) => reading)).toEqual(['record', 'gone', 'record']);
    expect(records['a/1/1.json']?.properties).toMatchObject({
      license: 'CC-BY-4.0',
      externalIds: [{ value: '1' }],
    });
  });

  test('is not followed deeper than its setting', () => {
    const files = Object.fromEntries(
      Array.from({ length: 5 }, (_, depth) => [
        `${'/x'.repeat(depth)}/c.json`,
        stacCollection(`c${depth}`, { links: [link('child', 'x/c.json')] }),
      ]),
    );
    expect(from('/c.json', { depthMax: 2 }, files)).toMatchObject({
      ids: ['c0', 'c1', 'c2'],
      listing: { complete: false, warnings: [expect.stringContaining('depthMax') as string] },
    });
  });

  test('an item that is something else is not valid', () => {
    const { readings } = from(
      '/catalog.json',
      { harvest: 'items' },
      { ...FILES, '/a/1/1.json': catalog('x', []) },
    );
    expect(readings[0]).toEqual({ reading: 'invalid', because: 'the answer is no item of STAC' });
  });

  test('a single item by its URL', () => {
    expect(from('/a/1/1.json').ids).toEqual(['a/items/1']);
  });
});
