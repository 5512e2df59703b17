/**
 * The harvester type `csw`: OGC Catalogue Service for the Web 2.0.2 (OGC 07-006r1) and 3.0.0 (OGC 12-176r7), with records of ISO 19139
 * (OGC 07-045, the ISO metadata application profile), ISO 19115-3 or Dublin Core.
 *
 * The capabilities say how the server can be asked; then whole records come in pages (`elementSetName=full`), so that a record costs no
 * request of its own. Resources carry no version: the date stamps of catalogues are often days, or not touched by a change.
 */
import { ReeveError } from '../session/errors.ts';
import { type CswCapabilities, readCapabilities, settled } from './csw/capabilities.ts';
import { nextPage, readPage } from './csw/page.ts';
import {
  carriedOf,
  CSW_VERSIONS,
  CswSettings,
  type CswVersion,
  daysAsked,
  type Plan,
  planOf,
  waysOf,
  withPlan,
} from './csw/plan.ts';
import { atPage, capabilitiesRequest, pageOf, pageRequest, recordRequest } from './csw/request.ts';
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
import { isListed, readListed } from './listed.ts';
import { shownUrl } from './links.ts';
import { listedMetadata } from './metadata.ts';
import { oneLine } from './plain-text.ts';
import { RECORD_LIMITS } from './record-parts.ts';
import { verdictOf } from './reply.ts';
import { readXml, type XmlElement } from './xml.ts';

export { CswSettings } from './csw/plan.ts';

export const csw: HarvesterType<CswSettings> = {
  type: 'csw',
  describes:
    'OGC Catalogue Services for the Web 2.0.2 and 3.0.0 (GeoNetwork, pycsw, GeoServer, deegree, Esri Geoportal ...): ISO 19139, ISO 19115-3 or Dublin Core',
  settings: CswSettings,
  listsChanges: true,
  paging: { of: pageOf, at: atPage },
  probeRequests: (url) => [capabilitiesRequest(url, '2.0.2')],
  readProbe: (_url, reply) => verdictOf(() => readProbe(reply)),
  firstListing,
  readListing: (context, reply) => {
    const plan = planOf(context.request);
    return plan === undefined ? readStart({ ...context, reply }) : readRecords({ ...context, reply, plan });
  },
  resourceRequest: ({ url, settings }, resource) =>
    isListed(resource) ? undefined : recordRequest(url, resource.id, settled(settings)),
  readResource: (_context, resource, reply) => readResource(resource, reply),
};

function readProbe(reply: RemoteReply): ProbeVerdict {
  const title = oneLine(readCapabilities(reply).title ?? '', RECORD_LIMITS.titleCharsMax).text;
  return title === '' ? { match: true } : { match: true, title };
}

/** The capabilities, unless the settings leave nothing open that they would say. */
function firstListing(url: string, settings: CswSettings, asked?: Asked): RemoteRequest {
  const days = daysAsked(asked);
  if (settings.version !== 'auto' && settings.schema !== 'auto')
    return firstPage(url, settings, { ...settled(settings), ...days, step: 0 });
  return withPlan(capabilitiesRequest(url, settings.version === 'auto' ? '2.0.2' : settings.version), days);
}

function firstPage(url: string, settings: CswSettings, plan: Plan): RemoteRequest {
  return pageRequest(url, settings, plan, { position: 0, size: settings.pageSize });
}

interface Answered {
  readonly url: string;
  readonly settings: CswSettings;
  readonly request: RemoteRequest;
  readonly reply: RemoteReply;
}

