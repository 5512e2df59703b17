// The WFS harvester type: one resource per feature type, or an error with a name.
import { describe, expect, test } from 'vitest';
import { wfs } from '../../lib/harvesters/wfs.ts';
import {
  exception,
  featureType,
  listingOf,
  recordsOf,
  replyOf,
  SETTINGS,
  URL_HARVESTED,
  wfs2,
  wgs84,
} from './wfs/documents.ts';
import { jsonReply, thrownBy } from './replies.ts';

const ROADS = featureType(
  'topp:roads',
  `<Abstract>All &amp; every</Abstract><ows:Keywords><ows:Keyword>roads</ows:Keyword><ows:Keyword>ways</ows:Keyword></ows:Keywords>
  <DefaultCRS>urn:ogc:def:crs:EPSG::25829</DefaultCRS><OtherCRS>http://www.opengis.net/def/crs/EPSG/0/4326</OtherCRS>${wgs84('-10.6 48.9', '-9.4 49.6')}
  <MetadataURL xlink:href="https://meta.example.org/roads.xml"/>`,
);

describe('the listing', () => {
  test('has one resource per feature type, with all that the document says of it', () => {
    const listing = listingOf(wfs2(ROADS + featureType('b')));
    expect(listing).toMatchObject({ next: [], matched: 2, state: { updateSequence: '7' }, warnings: [] });
    expect(listing.resources.map(({ id, title }) => [id, title])).toEqual([
      ['topp:roads', 'Title of topp:roads'],
      ['b', 'Title of b'],
    ]);
    const { 'topp:roads': roads, b } = recordsOf(listing);
    expect(roads).toMatchObject({
      bbox: [-10.6, 48.9, -9.4, 49.6],
      properties: {
        type: 'dataset',
        title: 'Title of topp:roads',
        description: 'All & every',
        keywords: ['roads', 'ways'],
        crs: ['EPSG:25829', 'EPSG:4326'],
        formats: ['application/json', 'SHAPE-ZIP'],
        license: 'CC-BY licence',
        contacts: [
          {
            name: 'Maud',
            organization: 'County',
            emails: ['m@county.example.org'],
            phones: ['+1'],
            roles: ['pointOfContact'],
            links: [{ href: 'https://county.example.org/', rel: 'about' }],
          },
        ],
      },
      links: [
        { href: URL_HARVESTED, rel: 'service', protocol: 'OGC:WFS', name: 'topp:roads' },
        { rel: 'service-desc', href: `${URL_HARVESTED}&SERVICE=WFS&REQUEST=GetCapabilities&VERSION=2.0.0` },
        { rel: 'describedby', href: 'https://meta.example.org/roads.xml' },
      ],
    });
    expect(roads?.properties.rights).toBeUndefined();
    expect(b?.geometry).toBeNull();
  });

  test('of WFS 1.1.0: DefaultSRS, OutputFormats, MetadataURL as text', () => {
    const body = wfs2(
      featureType(
        'a',
        `<DefaultSRS>EPSG:26713</DefaultSRS><OtherSRS>http://www.opengis.net/gml/srs/epsg.xml#4326</OtherSRS><OutputFormats><Format>GML2</Format></OutputFormats>${wgs84('-104 44', '-103 45')}<MetadataURL type="TC211" format="text/xml">https://meta.example.org/a</MetadataURL>`,
      ),
      { version: '1.1.0' },
    );
    expect(recordsOf(listingOf(body))['a']).toMatchObject({
      bbox: [-104, 44, -103, 45],
      properties: { crs: ['EPSG:26713', 'EPSG:4326'], formats: ['GML2'] },
      links: [
        {},
        { href: expect.stringContaining('VERSION=1.1.0') as string },
        { rel: 'describedby', type: 'text/xml', href: 'https://meta.example.org/a' },
      ],
    });
  });

  test('of WFS 1.0.0: Service, LatLongBoundingBox, keywords as one text, formats as elements', () => {
    const body =
      '<WFS_Capabilities version="1.0.0"><Service><Name>x</Name><Title>Old</Title><AccessConstraints>none</AccessConstraints></Service><Capability><Request><GetFeature><ResultFormat><GML2/><SHAPE-ZIP/></ResultFormat>' +
      '<DCPType><HTTP><Get onlineResource="https://maps.example.org/old?"/></HTTP></DCPType></GetFeature></Request></Capability><FeatureTypeList><FeatureType><Name>a</Name><Keywords>bird, roller</Keywords><SRS>EPSG:4326</SRS><LatLongBoundingBox minx="1" miny="2" maxx="3" maxy="4"/></FeatureType></FeatureTypeList></WFS_Capabilities>';
    const { a } = recordsOf(listingOf(body));
    expect(a).toMatchObject({
      bbox: [1, 2, 3, 4],
      properties: {
        title: 'a',
        keywords: ['bird', 'roller'],
        formats: ['GML2', 'SHAPE-ZIP'],
        crs: ['EPSG:4326'],
      },
      links: [
        { href: 'https://maps.example.org/old', protocol: 'OGC:WFS' },
        { href: expect.stringContaining('VERSION=1.0.0') as string },
      ],
    });
  });

  test('keeps of an advertised address what can be reached', () => {
    const linksOf = (get: string): unknown =>
      recordsOf(listingOf(wfs2(featureType('a'), { get })))['a']?.links.map(({ href, rel }) => [rel, href]);
    expect(linksOf('http://internal:8080/wfs')).toEqual([
      ['service', URL_HARVESTED],
      ['service-desc', `${URL_HARVESTED}&SERVICE=WFS&REQUEST=GetCapabilities&VERSION=2.0.0`],
    ]);
    expect(linksOf('https://other.example.com/wfs')).toContainEqual([
      'alternate',
      'https://other.example.com/wfs',
    ]);
    expect(listingOf(wfs2(featureType('a'), { get: 'http://internal:8080/wfs' })).warnings).toEqual([
      expect.stringContaining('its feature types keep the address that was harvested'),
    ]);
  });

  test('counts what has no name, and keeps the first of those with the same one', () => {
    const listing = listingOf(
      wfs2(
        `${featureType('a')}${featureType('a', '<Abstract>second</Abstract>')}<FeatureType><Title>x</Title></FeatureType>`,
      ),
    );
    expect(listing).toMatchObject({ matched: 1, incomplete: true });
    expect(listing.warnings).toEqual([
      '1 feature types have no name and cannot be asked for',
      'of feature types with the same name only the first was kept: a',
    ]);
    expect(recordsOf(listing)['a']?.properties.description).toBeUndefined();
  });

  test('of a document without feature types is empty, with a warning', () => {
    expect(listingOf(wfs2(''))).toMatchObject({
      resources: [],
      matched: 0,
      warnings: [expect.stringContaining('no feature type') as string],
    });
  });

  test.each([
    ['an HTML page', '<html><head><title>Login</title></head></html>', 'RemoteUnreadable'],
    ['another service', '<WMS_Capabilities version="1.3.0"/>', 'RemoteUnreadable'],
    ['a document that was cut off', wfs2(featureType('a')).slice(0, -30), 'RemoteUnreadable'],
    ['an exception report', exception('NoApplicableCode', 'out of order'), 'RemoteException'],
    [
      'a document with an entity',
      `<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>${wfs2(featureType('&xxe;'))}`,
      'RemoteUnreadable',
    ],
  ])('is never made of %s', (_, body, name) => {
    expect(thrownBy(() => listingOf(body)).name).toBe(name);
  });

  test('of WFS 3 is refused with the type that harvests it', () => {
    expect(thrownBy(() => listingOf('{"links":[]}')).message).toContain('ogc-records');
  });
});

