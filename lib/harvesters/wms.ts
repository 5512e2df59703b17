/**
 * The harvester type `wms`: OGC Web Map Service 1.0.0 to 1.3.0 (OGC 01-047, 01-068r3, 06-042).
 *
 * The capabilities document is the listing, and it says it all: one request a session, one resource per named layer, whose draft of a
 * record travels as `listed`. Where it has an update sequence, the next request says which one is known. Layers without a name are folders. A layer's name is its id, because it is what a map is asked for by; of
 * layers with the same name, which no request can tell apart, the first is kept and the others are counted in a warning.
 */
import * as z from 'zod/mini';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import type { Json } from '../json.ts';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
} from './harvester.ts';
import { keepRecord } from './keep-record.ts';
import { readSequenced, stateIn, withSequence } from './ows/update-sequence.ts';
import { oneLine } from './plain-text.ts';
import type { RecordDraft } from './record.ts';
import { RECORD_LIMITS } from './record-parts.ts';
import { type Capabilities, readCapabilities, readService, titleOf } from './wms/capabilities.ts';
import { draftOf, rightsOf, serviceContacts, type ServiceFacts } from './wms/draft.ts';
import { type Effective, effectiveOf } from './wms/inheritance.ts';
import type { Layer } from './wms/layer.ts';
import { capabilitiesUrl, serviceAddress, WMS_VERSIONS, type WmsVersion } from './wms/url.ts';

const settings = z.strictObject({
  /** The version to ask for; whatever comes is read. Servers that stumble over 1.3.0 need an older one. */
  version: z._default(z.enum(WMS_VERSIONS), '1.3.0'),
  /** Coordinate systems that a record keeps: some servers list thousands for every layer. */
  maxStoredCrs: z._default(
    z.int().check(z.minimum(1), z.maximum(RECORD_LIMITS.crsMax)),
    RECORD_LIMITS.crsMax,
  ),
});

export type WmsSettings = z.infer<typeof settings>;

export const wms: HarvesterType<WmsSettings> = {
  type: 'wms',
  describes:
    'OGC Web Map Services (GeoServer, MapServer, QGIS Server, ArcGIS, deegree ...): one record per named layer',
  settings,
  probeRequests: (url) => [{ url: capabilitiesUrl(url, '1.3.0') }],
  readProbe: (_url, reply) => readProbe(reply),
  firstListing: (url, { version }, asked) => withSequence({ url: capabilitiesUrl(url, version) }, asked),
  readListing: ({ url, settings: { maxStoredCrs }, request }, reply) =>
    readSequenced(request, () => readListing(url, maxStoredCrs, reply)),
  resourceRequest: () => undefined,
  readResource: (_context, resource) => readLayer(resource),
};

function readProbe(reply: RemoteReply): ProbeVerdict {
  try {
    const title = oneLine(titleOf(readService(reply)) ?? '', RECORD_LIMITS.titleCharsMax).text;
    return title === '' ? { match: true } : { match: true, title };
  } catch (error) {
    if (error instanceof ReeveError) return { match: false, because: sentenceOf(error) };
    throw error;
  }
}

function readListing(
  url: string,
  maxStoredCrs: number,
  reply: RemoteReply,
): { listing: Listing; isEmpty: boolean } {
  const capabilities = readCapabilities(reply, maxStoredCrs);
  const facts = factsOf(url, capabilities, reply);
  const inherited = new Map<Layer, Effective>();
  const listed = new Map<string, ListedResource>();
  const repeated = new Set<string>();
  for (const layer of capabilities.layers) {
    const above = layer.parent === undefined ? undefined : inherited.get(layer.parent);
    const has = effectiveOf(layer, above, maxStoredCrs);
    inherited.set(layer, has);
    if (!isNamed(layer)) continue;
    if (listed.has(layer.name)) repeated.add(layer.name);
    else listed.set(layer.name, listedOf(draftOf(layer, has, facts)));
  }
  const { damaged, warnings, root } = capabilities;
  const listing: Listing = {
    resources: [...listed.values()],
    next: [],
    matched: listed.size,
    ...stateIn(root),
    warnings: [...warnings, ...warningsOf(listed.size, repeated), ...oneOrNone(facts.address.warning)],
    ...(damaged ? { incomplete: true } : {}),
  };
  return { listing, isEmpty: capabilities.layers.length === 0 };
}

function isNamed(layer: Layer): layer is Layer & { name: string } {
  return layer.name !== undefined;
}

function warningsOf(listed: number, repeated: ReadonlySet<string>): string[] {
  if (listed === 0) return ['the capabilities hold no layer with a name, so there is nothing to harvest'];
  if (repeated.size === 0) return [];
  const names = [...repeated].slice(0, 5).map((name) => oneLine(name, 60).text);
  const more = repeated.size > names.length ? ` and ${repeated.size - names.length} more` : '';
  return [`of layers with the same name only the first was kept: ${names.join(', ')}${more}`];
}

function factsOf(url: string, capabilities: Capabilities, reply: RemoteReply): ServiceFacts {
  const { service, version, mapUrl } = capabilities;
  const address = serviceAddress(url, reply.url, mapUrl);
  const known: WmsVersion = WMS_VERSIONS.find((one) => one === version) ?? '1.3.0';
  return {
    address,
    capabilitiesUrl: capabilitiesUrl(address.url, known),
    base: reply.url,
    contacts: serviceContacts(service),
    ...rightsOf(service),
  };
}

/** The draft is plain data but for its undefined fields, which JSON leaves out wherever it is staged. */
function listedOf(draft: RecordDraft): ListedResource {
  const listed = draft as unknown as Json;
  return draft.title === undefined ? { id: draft.id, listed } : { id: draft.id, title: draft.title, listed };
}

function readLayer(resource: ListedResource): Reading {
  const { listed } = resource;
  if (typeof listed !== 'object' || listed === null || !('id' in listed)) {
    throw new ReeveError(
      'InvariantBroken',
      `the layer ${resource.id.slice(0, 60)} came without what its listing said of it`,
    );
  }
  const kept = keepRecord(listed as unknown as RecordDraft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}

function oneOrNone(warning: string | undefined): string[] {
  return warning === undefined ? [] : [warning];
}
