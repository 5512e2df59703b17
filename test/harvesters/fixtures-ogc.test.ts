// Every recorded answer of OGC APIs, each with what must become of it: records with nothing lost, a request that follows, or an error with a name.
import { describe, expect, test } from 'vitest';
import type { HarvesterType, Listing } from '../../lib/harvesters/harvester.ts';
import { ogcRecords } from '../../lib/harvesters/ogc-records.ts';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import { stac } from '../../lib/harvesters/stac.ts';
import { wfs } from '../../lib/harvesters/wfs.ts';
import type { ReeveErrorName } from '../../lib/session/errors.ts';
import { fixturesIn, missingFixtures, readFixture } from './fixtures.ts';
import { textReply, thrownBy } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

interface Expected {
  readonly refused?: ReeveErrorName;
  readonly resources?: number;
  /** The address that is asked next, without what its fragment carries. */
  readonly next?: string;
  readonly matched?: number;
  /** Of the first resource. */
  readonly record?: object;
}

/** A file as the answer to the URL that was harvested. */
function listingOf<Settings>(
  type: HarvesterType<Settings>,
  path: string,
  url: string,
): { listing: Listing; records: CatalogueRecord[] } {
  const settings = type.settings.parse({});
  const request = type.firstListing(url, settings);
  const listing = type.readListing({ url, settings, request }, textReply(readFixture(path), { url }));
  const records = listing.resources.map((resource) => {
    const reading = type.readResource(
      { url, settings },
      JSON.parse(JSON.stringify(resource)) as typeof resource,
      undefined,
    );
    if (reading.reading !== 'record') throw new Error(`${resource.id}: ${reading.because}`);
    expectValidRecord(reading.record);
    return reading.record;
  });
  return { listing, records };
}

