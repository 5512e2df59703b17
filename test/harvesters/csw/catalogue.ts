// A small CSW as a function from requests to replies, with the faults that real ones have, for the tests of this harvester type.
import { csw, type CswSettings } from '../../../lib/harvesters/csw.ts';
import type { Asked, RemoteReply, RemoteRequest } from '../../../lib/harvesters/harvester.ts';
import { crawl } from '../crawl.ts';
import { textReply } from '../replies.ts';

export const CSW_URL = 'https://catalogue.example/csw?config=county';
const XML = { headers: { 'content-type': 'application/xml' } };

export const xmlReply = (body: string, status = 200): RemoteReply =>
  textReply(body, { ...XML, url: CSW_URL, status });

export interface Offer {
  readonly version?: string;
  readonly schemas?: readonly string[];
  readonly typeNames?: readonly string[];
  readonly queryables?: readonly string[];
  readonly methods?: readonly ('Get' | 'Post')[];
}

export const GMD = 'http://www.isotc211.org/2005/gmd';
export const DC = 'http://www.opengis.net/cat/csw/2.0.2';

export function capabilities(offer: Offer = {}): string {
  const { version = '2.0.2', schemas = [DC, GMD], typeNames = ['csw:Record', 'gmd:MD_Metadata'] } = offer;
  const { queryables = [], methods = ['Get', 'Post'] } = offer;
  const values = (list: readonly string[]): string =>
    list.map((value) => `<ows:Value>${value}</ows:Value>`).join('');
  return (
    `<csw:Capabilities xmlns:csw="http://www.opengis.net/cat/csw/${version}" version="${version}"><ows:ServiceIdentification><ows:Title>The county</ows:Title></ows:ServiceIdentification>` +
    `<ows:OperationsMetadata><ows:Operation name="GetCapabilities"/><ows:Operation name="GetRecords"><ows:DCP><ows:HTTP>${methods.map((method) => `<ows:${method} xlink:href="http://internal/csw"/>`).join('')}</ows:HTTP></ows:DCP>` +
    `<ows:Parameter name="outputSchema">${values(schemas)}</ows:Parameter><ows:Parameter name="typeNames">${values(typeNames)}</ows:Parameter>` +
    `<ows:Constraint name="Queryables">${values(queryables)}</ows:Constraint></ows:Operation></ows:OperationsMetadata></csw:Capabilities>`
  );
}

export function exception(code: string, text: string): string {
  return `<ows:ExceptionReport><ows:Exception exceptionCode="${code}" locator="x"><ows:ExceptionText>${text}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`;
}

export const record = (id: string): string =>
  `<csw:Record><dc:identifier>${id}</dc:identifier><dc:title>Record ${id}</dc:title></csw:Record>`;

export interface Results {
  readonly matched?: number | undefined;
  readonly returned?: number | undefined;
  readonly next?: number | undefined;
}

export function results(records: readonly string[], { matched, returned, next }: Results = {}): string {
  const attribute = (name: string, value: number | undefined): string =>
    value === undefined ? '' : ` ${name}="${value}"`;
  return (
    `<csw:GetRecordsResponse><csw:SearchStatus timestamp="2026-01-01T00:00:00Z"/><csw:SearchResults${attribute('numberOfRecordsMatched', matched)}` +
    `${attribute('numberOfRecordsReturned', returned)}${attribute('nextRecord', next)}>${records.join('')}</csw:SearchResults></csw:GetRecordsResponse>`
  );
}

/** What a request of a listing asks for, by KVP or by XML. */
export function askOf(request: RemoteRequest): {
  readonly operation: string;
  readonly start: number;
  readonly size: number;
} {
  const query = new URL(request.url).searchParams;
  const { start, size } = csw.paging === undefined ? { start: 0, size: 0 } : pageAsked(request);
  return { operation: request.body === undefined ? (query.get('request') ?? '') : 'GetRecords', start, size };
}

function pageAsked(request: RemoteRequest): { start: number; size: number } {
  const page = csw.paging?.of(request);
  return { start: (page?.position ?? 0) + 1, size: page?.size ?? 0 };
}

export const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `r${index + 1}`);

/** An honest catalogue of as many records; `cap` is the most it gives at a time. */
export function pageOf(ids: readonly string[], request: RemoteRequest, cap = Infinity): string {
  const { start, size } = askOf(request);
  const page = ids.slice(start - 1, start - 1 + Math.min(size, cap));
  const next = start + page.length;
  return results(page.map(record), {
    matched: ids.length,
    returned: page.length,
    next: next > ids.length ? 0 : next,
  });
}

export interface Harvest {
  readonly settings?: Partial<CswSettings>;
  readonly asked?: Asked;
  readonly offer?: Offer;
}

/** Lists a catalogue; `answer` gives the replies to GetRecords. */
export function harvest(answer: (request: RemoteRequest) => RemoteReply | string, more: Harvest = {}) {
  const settings = csw.settings.parse(more.settings ?? {});
  const requests: RemoteRequest[] = [];
  const type = {
    ...csw,
    firstListing: (url: string, given: CswSettings) => csw.firstListing(url, given, more.asked),
  };
  const result = crawl(type, { url: CSW_URL, settings }, (request) => {
    if (askOf(request).operation === 'GetCapabilities') return xmlReply(capabilities(more.offer));
    requests.push(request);
    const reply = answer(request);
    return typeof reply === 'string' ? xmlReply(reply) : reply;
  });
  return {
    ...result,
    requests,
    ids: result.resources.map(({ id }) => id),
    pages: requests.map((request) => csw.paging?.of(request)),
  };
}
