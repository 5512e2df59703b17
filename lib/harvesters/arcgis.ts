// ArcGIS REST services directories: the layers and tables of MapServers and FeatureServers, and ImageServers.
import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import { familyOf, ReeveError } from '../session/errors.ts';
import { type Address, addressOf, requestOf, stateOf, urlOf, urlOfId } from './arcgis/address.ts';
import { refuseException } from './arcgis/exception.ts';
import { describesLayer, layerDraft } from './arcgis/layer.ts';
import { calledOf, eachLayer, readDirectory, readLayers, readOne, readService } from './arcgis/listing.ts';
import { factsIn, isGroup } from './arcgis/service.ts';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
} from './harvester.ts';
import { at, isList, isObject, numberAt, textAt } from './json-fields.ts';
import { readJson } from './json.ts';
import { keepRecord } from './keep-record.ts';
import { refuseBadStatus, verdictOf } from './reply.ts';

export const ArcgisSettings = z.strictObject({
  /**
   * A FeatureServer beside a MapServer of the same name is the same data behind another face: `once` lists the MapServer, with a link
   * to the other; `both` lists both, for servers where equal names mean nothing.
   */
  twins: z._default(z.enum(['once', 'both']), 'once'),
});
export type ArcgisSettings = z.infer<typeof ArcgisSettings>;

export const arcgis: HarvesterType<ArcgisSettings> = {
  type: 'arcgis',
  describes:
    'ArcGIS REST services: a services directory, a folder, a service (MapServer, FeatureServer, ImageServer) or a layer',
  settings: ArcgisSettings,

  probeRequests: (url) => [requestOf(addressOf(url))],

  readProbe: (_, reply) => verdictOf(() => readProbe(reply)),

  filters: ['title'],
  firstListing: (url) => requestOf(addressOf(url)),

  readListing({ url, settings, request }, reply) {
    const address = addressOf(request.url);
    const state = stateOf(request);
    try {
      return readPage({ address, state, settings }, reply);
    } catch (error) {
      if (!isOfOnePlace(error) || urlOf(address) === urlOf(addressOf(url))) throw error;
      const { server } = address;
      // Servers before 10 have no /layers, and large services time out over it.
      if (address.layer === 'layers' && server !== undefined) return eachLayer({ ...address, server }, state);
      // One locked folder must not end the crawl, nor pass for an empty one.
      return {
        resources: [],
        next: [],
        incomplete: true,
        warnings: [`${calledOf(address)} could not be listed: ${error.message}`],
      };
    }
  },

  resourceRequest({ url }, { id, listed }) {
    if (isObject(listed)) return undefined;
    const { root } = addressOf(url);
    return requestOf(addressOf(urlOfId(root, id)));
  },

  readResource({ url }, resource, reply) {
    const address = addressOf(urlOfId(addressOf(url).root, resource.id));
    if (isObject(resource.listed))
      return readingOf(at(resource.listed, 'layer') ?? null, at(resource.listed, 'service') ?? null, address);
    if (reply === undefined)
      throw new ReeveError(
        'InvariantBroken',
        `The ArcGIS layer ${resource.id} was to be read without a reply`,
      );
    return readLayerReply(resource, address, reply);
  },
};

/** Not what is about the whole server: that it asks us to go away for a while, or that something is wrong with us. */
function isOfOnePlace(error: unknown): error is ReeveError {
  if (!(error instanceof ReeveError) || familyOf(error) === 'bug') return false;
  return error.name !== 'RemoteBusy' || (error.status !== 429 && error.retryAfterSeconds === undefined);
}

interface Page {
  readonly address: Address;
  readonly state: URLSearchParams;
  readonly settings: ArcgisSettings;
}

function readPage({ address, state, settings }: Page, reply: RemoteReply): Listing {
  const json = readAnswer(reply, calledOf(address));
  const { server, layer } = address;
  if (server === undefined)
    return readDirectory(json, address, { twinsOnce: settings.twins === 'once' }, reply);
  if (layer === 'layers') return readLayers(json, address, state) ?? eachLayer({ ...address, server }, state);
  if (layer !== undefined || server === 'ImageServer') return readOne(json, address, reply);
  return readService(json, { ...address, server }, state, reply);
}

function readAnswer(reply: RemoteReply, asked: string): Json {
  refuseBadStatus(reply, asked);
  const json = readJson(reply, asked);
  refuseException(json, reply, asked);
  return json;
}

function readLayerReply(resource: ListedResource, address: Address, reply: RemoteReply): Reading {
  let json: Json;
  try {
    json = readAnswer(reply, calledOf(address));
  } catch (error) {
    const isGone = error instanceof ReeveError && (error.status === 404 || error.status === 410);
    if (isGone) return { reading: 'gone', because: `the remote answered with ${error.status}` };
    throw error;
  }
  if (isGroup(json)) return { reading: 'invalid', because: 'it is a group of layers' };
  // Koop answers for layer 0 whatever number it was asked for.
  const id = numberAt(json, 'id');
  if (address.layer !== undefined && String(id) !== address.layer) {
    return {
      reading: 'invalid',
      because: `asked for layer ${address.layer}, the remote answered with layer ${id ?? 'without a number'}`,
    };
  }
  if (!describesLayer(json)) return { reading: 'invalid', because: 'the answer describes no layer' };
  return readingOf(json, resource.hint ?? null, address);
}

function readingOf(layer: Json, service: Json, address: Address): Reading {
  const kept = keepRecord(layerDraft(layer, address, factsIn(service)));
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}

const ASKED = 'the question whether it is ArcGIS';
const SHOWN_BY = ['services', 'folders', 'layers', 'tables'] as const;

function readProbe(reply: RemoteReply): ProbeVerdict {
  refuseBadStatus(reply, ASKED);
  const json = readJson(reply, ASKED);
  // A locked server shows itself by the codes that only ArcGIS has; what it lacks, the harvest will say.
  const code = numberAt(json, 'error', 'code');
  if (code === 498 || code === 499) return { match: true };
  refuseException(json, reply, ASKED);
  const shows = SHOWN_BY.some((key) => isList(at(json, key)));
  if (numberAt(json, 'currentVersion') === undefined && textAt(json, 'mapName') === undefined) {
    return { match: false, because: 'its JSON names no version of ArcGIS' };
  }
  if (!shows && !describesLayer(json))
    return { match: false, because: 'its JSON names neither services nor layers' };
  const title = textAt(json, 'documentInfo', 'Title') ?? textAt(json, 'mapName') ?? textAt(json, 'name');
  return { match: true, ...(title === undefined ? {} : { title }) };
}
