// ArcGIS: how a services directory is walked, which URLs can be harvested, and how a server is recognised.
import { describe, expect, test } from 'vitest';
import { arcgis, ArcgisSettings } from '../../lib/harvesters/arcgis.ts';
import { harvest, LOCKED, ROOT, site } from './arcgis/site.ts';
import { jsonReply, textReply, thrownBy } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

const settings = ArcgisSettings.parse({});

describe('a whole server', () => {
  test('is walked through folders and services, with one request for all layers of a service', () => {
    const { ids, paths, listing } = harvest(site);
    expect(ids).toEqual([
      'World/ImageServer',
      'AGP/Census/MapServer/1',
      'AGP/Census/MapServer/2',
      'AGP/Census/MapServer/3',
    ]);
    expect(paths).toEqual([
      '',
      '/AGP',
      '/AGP/Census/MapServer',
      '/AGP/Census/MapServer/layers',
      '/Utilities',
      '/World/ImageServer',
    ]);
    expect(listing).toMatchObject({ complete: true, ended: true });
    expect(listing.warnings).toEqual([
      'skipped in the folder AGP: 1 FeatureServer beside its MapServer',
      'skipped in the folder Utilities: 1 GeometryServer, 1 GPServer',
    ]);
  });

  test('gives a record for each layer, table and image service', () => {
    const records = harvest(site).readings.map((reading) => {
      if (reading.reading !== 'record') throw new Error(reading.because);
      expectValidRecord(reading.record);
      return reading.record;
    });
    const [world, states, counties, counts] = records;
    const census = `${ROOT}/AGP/Census`;
    expect(world).toMatchObject({
      id: 'World/ImageServer',
      bbox: [6, 46, 8, 47],
      time: { interval: ['1970-01-01T00:00:00Z', '1970-01-02T00:00:00Z'] },
      properties: { title: 'World', description: 'Elevation', crs: ['EPSG:4326'] },
      links: [{ href: `${ROOT}/World/ImageServer`, rel: 'service', protocol: 'ESRI:REST' }],
    });
    expect(states?.properties).toEqual({
      type: 'dataset',
      title: 'States',
      description: 'The states',
      keywords: ['people', 'census', '2020'],
      rights: 'Bureau',
      formats: ['JSON', 'geoJSON'],
      crs: ['EPSG:4326'],
    });
    expect(states?.links).toEqual([
      { href: `${census}/MapServer/1`, rel: 'service', protocol: 'ESRI:REST', name: '1' },
      { href: `${census}/FeatureServer`, rel: 'service', title: 'FeatureServer', protocol: 'ESRI:REST' },
      {
        href: 'https://gis.example/arcgis/services/AGP/Census/MapServer/WMSServer?service=WMS&request=GetCapabilities',
        rel: 'service',
        protocol: 'OGC:WMS',
      },
      {
        href: 'https://gis.example/arcgis/services/AGP/Census/MapServer/WFSServer?service=WFS&request=GetCapabilities',
        rel: 'service',
        protocol: 'OGC:WFS',
      },
    ]);
    expect(counties?.properties).toMatchObject({
      description: 'The census',
      notes: ['the description is the beginning of that of its service'],
    });
    expect(counts).toMatchObject({
      geometry: null,
      properties: { title: 'Counts', updated: '2016-07-27T05:04:16.308Z' },
    });
  });

  test('with twins both lists the FeatureServer too', () => {
    const both = harvest(
      {
        ...site,
        '/AGP/Census/FeatureServer': { layers: [{ id: 1, name: 'States', type: 'Feature Layer' }] },
        '/AGP/Census/FeatureServer/layers': { layers: [{ id: 1, name: 'States' }] },
      },
      { twins: 'both' },
    );
    expect(both.ids).toContain('AGP/Census/FeatureServer/1');
    expect(both.ids).toContain('AGP/Census/MapServer/1');
    expect(JSON.stringify(both.readings)).not.toContain('"title":"FeatureServer"');
  });
});

