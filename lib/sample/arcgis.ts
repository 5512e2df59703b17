// The sample remote's ArcGIS services directory: one map service at the root; one feature service and the image services in a folder.
import { type Answer, type Ask, htmlAnswer, jsonAnswer } from './answer.ts';
import {
  ARCGIS_VERSION,
  type Wkid,
  copyrightOf,
  extentOf,
  imageDetails,
  layerDetails,
  layerStub,
  referenceOf,
} from './arcgis-layer.ts';
import { type Catalogue, pksByTheme } from './catalogue.ts';
import { COUNTY_BOX, THEMES, THEME_KEYS, type SampleDataset, type ThemeKey } from './dataset.ts';
import { type Tricks } from './faults.ts';
import { type Route, withDuplicates } from './route.ts';
import { escaped } from './xml.ts';

const ROOT = '/arcgis/rest/services';
const FOLDER = 'Records';
/** Layer ids below this are the map service's groups, one a theme. */
const LAYER_ID_MIN = THEME_KEYS.length;

export interface ArcGis {
  /** `undefined` when the path is not one of the directory's. */
  route(ask: Ask): Route | undefined;
}

/** One service: which datasets it holds, and how. */
interface Layered {
  readonly type: 'MapServer' | 'FeatureServer';
  /** With its folder. */
  readonly name: string;
  readonly title: string;
  readonly wkid: Wkid;
  readonly themes: ReadonlyMap<ThemeKey, readonly number[]>;
}

interface Directory {
  readonly catalogue: Catalogue;
  readonly services: readonly Layered[];
  /** The datasets that are image services. */
  readonly images: readonly number[];
}

export function makeArcGis(catalogue: Catalogue): ArcGis {
  let found: Directory | undefined;
  const directory = (): Directory => (found ??= directoryOf(catalogue));
  return {
    route: (ask) => {
      if (ask.path !== '/arcgis/rest/info' && ask.path !== ROOT && !ask.path.startsWith(`${ROOT}/`))
        return undefined;
      const format = ask.query.get('f');
      if (format !== 'json' && format !== 'pjson') return routeTo('other', () => htmlPage(ask));
      return jsonRoute(directory(), ask.path.slice(ROOT.length + 1), ask.path === '/arcgis/rest/info');
    },
  };
}

function directoryOf(catalogue: Catalogue): Directory {
  const vectors = pksByTheme(catalogue, isVector);
  const rasters = pksByTheme(catalogue, ({ geometry }) => geometry === 'raster');
  const heritage = new Map([...vectors].filter(([theme, pks]) => theme === 'heritage' && pks.length > 0));
  const others = new Map([...vectors].filter(([theme, pks]) => theme !== 'heritage' && pks.length > 0));
  const map: Layered = {
    type: 'MapServer',
    name: 'County',
    title: 'The county',
    wkid: 102100,
    themes: others,
  };
  const features: Layered = {
    type: 'FeatureServer',
    name: `${FOLDER}/Heritage`,
    title: 'Heritage',
    wkid: 4326,
    themes: heritage,
  };
  return {
    catalogue,
    services: [map, features].filter(({ themes }) => themes.size > 0),
    images: [...rasters.values()].flat(),
  };
}

function routeTo(kind: Route['kind'], answer: Route['answer'], number?: number): Route {
  return {
    service: 'arcgis',
    kind,
    answer,
    exception: tokenRequired,
    ...(number === undefined ? {} : { number }),
  };
}

function jsonRoute(directory: Directory, path: string, isInfo: boolean): Route {
  if (isInfo) return routeTo('other', infoAnswer);
  if (path === '' || path === FOLDER)
    return routeTo('directory', (tricks) => directoryAnswer(directory, path, tricks));
  const [, name = '', type = '', rest] =
    /^(.+)\/(MapServer|FeatureServer|ImageServer|GPServer)(?:\/([^/]+))?$/.exec(path) ?? [];
  if (type === 'ImageServer' && rest === undefined) return imageRoute(directory, name);
  const service = directory.services.find((known) => known.name === name && known.type === type);
  if (service === undefined) return routeTo('other', () => failure(404, `Service ${path} not found`));
  if (rest === undefined) return routeTo('directory', (tricks) => serviceAnswer(directory, service, tricks));
  if (rest === 'layers') return routeTo('directory', () => allLayersAnswer(directory, service));
  return layerRoute(directory, service, Number(rest));
}

/** Services by folder, and one of a type that nobody can harvest. */
function directoryAnswer(
  { services, images, catalogue }: Directory,
  folder: string,
  { duplicates }: Tricks,
): Answer {
  const within = (name: string): boolean => name.startsWith(`${FOLDER}/`) === (folder === FOLDER);
  const layered = services.filter(({ name }) => within(name)).map(({ name, type }) => ({ name, type }));
  const rasters =
    folder === FOLDER
      ? images.map((pk) => ({ name: imageName(catalogue.dataset(pk)), type: 'ImageServer' }))
      : [];
  const tools = folder === FOLDER ? [] : [{ name: 'PrintingTools', type: 'GPServer' }];
  return jsonAnswer({
    currentVersion: ARCGIS_VERSION,
    folders: folder === FOLDER ? [] : [FOLDER],
    services: withDuplicates([...layered, ...rasters, ...tools], duplicates),
  });
}

