// One page of a CSW listing: the records in it, and where the listing goes on (CSW 2.0.2, 10.8.4.13; CSW 3.0, 7.3.4).
import { ReeveError } from '../../session/errors.ts';
import type { ListedResource, RemoteReply } from '../harvester.ts';
import { shownUrl } from '../links.ts';
import { listedMetadata } from '../metadata.ts';
import { type PageAt, pageAfter } from '../paging.ts';
import { readXml, type XmlTag } from '../xml.ts';

export interface CswPage {
  readonly resources: readonly ListedResource[];
  readonly matched: number | undefined;
  /** As the server counts them; it may have left out some that cannot be told in this schema. */
  readonly returned: number;
  readonly nextRecord: number | undefined;
  readonly warnings: readonly string[];
  readonly damaged: boolean;
}

/** @throws as `readXml`; RemoteUnreadable when there are no results in it */
export function readPage(reply: RemoteReply): CswPage {
  const resources: ListedResource[] = [];
  let results: XmlTag | undefined;
  const { warnings, damaged } = readXml(
    reply,
    { asked: 'the listing', roots: ['GetRecordsResponse'] },
    {
      open: (tag, path) => {
        if (path.length === 0) return 'enter';
        if (path.at(-1) === 'SearchResults') return 'whole';
        if (tag.name !== 'SearchResults' || results !== undefined) return 'skip';
        results = tag;
        return 'enter';
      },
      whole: (element, _path, cut) => void resources.push(listedMetadata(element, { cut })),
    },
  );
  if (results === undefined)
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered the listing without any SearchResults in it`,
    );
  const said = numberIn(results, 'numberOfRecordsReturned');
  return {
    resources,
    matched: numberIn(results, 'numberOfRecordsMatched'),
    returned: Math.max(said ?? 0, resources.length),
    nextRecord: numberIn(results, 'nextRecord'),
    warnings:
      said !== undefined && said > 0 && resources.length === 0
        ? [...warnings, `it says that it returned ${said} records, and holds none`]
        : warnings,
    damaged,
  };
}

function numberIn({ attributes }: XmlTag, name: string): number | undefined {
  const text = attributes[name]?.trim() ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * The page after one that was read; `undefined` at the end. The server's `nextRecord` is followed when it lies ahead and within what was
 * matched: pages from which it left records out go on behind them. It is wrong in many ways (0 or missing although there is more, 1 past
 * the end, back to where it was): then the listing goes on behind what was returned, while the server says that there is more.
 */
export function nextPage(at: PageAt, { matched, returned, nextRecord }: CswPage): PageAt | undefined {
  const { position, size } = at;
  if (nextRecord !== undefined) {
    const next = nextRecord - 1;
    if (next > position && (matched === undefined ? returned > 0 : next < matched))
      return { position: next, size };
    // The end, unless the server says itself that there are more behind this page.
    const isLast = matched === undefined || returned === 0 || position + size >= matched;
    if (nextRecord === 0 && isLast) return undefined;
  }
  return pageAfter(at, { returned, matched });
}