describe('a URL of one thing', () => {
  test('a folder, a service, a layer or an image service is harvested alone, under the ids it has in the whole', () => {
    expect(harvest(site, { url: `${ROOT}/AGP/` }).ids).toEqual([
      'AGP/Census/MapServer/1',
      'AGP/Census/MapServer/2',
      'AGP/Census/MapServer/3',
    ]);
    expect(harvest(site, { url: `${ROOT}/AGP/Census/MapServer?f=html&token=t` }).ids).toEqual([
      'AGP/Census/MapServer/1',
      'AGP/Census/MapServer/2',
      'AGP/Census/MapServer/3',
    ]);
    expect(
      harvest(
        { '/AGP/Census/MapServer/2': { id: 2, name: 'Counties', type: 'Feature Layer' } },
        { url: `${ROOT}/AGP/Census/mapserver/2` },
      ),
    ).toMatchObject({
      ids: ['AGP/Census/MapServer/2'],
      paths: ['/AGP/Census/MapServer/2'],
      readings: [{ reading: 'record' }],
    });
    expect(harvest(site, { url: `${ROOT}/World/ImageServer` })).toMatchObject({
      ids: ['World/ImageServer'],
      paths: ['/World/ImageServer'],
    });
  });

  test('a service whose /layers fails falls back to its layers, and a service that fails is a failure', () => {
    const { '/AGP/Census/MapServer/layers': _, ...rest } = site;
    expect(harvest(rest, { url: `${ROOT}/AGP/Census/MapServer` }).ids).toHaveLength(3);
    expect(thrownBy(() => harvest({}, { url: `${ROOT}/AGP/Census/MapServer` })).name).toBe('RemoteRefused');
  });

  test('a group of layers is refused with what to give instead', () => {
    const group = { '/A/MapServer/0': { id: 0, name: 'All', type: 'Group Layer' } };
    expect(thrownBy(() => harvest(group, { url: `${ROOT}/A/MapServer/0` })).message).toContain(
      'allowed is a layer, or the service A/MapServer',
    );
  });

  test('what describes no layer is refused', () => {
    expect(
      thrownBy(() => harvest({ '/A/MapServer/0': { count: 0 } }, { url: `${ROOT}/A/MapServer/0` })).name,
    ).toBe('RemoteUnreadable');
    expect(
      thrownBy(() => harvest({ '/A/MapServer': { count: 0 } }, { url: `${ROOT}/A/MapServer` })).name,
    ).toBe('RemoteUnreadable');
  });

  test.each([
    ['https://gis.example', 'https://gis.example/arcgis/rest/services?f=json'],
    ['https://gis.example/server/', 'https://gis.example/server/rest/services?f=json'],
    ['https://gis.example/arcgis/rest', 'https://gis.example/arcgis/rest/services?f=json'],
    ['https://gis.example/x/REST/Services/F?f=pjson', 'https://gis.example/x/REST/Services/F?f=json'],
  ])('%s is asked at %s', (url, first) => {
    expect(arcgis.firstListing(url, settings).url).toBe(first);
    expect(arcgis.probeRequests(url).map((request) => request.url)).toEqual([first]);
  });
});

describe('the probe', () => {
  test.each([
    ['a directory', { currentVersion: 10.71, folders: [], services: [] }, { match: true }],
    [
      'a service',
      { currentVersion: 11, mapName: 'Layers', documentInfo: { Title: 'Census' }, layers: [] },
      { match: true, title: 'Census' },
    ],
    [
      'a layer',
      { currentVersion: 11, id: 0, name: 'States', type: 'Feature Layer' },
      { match: true, title: 'States' },
    ],
    ['a server that wants a token', LOCKED, { match: true }],
    [
      'a GeoNode',
      { links: {}, total: 1, resources: [] },
      { match: false, because: 'its JSON names no version of ArcGIS' },
    ],
    [
      'a version and no more',
      { currentVersion: 11 },
      { match: false, because: 'its JSON names neither services nor layers' },
    ],
  ])('of %s', (_, json, verdict) => {
    expect(arcgis.readProbe(ROOT, jsonReply(json))).toEqual(verdict);
  });

  test('a reply that cannot be read is no match, with its reason', () => {
    expect(arcgis.readProbe(ROOT, textReply('<html>'))).toMatchObject({
      match: false,
      because: expect.stringContaining('an HTML page') as string,
    });
    expect(arcgis.readProbe(ROOT, jsonReply({ error: { code: 500, message: 'x' } }))).toMatchObject({
      match: false,
    });
  });
});
