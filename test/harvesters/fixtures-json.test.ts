// Every recorded JSON answer of ArcGIS and GeoNode servers, each with what must become of it.
import { describe, expect, test } from 'vitest';
import { arcgis } from '../../lib/harvesters/arcgis.ts';
import { geonode } from '../../lib/harvesters/geonode.ts';
import type { HarvesterType, Listing, Reading } from '../../lib/harvesters/harvester.ts';
import { readJson } from '../../lib/harvesters/json.ts';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import type { ReeveErrorName } from '../../lib/session/errors.ts';
import { fixturesIn, missingFixtures, readFixture } from './fixtures.ts';
import { textReply, thrownBy } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

const SITE = 'https://node.example';
const ROOT = 'https://gis.example/arcgis/rest/services';

/** As the answer to which request a file is read, and what comes of it. */
interface Expected {
  readonly read: (path: string) => Listing | Reading | undefined;
  readonly refused?: ReeveErrorName;
  readonly listing?: {
    readonly resources: number;
    readonly next?: number;
    readonly matched?: number;
    readonly warnings?: number;
  };
  /** Of the record, or of the record of the first resource of the listing. */
  readonly record?: object;
}

function reply(path: string, url: string) {
  return textReply(readFixture(path), { url, headers: { 'content-type': 'application/json' } });
}

/** The listing that the file is, harvested as the URL it answered. */
function asListing<Settings>(type: HarvesterType<Settings>, url: string, tail = '') {
  return (path: string): Listing => {
    const settings = type.settings.parse({});
    const first = type.firstListing(url, settings);
    const request = { ...first, url: first.url.replace('?f=json', `${tail}?f=json`) };
    return type.readListing({ url, settings, request }, reply(path, request.url));
  };
}

function asResource<Settings>(
  type: HarvesterType<Settings>,
  url: string,
  id: string,
  hint: Record<string, string> = {},
) {
  return (path: string): Reading => {
    const context = { url, settings: type.settings.parse({}) };
    return type.readResource(context, { id, hint }, reply(path, url));
  };
}

const page = asListing(geonode, SITE);
const directory = asListing(arcgis, ROOT);
const mapServer = `${ROOT}/S/MapServer`;
const temperatures = {
  id: '818898b8-5c1a-11eb-b604-0242ac150007',
  bbox: [-73.8833242, -40.79168, -71.474990674, -39.1250132],
  properties: {
    title: 'TEMPERATURAS MIN ENERO 2030',
    language: 'en',
    crs: ['EPSG:4326'],
    keywords: ['GeoTIFF', 'TEMPERATURASMINENERO2030', 'WCS', 'Global'],
    created: '2021-01-21T18:57:00Z',
  },
  links: [
    { rel: 'alternate', href: `${SITE}/layers/TEMPERATURASMINENERO2030:geonode:TEMPERATURASMINENERO2030` },
    { rel: 'preview' },
  ],
};

