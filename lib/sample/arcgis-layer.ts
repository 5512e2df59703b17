// One dataset of the sample remote as an ArcGIS server tells it: as a layer of a map or feature service, or as an image service.
import { type Box, type SampleDataset, CONTACTS, LICENSES } from './dataset.ts';

export const ARCGIS_VERSION = 11.2;
/** The reference system of a service: degrees, or the metres of web maps under their old and their new number. */
export type Wkid = 4326 | 102100;

const EARTH_RADIUS_METRES = 6_378_137;
const GEOMETRIES: Readonly<Record<string, string>> = {
  point: 'esriGeometryPoint',
  line: 'esriGeometryPolyline',
  polygon: 'esriGeometryPolygon',
};

/** An entry of a service's `layers`. */
export function layerStub(
  dataset: SampleDataset,
  id: number,
  parentLayerId: number,
): Record<string, unknown> {
  return {
    id,
    name: dataset.title,
    parentLayerId,
    defaultVisibility: true,
    subLayerIds: null,
    minScale: 0,
    maxScale: 0,
    type: 'Feature Layer',
    geometryType: GEOMETRIES[dataset.geometry],
  };
}

/** What `.../MapServer/{id}` and `.../FeatureServer/{id}` give. */
export function layerDetails(
  dataset: SampleDataset,
  { id, wkid }: { id: number; wkid: Wkid },
): Record<string, unknown> {
  return {
    currentVersion: ARCGIS_VERSION,
    id,
    name: dataset.title,
    type: 'Feature Layer',
    description: dataset.abstract ?? '',
    geometryType: GEOMETRIES[dataset.geometry],
    copyrightText: copyrightOf(dataset),
    extent: extentOf(dataset.box, wkid),
    ...(dataset.interval === undefined ? {} : { timeInfo: { timeExtent: dataset.interval.map(millisOf) } }),
    fields: [
      { name: 'OBJECTID', type: 'esriFieldTypeOID', alias: 'OBJECTID' },
      { name: 'NAME', type: 'esriFieldTypeString', alias: 'Name', length: 120 },
    ],
    capabilities: 'Map,Query',
    maxRecordCount: 2_000,
    editingInfo: { lastEditDate: Date.parse(dataset.updatedAt) },
  };
}

/** What `.../ImageServer` gives. */
export function imageDetails(dataset: SampleDataset, wkid: Wkid): Record<string, unknown> {
  const extent = extentOf(dataset.box, wkid);
  return {
    currentVersion: ARCGIS_VERSION,
    serviceDescription: dataset.abstract ?? '',
    name: dataset.title,
    description: dataset.abstract ?? '',
    extent,
    fullExtent: extent,
    pixelSizeX: 5,
    pixelSizeY: 5,
    bandCount: 1,
    pixelType: 'F32',
    copyrightText: copyrightOf(dataset),
    serviceDataType: 'esriImageServiceDataTypeGeneric',
    spatialReference: referenceOf(wkid),
    capabilities: 'Image,Metadata,Catalog',
  };
}

export function copyrightOf(dataset: SampleDataset): string {
  const license = LICENSES[dataset.license];
  const { organization } = CONTACTS[dataset.contact];
  return license === '' ? organization : `${organization}. ${license}`;
}

export function extentOf([west, south, east, north]: Box, wkid: Wkid): Record<string, unknown> {
  const [xmin, ymin, xmax, ymax] =
    wkid === 4326
      ? [west, south, east, north]
      : [metresEast(west), metresNorth(south), metresEast(east), metresNorth(north)];
  return {
    xmin: numberOrName(xmin),
    ymin: numberOrName(ymin),
    xmax: numberOrName(xmax),
    ymax: numberOrName(ymax),
    spatialReference: referenceOf(wkid),
  };
}

export function referenceOf(wkid: Wkid): Record<string, number> {
  return { wkid, latestWkid: wkid === 102100 ? 3857 : wkid };
}

/** JSON has no NaN; these servers write the word. */
function numberOrName(value: number): number | 'NaN' {
  return Number.isFinite(value) ? value : 'NaN';
}

function metresEast(degrees: number): number {
  return EARTH_RADIUS_METRES * radians(degrees);
}

function metresNorth(degrees: number): number {
  return EARTH_RADIUS_METRES * Math.log(Math.tan(Math.PI / 4 + radians(degrees) / 2));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function millisOf(day: string | null): number | null {
  return day === null ? null : Date.parse(day);
}
