// A small ArcGIS server as a table of answers, and the crawl over it, for the tests of this harvester type.
import { expect } from 'vitest';
import { arcgis, type ArcgisSettings } from '../../../lib/harvesters/arcgis.ts';
import type { RemoteReply, RemoteRequest } from '../../../lib/harvesters/harvester.ts';
import type { Json } from '../../../lib/json.ts';
import { crawl } from '../crawl.ts';
import { jsonReply } from '../replies.ts';

export const ROOT = 'https://gis.example/arcgis/rest/services';
export const LOCKED = { error: { code: 499, message: 'Token Required', details: [] } };
export const DEGREES = { wkid: 4326, latestWkid: 4326 };
export const EXTENT = { xmin: 6, ymin: 46, xmax: 8, ymax: 47, spatialReference: DEGREES };

/** The answers of a server by the path below its services directory; what is not there is an error of ArcGIS. */
export type Site = Readonly<Record<string, Json | RemoteReply>>;

function answerOf(site: Site): (request: RemoteRequest) => RemoteReply {
  return ({ url }) => {
    const parsed = new URL(url);
    expect(parsed.searchParams.get('f')).toBe('json');
    const answer = site[decodeURIComponent(parsed.pathname.replace('/arcgis/rest/services', ''))];
    if (answer === undefined)
      return jsonReply({ error: { code: 404, message: 'Service not found' } }, { url });
    return isReply(answer) ? answer : jsonReply(answer, { url });
  };
}

export function isReply(answer: Json | RemoteReply): answer is RemoteReply {
  return typeof answer === 'object' && answer !== null && 'body' in answer;
}

export function harvest(
  site: Site,
  { url = ROOT, twins = 'once' }: { url?: string; twins?: ArcgisSettings['twins'] } = {},
) {
  const result = crawl(arcgis, { url, settings: { twins } }, answerOf(site));
  return {
    ...result,
    ids: result.resources.map(({ id }) => id),
    paths: result.asked.map((one) => one.replace(ROOT, '').replace('?f=json', '')),
  };
}

export const site: Site = {
  '': {
    currentVersion: 11.1,
    folders: ['AGP', 'Utilities'],
    services: [{ name: 'World', type: 'ImageServer' }],
  },
  '/AGP': {
    folders: [],
    services: [
      { name: 'AGP/Census', type: 'MapServer' },
      { name: 'AGP/Census', type: 'FeatureServer' },
    ],
  },
  '/Utilities': {
    folders: [],
    services: [
      { name: 'Utilities/Geometry', type: 'GeometryServer' },
      { name: 'Utilities/Print', type: 'GPServer' },
    ],
  },
  '/AGP/Census/MapServer': {
    mapName: 'Census',
    description: '<p>The census</p>',
    supportedExtensions: 'KmlServer, WMSServer, WFSServer',
    documentInfo: { Keywords: 'people, census;2020' },
    layers: [
      { id: 0, name: 'All', type: 'Group Layer', subLayerIds: [1, 2] },
      { id: 1, name: 'States', type: 'Feature Layer', parentLayerId: 0, subLayerIds: null },
      { id: 2, name: 'Counties', type: 'Feature Layer', parentLayerId: 0, subLayerIds: null },
    ],
    tables: [{ id: 3, name: 'Counts', type: 'Table' }],
  },
  '/AGP/Census/MapServer/layers': {
    layers: [
      { id: 0, name: 'All', type: 'Group Layer' },
      {
        id: 1,
        name: 'States',
        type: 'Feature Layer',
        description: 'The <b>states</b>',
        copyrightText: 'Bureau',
        extent: EXTENT,
        supportedQueryFormats: 'JSON, geoJSON',
      },
      { id: 2, name: 'Counties', type: 'Feature Layer', extent: EXTENT },
    ],
    tables: [{ id: 3, name: 'Counts', type: 'Table', editingInfo: { lastEditDate: 1_469_595_856_308 } }],
  },
  '/World/ImageServer': {
    name: 'World',
    serviceDataType: 'esriImageServiceDataTypeGeneric',
    serviceDescription: 'Elevation',
    extent: EXTENT,
    timeInfo: { timeExtent: [0, 86_400_000] },
  },
};