test('a server that refuses the version is asked for the one before', () => {
  const { url } = wfs.firstListing(URL_HARVESTED, SETTINGS);
  const refused = exception('VersionNegotiationFailed', 'version 2.0.0 is not spoken here');
  const [next] = listingOf(refused).next;
  expect([url, next?.url]).toEqual(
    ['2.0.0', '1.1.0'].map(
      (version) => `${URL_HARVESTED}&SERVICE=WFS&REQUEST=GetCapabilities&VERSION=${version}`,
    ),
  );
  expect(listingOf(refused, next).next[0]?.url).toContain('VERSION=1.0.0');
  expect(thrownBy(() => listingOf(refused, { url: `${URL_HARVESTED}&VERSION=1.0.0` })).name).toBe(
    'RemoteException',
  );
});

describe('the type', () => {
  test('asks for the version of its settings, with the parameters of the URL but those of another request', () => {
    const url =
      'https://a.example/ows?map=/x.map&service=WFS&request=GetFeature&typeName=a&outputFormat=csv&version=1.0.0';
    expect(wfs.firstListing(url, wfs.settings.parse({ version: '1.1.0' })).url).toBe(
      'https://a.example/ows?map=/x.map&SERVICE=WFS&REQUEST=GetCapabilities&VERSION=1.1.0',
    );
    expect(wfs.settings.safeParse({ version: '3.0.0' }).success).toBe(false);
  });

  test('knows a remote by its capabilities', () => {
    const probe = (body: string): ReturnType<typeof wfs.readProbe> =>
      wfs.readProbe(URL_HARVESTED, replyOf(body));
    expect(probe(wfs2(featureType('a')))).toEqual({ match: true, title: 'The county' });
    expect(probe('<WMS_Capabilities/>').match).toBe(false);
    expect(probe(exception('x')).match).toBe(false);
    expect(wfs.readProbe(URL_HARVESTED, jsonReply({ links: [] })).match).toBe(false);
  });

  test('a feature type that comes without what its listing said is a bug', () => {
    const context = { url: URL_HARVESTED, settings: SETTINGS };
    expect(thrownBy(() => wfs.readResource(context, { id: 'a' }, undefined)).name).toBe('InvariantBroken');
  });
});
