/**
 * The harvester type `ogc-records`: OGC API - Records (OGC 20-004r1) and the collections of OGC API - Features (OGC 17-069r4) and of any
 * other OGC API that has `/collections` (OGC 20-024).
 *
 * One type for both, because one server has both and a landing page does not say which: a collection of records is listed record by
 * record, any other collection is one record itself. The URL may be the landing page, `/collections`, one collection, or its items. Pages carry
 * whole records, so that a resource costs no request.
 */
import { ReeveError } from '../session/errors.ts';
import type { Json } from '../json.ts';
import type {
  Asked,
  HarvesterType,
  ListedResource,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { at, listAt, textAt } from './json-fields.ts';
import { keepRecord } from './keep-record.ts';
import { parsedUrl, shownUrl } from './links.ts';
import { questionOf } from './ogcapi/asked.ts';
import { readContent } from './ogcapi/exception.ts';
import { linksIn } from './ogcapi/links.ts';
import { conformanceFirst, readPage, startRequest } from './ogcapi/listing.ts';
import { kindOf } from './ogcapi/page.ts';
import { offsetPaging } from './ogcapi/paging.ts';
import { get } from './ogcapi/requests.ts';
import { OgcRecordsSettings } from './ogcapi/settings.ts';
import { parameterOf, withParameter } from './ogcapi/state.ts';
import { oneLine } from './plain-text.ts';
import type { RecordDraft } from './record.ts';
import { verdictOf } from './reply.ts';

export const ogcRecords: HarvesterType<OgcRecordsSettings> = {
  type: 'ogc-records',
  describes:
    'OGC API - Records, and the collections of OGC API - Features and others (pygeoapi, pycsw, ldproxy, GeoServer, MapServer, QGIS Server ...)',
  settings: OgcRecordsSettings,
  probeRequests: (url) => [
    get(url, {}),
    // For servers that give people a page wherever they are not told otherwise.
    ...(parameterOf(url, 'f') === undefined ? [get(withParameter(url, 'f', 'json'), {})] : []),
  ],
  readProbe: (_url, reply) => verdictOf(() => readProbe(reply)),
  listsChanges: true,
  paging: offsetPaging,
  firstListing,
  readListing: (context, reply) => readPage(context, reply),
  resourceRequest: () => undefined,
  readResource: (_context, resource) => readListed(resource),
};

/** The conformance declaration comes first where it decides how a URL below the landing page is asked. */
function firstListing(url: string, settings: OgcRecordsSettings, asked?: Asked): RemoteRequest {
  const path = parsedUrl(url)?.pathname;
  if (path === undefined)
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} is no URL of an OGC API; allowed is http(s)://host[/path]`,
    );
  const question = questionOf(asked);
  const isBelow = /\/collections(\/|$)/.test(path);
  const hasChanges = question['from'] !== undefined || question['to'] !== undefined;
  return isBelow && hasChanges ? conformanceFirst(url, question) : startRequest(url, settings, question);
}

function readProbe(reply: RemoteReply): ProbeVerdict {
  const json = readContent(reply, 'the question whether it is an OGC API');
  const kind = kindOf(json);
  const members: readonly Json[] = [
    json,
    ...listAt(json, 'collections').slice(0, 3),
    ...listAt(json, 'features').slice(0, 3),
  ];
  if (members.some((one) => textAt(one, 'stac_version') !== undefined))
    return { match: false, because: 'it is a STAC' };
  const title = oneLine(textAt(json, 'title') ?? '', 200).text;
  const match: ProbeVerdict = title === '' || kind === 'record' ? { match: true } : { match: true, title };
  if (kind === 'landing' || kind === 'collection') return match;
  if (kind === 'collections') {
    const areCollections = listAt(json, 'collections').every(
      (one) => textAt(one, 'id') !== undefined && at(one, 'links') !== undefined,
    );
    return areCollections ? match : { match: false, because: 'its collections are not those of an OGC API' };
  }
  // A file of GeoJSON has features too, but leads nowhere.
  if ((kind === 'items' || kind === 'record') && linksIn(json).length > 0) return match;
  return { match: false, because: 'its JSON is not that of an OGC API' };
}

function readListed(resource: ListedResource): Reading {
  const { listed, id } = resource;
  if (at(listed, 'id') !== id)
    throw new ReeveError(
      'InvariantBroken',
      `the record ${id.slice(0, 60)} came without what its listing said of it`,
    );
  const kept = keepRecord(listed as unknown as RecordDraft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}
