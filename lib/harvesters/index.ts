// The harvester types that Reeve has: one line a type.
import { arcgis } from './arcgis.ts';
import { ckan } from './ckan.ts';
import { csw } from './csw.ts';
import { dcatUs } from './dcat-us.ts';
import { geonode } from './geonode.ts';
import type { HarvesterType } from './harvester.ts';
import { noHarvesterType } from './loading.ts';
import { oaiPmh } from './oai-pmh.ts';
import { ogcRecords } from './ogc-records.ts';
import { stac } from './stac.ts';
import { waf } from './waf.ts';
import { wfs } from './wfs.ts';
import { wms } from './wms.ts';

/** In the order in which they are tried where a URL gives no hint. */
export const HARVESTER_TYPES: readonly HarvesterType[] = [
  geonode,
  wms,
  arcgis,
  csw,
  wfs,
  ckan,
  dcatUs,
  stac,
  ogcRecords,
  oaiPmh,
  waf,
];

/** @throws InputInvalid naming the types there are */
export function harvesterType(name: string): HarvesterType {
  const type = HARVESTER_TYPES.find((known) => known.type === name);
  if (type !== undefined) return type;
  throw noHarvesterType(
    name,
    HARVESTER_TYPES.map((known) => known.type),
  );
}
