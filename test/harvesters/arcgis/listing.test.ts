// Listings of ArcGIS that fail in parts, name what they must not, or are large.
import { describe, expect, test } from 'vitest';
import { arcgis, ArcgisSettings } from '../../../lib/harvesters/arcgis.ts';
import { jsonReply, textReply, thrownBy } from '../replies.ts';
import { EXTENT, harvest, LOCKED, ROOT, type Site, site } from './site.ts';

const settings = ArcgisSettings.parse({});

describe('a part that fails', () => {
  test.each([
    ['asks for a token', LOCKED],
    ['is refused', jsonReply({}, { status: 403 })],
    ['is an HTML page', textReply('<html><title>Services Directory has been disabled</title>')],
    ['fails for now', jsonReply({}, { status: 503 })],
    ['is cut off', textReply('{"services":[')],
    ['is something else', { hello: 'world' }],
  ])('a folder that %s does not end the crawl, and the listing is not complete', (_, answer) => {
    const { ids, listing } = harvest({ ...site, '/AGP': answer });
    expect(ids).toEqual(['World/ImageServer']);
    expect(listing).toMatchObject({ ended: true, complete: false });
    expect(listing.fault).toMatch(/^the listing is not complete: the folder AGP could not be listed: /);
  });

  test('a locked service does not end the crawl either', () => {
    const { ids, listing } = harvest({ ...site, '/AGP/Census/MapServer': LOCKED });
    expect(ids).toEqual(['World/ImageServer']);
    expect(listing.complete).toBe(false);
    const warning = listing.warnings.find((sentence) => sentence.includes('could not be listed'));
    expect(warning).toMatch(
      /^the service AGP\/Census\/MapServer could not be listed: .*ArcGIS error 499: Token Required; it wants credentials, and the harvester has none$/,
    );
  });

  test.each([
    ['is refused', { error: { code: 400, message: 'Invalid URL' } }],
    ['fails', textReply('', { status: 504 })],
    ['is something else', { hello: 'world' }],
  ])('when /layers %s, each layer is asked for by itself', (_, answer) => {
    const layer = { id: 1, name: 'States', type: 'Feature Layer', extent: EXTENT };
    const { ids, paths, listing, readings } = harvest({
      ...site,
      '/AGP/Census/MapServer/layers': answer,
      '/AGP/Census/MapServer/1': layer,
    });
    expect(ids).toEqual([
      'World/ImageServer',
      'AGP/Census/MapServer/1',
      'AGP/Census/MapServer/2',
      'AGP/Census/MapServer/3',
    ]);
    expect(paths.slice(-4)).toEqual([
      '/World/ImageServer',
      '/AGP/Census/MapServer/1',
      '/AGP/Census/MapServer/2',
      '/AGP/Census/MapServer/3',
    ]);
    expect(listing.complete).toBe(true);
    expect(readings.map(({ reading }) => reading)).toEqual(['record', 'record', 'gone', 'gone']);
    expect(readings[1]).toMatchObject({
      record: { bbox: [6, 46, 8, 47], properties: { keywords: ['people', 'census', '2020'] } },
    });
  });

  test('a layer that /layers leaves out is asked for by itself', () => {
    const some = { layers: [{ id: 1, name: 'States', type: 'Feature Layer' }] };
    const { ids, paths } = harvest({ ...site, '/AGP/Census/MapServer/layers': some });
    expect(ids).toEqual([
      'World/ImageServer',
      'AGP/Census/MapServer/1',
      'AGP/Census/MapServer/2',
      'AGP/Census/MapServer/3',
    ]);
    expect(paths).not.toContain('/AGP/Census/MapServer/1');
    expect(paths).toContain('/AGP/Census/MapServer/2');
  });

  test.each([
    ['429', jsonReply({}, { status: 429 })],
    ['an error 429 with status 200', { error: { code: 429, message: 'Too many requests' } }],
    ['503 with a time to wait', jsonReply({}, { status: 503, headers: { 'retry-after': '60' } })],
  ])('%s is about the whole server: the walk stops', (_, answer) => {
    expect(thrownBy(() => harvest({ ...site, '/AGP': answer })).name).toBe('RemoteBusy');
  });

  test.each([
    ['a token error', LOCKED, 'RemoteRefused'],
    ['401', jsonReply({}, { status: 401 }), 'RemoteRefused'],
    ['an error', { error: { code: 500, message: 'Oops', details: [] } }, 'RemoteException'],
    [
      'an error of Koop, whose code is a text',
      { error: { code: 'ENOENT', message: 'no such file' } },
      'RemoteException',
    ],
    [
      'an error without a message',
      { error: { code: 400, message: '', details: ['Bad'] } },
      'RemoteException',
    ],
    ['an error of the administration', { status: 'error', messages: ['Stopped'], code: 503 }, 'RemoteBusy'],
    ['HTML', textReply('<html>'), 'RemoteUnreadable'],
    ['JSON of something else', { folders: 'none' }, 'RemoteUnreadable'],
    ['null', null, 'RemoteUnreadable'],
    ['a NaN literal', textReply('{"services":[],"x":NaN}'), 'RemoteUnreadable'],
  ])('the root that answers with %s is a failure, never an empty catalogue', (_, answer, name) => {
    expect(thrownBy(() => harvest({ '': answer })).name).toBe(name);
  });

  test('an error that says nothing is an error with a sentence', () => {
    const { message } = thrownBy(() => harvest({ '': { error: '\u0000' } }));
    expect(message).toBe(
      `${ROOT}?f=json answered the services directory with ArcGIS error without a code: without a message`,
    );
  });

  test('the sentence of an error says what, where and why', () => {
    expect(thrownBy(() => harvest({ '': LOCKED })).message).toBe(
      `${ROOT}?f=json answered the services directory with ArcGIS error 499: Token Required; it wants credentials, and the harvester has none`,
    );
  });
});

