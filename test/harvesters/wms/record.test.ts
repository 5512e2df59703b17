// What the record of a layer holds: its own, what it inherits, and nothing that is not true.
import { describe, expect, test } from 'vitest';
import { wms } from '../../../lib/harvesters/wms.ts';
import { capabilities13, GEOGRAPHIC, href, listingOf, one, recordsOf, URL_HARVESTED } from './documents.ts';

describe('a layer inherits', () => {
  const INHERITED = capabilities13(
    `<Layer><Title>root</Title><CRS>EPSG:2154</CRS><CRS>CRS:84</CRS>${GEOGRAPHIC('1', '2', '3', '4')}<KeywordList><Keyword>rootword</Keyword></KeywordList>
      <Dimension name="time" units="ISO8601">2000/2010/P1Y</Dimension><Attribution><Title>Provider</Title>${href('http://provider.example.org/')}</Attribution>
      <AuthorityURL name="gov">${href('http://ids.example.org/')}</AuthorityURL>
      <Style><Name>s</Name><Title>Root style</Title><LegendURL><Format>image/png</Format>${href('http://x.example.org/root.png')}</LegendURL></Style>
      <Layer><Title>Water</Title>
        <Layer><Name>rivers</Name><Title>Rivers</Title><CRS>EPSG:3857</CRS><CRS>EPSG:2154</CRS><Identifier authority="gov">r1</Identifier>
          <Style><Title>Blue</Title><LegendURL>${href('http://x.example.org/blue.png')}</LegendURL></Style></Layer>
        <Layer><Name>lakes</Name>${GEOGRAPHIC('5', '6', '7', '8')}<Dimension name="Time">2020-01-01</Dimension><Attribution><Title>Other</Title></Attribution></Layer>
      </Layer></Layer>`,
  );

  test('coordinate systems and styles in addition to its own', () => {
    const { rivers, lakes } = recordsOf(listingOf(INHERITED));
    expect(rivers?.properties.crs).toEqual(['CRS:84', 'EPSG:3857', 'EPSG:2154']);
    expect(lakes?.properties.crs).toEqual(['CRS:84', 'EPSG:2154']);
    const legends = rivers?.links.filter(({ rel }) => rel === 'legend');
    expect(legends?.map(({ href, title, type }) => [href, title, type])).toEqual([
      ['http://x.example.org/blue.png', 'Blue', undefined],
      ['http://x.example.org/root.png', 'Root style', 'image/png'],
    ]);
  });

  test('box, time and attribution only where it has none of its own', () => {
    const { rivers, lakes } = recordsOf(listingOf(INHERITED));
    expect([rivers?.bbox, lakes?.bbox]).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]);
    expect([rivers?.time?.interval, lakes?.time?.interval]).toEqual([
      ['2000-01-01', '2010-12-31'],
      ['2020-01-01', '2020-01-01'],
    ]);
    expect(rivers?.properties.contacts).toEqual([
      {
        organization: 'Provider',
        roles: ['resourceProvider'],
        links: [{ href: 'http://provider.example.org/', rel: 'about' }],
      },
    ]);
    expect(lakes?.properties.contacts).toEqual([{ organization: 'Other', roles: ['resourceProvider'] }]);
  });

  test('authorities, but no keywords; the folders it lies in are keywords', () => {
    const { rivers } = recordsOf(listingOf(INHERITED));
    expect(rivers?.properties.externalIds).toEqual([{ scheme: 'http://ids.example.org/', value: 'r1' }]);
    expect(rivers?.properties.keywords).toEqual(['Water']);
  });

  test('from a parent that says it only behind its layers', () => {
    const late = capabilities13(
      `<Layer><Layer><Name>a</Name></Layer><CRS>EPSG:2154</CRS>${GEOGRAPHIC('1', '2', '3', '4')}</Layer>`,
    );
    expect(recordsOf(listingOf(late))['a']).toMatchObject({
      bbox: [1, 2, 3, 4],
      properties: { crs: ['EPSG:2154'] },
    });
  });

  test('a list of coordinate systems as the very same list, not as a copy', () => {
    const many = Array.from({ length: 3_000 }, (_, code) => `<CRS>EPSG:${code + 2_000}</CRS>`).join('');
    const layers = Array.from({ length: 100 }, (_, index) => `<Layer><Name>${index}</Name></Layer>`).join('');
    const listing = listingOf(capabilities13(`<Layer>${many}${layers}</Layer>`));
    const lists = new Set(listing.resources.map(({ listed }) => (listed as { crs: unknown }).crs));
    expect(lists.size).toBe(1);
  });
});

