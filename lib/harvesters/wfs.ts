/**
 * The harvester type `wfs`: OGC Web Feature Service 1.0.0, 1.1.0 and 2.0 (OGC 02-058, 04-094, 09-025r2).
 *
 * The capabilities document is the listing, and it says it all: one request a session, one resource per feature type. A feature type's name
 * is its id, because it is what features are asked for by. WFS 3 is OGC API - Features, which is another type (`ogc-records`).
 */
import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import type {
  Asked,
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { at } from './json-fields.ts';
import { keepRecord } from './keep-record.ts';
import { serviceAddress } from './ows/url.ts';
import { readSequenced, stateIn, withSequence } from './ows/update-sequence.ts';
import { oneLine } from './plain-text.ts';
import type { RecordDraft } from './record.ts';
import { verdictOf } from './reply.ts';
import { readWfsCapabilities, readWfsTitle } from './wfs/capabilities.ts';
import { factsOf, featureTypeDraft, nameOf } from './wfs/draft.ts';
import { capabilitiesUrl, WFS, WFS_VERSIONS, type WfsVersion } from './wfs/url.ts';

const settings = z.strictObject({
  /** The version to ask for; whatever comes is read. */
  version: z._default(z.enum(WFS_VERSIONS), '2.0.0'),
});
export type WfsSettings = z.infer<typeof settings>;

const WARNED_MAX = 5;
const TITLE_CHARS_MAX = 200;

export const wfs: HarvesterType<WfsSettings> = {
  type: 'wfs',
  describes:
    'OGC Web Feature Services (GeoServer, MapServer, QGIS Server, deegree ...): one record per feature type',
  settings,
  probeRequests: (url) => [{ url: capabilitiesUrl(url, '2.0.0') }],
  readProbe: (_url, reply) => verdictOf(() => readProbe(reply)),
  firstListing: (url, { version }, asked?: Asked) =>
    withSequence({ url: capabilitiesUrl(url, version) }, asked),
  readListing: ({ url, request }, reply) =>
    olderVersion(url, request, () => readSequenced(request, () => readListing(url, reply))),
  resourceRequest: () => undefined,
  readResource: (_context, resource) => readFeatureType(resource),
};

function readProbe(reply: RemoteReply): ProbeVerdict {
  const title = oneLine(readWfsTitle(reply) ?? '', TITLE_CHARS_MAX).text;
  return title === '' ? { match: true } : { match: true, title };
}

/** A server that refuses the version it was asked for (OGC 06-121r3, 7.3.2) is asked for the one before. */
function olderVersion(url: string, request: RemoteRequest, read: () => Listing): Listing {
  try {
    return read();
  } catch (error) {
    const isAboutVersion =
      error instanceof ReeveError &&
      error.name === 'RemoteException' &&
      /VersionNegotiationFailed|\bversion\b/i.test(error.message);
    const asked = /[?&]VERSION=([\d.]+)/.exec(request.url)?.[1];
    const older = WFS_VERSIONS[WFS_VERSIONS.findIndex((version) => version === asked) - 1];
    if (!isAboutVersion || older === undefined) throw error;
    return { resources: [], next: [{ url: capabilitiesUrl(url, older) }] };
  }
}

function readListing(url: string, reply: RemoteReply): { listing: Listing; isEmpty: boolean } {
  if (/^\s*\{/.test(Buffer.from(reply.body.subarray(0, 100)).toString('latin1')))
    throw new ReeveError(
      'RemoteUnreadable',
      'the remote answers the capabilities with JSON: WFS 3 is OGC API - Features, which is harvested as type ogc-records',
      { status: reply.status },
    );
  const capabilities = readWfsCapabilities(reply);
  const { root, version, featuresUrl, featureTypes, warnings, damaged, hasList } = capabilities;
  const address = serviceAddress({ harvested: url, answered: reply.url, advertised: featuresUrl }, WFS);
  const known: WfsVersion = WFS_VERSIONS.find((one) => one === version) ?? '2.0.0';
  const facts = factsOf(capabilities, {
    address,
    capabilitiesUrl: capabilitiesUrl(address.url, known),
    base: reply.url,
  });
  const listed = new Map<string, ListedResource>();
  const repeated = new Set<string>();
  let nameless = 0;
  for (const featureType of featureTypes) {
    const name = nameOf(featureType);
    if (name === undefined) nameless += 1;
    else if (listed.has(name)) repeated.add(name);
    else listed.set(name, listedOf(featureTypeDraft(featureType, name, facts)));
  }
  const said = [
    ...(listed.size === 0 ? ['the capabilities hold no feature type, so there is nothing to harvest'] : []),
    ...(nameless === 0 ? [] : [`${nameless} feature types have no name and cannot be asked for`]),
    ...(repeated.size === 0
      ? []
      : [`of feature types with the same name only the first was kept: ${namesOf(repeated)}`]),
    ...(address.warning === undefined ? [] : [address.warning]),
  ];
  const listing: Listing = {
    resources: [...listed.values()],
    next: [],
    matched: listed.size,
    ...stateIn(root),
    warnings: [...warnings, ...said],
    ...(damaged || nameless > 0 ? { incomplete: true } : {}),
  };
  return { listing, isEmpty: !hasList };
}

function namesOf(repeated: ReadonlySet<string>): string {
  const names = [...repeated].slice(0, WARNED_MAX).map((name) => oneLine(name, 60).text);
  const more = repeated.size > names.length ? ` and ${repeated.size - names.length} more` : '';
  return `${names.join(', ')}${more}`;
}

function listedOf(draft: RecordDraft): ListedResource {
  const title = oneLine(draft.title ?? '', TITLE_CHARS_MAX).text;
  return { id: draft.id, ...(title === '' ? {} : { title }), listed: draft as unknown as Json };
}

function readFeatureType({ id, listed }: ListedResource): Reading {
  if (at(listed, 'id') !== id)
    throw new ReeveError(
      'InvariantBroken',
      `the feature type ${id.slice(0, 60)} came without what its listing said of it`,
    );
  const kept = keepRecord(listed as unknown as RecordDraft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}
