// The sample remote's WMS 1.1.1 and 1.3.0: which operation is asked, in which version, and the exceptions for nonsense.
import { type Answer, type Ask } from './answer.ts';
import { type Catalogue, pksByTheme } from './catalogue.ts';
import { type SampleDataset, THEME_KEYS, WORKSPACE } from './dataset.ts';
import { plainPng } from './png.ts';
import { type Route } from './route.ts';
import { type WmsVersion, SYSTEMS, capabilitiesXml } from './wms-capabilities.ts';
import { escaped } from './xml.ts';

const SIDE_PIXELS_MAX = 4_096;
const LEGEND_PIXELS = 20;

export interface Wms {
  /** `undefined` when the path is not the WMS's. */
  route(ask: Ask): Route | undefined;
}

export function makeWms(catalogue: Catalogue): Wms {
  let found: ReturnType<typeof pksByTheme> | undefined;
  const layers = (): ReturnType<typeof pksByTheme> =>
    (found ??= pksByTheme(catalogue, (dataset) => dataset.geometry !== 'document'));
  return { route: (ask) => (ask.path === '/wms' ? operationRoute({ catalogue, layers }, ask) : undefined) };
}

interface Layers {
  readonly catalogue: Catalogue;
  layers(): ReturnType<typeof pksByTheme>;
}

function operationRoute(of: Layers, ask: Ask): Route {
  const query = keyValues(ask.query);
  const asked = query.get('version') ?? query.get('wmtver');
  const version = negotiated(asked);
  const refuse = (code: string, sentence: string): Route =>
    routeTo('other', version ?? '1.3.0', () => exceptionAnswer(version ?? '1.3.0', sentence, code));
  if (version === undefined)
    return refuse('InvalidParameterValue', `VERSION "${asked}" is not a version number.`);
  const request = query.get('request')?.toLowerCase();
  if (request === undefined) return refuse('MissingParameterValue', 'Parameter REQUEST is missing.');
  if (request === 'getcapabilities') {
    if (query.get('service')?.toUpperCase() !== 'WMS')
      return refuse('MissingParameterValue', 'Parameter SERVICE must be WMS.');
    return capabilitiesRoute(of, { ask, version, known: query.get('updatesequence') });
  }
  if (request === 'getmap') return routeTo('map', version, () => mapAnswer(of.catalogue, version, query));
  if (request === 'getlegendgraphic')
    return routeTo('map', version, () => legendAnswer(of.catalogue, version, query));
  return refuse('OperationNotSupported', `Operation "${query.get('request')}" is not supported.`);
}

function routeTo(kind: Route['kind'], version: WmsVersion, answer: Route['answer']): Route {
  return {
    service: 'wms',
    kind,
    answer,
    exception: () => exceptionAnswer(version, 'The layer database is not available.'),
  };
}

/**
 * The version to answer in, by the rules of WMS 1.3.0 6.2.4: the one asked for, else the highest that is lower, else the lowest; the
 * highest when none is asked for. `undefined` when it is no version at all.
 */
export function negotiated(asked: string | undefined): WmsVersion | undefined {
  if (asked === undefined || asked === '') return '1.3.0';
  const digits = /^(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?$/.exec(asked)?.slice(1);
  if (digits === undefined) return undefined;
  const [major = 0, minor = 0, patch = 0] = digits.map((part) => Number(part || 0));
  return major * 1e6 + minor * 1e3 + patch >= 1_003_000 ? '1.3.0' : '1.1.1';
}

/** Names of parameters are case-insensitive (6.8.1); of several with one name the first counts. */
function keyValues(query: URLSearchParams): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of query) {
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), value);
  }
  return found;
}

interface CapabilitiesAsk {
  readonly ask: Ask;
  readonly version: WmsVersion;
  /** The update sequence that the client has: nothing newer is an exception too (7.2.3.5). */
  readonly known: string | undefined;
}

function capabilitiesRoute(of: Layers, { ask, version, known }: CapabilitiesAsk): Route {
  if (known === String(of.catalogue.size)) {
    return routeTo('capabilities', version, () =>
      exceptionAnswer(version, 'The capabilities have not changed.', 'CurrentUpdateSequence'),
    );
  }
  return routeTo('capabilities', version, ({ duplicates }) => ({
    status: 200,
    contentType:
      version === '1.1.1' ? 'application/vnd.ogc.wms_xml; charset=UTF-8' : 'text/xml; charset=UTF-8',
    body: capabilitiesXml({
      version,
      origin: ask.origin,
      catalogue: of.catalogue,
      layers: of.layers(),
      duplicates,
    }),
  }));
}

