// The WMS harvester type: one resource per named layer, or an error with a name.
import { describe, expect, test } from 'vitest';
import type { RemoteReply } from '../../lib/harvesters/harvester.ts';
import { wms } from '../../lib/harvesters/wms.ts';
import {
  capabilities11,
  capabilities13,
  listingOf,
  recordsOf,
  replyOf,
  SETTINGS,
  URL_HARVESTED,
} from './wms/documents.ts';

describe('the listing', () => {
  test('has one resource per named layer, groups with a name too, in the order of the document', () => {
    const listing = listingOf(
      capabilities13(
        '<Layer><Title>root</Title><Layer><Name>group</Name><Title>Group</Title><Layer><Name>a</Name></Layer></Layer><Layer><Title>folder</Title><Layer><Name> b/c </Name></Layer></Layer></Layer>',
      ),
    );
    expect(listing.resources.map(({ id, title }) => [id, title])).toEqual([
      ['group', 'Group'],
      ['a', 'a'],
      ['b/c', 'b/c'],
    ]);
    expect(listing).toMatchObject({ next: [], matched: 3, warnings: [] });
    expect(listing.incomplete).toBeUndefined();
  });

  test('of layers with the same name the first is kept, and the others are said', () => {
    const listing = listingOf(
      capabilities13(
        '<Layer><Layer><Name>a</Name><Title>1</Title></Layer><Layer><Name>a</Name><Title>2</Title></Layer><Layer><Name>a</Name></Layer><Layer><Name>b</Name></Layer></Layer>',
      ),
    );
    expect(listing.resources.map(({ title }) => title)).toEqual(['1', 'b']);
    expect(listing.matched).toBe(2);
    expect(listing.warnings).toEqual(['of layers with the same name only the first was kept: a']);
  });

  test.each([
    ['no layer', ''],
    ['only folders', '<Layer><Title>root</Title><Layer><Name/><Title>folder</Title></Layer></Layer>'],
  ])('of a document with %s is empty, with a warning', (_name, layers) => {
    const listing = listingOf(capabilities13(layers));
    expect(listing).toMatchObject({ resources: [], matched: 0 });
    expect(listing.warnings).toEqual([
      'the capabilities hold no layer with a name, so there is nothing to harvest',
    ]);
  });

  test('of a document that is not well-formed is not complete', () => {
    const listing = listingOf(
      capabilities13(
        '<Layer><Layer><Name>a<Layer><Name>b</Name></Layer></Layer><Layer><Name>c</Name></Layer></Layer>',
      ),
    );
    expect(listing.incomplete).toBe(true);
    expect(listing.warnings?.[0]).toContain('something may be missing');
  });

  test.each([
    ['an HTML page with status 200', '<html><head><title>Login</title></head></html>', 'RemoteUnreadable'],
    ['an empty body', '', 'RemoteUnreadable'],
    [
      'a document that was cut off',
      capabilities13('<Layer><Layer><Name>a</Name></Layer></Layer>').slice(0, -30),
      'RemoteUnreadable',
    ],
    ['another service', '<WFS_Capabilities version="2.0.0"/>', 'RemoteUnreadable'],
    [
      'an exception report',
      '<ServiceExceptionReport><ServiceException>no</ServiceException></ServiceExceptionReport>',
      'RemoteException',
    ],
  ])('is never made of %s', (_name, body, name) => {
    expect(() => listingOf(body)).toThrow(expect.objectContaining({ name }) as Error);
  });

  test('layers nested beyond reason are refused, not a stack overflow', () => {
    expect(() => listingOf(capabilities13('<Layer>'.repeat(5_000) + '</Layer>'.repeat(5_000)))).toThrow(
      'nest deeper than 200',
    );
  });

  test('layers nested as deep as is allowed are listed', () => {
    const layers =
      Array.from({ length: 150 }, (_, level) => `<Layer><Name>${level}</Name>`).join('') +
      '</Layer>'.repeat(150);
    expect(listingOf(capabilities13(layers)).matched).toBe(150);
  });
});

