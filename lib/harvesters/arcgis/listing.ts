// The walk over an ArcGIS services directory: root, folders, services, and all layers of a service in one answer.
import type { Json } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { ListedResource, Listing, RemoteReply, RemoteRequest } from '../harvester.ts';
import { at, isList, listAt, textAt } from '../json-fields.ts';
import { shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import { type Address, idOf, partsOf, requestOf, type Server, SERVERS } from './address.ts';
import { describesLayer, pickLayer } from './layer.ts';
import {
  factsFrom,
  idsFrom,
  isGroup,
  jsonOf,
  layersIn,
  type ServiceFacts,
  serviceFactsOf,
  stateFrom,
} from './service.ts';

/** ArcGIS has one level of folders; some that imitate it have more. */
const FOLDERS_DEEP_MAX = 3;

/** Their styles make it some 7 kB a layer: beyond this, one answer with all of them is too slow and too big. */
const LAYERS_AT_ONCE_MAX = 1_000;

export interface DirectoryOptions {
  /** FeatureServers beside a MapServer of the same name are left to that. */
  readonly twinsOnce: boolean;
}

/** @throws RemoteUnreadable when it names neither folders nor services */
export function readDirectory(
  json: Json,
  folder: Address,
  { twinsOnce }: DirectoryOptions,
  reply: RemoteReply,
): Listing {
  if (!isList(at(json, 'folders')) && !isList(at(json, 'services'))) {
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered ${calledOf(folder)} with JSON that names neither folders nor services`,
    );
  }
  const { services, unusable } = servicesIn(json, folder);
  const maps = new Set(services.filter(({ type }) => type === 'MapServer').map(({ path }) => path.join('/')));
  const features = new Set(
    services.filter(({ type }) => type === 'FeatureServer').map(({ path }) => path.join('/')),
  );
  const isTwin = ({ path, type }: NamedService) =>
    twinsOnce && type === 'FeatureServer' && maps.has(path.join('/'));
  const next: RemoteRequest[] = foldersIn(json, folder).map((path) => requestOf({ root: folder.root, path }));
  const resources: ListedResource[] = [];
  const skipped: string[] = [];
  for (const service of services) {
    const { path, type } = service;
    const server = SERVERS.find((known) => known === type);
    if (server === undefined || isTwin(service))
      skipped.push(server === undefined ? type : 'FeatureServer beside its MapServer');
    else if (server === 'ImageServer')
      resources.push({ id: idOf({ root: '', path, server }), title: titleOf(path.at(-1)) });
    else {
      const twin = twinsOnce && server === 'MapServer' && features.has(path.join('/'));
      next.push(
        requestOf({ root: folder.root, path, server }, twin ? new URLSearchParams({ twin: '1' }) : undefined),
      );
    }
  }
  const tooDeep = folder.path.length >= FOLDERS_DEEP_MAX && listAt(json, 'folders').length > 0;
  const missed = [
    ...(unusable > 0
      ? [`${calledOf(folder)} names ${unusable} folders or services that have no usable name`]
      : []),
    ...(tooDeep
      ? [`folders below ${calledOf(folder)} were not read: they lie deeper than ${FOLDERS_DEEP_MAX}`]
      : []),
  ];
  const warnings = [
    ...missed,
    ...(skipped.length > 0 ? [`skipped in ${calledOf(folder)}: ${countsOf(skipped)}`] : []),
  ];
  return { resources, next, warnings, incomplete: missed.length > 0 };
}

interface NamedService {
  readonly path: readonly string[];
  readonly type: string;
}

/** Names carry the folder already (`AGP/Census`); where an imitation leaves it out, it is put in front. */
function servicesIn(json: Json, folder: Address): { services: NamedService[]; unusable: number } {
  const entries = listAt(json, 'services');
  const services = entries.flatMap((entry): NamedService[] => {
    const type = textAt(entry, 'type');
    const path = pathIn(textAt(entry, 'name'), folder);
    return type === undefined || path === undefined ? [] : [{ path, type: oneLine(type, 40).text }];
  });
  const badFolders = listAt(json, 'folders').filter(
    (name) => pathIn(textAt(name), folder) === undefined,
  ).length;
  return { services, unusable: entries.length - services.length + badFolders };
}

function foldersIn(json: Json, folder: Address): (readonly string[])[] {
  if (folder.path.length >= FOLDERS_DEEP_MAX) return [];
  return listAt(json, 'folders').flatMap((name) => {
    const path = pathIn(textAt(name), folder);
    return path === undefined ? [] : [path];
  });
}

function pathIn(name: string | undefined, folder: Address): readonly string[] | undefined {
  const parts = name === undefined ? undefined : partsOf(name);
  if (parts === undefined) return undefined;
  const carriesFolder =
    parts.length > folder.path.length && folder.path.every((part, index) => parts[index] === part);
  return carriesFolder ? parts : [...folder.path, ...parts];
}

/**
 * A service's answer names its layers and says what they share; what they are is asked of `/layers`, one request for all of them.
 * `each` in the state says that this was tried in vain: then each layer is a resource with a request of its own.
 */
export function readService(
  json: Json,
  service: Address & { readonly server: Server },
  state: URLSearchParams,
  reply: RemoteReply,
): Listing {
  if (!isList(at(json, 'layers')) && !isList(at(json, 'tables'))) {
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered ${calledOf(service)} with JSON that names neither layers nor tables`,
    );
  }
  const facts = serviceFactsOf(json, state.has('twin'));
  const { layers, nameless } = layersIn(json);
  const warned = namelessOf(nameless, service);
  if (state.has('each') || layers.length > LAYERS_AT_ONCE_MAX) {
    return {
      resources: layers.map(({ id, json: layer }) => resourceOf(service, id, facts, textAt(layer, 'name'))),
      next: [],
      ...warned,
    };
  }
  if (layers.length === 0) return { resources: [], next: [], ...warned };
  const ids = layers.map(({ id }) => id);
  return {
    resources: [],
    next: [requestOf({ ...service, layer: 'layers' }, stateFrom(facts, ids))],
    ...warned,
  };
}

