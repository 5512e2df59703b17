/** The code of one harvester type, loaded when a session asks for it: a worker of one remote need not read what knows all the others. */
import { ReeveError } from '../session/errors.ts';
import type { HarvesterType } from './harvester.ts';

type Loading = () => Promise<HarvesterType>;

/** By name, in the order of `HARVESTER_TYPES`; a test holds both together. */
export const LOADINGS: ReadonlyMap<string, Loading> = new Map<string, Loading>([
  ['geonode', async () => (await import('./geonode.ts')).geonode],
  ['wms', async () => (await import('./wms.ts')).wms],
  ['arcgis', async () => (await import('./arcgis.ts')).arcgis],
  ['csw', async () => (await import('./csw.ts')).csw],
  ['wfs', async () => (await import('./wfs.ts')).wfs],
  ['ckan', async () => (await import('./ckan.ts')).ckan],
  ['dcat-us', async () => (await import('./dcat-us.ts')).dcatUs],
  ['stac', async () => (await import('./stac.ts')).stac],
  ['ogc-records', async () => (await import('./ogc-records.ts')).ogcRecords],
  ['oai-pmh', async () => (await import('./oai-pmh.ts')).oaiPmh],
  ['waf', async () => (await import('./waf.ts')).waf],
]);

const loaded = new Map<string, HarvesterType>();

/** @throws InputInvalid naming the types there are */
export async function loadHarvesterType(name: string): Promise<HarvesterType> {
  const there = loaded.get(name);
  if (there !== undefined) return there;
  const load = LOADINGS.get(name);
  if (load === undefined) throw noHarvesterType(name, [...LOADINGS.keys()]);
  const type = await load();
  loaded.set(name, type);
  return type;
}

export function noHarvesterType(name: string, allowed: readonly string[]): ReeveError {
  return new ReeveError(
    'InputInvalid',
    `${JSON.stringify(name.slice(0, 60))} is no harvester type; allowed are ${allowed.join(', ')}`,
  );
}