const EXPECTED: Readonly<Record<string, Expected>> = {
  'geonode/qgis_geonode__layer_list_response1.json': {
    read: page,
    listing: { resources: 2, next: 1, matched: 121 },
  },
  'geonode/qgisgeonodeplugin__layer_list_response1.json': {
    read: page,
    listing: { resources: 2, next: 1, matched: 121 },
  },
  'geonode/qgisgeonodeplugin__layer_list_filtered_response1.json': {
    read: page,
    listing: { resources: 1, next: 1, matched: 121 },
  },
  'geonode/qgis_geonode__layer_detail_response1.json': {
    read: asResource(geonode, SITE, '818898b8-5c1a-11eb-b604-0242ac150007', { pk: '184', type: 'layer' }),
    record: temperatures,
  },
  'geonode/ckanext-geonode__map01.json': {
    read: asResource(geonode, SITE, 'c711b892-60bb-11eb-a589-0242c0a83007', { pk: '647', type: 'map' }),
    record: {
      geometry: null,
      properties: {
        type: 'map',
        title: 'PAI PGRA Direttiva Alluvioni 2013 Distretto Po',
        externalIds: [{ scheme: 'doi', value: 'aaaa' }],
      },
    },
  },
  'geonode/qgisgeonodeplugin__layer_detail_response2.xml': {
    read: asResource(geonode, SITE, 'x'),
    refused: 'RemoteUnreadable',
  },

  'arcgis/terriajs__services.json': { read: directory, listing: { resources: 1, next: 8, warnings: 1 } },
  'arcgis/terriajs__AGP.json': { read: asListing(arcgis, `${ROOT}/AGP`), listing: { resources: 0, next: 4 } },
  'arcgis/terriajs__CommercialDamageAssessmentFS.json': {
    read: asListing(arcgis, `${ROOT}/S/FeatureServer`),
    listing: { resources: 0, next: 1 },
  },
  'arcgis/live-koop10-featureserver.json': {
    read: asListing(arcgis, `${ROOT}/cities/FeatureServer`),
    listing: { resources: 0, next: 1 },
  },
  'arcgis/terriajs__layers.json': {
    read: asListing(arcgis, mapServer, '/layers'),
    listing: { resources: 74 },
    record: {
      id: 'S/MapServer/0',
      bbox: [97.907593007, -54.259068772, 167.282095726, 0.9835908],
      properties: {
        title: 'No_Labels_National_Scale_to_300K_Scale',
        rights: 'Geoscience Australia',
        crs: ['EPSG:4283'],
      },
    },
  },
  'arcgis/geotools__lgaDataset.json': {
    read: asListing(arcgis, `${ROOT}/S/FeatureServer/0`),
    listing: { resources: 1 },
    record: {
      id: 'S/FeatureServer/0',
      properties: {
        title: 'LGAProfiles2014Beta',
        description: 'LGA description',
        updated: '2016-07-27T05:04:16.308Z',
        crs: ['EPSG:3857'],
        formats: ['JSON'],
        externalIds: [{ scheme: 'arcgis:item', value: '940854a3f46345f5af7d5c61abce6ec2' }],
      },
    },
  },
  'arcgis/live-koop10-layer0.json': {
    read: asResource(arcgis, ROOT, 'cities/FeatureServer/0'),
    record: {
      bbox: [6.1432, 46.2044, 8.5417, 47.3769],
      properties: { title: 'cities', description: 'Description of cities html', rights: 'ACME' },
    },
  },
  'arcgis/pyesridump__us-fl-polk-metadata.json': {
    read: asResource(arcgis, ROOT, 'S/MapServer/0'),
    record: { properties: { title: 'Addresses (visible at 1:2500)', crs: ['EPSG:4326'] } },
  },
  'arcgis/pyesridump__us-mi-kent-metadata.json': {
    read: asResource(arcgis, ROOT, 'S/MapServer/5'),
    record: {
      geometry: null,
      properties: {
        title: 'Parcels',
        notes: [
          'the extent is in a coordinate system without a number, from which Reeve does not convert, and was left out',
        ],
      },
    },
  },
  'arcgis/terriajs__rasterFns-imageserver.json': {
    read: asResource(arcgis, ROOT, 'Rasters/ImageServer'),
    record: {
      properties: {
        title: 'Some name',
        description: 'Some description',
        rights: 'Some Copyright',
        crs: ['EPSG:3857'],
      },
    },
  },
  'arcgis/live-koop10-query.json': {
    read: asListing(arcgis, `${ROOT}/cities/FeatureServer`),
    refused: 'RemoteUnreadable',
  },
  'arcgis/pyesridump__count-only.json': { read: directory, refused: 'RemoteUnreadable' },
  // An item of a portal: of ArcGIS, but no part of a services directory.
  'arcgis/terriajs__item.json': { read: directory, refused: 'RemoteUnreadable' },

  '_made/arcgis-error-200.json': { read: directory, refused: 'RemoteRefused' },
  '_made/json-nan.json': { read: page, refused: 'RemoteUnreadable' },
  '_made/json-bom.json': {
    read: (path) => {
      expect(readJson(reply(path, SITE), 'the listing')).toEqual({ a: 1 });
      return undefined;
    },
  },
};

function recordOf(reading: Reading): CatalogueRecord {
  if (reading.reading !== 'record') throw new Error(reading.because);
  return reading.record;
}

/** Every resource of a listing that says it all, as records. */
function recordsOf(listing: Listing): CatalogueRecord[] {
  const context = { url: ROOT, settings: arcgis.settings.parse({}) };
  const listed = listing.resources.filter(({ listed: whole }) => whole !== undefined);
  return listed.map((resource) => recordOf(arcgis.readResource(context, resource, undefined)));
}

const missing = missingFixtures('arcgis', 'geonode', '_made');

describe.skipIf(missing !== undefined)(
  `recorded answers${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    test('each of them has an expectation, and each expectation its answer', () => {
      const files = [...fixturesIn('arcgis'), ...fixturesIn('geonode'), ...fixturesIn('_made', '.json')];
      expect(files.length).toBeGreaterThan(0);
      expect(Object.keys(EXPECTED).sort()).toEqual([...files].sort());
    });

    test.each(Object.entries(EXPECTED))('%s', (path, { read, refused, listing, record }) => {
      if (refused !== undefined) {
        expect(thrownBy(() => read(path)).name).toBe(refused);
        return;
      }
      const outcome = read(path);
      if (outcome === undefined) return;
      const records = 'reading' in outcome ? [recordOf(outcome)] : recordsOf(outcome);
      records.forEach(expectValidRecord);
      if (record !== undefined) expect(records[0]).toMatchObject(record);
      if ('reading' in outcome) return;
      expect({
        resources: outcome.resources.length,
        next: outcome.next.length,
        warnings: outcome.warnings?.length ?? 0,
        matched: outcome.matched,
      }).toEqual({
        next: 0,
        warnings: 0,
        matched: undefined,
        ...listing,
      });
      expect(outcome.incomplete ?? false).toBe(false);
    });
  },
);