describe('a record', () => {
  test('keeps at most maxStoredCrs coordinate systems, those that are asked for most first, and says so', () => {
    const many = Array.from({ length: 300 }, (_, code) => `<CRS>EPSG:${code + 2_000}</CRS>`).join('');
    const body = capabilities13(
      `<Layer><Name>a</Name>${many}<CRS>EPSG:4326</CRS><CRS>epsg:3857</CRS></Layer>`,
    );
    const { crs, notes } = recordsOf(listingOf(body, wms.settings.parse({ maxStoredCrs: 4 })))['a']!
      .properties;
    expect(crs).toEqual(['EPSG:4326', 'EPSG:3857', 'EPSG:2000', 'EPSG:2001']);
    expect(notes).toContain('only 4 of its coordinate systems were kept');
  });

  test('has the name of the layer as title where it has none', () => {
    expect(one('').properties).toMatchObject({ title: 'a', notes: ['it has no title; its name stands in'] });
  });

  test('prefers a geographic box, then CRS:84, then EPSG:4326 with latitude first', () => {
    const geographic = GEOGRAPHIC('5,5', '45,25', '6', '46');
    const crs84 = '<BoundingBox CRS="CRS:84" minx="1" miny="2" maxx="3" maxy="4"/>';
    const epsg4326 = '<BoundingBox CRS="EPSG:4326" minx="40" miny="10" maxx="41" maxy="11"/>';
    expect(one(epsg4326 + crs84 + geographic).bbox).toEqual([5.5, 45.25, 6, 46]);
    expect(one(epsg4326 + crs84).bbox).toEqual([1, 2, 3, 4]);
    expect(one(epsg4326).bbox).toEqual([10, 40, 11, 41]);
  });

  test('takes another box where the geographic one cannot be', () => {
    const crs84 = '<BoundingBox CRS="CRS:84" minx="1" miny="2" maxx="3" maxy="4"/>';
    expect(one(GEOGRAPHIC('180', '90', '-180', '-90') + crs84).bbox).toEqual([1, 2, 3, 4]);
    expect(one(GEOGRAPHIC('NaN', '', '', '') + crs84).bbox).toEqual([1, 2, 3, 4]);
  });

  test('says when its time could not be read', () => {
    const { time, properties } = one('<Dimension name="time">sometimes</Dimension>');
    expect([time, properties.notes]).toEqual([
      null,
      expect.arrayContaining(['its time extent could not be read']),
    ]);
  });

  test('links to the service, the capabilities, metadata and data', () => {
    const { links } = one(
      `<MetadataURL type="TC211"><Format>text/xml</Format>${href('/csw?id=1')}</MetadataURL><DataURL><Format>application/zip</Format>${href('http://x.example.org/a.zip')}</DataURL>` +
        `<MetadataURL>${href('javascript:alert(1)')}</MetadataURL><FeatureListURL>${href('http://x.example.org/list')}</FeatureListURL>`,
    );
    expect(links).toEqual([
      { href: URL_HARVESTED, rel: 'service', title: 'Web Map Service', protocol: 'OGC:WMS', name: 'a' },
      {
        href: `${URL_HARVESTED}&SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0`,
        rel: 'service-desc',
        type: 'text/xml',
        title: 'Capabilities',
      },
      { href: 'https://maps.example.org/csw?id=1', rel: 'describedby', type: 'text/xml', title: 'TC211' },
      { href: 'http://x.example.org/a.zip', rel: 'enclosure', type: 'application/zip' },
      { href: 'http://x.example.org/list', rel: 'related' },
    ]);
  });

  test('keeps the harvested address when the remote calls itself by a host of the inside, and the listing says so', () => {
    const listing = listingOf(
      capabilities13(
        '<Layer><Name>a</Name></Layer>',
        '',
        href('http://localhost:8080/geoserver/wms?SERVICE=WMS&amp;'),
      ),
    );
    expect(recordsOf(listing)['a']?.links.map(({ rel, href }) => [rel, new URL(href).host])).toEqual([
      ['service', 'maps.example.org'],
      ['service-desc', 'maps.example.org'],
    ]);
    expect(listing.warnings?.[0]).toContain('http://localhost:8080/geoserver/wms');
  });

  test('has the contact, the licence and the rights of the service', () => {
    const contact =
      '<ContactInformation><ContactPersonPrimary><ContactPerson>Ann</ContactPerson><ContactOrganization>City</ContactOrganization></ContactPersonPrimary>' +
      '<ContactPosition>GIS</ContactPosition><ContactVoiceTelephone>+1</ContactVoiceTelephone><ContactElectronicMailAddress>ann@city.example</ContactElectronicMailAddress></ContactInformation>';
    const { properties } = one(
      '',
      `${contact}<Fees>10 per map</Fees><AccessConstraints>Licence: CC BY 4.0</AccessConstraints>`,
    );
    expect(properties.contacts).toEqual([
      {
        name: 'Ann',
        organization: 'City',
        position: 'GIS',
        phones: ['+1'],
        emails: ['ann@city.example'],
        roles: ['pointOfContact'],
      },
    ]);
    expect(properties).toMatchObject({ license: 'Licence: CC BY 4.0', rights: '10 per map' });
  });

  test('has no rights where the service says none', () => {
    const { properties } = one('', '<Fees>NONE</Fees><AccessConstraints>None</AccessConstraints>');
    expect([properties.license, properties.rights]).toEqual([undefined, undefined]);
  });

  test('of HTML that nobody escaped keeps the words', () => {
    expect(one('<Abstract><p>Roads</p><p>and rails</p></Abstract>').properties.description).toBe(
      'Roads and rails',
    );
  });
});
