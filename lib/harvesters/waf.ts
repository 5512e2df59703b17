/**
 * The harvester type `waf`: a web accessible folder, i.e. a folder of XML records that a web server lists as an HTML page, and the folders in it.
 *
 * The listing names the files; each record is one request. A file's version is the date and size beside its name, and only where the date
 * is so long ago, by the server's own clock and in any zone, that no change since could have the same.
 */
import * as z from 'zod/mini';
import { ReeveError } from '../session/errors.ts';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { readListed } from './listed.ts';
import { parsedUrl, shownUrl } from './links.ts';
import { listedMetadata } from './metadata.ts';
import { oneLine } from './plain-text.ts';
import { refuseBadStatus, verdictOf } from './reply.ts';
import { decodeText } from './text.ts';
import { entriesOf, type FolderEntry } from './waf/folder.ts';
import { readXml, type XmlElement } from './xml.ts';

export const WafSettings = z.strictObject({
  /** How deep folders in folders are looked into; 0 is the folder alone. */
  depthMax: z._default(z.int().check(z.minimum(0), z.maximum(10)), 3),
});
export type WafSettings = z.infer<typeof WafSettings>;

/** Clocks are at most so far from UTC, and a minute is the least that is shown. */
const ZONE_MILLIS = 15 * 3_600_000;
const RECORD_ROOTS = [
  'MD_Metadata',
  'MI_Metadata',
  'CHE_MD_Metadata',
  'Record',
  'SummaryRecord',
  'BriefRecord',
  'dc',
  'metadata',
  'DIF',
  'RDF',
  'FC_FeatureCatalogue',
];

export const waf: HarvesterType<WafSettings> = {
  type: 'waf',
  describes:
    'web accessible folders: XML records (ISO 19139, ISO 19115-3, Dublin Core) in a folder that a web server lists',
  settings: WafSettings,
  listsChanges: true,
  probeRequests: (url) => [{ url: folderOf(url) }],
  readProbe: (url, reply) =>
    verdictOf(() => {
      const files = pageEntries(reply, folderOf(url)).filter(isRecordFile);
      return files.length > 0 ? { match: true } : { match: false, because: 'its page lists no XML files' };
    }),
  firstListing: (url, _settings, asked) => folderRequest(folderOf(url), asked?.changedSinceAt),
  readListing({ url, settings, request }, reply) {
    const root = folderOf(url);
    const folder = folderOf(request.url);
    try {
      return listingOf(pageEntries(reply, folder), {
        root,
        folder,
        request,
        reply,
        depthMax: settings.depthMax,
      });
    } catch (error) {
      if (folder === root || !(error instanceof ReeveError) || error.name === 'RemoteBusy') throw error;
      // One closed folder must not end the listing, nor pass for an empty one.
      const warning = `the folder ${shownUrl(folder)} could not be listed: ${error.message}`;
      return { resources: [], next: [], incomplete: true, warnings: [warning] };
    }
  },
  resourceRequest: ({ url }, { id }) => ({ url: new URL(id, folderOf(url)).href }),
  readResource: (_context, resource, reply) => readFile(resource, reply),
};

/** The folder itself, also where its index page or a file in it was pasted; always with a slash at its end. @throws InputInvalid */
function folderOf(url: string): string {
  const parsed = parsedUrl(url.trim());
  if (parsed === undefined)
    throw new ReeveError('InputInvalid', `${shownUrl(url)} cannot be read; allowed is the URL of a folder`);
  const last = parsed.pathname.slice(parsed.pathname.lastIndexOf('/') + 1);
  if (/\.(x?html?|xml|php|aspx?)$/i.test(last)) parsed.pathname = parsed.pathname.slice(0, -last.length);
  else if (last !== '') parsed.pathname = `${parsed.pathname}/`;
  parsed.search = '';
  parsed.hash = '';
  return parsed.href;
}

/** What changed since travels in the fragment, which is never sent. */
function folderRequest(folder: string, sinceAt: number | undefined): RemoteRequest {
  return { url: sinceAt === undefined ? folder : `${folder}#${sinceAt}` };
}

function pageEntries(reply: RemoteReply, folder: string): FolderEntry[] {
  refuseBadStatus(reply, 'the listing of a folder');
  const { text } = decodeText(reply.body, reply.headers['content-type']);
  // After a redirect (to https, to another host) the names are those of where it answered.
  const answered = parsedUrl(reply.url)?.pathname.endsWith('/') === true ? folderOf(reply.url) : folder;
  if (!/<(html|a|pre|table|!doctype)\b/i.test(text.slice(0, 20_000)))
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered the listing of a folder with something that is no HTML page`,
    );
  return entriesOf(text, answered).map((entry) => ({
    ...entry,
    url: folder + entry.url.slice(answered.length),
  }));
}

function isRecordFile({ url, isFolder }: FolderEntry): boolean {
  return !isFolder && /\.xml$/i.test(new URL(url).pathname);
}

interface Page {
  readonly root: string;
  readonly folder: string;
  readonly request: RemoteRequest;
  readonly reply: RemoteReply;
  readonly depthMax: number;
}

function listingOf(entries: readonly FolderEntry[], page: Page): Listing {
  const { root, folder, request, reply, depthMax } = page;
  const since = parsedUrl(request.url)?.hash.slice(1) ?? '';
  const sinceAt = since === '' ? undefined : Number(since);
  const depth = folder.slice(root.length).split('/').length - 1;
  const folders = entries.filter(({ isFolder }) => isFolder);
  const tooDeep = depth >= depthMax ? folders.length : 0;
  const files = entries.filter(isRecordFile);
  const wanted = files.filter(({ changed }) => !isBefore(changed, sinceAt));
  return {
    resources: wanted.map((entry) => resourceOf(entry, root, reply)),
    next: tooDeep > 0 ? [] : folders.map(({ url }) => folderRequest(url, sinceAt)),
    ...(tooDeep > 0
      ? {
          incomplete: true,
          warnings: [
            `${tooDeep} folders below ${shownUrl(folder)} were left out: they lie deeper than ${depthMax} (setting depthMax)`,
          ],
        }
      : {}),
  };
}

/** Surely: in whatever zone the server's clock is. */
function isBefore(changed: string | undefined, at: number | undefined): boolean {
  return changed !== undefined && at !== undefined && Date.parse(changed) + ZONE_MILLIS < at;
}

function resourceOf({ url, changed, beside }: FolderEntry, root: string, reply: RemoteReply): ListedResource {
  const answeredAt = Date.parse(reply.headers['date'] ?? '');
  const settled = Number.isFinite(answeredAt) && isBefore(changed, answeredAt);
  return {
    id: url.slice(root.length),
    ...(settled ? { version: beside } : {}),
    ...(changed === undefined ? {} : { facts: { updated: changed } }),
  };
}

function readFile(resource: ListedResource, reply: RemoteReply | undefined): Reading {
  const asked = `the file ${oneLine(resource.id, 100).text}`;
  if (reply === undefined) throw new ReeveError('InvariantBroken', `${asked} was to be read without a reply`);
  if (reply.status === 404 || reply.status === 410)
    return { reading: 'gone', because: `the remote answered with status ${reply.status}` };
  let root: XmlElement | undefined;
  let wasCut = false;
  readXml(
    reply,
    { asked, roots: RECORD_ROOTS },
    {
      open: () => 'whole',
      whole: (element, _path, cut) => {
        root = element;
        wasCut = cut;
      },
    },
  );
  if (root === undefined) throw new ReeveError('RemoteUnreadable', `${asked} holds no record`);
  const { id } = resource;
  return readListed(listedMetadata(root, { id, cut: wasCut }));
}