function mapAnswer(catalogue: Catalogue, version: WmsVersion, query: ReadonlyMap<string, string>): Answer {
  const refuse = (code: string, sentence: string): Answer => exceptionAnswer(version, sentence, code);
  const layers = (query.get('layers') ?? '')
    .split(',')
    .map((name) => [name, layerNamed(catalogue, name)] as const);
  const unknown = layers.find(([, dataset]) => dataset === undefined);
  if (unknown !== undefined) return refuse('LayerNotDefined', `Layer "${unknown[0]}" is not defined.`);
  const key = version === '1.1.1' ? 'srs' : 'crs';
  const system = query.get(key) ?? '';
  if (!SYSTEMS[version].includes(system.toUpperCase())) {
    return refuse(
      `Invalid${key.toUpperCase()}`,
      `${key.toUpperCase()} "${system}" is not offered; allowed is ${SYSTEMS[version].join(', ')}.`,
    );
  }
  const format = query.get('format') ?? '';
  if (!format.startsWith('image/png'))
    return refuse('InvalidFormat', `FORMAT "${format}" is not offered; allowed is image/png.`);
  const [west = NaN, south = NaN, east = NaN, north = NaN] = (query.get('bbox') ?? '').split(',').map(Number);
  if (!(west < east && south < north))
    return refuse('InvalidParameterValue', `BBOX "${query.get('bbox') ?? ''}" is not a box.`);
  const [width, height] = [Number(query.get('width')), Number(query.get('height'))];
  if (!isSide(width) || !isSide(height))
    return refuse('InvalidParameterValue', `WIDTH and HEIGHT must be 1 to ${SIDE_PIXELS_MAX}.`);
  return pngAnswer(width, height, layers[0]?.[1]);
}

function legendAnswer(catalogue: Catalogue, version: WmsVersion, query: ReadonlyMap<string, string>): Answer {
  const name = query.get('layer') ?? '';
  const dataset = layerNamed(catalogue, name);
  if (dataset === undefined)
    return exceptionAnswer(version, `Layer "${name}" is not defined.`, 'LayerNotDefined');
  return pngAnswer(LEGEND_PIXELS, LEGEND_PIXELS, dataset);
}

function layerNamed(catalogue: Catalogue, name: string): SampleDataset | undefined {
  const dataset = name.startsWith(`${WORKSPACE}:`)
    ? catalogue.named(name.slice(WORKSPACE.length + 1))
    : undefined;
  return dataset?.geometry === 'document' ? undefined : dataset;
}

const isSide = (pixels: number): boolean =>
  Number.isInteger(pixels) && pixels >= 1 && pixels <= SIDE_PIXELS_MAX;

/** Each theme has its own shade of green. */
export function pngAnswer(width: number, height: number, dataset: SampleDataset | undefined): Answer {
  const shade = dataset === undefined ? 0 : THEME_KEYS.indexOf(dataset.theme) * 20;
  return { status: 200, contentType: 'image/png', body: plainPng(width, height, [60 + shade, 130, 90]) };
}

/** 1.1.1, annex A.3, and 1.3.0, annex E.2: with status 200, as servers have always sent them. */
export function exceptionAnswer(version: WmsVersion, sentence: string, code?: string): Answer {
  const exception = `<ServiceException${code === undefined ? '' : ` code="${code}"`}>${escaped(sentence)}</ServiceException>`;
  if (version === '1.1.1') {
    const doctype =
      '<!DOCTYPE ServiceExceptionReport SYSTEM "http://schemas.opengis.net/wms/1.1.1/exception_1_1_1.dtd">';
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}\n<ServiceExceptionReport version="1.1.1">${exception}</ServiceExceptionReport>`;
    return { status: 200, contentType: 'application/vnd.ogc.se_xml', body };
  }
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<ServiceExceptionReport version="1.3.0" xmlns="http://www.opengis.net/ogc">${exception}</ServiceExceptionReport>`;
  return { status: 200, contentType: 'text/xml; charset=UTF-8', body };
}
