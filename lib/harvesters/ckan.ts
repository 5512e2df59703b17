/**
 * The harvester type `ckan`: CKAN 2 by its action API, and sites that imitate it.
 *
 * `package_search` lists whole datasets, so that a page of them is one request and a dataset none: its draft of a record travels as `listed`. Pages are asked for
 * by position, sorted by id. What a site refuses of a search (the order, the dates, harvest sources left out) is given up with a warning, one at a time.
 */
import type { Json } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import { addressOf, type ApiPath, queryOf, requestOf } from './ckan/address.ts';
import { pageIn, resultIn } from './ckan/answer.ts';
import { CkanSettings, lesserQuery, searchQuery } from './ckan/query.ts';
import { ckanDraft } from './ckan/record.ts';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { at, isList, isObject, numberAt, textAt } from './json-fields.ts';
import { keepRecord } from './keep-record.ts';
import { shownUrl } from './links.ts';
import { type PageAt, pageAfter } from './paging.ts';
import { oneLine } from './plain-text.ts';
import type { RecordDraft } from './record.ts';
import { verdictOf } from './reply.ts';

const ASKED = 'the listing';

export const ckan: HarvesterType<CkanSettings> = {
  type: 'ckan',
  describes: 'CKAN 2 and sites with its action API: datasets, by package_search',
  settings: CkanSettings,

  probeRequests(url) {
    const address = addressOf(url);
    return [
      requestOf(address, 'package_search', { rows: '0' }),
      requestOf({ ...address, api: other(address.api) }, 'package_search', { rows: '0' }),
    ];
  },

  readProbe: (_, reply) => verdictOf(() => readProbe(reply)),

  listsChanges: true,

  paging: {
    of: (request) => pageOf(request),
    at: (request, page) => requestAt(request, page),
  },

  firstListing: (url, settings, asked) =>
    requestOf(addressOf(url), 'package_search', searchQuery(settings, asked)),

  readListing({ url, settings, request }, reply) {
    const lesser = lesserRequest(url, request, reply);
    if (lesser !== undefined) return lesser;
    const result = resultIn(reply, ASKED);
    const page = pageIn(result);
    if (page === undefined) {
      throw new ReeveError(
        'RemoteUnreadable',
        `${shownUrl(reply.url)} answered ${ASKED} with a result that has no list of datasets`,
        { status: reply.status },
      );
    }
    const { entries, count } = page;
    const { resources, gone, warnings, incomplete } = resourcesIn(entries, {
      site: addressOf(url).site,
      settings,
    });
    const next = pageAfter(pageOf(request), { returned: entries.length, matched: count });
    return {
      resources,
      next: next === undefined ? [] : [requestAt(request, next)],
      ...(count === undefined ? {} : { matched: count }),
      ...(gone.length === 0 ? {} : { gone }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(incomplete ? { incomplete } : {}),
    } satisfies Listing;
  },

  resourceRequest({ url }, { id, listed }) {
    return isObject(listed) ? undefined : requestOf(addressOf(url), 'package_show', { id });
  },

  readResource({ url }, resource, reply) {
    if (isObject(resource.listed)) return readingOf(resource.listed as unknown as RecordDraft);
    if (reply === undefined) {
      throw new ReeveError(
        'InvariantBroken',
        `the CKAN dataset ${resource.id.slice(0, 60)} came without what its listing said of it`,
      );
    }
    return readShown(resource, addressOf(url).site, reply);
  },
};

function other(api: ApiPath): ApiPath {
  return api === '/api/action' ? '/api/3/action' : '/api/action';
}

/** `start` and `rows` of a request of ours. */
function pageOf(request: RemoteRequest): PageAt {
  const query = queryOf(request);
  return { position: Number(query['start'] ?? 0), size: Math.max(Number(query['rows'] ?? 1), 1) };
}

function requestAt(request: RemoteRequest, { position, size }: PageAt): RemoteRequest {
  return requestOf(addressOf(request.url), 'package_search', {
    ...queryOf(request),
    rows: String(size),
    start: String(position),
  });
}

/** The first page once more, asked for less, where the site could not give what was asked; `undefined` when its answer must be read. */
function lesserRequest(url: string, request: RemoteRequest, reply: RemoteReply): Listing | undefined {
  if (pageOf(request).position > 0) return undefined;
  const address = addressOf(request.url);
  if ((reply.status === 404 || reply.status === 410) && address.api === addressOf(url).api) {
    return {
      resources: [],
      next: [requestOf({ ...address, api: other(address.api) }, 'package_search', queryOf(request))],
    };
  }
  // 400 "Search Query Error", 409 "Search Error" or "Validation Error".
  if (reply.status !== 400 && reply.status !== 409) return undefined;
  const lesser = lesserQuery(queryOf(request));
  if (lesser === undefined) return undefined;
  return {
    resources: [],
    next: [requestOf(address, 'package_search', lesser.query)],
    warnings: [`the site refuses ${lesser.without}`],
  };
}

interface Reader {
  readonly site: string;
  readonly settings: CkanSettings;
}

function resourcesIn(entries: readonly Json[], { site, settings }: Reader) {
  const resources: ListedResource[] = [];
  const gone: string[] = [];
  const stepped = { nameless: 0, sources: 0, hidden: 0 };
  for (const entry of entries) {
    const id = textAt(entry, 'id') ?? textAt(entry, 'name');
    if (id === undefined || !isObject(entry)) stepped.nameless += 1;
    else if (textAt(entry, 'state') === 'deleted') gone.push(id);
    else if (textAt(entry, 'type') === 'harvest') stepped.sources += 1;
    else if (at(entry, 'private') === true && !settings.includePrivate) stepped.hidden += 1;
    else resources.push(listedOf(ckanDraft(entry, { id, site }), textAt(entry, 'metadata_modified')));
  }
  const warnings = [
    ...warningOf(stepped.nameless, 'had neither an id nor a name'),
    ...warningOf(stepped.sources, 'were harvest sources, which are no datasets'),
    ...warningOf(stepped.hidden, 'were private, and the setting includePrivate is not on'),
  ];
  return { resources, gone, warnings, incomplete: stepped.nameless > 0 };
}

function warningOf(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} entries of a page ${what}; they were stepped over`];
}

/** CKAN sets the date with every change of a dataset or of its resources, to the microsecond; a day alone would hide the second change of it. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** The draft is plain data but for its undefined fields, which JSON leaves out wherever it is staged. */
function listedOf(draft: RecordDraft, modified: string | undefined): ListedResource {
  const title = oneLine(draft.title ?? '', 200).text;
  return {
    id: draft.id,
    listed: draft as unknown as Json,
    ...(title === '' ? {} : { title }),
    ...(modified !== undefined && INSTANT.test(modified) ? { version: modified.slice(0, 200) } : {}),
  };
}

/** `package_show` of a dataset: 404 when it is deleted, 403 when it is not ours to see any more. */
function readShown(resource: ListedResource, site: string, reply: RemoteReply): Reading {
  if (reply.status === 404 || reply.status === 410 || reply.status === 403)
    return { reading: 'gone', because: `the remote answered with status ${reply.status}` };
  const result = resultIn(reply, `the dataset ${oneLine(resource.id, 60).text}`);
  if (!isObject(result)) return { reading: 'invalid', because: 'the answer holds no dataset' };
  const ids = [textAt(result, 'id'), textAt(result, 'name')];
  if (!ids.includes(resource.id))
    return {
      reading: 'invalid',
      because: `asked for ${resource.id.slice(0, 60)}, the remote answered with ${ids[0] ?? 'no id'}`,
    };
  if (textAt(result, 'state') === 'deleted') return { reading: 'gone', because: 'the remote has deleted it' };
  return readingOf(ckanDraft(result, { id: resource.id, site }));
}

function readingOf(draft: RecordDraft): Reading {
  const kept = keepRecord(draft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}

function readProbe(reply: RemoteReply): ProbeVerdict {
  const result = resultIn(reply, 'the question whether it is a CKAN');
  const isSearch = isList(at(result, 'results')) && numberAt(result, 'count') !== undefined;
  return isSearch ? { match: true } : { match: false, because: 'its JSON is not that of package_search' };
}
