// A layer, table or image service of ArcGIS as a record draft.
import type { JsonObject } from '../../json.ts';
import { inDegrees } from '../box.ts';
import { ofMilliseconds } from '../dates.ts';
import { at, type Found, isObject, listAt, numberAt, textAt } from '../json-fields.ts';
import type { RecordDraft } from '../record.ts';
import { type Address, idOf, ogcUrlOf, urlOf } from './address.ts';
import type { ServiceFacts } from './service.ts';

const TEXTS = [
  'name',
  'type',
  'description',
  'serviceDescription',
  'copyrightText',
  'supportedQueryFormats',
  'serviceItemId',
] as const;
const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const;

/** Of a layer's JSON only what the draft reads, in the same shape: styles and fields are nine tenths of it. */
export function pickLayer(json: Found): JsonObject {
  const picked: Record<string, JsonObject[string]> = {};
  for (const key of ['id', ...TEXTS]) {
    const text = textAt(json, key);
    if (text !== undefined) picked[key] = text;
  }
  const extent = extentIn(json);
  if (extent !== undefined) {
    const corners = CORNERS.map((corner) => [corner, numberAt(extent, corner) ?? null] as const);
    const codes = (['wkid', 'latestWkid'] as const).map((key) => [key, codeIn(json, key) ?? null] as const);
    picked['extent'] = { ...Object.fromEntries(corners), spatialReference: Object.fromEntries(codes) };
  }
  const edited = numberAt(json, 'editingInfo', 'lastEditDate');
  if (edited !== undefined) picked['editingInfo'] = { lastEditDate: edited };
  const [begin, end] = listAt(json, 'timeInfo', 'timeExtent').map((time) => numberAt(time) ?? null);
  if (begin !== undefined && end !== undefined) picked['timeInfo'] = { timeExtent: [begin, end] };
  return picked;
}

/** Whether it is a layer, a table or an image service at all. */
export function describesLayer(json: Found): boolean {
  return ['name', 'type', 'serviceDataType'].some((key) => textAt(json, key) !== undefined);
}

export function layerDraft(json: Found, address: Address, service: ServiceFacts): RecordDraft {
  const own = textAt(json, 'description') ?? textAt(json, 'serviceDescription');
  const { bbox, notes } = boxOf(json);
  const [begin, end] = listAt(json, 'timeInfo', 'timeExtent').map((time) =>
    ofMilliseconds(numberAt(time) ?? Number.NaN),
  );
  const item = textAt(json, 'serviceItemId');
  return {
    id: idOf(address),
    type: 'dataset',
    title: textAt(json, 'name') ?? address.path.at(-1),
    description: own ?? service.description,
    keywords: service.keywords,
    updated: ofMilliseconds(numberAt(json, 'editingInfo', 'lastEditDate') ?? Number.NaN),
    bbox,
    interval: [begin, end],
    rights: textAt(json, 'copyrightText'),
    formats: textAt(json, 'supportedQueryFormats')?.split(','),
    crs: crsOf(json),
    externalIds: item === undefined ? [] : [{ scheme: 'arcgis:item', value: item }],
    links: linksOf(address, service),
    notes:
      own === undefined && service.description !== ''
        ? [...notes, 'the description is the beginning of that of its service']
        : notes,
  };
}

function linksOf(address: Address, service: ServiceFacts): NonNullable<RecordDraft['links']> {
  const { root, path, layer } = address;
  const links: NonNullable<RecordDraft['links']>[number][] = [
    {
      href: urlOf(address),
      rel: 'service',
      protocol: 'ESRI:REST',
      ...(layer === undefined ? {} : { name: layer }),
    },
  ];
  // Of the service, not the layer: its OGC names are other ones, and a twin need not have the same layers.
  if (service.twin)
    links.push({
      href: urlOf({ root, path, server: 'FeatureServer' }),
      rel: 'service',
      protocol: 'ESRI:REST',
      title: 'FeatureServer',
    });
  for (const [offered, name] of [
    [service.wms, 'WMS'],
    [service.wfs, 'WFS'],
  ] as const) {
    if (!offered) continue;
    links.push({
      href: `${ogcUrlOf(address, `${name}Server`)}?service=${name}&request=GetCapabilities`,
      rel: 'service',
      protocol: `OGC:${name}`,
    });
  }
  return links;
}

function extentIn(json: Found): JsonObject | undefined {
  return [at(json, 'extent'), at(json, 'fullExtent')].find(isObject);
}

function codeIn(json: Found, key: 'wkid' | 'latestWkid'): number | undefined {
  return numberAt(extentIn(json), 'spatialReference', key) ?? numberAt(json, 'spatialReference', key);
}

/** `latestWkid` is the EPSG code of what `wkid` calls by a number of Esri's. */
function boxOf(json: Found): { bbox: RecordDraft['bbox']; notes: string[] } {
  const extent = extentIn(json);
  if (extent === undefined) return { bbox: undefined, notes: [] };
  const [west, south, east, north] = CORNERS.map((corner) => numberAt(extent, corner));
  if (west === undefined || south === undefined || east === undefined || north === undefined) {
    return { bbox: undefined, notes: ['the extent is not four numbers and was left out'] };
  }
  const codes = [codeIn(json, 'latestWkid'), codeIn(json, 'wkid')].filter((code) => code !== undefined);
  for (const code of codes) {
    const bbox = inDegrees(code, [west, south, east, north]);
    if (bbox !== undefined) return { bbox, notes: [] };
  }
  const system = crsOf(json)[0] ?? 'a coordinate system without a number';
  return {
    bbox: undefined,
    notes: [`the extent is in ${system}, from which Reeve does not convert, and was left out`],
  };
}

/** EPSG's numbers end at 32767; what is above is Esri's own. */
function crsOf(json: Found): string[] {
  const code = codeIn(json, 'latestWkid') ?? codeIn(json, 'wkid');
  if (code === undefined || !Number.isSafeInteger(code) || code <= 0) return [];
  return [code === 102100 ? 'EPSG:3857' : `${code <= 32_767 ? 'EPSG' : 'ESRI'}:${code}`];
}
