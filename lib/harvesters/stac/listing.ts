// Reads documents of STAC by what they are: the landing page of an API, pages of collections or items, and the catalogs, collections and items that link to each other.
import { createHash } from 'node:crypto';
import type { Json } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { ListedResource, Listing, RemoteReply, RemoteRequest } from '../harvester.ts';
import { textAt } from '../json-fields.ts';
import { shownUrl } from '../links.ts';
import { readContent } from '../ogcapi/exception.ts';
import { type ApiLink, followerOf, linksIn, linkTo, plainUrl } from '../ogcapi/links.ts';
import { get, below } from '../ogcapi/requests.ts';
import { type State, stateOf } from '../ogcapi/state.ts';
import { inheritedFrom, ITEM_TYPE } from './draft.ts';
import { afterRefusal, collectionEntry, readCollections, readItems, readOneItem } from './pages.ts';
import { COLLECTIONS_RELS, conformsTo, type StacKind, stacKindOf } from './kinds.ts';
import { handedOn } from './requests.ts';
import type { StacSettings } from './settings.ts';

export interface StacPage {
  readonly settings: StacSettings;
  readonly request: RemoteRequest;
  readonly reply: RemoteReply;
  readonly state: State;
  readonly json: Json;
}

/** @throws as `readContent`; RemoteUnreadable for JSON that is nothing of STAC */
export function readDocument(
  context: { settings: StacSettings; request: RemoteRequest },
  reply: RemoteReply,
): Listing {
  const { settings, request } = context;
  const state = stateOf(request);
  const instead = afterRefusal(settings, request, reply);
  if (instead !== undefined) return instead;
  const json = readContent(reply, askedOf(state));
  const page: StacPage = { settings, request, reply, state, json };
  const kind = stacKindOf(json);
  const listing = kind === undefined ? undefined : readKind(kind, page);
  if (listing !== undefined) return listing;
  throw new ReeveError(
    'RemoteUnreadable',
    `${shownUrl(reply.url)} answered ${askedOf(state)} with JSON that is no ${state['as'] === 'items' ? 'page of items' : 'document'} of STAC`,
  );
}

function askedOf({ as, in: collection }: State): string {
  if (as === 'items')
    return collection === undefined ? 'the items' : `the items of ${collection.slice(0, 60)}`;
  return as === 'collections' ? 'the collections' : 'the listing';
}

function readKind(kind: StacKind, page: StacPage): Listing | undefined {
  const as = page.state['as'];
  if (kind === 'items') return readItems(page);
  if (as === 'items') return undefined;
  if (kind === 'collections') return readCollections(page);
  if (kind === 'api' && as === undefined) return readLanding(page);
  if (kind === 'item') return readOneItem(page);
  return readNode(page, kind === 'collection');
}

/** The landing page of an API (STAC API 1.0, "Core"): where its collections are, and what its search can. */
function readLanding({ request, reply, state, json }: StacPage): Listing {
  const follow = followerOf(json, request, reply);
  const links = linksIn(json);
  const named = linkTo(links, ...COLLECTIONS_RELS)?.href;
  const collections = (named === undefined ? undefined : follow(named)) ?? below(request.url, 'collections');
  const searches = links.filter(({ rel, type }) => rel === 'search' && !/xml|html/i.test(type ?? ''));
  const isPost = ({ json: link }: ApiLink): boolean => textAt(link, 'method')?.toUpperCase() === 'POST';
  const search = searches.find(isPost) ?? searches[0];
  const letters = [
    conformsTo(json, /\/item-search#query$/) ? 'q' : '',
    conformsTo(json, /\/item-search#filter/) && conformsTo(json, /cql2?-text$/) ? 'f' : '',
  ];
  const known: State = {
    ...handedOn(state),
    conf: letters.join(''),
    search: search === undefined ? undefined : follow(search.href),
    post: search !== undefined && isPost(search) ? '1' : undefined,
    root: plainUrl(request.url),
  };
  return { resources: [], next: [get(collections, { ...known, as: 'collections' })] };
}

/**
 * A catalog or collection by itself: what it links to lies below it. An API's collection has a list of items; a static one links to each,
 * which is a resource of its own, fetched when it is harvested.
 */
function readNode(page: StacPage, isCollection: boolean): Listing {
  const { settings, request, reply, state, json } = page;
  const follow = followerOf(json, request, reply);
  const links = linksIn(json);
  const entry = isCollection ? collectionEntry(page, json, follow) : undefined;
  const hasItemsPage = links.some(({ rel }) => rel === 'items');
  const wantsItems =
    settings.harvest !== 'collections' && !hasItemsPage && isWanted(settings, json, isCollection);
  const items = wantsItems ? links.filter(({ rel }) => rel === 'item') : [];
  const above = [...(state['above']?.split('.') ?? []), digest(request.url)];
  const children = links
    .filter(({ rel }) => rel === 'child')
    .flatMap(({ href }) => follow(href) ?? [])
    // A link up again, under whatever name, is a circle: what it leads to is being listed.
    .filter((href) => !above.includes(digest(href)));
  const depth = Number(state['depth'] ?? 0) + 1;
  const tooDeep = children.length > 0 && depth > settings.depthMax;
  const root = state['root'] ?? plainUrl(request.url);
  const below: State = {
    ...handedOn(state),
    root,
    as: 'node',
    depth: String(depth),
    above: above.join('.'),
  };
  const inherited = isCollection ? inheritedFrom(json) : undefined;
  return {
    resources: [
      ...(entry?.resources ?? []),
      ...items.flatMap((item) => linkedItem(item, { follow, root, inherited })),
    ],
    next: [
      ...(entry?.next ?? []),
      ...(tooDeep ? [] : [...new Set(children)].map((href) => get(href, below))),
    ],
    ...(tooDeep
      ? {
          incomplete: true,
          warnings: [
            `what lies deeper than ${settings.depthMax} links (setting depthMax) was not listed, as below ${shownUrl(request.url)}`,
          ],
        }
      : {}),
  };
}

function isWanted({ collections }: StacSettings, json: Json, isCollection: boolean): boolean {
  return collections.length === 0 || (isCollection && collections.includes(textAt(json, 'id') ?? ''));
}

/** Catalogs above one another, briefly. They are part of a request: two that link to the same third are no circle. */
function digest(url: string): string {
  return createHash('sha256').update(plainUrl(url)).digest('base64url').slice(0, 8);
}

const DIRECTORY = /[^/]*$/;

/** An item of a static catalog: its id is where it lies below the root, since its own is in a document that nobody has read yet. */
function linkedItem(
  { href, json }: ApiLink,
  {
    follow,
    root,
    inherited,
  }: { follow: (href: string) => string | undefined; root: string; inherited: Json | undefined },
): ListedResource[] {
  const url = follow(href);
  if (url === undefined) return [];
  const directory = plainUrl(root).replace(/\?.*$/s, '').replace(DIRECTORY, '');
  const title = textAt(json, 'title')?.slice(0, 200);
  return [
    {
      id: url.startsWith(directory) ? decoded(url.slice(directory.length)) : url,
      ...(title === undefined ? {} : { title }),
      // All that can be known of it before it is fetched.
      facts: { type: ITEM_TYPE, ...(title === undefined ? {} : { title }) },
      hint: { url, ...(inherited === undefined ? {} : { inherited }) },
    },
  ];
}

function decoded(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
