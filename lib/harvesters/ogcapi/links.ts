// The links of OGC APIs and STAC (RFC 8288 as JSON: OGC 17-069r4, 5.2; STAC API, "Links"): read, chosen, and followed to where they can be reached.
import type { Json, JsonObject } from '../../json.ts';
import type { RemoteReply, RemoteRequest } from '../harvester.ts';
import { at, type Found, isObject, listAt, textAt } from '../json-fields.ts';
import { parsedUrl } from '../links.ts';
import type { RecordDraft, RecordLink } from '../record.ts';
import { present } from '../record-parts.ts';

export interface ApiLink {
  /** As written; perhaps relative. */
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
  readonly json: JsonObject;
}

/** The links of a document that have an address; pycsw writes `{"href": null}` and `{"rel": null}` among them. */
export function linksIn(json: Found): readonly ApiLink[] {
  return listAt(json, 'links').flatMap((link): ApiLink[] => {
    const href = textAt(link, 'href')?.trim();
    if (!isObject(link) || href === undefined) return [];
    return [
      present<ApiLink>({ href, rel: textAt(link, 'rel') ?? '', type: textAt(link, 'type'), json: link }),
    ];
  });
}

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\b/i;

/**
 * The first link of one of the relations, those earlier in `rels` before others; of twins in several formats (MapServer and ldproxy link to
 * JSON and HTML alike) the one in JSON, else one that does not say, else none.
 */
export function linkTo(links: readonly ApiLink[], ...rels: readonly string[]): ApiLink | undefined {
  for (const rel of rels) {
    const found = links.filter((link) => link.rel.toLowerCase() === rel.toLowerCase());
    const link = found.find(({ type }) => type !== undefined && JSON_TYPE.test(type));
    const silent = link ?? found.find(({ type }) => type === undefined);
    if (silent !== undefined) return silent;
  }
  return undefined;
}

/** A request without the state that its fragment carries. */
export function plainUrl(url: string): string {
  return url.replace(/#.*$/s, '');
}

/** Turns links of one answer into addresses to ask next. */
export type Follow = (href: string) => string | undefined;

/**
 * How the links of an answer are followed. Behind proxies and redirects a server names itself by a host that nobody outside can reach. The
 * document says by its `self` link what it calls the address that was just asked for: what of both paths is not the same at their ends is how it
 * calls its root, and links below that root are followed below ours. Links elsewhere stay as they are, for lib/remote to judge.
 */
export function followerOf(json: Found, request: RemoteRequest, reply: RemoteReply): Follow {
  const asked = parsedUrl(plainUrl(request.url));
  const self = linksIn(json).find(({ rel }) => rel === 'self')?.href;
  const own = self === undefined ? undefined : parsedUrl(self, reply.url);
  return (href) => {
    const link = parsedUrl(href.trim(), reply.url);
    if (link === undefined || !/^https?:$/.test(link.protocol)) return undefined;
    link.hash = '';
    if (asked === undefined || isSameSite(link, asked)) return link.href;
    for (const name of [own, parsedUrl(reply.url)]) {
      const moved = name?.host === link.host ? movedTo(link, name, asked) : undefined;
      if (moved !== undefined) return moved;
    }
    // Of a document that does not say what it is called, a link that ends as it does leads to the same place.
    if (own === undefined && partsOf(link).at(-1) === partsOf(asked).at(-1))
      return movedTo(link, link, asked);
    return link.href;
  };
}

/** http and https on their own ports are the same site; lib/remote asks for the former by the latter. */
function isSameSite(one: URL, other: URL): boolean {
  return one.hostname === other.hostname && one.port === other.port;
}

/** `link` as seen from where the document called `name` was `asked` for; `undefined` when it does not lie below the root of that. */
function movedTo(link: URL, name: URL, asked: URL): string | undefined {
  const [theirs, ours] = [partsOf(name), partsOf(asked)];
  let same = 0;
  while (same < Math.min(theirs.length, ours.length) && theirs.at(-1 - same) === ours.at(-1 - same))
    same += 1;
  const root = theirs.slice(0, theirs.length - same);
  const parts = partsOf(link);
  if (!root.every((part, index) => parts[index] === part)) return undefined;
  const moved = new URL(asked.origin);
  const path = [...ours.slice(0, ours.length - same), ...parts.slice(root.length)].join('/');
  moved.pathname = link.pathname.endsWith('/') && path !== '' ? `${path}/` : path;
  moved.search = link.search;
  return moved.href;
}

function partsOf(url: URL): string[] {
  return url.pathname.split('/').filter((part) => part !== '');
}

/** Links as a record keeps them. In drafts of OGC API - Records `type` names a protocol (`OGC:WMS`) and `title` the layer. */
export function recordLinks(links: readonly ApiLink[]): NonNullable<RecordDraft['links']> {
  return links.map(({ href, rel, type, json }) => {
    const said = textAt(json, 'protocol');
    const protocol = said ?? (type !== undefined && /^[a-z]+:[a-z]/i.test(type) ? type : undefined);
    const title = textAt(json, 'title') ?? textAt(json, 'description');
    return present<RecordLink>({
      href,
      rel: rel === '' ? 'related' : rel,
      type: type === protocol ? undefined : type,
      title,
      protocol,
      name: protocol === undefined ? undefined : (textAt(json, 'name') ?? title),
    });
  });
}

/** Links of older drafts, whose relation, name and protocol went by other keys. */
export function associationLinks(json: Found): NonNullable<RecordDraft['links']> {
  const associations: Json[] = listAt(json, 'associations').flatMap((one): Json[] => {
    const href = textAt(one, 'href') ?? textAt(one, 'url');
    if (!isObject(one) || href === undefined) return [];
    const rel = textAt(one, 'rel') ?? textAt(one, 'type') ?? 'related';
    const title = textAt(one, 'title') ?? textAt(one, 'name') ?? textAt(one, 'description') ?? null;
    return [
      { ...one, href, rel, type: textAt(one, 'mediaType') ?? textAt(at(one, 'format')) ?? null, title },
    ];
  });
  return recordLinks(linksIn({ links: associations }));
}