/** The answer of `/layers`; a layer that the service named and this does not describe gets a request of its own. */
export function readLayers(json: Json, service: Address, state: URLSearchParams): Listing | undefined {
  if (!isList(at(json, 'layers')) && !isList(at(json, 'tables'))) return undefined;
  const facts = factsFrom(state);
  const { layers, nameless } = layersIn(json);
  const described = layers.map(({ id, json: layer }): ListedResource => ({
    ...resourceOf(service, id, facts, textAt(layer, 'name')),
    listed: { layer: pickLayer(layer), service: jsonOf(facts, { withDescription: true }) },
  }));
  const seen = new Set(layers.map(({ id }) => id));
  const missed = idsFrom(state).filter((id) => !seen.has(id));
  const resources = [...described, ...missed.map((id) => resourceOf(service, id, facts, undefined))];
  return { resources, next: [], ...namelessOf(nameless, service) };
}

/** After `/layers` failed: the service once more, to list its layers one by one. */
export function eachLayer(service: Address & { readonly server: Server }, state: URLSearchParams): Listing {
  const each = new URLSearchParams({ each: '1' });
  if (state.has('twin')) each.set('twin', '1');
  const { root, path, server } = service;
  return { resources: [], next: [requestOf({ root, path, server }, each)] };
}

/** The one resource of a URL that names a layer, or an image service. */
export function readOne(json: Json, address: Address, reply: RemoteReply): Listing {
  if (isGroup(json)) {
    const service = {
      root: address.root,
      path: address.path,
      ...(address.server === undefined ? {} : { server: address.server }),
    };
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(reply.url)} is a group of layers; allowed is a layer, or the service ${idOf(service)}`,
    );
  }
  if (!describesLayer(json)) {
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered ${calledOf(address)} with JSON that describes no layer`,
    );
  }
  const listed = { layer: pickLayer(json), service: {} };
  return { resources: [{ id: idOf(address), title: titleOf(textAt(json, 'name')), listed }], next: [] };
}

function resourceOf(
  { root, path, server }: Address,
  id: number,
  facts: ServiceFacts,
  name: string | undefined,
): ListedResource {
  const address: Address = { root, path, layer: String(id), ...(server === undefined ? {} : { server }) };
  const title = titleOf(name);
  return {
    id: idOf(address),
    hint: jsonOf(facts, { withDescription: false }),
    ...(title === '' ? {} : { title }),
  };
}

function titleOf(name: string | undefined): string {
  return oneLine(name ?? '', 200).text;
}

function namelessOf(nameless: number, service: Address): Pick<Listing, 'warnings' | 'incomplete'> {
  return nameless === 0
    ? {}
    : {
        incomplete: true,
        warnings: [`${nameless} layers of ${calledOf(service)} have no number and cannot be asked for`],
      };
}

/** `2 GPServer, 1 GeometryServer` */
function countsOf(types: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts]
    .map(([type, count]) => `${count} ${type}`)
    .slice(0, 10)
    .join(', ');
}

/** What people call the thing at an address: `the folder AGP`, `the service AGP/Census/MapServer`. */
export function calledOf(address: Address): string {
  const { path, server, layer } = address;
  if (server === undefined)
    return path.length === 0 ? 'the services directory' : `the folder ${path.join('/')}`;
  if (layer === undefined) return `the service ${idOf(address)}`;
  return layer === 'layers' ? `the layers of ${[...path, server].join('/')}` : `the layer ${idOf(address)}`;
}
