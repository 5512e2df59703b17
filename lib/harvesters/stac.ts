/**
 * The harvester type `stac`: SpatioTemporal Asset Catalogs, as APIs (STAC API 0.9 to 1.0) and as static catalogs of files that link to each
 * other (STAC 0.8 to 1.1).
 *
 * A collection is a record; its items are, too, when the settings say so, for there may be millions. Pages carry whole collections and
 * items, so that a resource costs no request; the items of a static catalog are files, and each costs one. The URL may be the landing page or root
 * catalog, `/collections`, one collection, a page of items or of a search, or one item.
 */
import { ReeveError } from '../session/errors.ts';
import type {
  Asked,
  HarvesterType,
  ListedResource,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { at, isObject, textAt } from './json-fields.ts';
import { keepRecord } from './keep-record.ts';
import { parsedUrl, shownUrl } from './links.ts';
import { questionOf } from './ogcapi/asked.ts';
import { readContent } from './ogcapi/exception.ts';
import { offsetPaging } from './ogcapi/paging.ts';
import { get } from './ogcapi/requests.ts';
import { oneLine } from './plain-text.ts';
import type { RecordDraft } from './record.ts';
import { verdictOf } from './reply.ts';
import { itemDraft } from './stac/draft.ts';
import { saysStac, stacKindOf } from './stac/kinds.ts';
import { readDocument } from './stac/listing.ts';
import { withParameters } from './stac/requests.ts';
import { StacSettings } from './stac/settings.ts';

export const stac: HarvesterType<StacSettings> = {
  type: 'stac',
  describes: 'STAC APIs and static STAC catalogs: collections, and by choice their items',
  settings: StacSettings,
  probeRequests: (url) => [get(url, {})],
  readProbe: (_url, reply) => verdictOf(() => readProbe(reply)),
  listsChanges: true,
  paging: offsetPaging,
  firstListing,
  readListing: (context, reply) => readDocument(context, reply),
  resourceRequest: (_context, { id, listed, hint }) =>
    listed === undefined ? itemRequest(id, textAt(hint, 'url')) : undefined,
  readResource: (_context, resource, reply) => readResource(resource, reply),
};

/** A URL of items is asked for with what the settings say of items; any other as it is. */
function firstListing(url: string, settings: StacSettings, asked?: Asked): RemoteRequest {
  const path = parsedUrl(url)?.pathname.replace(/\/+$/, '');
  if (path === undefined)
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} is no URL of a STAC; allowed is http(s)://host[/path]`,
    );
  const question = questionOf(asked);
  if (!/\/(items|search)$/.test(path)) return get(url, question);
  const parameters = [
    ['limit', String(settings.pageSize)],
    ['bbox', settings.bbox?.join(',') ?? question['bbox']],
    ['datetime', settings.datetime],
  ] as const;
  return get(withParameters(url, parameters), { ...question, as: 'items', page: '1' });
}

function itemRequest(id: string, url: string | undefined): RemoteRequest {
  if (url === undefined)
    throw new ReeveError('InvariantBroken', `the item ${id.slice(0, 60)} came without its address`);
  return get(url, {});
}

function readResource(resource: ListedResource, reply: RemoteReply | undefined): Reading {
  if (reply === undefined) {
    if (at(resource.listed, 'id') !== resource.id)
      throw new ReeveError(
        'InvariantBroken',
        `the STAC resource ${resource.id.slice(0, 60)} came without what its listing said of it`,
      );
    return readDraft(resource.listed as unknown as RecordDraft);
  }
  if (reply.status === 404 || reply.status === 410)
    return { reading: 'gone', because: `the remote answered with status ${reply.status}` };
  const json = readContent(reply, `the item ${oneLine(resource.id, 60).text}`);
  if (!isObject(json) || stacKindOf(json) !== 'item')
    return { reading: 'invalid', because: 'the answer is no item of STAC' };
  return readDraft(
    itemDraft(json, { id: resource.id, base: reply.url, inherited: at(resource.hint, 'inherited') }),
  );
}

function readDraft(draft: RecordDraft): Reading {
  const kept = keepRecord(draft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}

function readProbe(reply: RemoteReply): ProbeVerdict {
  const json = readContent(reply, 'the question whether it is a STAC');
  if (stacKindOf(json) === undefined || !saysStac(json))
    return { match: false, because: 'its JSON has no stac_version' };
  const title = oneLine(textAt(json, 'title') ?? '', 200).text;
  return title === '' ? { match: true } : { match: true, title };
}