function readStart({ url, settings, request, reply }: Answered): Listing {
  const { refused, ...days } = carriedOf(request);
  let capabilities: CswCapabilities;
  try {
    capabilities = readCapabilities(reply);
  } catch (error) {
    // A server of 3.0 alone refuses to speak 2.0.2 (VersionNegotiationFailed; OGC 06-121r3, 7.3.2).
    const other: CswVersion = '3.0.0';
    if (settings.version !== 'auto' || refused !== undefined || !isException(error)) throw error;
    return {
      resources: [],
      next: [withPlan(capabilitiesRequest(url, other), { ...days, refused: CSW_VERSIONS[0] })],
    };
  }
  const plan: Plan = { ...settled(settings, capabilities), ...days, step: 0 };
  if (!plan.get && !plan.post)
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} offers GetRecords by neither GET nor POST`,
    );
  return { resources: [], next: [firstPage(url, settings, plan)] };
}

function readRecords({ url, settings, request, reply, plan }: Answered & { plan: Plan }): Listing {
  const at = pageOf(request) ?? { position: 0, size: settings.pageSize };
  let page: ReturnType<typeof readPage>;
  try {
    page = readPage(reply);
  } catch (error) {
    if (at.position > 0 && isPastEnd(error)) return { resources: [], next: [] };
    if (at.position === 0 && isAboutTheAsking(error) && plan.step + 1 < waysOf(plan, settings).length)
      return {
        resources: [],
        next: [firstPage(url, settings, { ...plan, step: plan.step + 1 })],
        warnings: [
          `the remote refused one way of asking and is asked in another: ${(error as ReeveError).message}`,
        ],
      };
    throw error;
  }
  const next = nextPage(at, page);
  return {
    resources: page.resources,
    next: next === undefined ? [] : [atPage(request, next)],
    ...(page.matched === undefined ? {} : { matched: page.matched }),
    warnings: page.warnings,
    ...(page.damaged ? { incomplete: true } : {}),
  };
}

function isException(error: unknown): boolean {
  return error instanceof ReeveError && (error.name === 'RemoteException' || error.name === 'RemoteRefused');
}

/** Statuses of servers that read no query from a URL, or none from a body: 405, 411, 413 to 415, 501; and 400, by which all is refused. */
const REFUSING: ReadonlySet<number> = new Set([400, 405, 411, 413, 414, 415, 501]);
/** Exception codes about a request (OGC 06-121r3, table 27), and what servers that know no codes say in words. */
const ABOUT_ASKING =
  /\b(InvalidParameterValue|MissingParameterValue|OperationNotSupported|OptionNotSupported|OperationParsingFailed|InvalidRequest)\b|\b(sort|sortby|constraint|filter|cql|typenames?|not supported)\b/i;

/** Of how it was asked, not of a record: in another way the remote may answer. */
function isAboutTheAsking(error: unknown): boolean {
  if (!(error instanceof ReeveError)) return false;
  // Not the whole sentence: it names the URL, and that names every parameter.
  if (error.name === 'RemoteException') return ABOUT_ASKING.test(said(error));
  return error.name === 'RemoteRefused' && error.status !== undefined && REFUSING.has(error.status);
}

/** What the remote's exception says, without our words around it. */
function said({ message }: ReeveError): string {
  const mark = 'with an exception: ';
  return message.slice(message.indexOf(mark) + mark.length);
}

/** Records that were removed while the listing was read: some servers say that the start lies behind the end with an exception. */
function isPastEnd(error: unknown): boolean {
  return error instanceof ReeveError && error.name === 'RemoteException' && /start/i.test(said(error));
}

const RECORD_ROOTS = [
  'GetRecordByIdResponse',
  'MD_Metadata',
  'MI_Metadata',
  'Record',
  'SummaryRecord',
  'BriefRecord',
];

function readResource(resource: ListedResource, reply: RemoteReply | undefined): Reading {
  if (reply === undefined) return readListed(resource);
  const found: XmlElement[] = [];
  readXml(
    reply,
    { asked: `the record ${oneLine(resource.id, 60).text}`, roots: RECORD_ROOTS },
    {
      open: (tag, path) => (path.length === 0 && tag.name === 'GetRecordByIdResponse' ? 'enter' : 'whole'),
      whole: (element) => void found.push(element),
    },
  );
  const [record] = found;
  if (record === undefined)
    return { reading: 'gone', because: 'the remote has no record of that identifier' };
  const listed = listedMetadata(record);
  if (listed.id !== resource.id && !listed.id.startsWith('without identifier'))
    return {
      reading: 'invalid',
      because: `asked for the record ${oneLine(resource.id, 60).text}, the remote answered with ${oneLine(listed.id, 60).text}`,
    };
  return readListed(listed);
}