function expectAsTold<Settings>(
  type: HarvesterType<Settings>,
  path: string,
  url: string,
  expected: Expected,
): void {
  if (expected.refused !== undefined) {
    expect(thrownBy(() => listingOf(type, path, url)).name).toBe(expected.refused);
    return;
  }
  const { listing, records } = listingOf(type, path, url);
  expect(records).toHaveLength(expected.resources ?? 0);
  expect(listing.next.map((request) => request.url.replace(/#.*/, ''))).toEqual(
    expected.next === undefined ? [] : [expected.next],
  );
  expect(listing.matched).toBe(expected.matched);
  expect(listing.incomplete ?? false).toBe(false);
  if (expected.record !== undefined) expect(records[0]).toMatchObject(expected.record);
}

/** Where a document was got, as far as it says so itself. */
function urlOf(path: string): string {
  const text = readFixture(path).toString();
  const { links = [] } = text.startsWith('{')
    ? (JSON.parse(text) as { links?: { rel?: string; href: string }[] })
    : {};
  const self = links.find(({ rel, href }) => rel === 'self' && URL.canParse(href))?.href;
  return self?.startsWith('http') === true ? self : 'https://remote.example/api';
}

const kaartboeck = {
  bbox: [4.690751953, 52.358740234, 5.020341797, 52.633398438],
  properties: {
    type: 'dataset',
    title: 'Kaartboeck 1635',
    created: '2021-12-08',
    updated: '2022-06-10T01:27:47Z',
    keywords: ['ARGEOLOGIE', 'MONUMENTEN', 'KADASTER', 'KAARTBOEK', 'KAARTBOECK', 'HISTORIE'],
    contacts: [
      {
        name: 'Team Geo',
        organization: 'Gemeente Zaanstad',
        emails: ['geo-informatie@zaanstad.nl'],
        roles: ['provider'],
      },
    ],
    externalIds: [{ scheme: 'default', value: '35149dfb-31d3-431c-a8bc-12a4034dac48' }],
  },
};

const OGC: Readonly<Record<string, Expected>> = {
  // One of its three collections calls its rows records: they are asked for, and will show that they are none.
  'ogcapi/geonetwork-ui__ogcapi_collections.json': {
    resources: 2,
    next: 'https://mel.integration.apps.gs-fr-prod.camptocamp.com/data/ogcapi/collections/geopackages_to_delete/items?f=geojson&limit=100',
  },
  'ogcapi/live-mapserver8-collections.json': {
    resources: 2,
    matched: 2,
    record: {
      id: 'cities',
      bbox: [6.1432, 46.2044, 8.5417, 47.3769],
      properties: {
        title: 'Cities',
        description: 'Swiss cities',
        keywords: ['place', 'city'],
        formats: ['application/geo+json'],
      },
      links: [{ rel: 'service', protocol: 'OGC API Features', name: 'cities' }, {}, {}, {}, {}],
    },
  },
  'ogcapi/live-mapserver8-landing.json': {
    next: 'http://127.0.0.1:18080/cgi-bin/mapserv/demo/ogcapi/conformance?f=json',
  },
  'ogcapi/live-pycsw3dev-oarec-items.json': {
    resources: 5,
    matched: 18,
    next: 'http://127.0.0.1:18086/collections/metadata:main/items?limit=5&offset=5',
    record: {
      id: '3e9a8c05',
      bbox: [19.37, 34.8, 29.61, 41.75],
      time: { interval: ['2011-04-18T00:00:00Z', '2011-04-20T00:00:00Z'] },
      properties: {
        type: 'service',
        title: 'test Title',
        description: 'test Abstract',
        keywords: ['Geographic viewer (humanGeographicViewer)', 'administration'],
        language: 'en',
        created: '2011-04-19',
        updated: '2011-04-18',
        contacts: [{ organization: 'NTUA', emails: ['tzotsos@gmail.com'], roles: ['owner'] }],
        license: 'no limitation',
        rights: 'Conditions unknown',
      },
    },
  },
  'ogcapi/live-qgis322-cities-items.json': {
    resources: 1,
    matched: 3,
    next: 'http://127.0.0.1:18082/wfs3/collections/cities/items.json?&offset=1&limit=1',
    record: { id: '1', geometry: { type: 'Point', coordinates: [7.4474, 46.948] } },
  },
  'ogcapi/live-qgis322-conformance.json': { next: 'http://127.0.0.1:18082/wfs3/collections' },
  'ogcapi/ogc-client__35149dfb-31d3-431c-a8bc-12a4034dac48.json': { resources: 1, record: kaartboeck },
  'ogcapi/ogc-client__gnosis-earth-collections.json': {
    resources: 7,
    matched: 7,
    record: {
      id: 'NaturalEarth',
      bbox: [-180, -90, 180, 90],
      properties: { rights: 'Natural Earth', crs: ['CRS:84', 'EPSG:4326', 'EPSG:3857', 'EPSG:3395'] },
    },
  },
  'ogcapi/ogc-client__items.json': {
    resources: 10,
    matched: 308,
    next: 'https://my.server.org/sample-data/collections/dutch-metadata/items?offset=10',
    record: kaartboeck,
  },
  'ogcapi/ogc-client__notjson.json': { refused: 'RemoteUnreadable' },
  'ogcapi/ogc-client__sample-data-root.json': { next: 'https://my.server.org/conformance' },
  'ogcapi/ogcapi-records__record.json': {
    resources: 1,
    record: {
      time: { interval: ['1924-08-17T00:00:00Z', '..'] },
      properties: {
        title: 'Total Ozone - daily observations',
        language: 'en-CA',
        license: 'https://woudc.org/about/data-policy.php',
        contacts: [{ name: 'World Ozone and Ultraviolet Radiation Data Centre', roles: ['publisher'] }],
        externalIds: [{ scheme: 'WMO:WIS' }],
        notes: ['its link templates, which are no links, were left out'],
      },
    },
  },
};

const STAC: Readonly<Record<string, Expected>> = {
  'stac/earthsearch-v0-landing.json': { next: 'https://earth-search.aws.element84.com/v0/collections' },
  'stac/earthsearch-v1-404.json': { refused: 'RemoteException' },
  'stac/earthsearch-v1-landing.json': { next: 'https://earth-search.aws.element84.com/v1/collections' },
  'stac/eoapi-landing.json': { next: 'https://stac.eoapi.dev/collections' },
  'stac/geonetwork-ui__stac-items-no-date.json': {
    resources: 12,
    next: 'https://stacapi-cdos.apps.okd.crocc.meso.umontpellier.fr/collections/sentinel2-l2a-sen2cor/items?limit=12&token=next:sentinel2-l2a-sen2cor:S2C_20251108T071221025000Z_38LNH_0511_22bbefdb8d',
    record: {
      id: 'sentinel2-l2a-sen2cor/items/S2A_20251112T073151024000Z_37MCT_0511_06485b683a',
      bbox: [37.200810913, -2.802371831, 38.189021049, -1.808379623],
    },
  },
  'stac/geoserver-paituli-collection.json': {
    resources: 1,
    record: {
      id: 'sentinel2-l2a',
      bbox: [17.370638359, 59.398198448, 33.248667706, 70.306017492],
      time: { interval: ['2015-07-04T00:00:00Z', '2025-07-25T00:00:00Z'] },
      properties: {
        type: 'collection',
        title: 'Sentinel-2 L2A',
        license: 'CC-BY-3.0-IGO',
        contacts: [{ organization: 'CSC Finland' }, { organization: 'ESA' }, {}, {}, {}],
      },
    },
  },
  'stac/geotools__collections.json': { resources: 5, matched: 5 },
  'stac/geotools__landingPageAu.json': { next: 'https://explorer.sandbox.dea.ga.gov.au/stac/collections' },
  'stac/geotools__planetary_coll.json': { resources: 126, matched: 126 },
  'stac/pc-404.json': { refused: 'RemoteException' },
  'stac/pc-collections.json': { resources: 31, matched: 31 },
  'stac/pc-landing.json': { next: 'https://planetarycomputer.microsoft.com/api/stac/v1/collections' },
  'stac/pystac__examples-sentinel2-sample.json': { resources: 1, matched: 1 },
  'stac/pystac__sentinel2-sample.json': {
    resources: 1,
    matched: 1,
    record: {
      bbox: [25.081588309, 62.130689713, 27.19354256, 63.129387237],
      time: { interval: ['2018-06-05T10:00:27.464Z', '2018-06-05T10:00:27.464Z'] },
      properties: { crs: ['EPSG:32635'], keywords: ['sentinel-2'] },
    },
  },
  'stac/spacebel-collections-p1.json': {
    resources: 10,
    matched: 216,
    next: 'https://emc.spacebel.be/collections?limit=10&q=sentinel&startRecord=11',
  },
  'stac/spacebel-landing.json': { next: 'https://emc.spacebel.be/collections' },
  'stac/stac-server__badGeometryItem.json': { resources: 1, matched: 1 },
};

const WFS_FILE = 'wfs/geotools__GetCapabilities.xml';

const missing = missingFixtures('ogcapi', 'stac', 'wfs');

describe.skipIf(missing !== undefined)(
  `recorded answers${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    test('each of them has an expectation, and each expectation its answer', () => {
      expect(Object.keys(OGC).sort()).toEqual([...fixturesIn('ogcapi')]);
      expect(Object.keys(STAC).sort()).toEqual([...fixturesIn('stac')]);
      expect([...fixturesIn('wfs')]).toEqual([WFS_FILE]);
    });

    test.each(Object.entries(OGC))('%s', (path, expected) =>
      expectAsTold(ogcRecords, path, urlOf(path), expected),
    );

    test.each(Object.entries(STAC))('%s', (path, expected) =>
      expectAsTold(stac, path, urlOf(path), expected),
    );

    test('the capabilities of a WFS that declare an entity are refused; without it they are read', () => {
      const url = 'http://localhost:8080/geoserver/wfs/get';
      expectAsTold(wfs, WFS_FILE, url, { refused: 'RemoteUnreadable' });
      const text = readFixture(WFS_FILE)
        .toString()
        .replace(/<!DOCTYPE[^]*?\]>/, '')
        .replace('&xxe;', 'sf:archsites');
      const context = { url, settings: wfs.settings.parse({}), request: { url } };
      const listing = wfs.readListing(context, textReply(text, { url }));
      expect(listing).toMatchObject({ matched: 1, warnings: [] });
      const [resource] = listing.resources;
      if (resource === undefined) throw new Error('no feature type');
      expect(wfs.readResource(context, resource, undefined)).toMatchObject({
        record: {
          id: 'sf:archsites',
          bbox: [-104, 44, -103, 45],
          properties: {
            title: 'archsites_Type',
            description: 'Generated from sfArchsites',
            keywords: ['archsites sfArchsites'],
            crs: ['EPSG:26713'],
            formats: [
              'GML2',
              'text/xml; subtype=gml/2.1.2',
              'GML2-GZIP',
              'text/xml; subtype=gml/3.1.1',
              'gml3',
              'SHAPE-ZIP',
              'json',
            ],
          },
          links: [
            { protocol: 'OGC:WFS', href: 'http://localhost:8080/geoserver/wfs', name: 'sf:archsites' },
            {},
          ],
        },
      });
    });
  },
);