describe('older versions', () => {
  test('WMS 1.1.1: SRS, LatLonBoundingBox, Extent, longitude first', () => {
    const records = recordsOf(
      listingOf(
        capabilities11(
          '<Layer><SRS>EPSG:4326 EPSG:3857</SRS><Layer><Name>a</Name><LatLonBoundingBox minx="1" miny="2" maxx="3" maxy="4"/><Dimension name="time" units="ISO8601"/><Extent name="time">2001-01-01,2002-01-01</Extent></Layer>' +
            '<Layer><Name>b</Name><BoundingBox SRS="EPSG:4326" minx="1" miny="2" maxx="3" maxy="4"/></Layer></Layer>',
        ),
      ),
    );
    expect(records['a']).toMatchObject({
      bbox: [1, 2, 3, 4],
      time: { interval: ['2001-01-01', '2002-01-01'] },
    });
    expect(records['a']?.properties.crs).toEqual(['EPSG:4326', 'EPSG:3857']);
    expect(records['b']?.bbox).toEqual([1, 2, 3, 4]);
  });

  test('WMS 1.0.0: Map, onlineResource, keywords as one text', () => {
    const body =
      '<WMT_MS_Capabilities version="1.0.0"><Service><OnlineResource>http://maps.example.org/</OnlineResource></Service><Capability><Request><Map><DCPType><HTTP>' +
      '<Get onlineResource="http://maps.example.org/old?"/></HTTP></DCPType></Map></Request><Layer><Layer><Name>a</Name><Keywords>bird roller</Keywords><DataURL>http://x.example.org/d</DataURL></Layer></Layer></Capability></WMT_MS_Capabilities>';
    const { links, properties } = recordsOf(listingOf(body))['a']!;
    expect(properties.keywords).toEqual(['bird', 'roller']);
    expect(links.map(({ href }) => href)).toEqual([
      'https://maps.example.org/old',
      'https://maps.example.org/old?WMTVER=1.0.0&REQUEST=capabilities&SERVICE=WMS',
      'http://x.example.org/d',
    ]);
  });
});

describe('the type', () => {
  test('asks once, for the version of its settings, and for no resource', () => {
    expect(wms.firstListing(URL_HARVESTED, SETTINGS).url).toContain('VERSION=1.3.0');
    expect(wms.firstListing(URL_HARVESTED, wms.settings.parse({ version: '1.1.1' })).url).toContain(
      'VERSION=1.1.1',
    );
    expect(wms.resourceRequest({ url: URL_HARVESTED, settings: SETTINGS }, { id: 'a' })).toBeUndefined();
  });

  test.each([{ version: '2.0.0' }, { maxStoredCrs: 0 }, { maxStoredCrs: 51 }, { maxCrs: 5 }])(
    'does not allow %j',
    (settings) => {
      expect(wms.settings.safeParse(settings).success).toBe(false);
    },
  );

  test('knows a remote by its capabilities, and says of others why not', () => {
    const probe = (body: string, more?: Partial<RemoteReply>) =>
      wms.readProbe(URL_HARVESTED, replyOf(body, more));
    expect(wms.probeRequests(URL_HARVESTED)).toEqual([wms.firstListing(URL_HARVESTED, SETTINGS)]);
    expect(probe(capabilities13('', '<Title> City\n maps </Title>'))).toEqual({
      match: true,
      title: 'City maps',
    });
    expect(probe(capabilities11(''))).toEqual({ match: true });
    expect(probe('<html></html>')).toMatchObject({
      match: false,
      because: expect.stringContaining('an HTML page') as string,
    });
    expect(probe(capabilities13(''), { status: 404 })).toMatchObject({
      match: false,
      because: expect.stringContaining('404') as string,
    });
  });

  test('a layer whose name cannot be an id is invalid, with the reason', () => {
    const [resource] = listingOf(capabilities13('<Layer><Name>a\u0001b</Name></Layer>')).resources;
    expect(wms.readResource({ url: URL_HARVESTED, settings: SETTINGS }, resource!, undefined)).toMatchObject({
      reading: 'invalid',
    });
  });

  test('a layer that comes without what its listing said is a bug', () => {
    const read = () => wms.readResource({ url: URL_HARVESTED, settings: SETTINGS }, { id: 'a' }, undefined);
    expect(read).toThrow(expect.objectContaining({ name: 'InvariantBroken' }) as Error);
  });
});