function serviceAnswer({ catalogue }: Directory, service: Layered, { duplicates }: Tricks): Answer {
  const head = {
    currentVersion: ARCGIS_VERSION,
    serviceDescription: `${service.title}, from the county's own list.`,
    description: '',
    copyrightText: copyrightOfFirst(catalogue, service),
    spatialReference: referenceOf(service.wkid),
    fullExtent: extentOf(COUNTY_BOX, service.wkid),
    capabilities: service.type === 'MapServer' ? 'Map,Query,Data' : 'Query',
    documentInfo: {
      Title: service.title,
      Author: 'Wendlemere County Surveyor',
      Keywords: 'Wendlemere,county',
    },
    tables: [],
  };
  return streamed(head, listedTwice(stubs(catalogue, service), duplicates));
}

function* listedTwice<T>(list: Iterable<T>, count: number): Generator<T> {
  const first: T[] = [];
  for (const value of list) {
    if (first.length < count) first.push(value);
    yield value;
  }
  yield* first;
}

function allLayersAnswer({ catalogue }: Directory, service: Layered): Answer {
  function* details(): Generator {
    for (const pk of [...service.themes.values()].flat()) {
      const dataset = catalogue.dataset(pk);
      if (dataset !== undefined) yield layerDetails(dataset, { id: layerId(pk), wkid: service.wkid });
    }
  }
  return streamed({ tables: [] }, details());
}

function* stubs(catalogue: Catalogue, service: Layered): Generator {
  for (const [theme, pks] of service.themes) {
    const group = service.type === 'MapServer' ? THEME_KEYS.indexOf(theme) : -1;
    if (group >= 0) yield groupOf(theme, pks);
    for (const pk of pks) {
      const dataset = catalogue.dataset(pk);
      if (dataset !== undefined) yield layerStub(dataset, layerId(pk), group);
    }
  }
}

function groupOf(theme: ThemeKey, pks: readonly number[]): Record<string, unknown> {
  const [id, name] = [THEME_KEYS.indexOf(theme), THEMES[theme].title];
  return {
    id,
    name,
    parentLayerId: -1,
    defaultVisibility: true,
    subLayerIds: pks.map(layerId),
    minScale: 0,
    maxScale: 0,
    type: 'Group Layer',
  };
}

function layerRoute({ catalogue }: Directory, service: Layered, id: number): Route {
  const theme = THEME_KEYS[id];
  const pks = theme === undefined ? undefined : service.themes.get(theme);
  if (theme !== undefined && pks !== undefined && service.type === 'MapServer') {
    return routeTo('directory', () =>
      jsonAnswer({ currentVersion: ARCGIS_VERSION, ...groupOf(theme, pks), description: '', extent: null }),
    );
  }
  const dataset = catalogue.dataset(id - LAYER_ID_MIN + 1);
  if (dataset === undefined || !isVector(dataset) || !service.themes.has(dataset.theme)) {
    return routeTo('dataset', () => failure(404, `Layer ${id} not found`));
  }
  return routeTo('dataset', () => jsonAnswer(layerDetails(dataset, { id, wkid: service.wkid })), dataset.pk);
}

function imageRoute({ catalogue }: Directory, name: string): Route {
  const dataset = catalogue.named(name.slice(FOLDER.length + 1));
  if (dataset?.geometry !== 'raster' || imageName(dataset) !== name) {
    return routeTo('dataset', () => failure(404, `Service ${name}/ImageServer not found`));
  }
  return routeTo('dataset', () => jsonAnswer(imageDetails(dataset, 102100)), dataset.pk);
}

function imageName(dataset: SampleDataset | undefined): string {
  return `${FOLDER}/${dataset?.name ?? ''}`;
}

function layerId(pk: number): number {
  return pk + LAYER_ID_MIN - 1;
}

function isVector({ geometry }: SampleDataset): boolean {
  return geometry !== 'document' && geometry !== 'raster';
}

function copyrightOfFirst(catalogue: Catalogue, service: Layered): string {
  const [first] = [...service.themes.values()].flat();
  const dataset = catalogue.dataset(first ?? 0);
  return dataset === undefined ? '' : copyrightOf(dataset);
}

/** `layers` last and in pieces. */
function streamed(head: Record<string, unknown>, layers: Iterable<unknown>): Answer {
  function* body(): Generator<string> {
    yield `${JSON.stringify(head).slice(0, -1)},"layers":[`;
    let separator = '';
    for (const layer of layers) {
      yield separator + JSON.stringify(layer);
      separator = ',';
    }
    yield ']}';
  }
  return { status: 200, contentType: 'application/json;charset=UTF-8', body: body() };
}

function infoAnswer(): Answer {
  return jsonAnswer({
    currentVersion: ARCGIS_VERSION,
    fullVersion: '11.2.0',
    authInfo: { isTokenBasedSecurity: false },
  });
}

/** What a browser sees, and whoever forgets to ask for JSON. */
function htmlPage(ask: Ask): Answer {
  const link = `${ask.origin}${ask.path}?f=pjson`;
  return htmlAnswer(
    `<!doctype html><html><head><title>${escaped(ask.path)}</title></head><body><a href="${escaped(link)}">JSON</a></body></html>`,
  );
}

/** Errors come with status 200: what such servers do, and what harvesters must see through. */
function failure(code: number, message: string): Answer {
  return jsonAnswer({ error: { code, message, details: [] } });
}
const tokenRequired = (): Answer => failure(499, 'Token Required');