describe('names from the remote', () => {
  test('that would lead elsewhere are stepped over, and the listing is not complete', () => {
    const names = ['../../admin', 'a//b', '', '.', 'x/../../y', '\ud800', 'a\u0000', 'x'.repeat(1_001)].map(
      (name) => ({ name, type: 'MapServer' }),
    );
    const { paths, listing } = harvest({
      '': { folders: ['..', null], services: [...names, { name: 'ok', type: 'ImageServer' }] },
      '/ok/ImageServer': { name: 'ok' },
    });
    expect(paths).toEqual(['', '/ok/ImageServer']);
    expect(listing.fault).toBe(
      'the listing is not complete: the services directory names 10 folders or services that have no usable name',
    );
  });

  test('with signs that mean something in URLs stay names', () => {
    const { ids, asked } = harvest({
      '': { services: [{ name: 'A&B?#/50% Straße', type: 'MapServer' }] },
      '/A&B?#/50% Straße/MapServer': { layers: [{ id: 0, name: 'x' }] },
      '/A&B?#/50% Straße/MapServer/layers': { layers: [{ id: 0, name: 'x' }] },
    });
    expect(ids).toEqual(['A&B?#/50% Straße/MapServer/0']);
    expect(asked.at(-1)).toBe(`${ROOT}/A%26B%3F%23/50%25%20Stra%C3%9Fe/MapServer/layers?f=json`);
  });

  test('that leave the folder out get it in front', () => {
    expect(
      harvest({
        '': { folders: ['F'] },
        '/F': { services: [{ name: 'S', type: 'ImageServer' }] },
        '/F/S/ImageServer': { name: 'S' },
      }).ids,
    ).toEqual(['F/S/ImageServer']);
  });

  test('of folders in folders are followed three deep, not for ever', () => {
    const endless: Site = Object.fromEntries(
      ['', '/a', '/a/a', '/a/a/a', '/a/a/a/a'].map((path) => [path, { folders: ['a'], services: [] }]),
    );
    const { paths, listing } = harvest(endless);
    expect(paths).toEqual(['', '/a', '/a/a', '/a/a/a']);
    expect(listing).toMatchObject({ complete: false });
  });
});

describe('a large service', () => {
  const layers = Array.from({ length: 1_001 }, (_, id) => ({
    id: id * 2,
    name: `layer ${id}`,
    type: 'Feature Layer',
  }));

  test('of more than 1,000 layers is asked for layer by layer', () => {
    const { resources, paths } = harvest({
      '': { services: [{ name: 'S', type: 'MapServer' }] },
      '/S/MapServer': { layers },
    });
    expect(resources).toHaveLength(1_001);
    expect(paths.slice(0, 3)).toEqual(['', '/S/MapServer', '/S/MapServer/0']);
  });

  test('keeps what it hands on to /layers within the length of a URL', () => {
    const service = {
      layers: layers.slice(0, 1_000),
      description: '界'.repeat(5_000),
      documentInfo: { Keywords: '界, '.repeat(5_000) },
    };
    const request = arcgis.firstListing(`${ROOT}/S/MapServer`, settings);
    const { next } = arcgis.readListing(
      { url: `${ROOT}/S/MapServer`, settings, request },
      jsonReply(service),
    );
    expect(next).toHaveLength(1);
    expect(next[0]?.url.length).toBeLessThan(8_192);
  });
});
