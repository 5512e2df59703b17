// Reads the pages of an OGC API, by what they are rather than by where they lie: landing page, conformance, collections, one collection, items, a record.
import { ReeveError } from '../../session/errors.ts';
import type { Listing, RemoteReply, RemoteRequest } from '../harvester.ts';
import { listAt } from '../json-fields.ts';
import { parsedUrl, shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import { conformanceOf, lettersOf } from './asked.ts';
import { readCollection, readCollections } from './collections.ts';
import { readContent } from './exception.ts';
import { listingOfRecords, readItems } from './items.ts';
import { followerOf, linksIn, linkTo } from './links.ts';
import { CONFORMANCE, DATA, kindOf, type Page } from './page.ts';
import { below, get, handedOn, itemsRequest, rootOf, simplerRequest } from './requests.ts';
import type { OgcRecordsSettings } from './settings.ts';
import { parameterOf, type State, stateOf, withParameter } from './state.ts';

/** @throws as `readContent`; RemoteUnreadable for JSON that is nothing of an OGC API */
export function readPage(
  context: { settings: OgcRecordsSettings; request: RemoteRequest },
  reply: RemoteReply,
): Listing {
  const { settings, request } = context;
  const state = stateOf(request);
  if (state['as'] === 'conformance') return afterConformance(settings, state, reply);
  const inJson = jsonInstead(request, reply);
  if (inJson !== undefined) return inJson;
  const simpler = reply.status >= 400 && reply.status <= 499 ? simplerRequest(request) : undefined;
  if (simpler !== undefined) {
    const { warning } = simpler;
    return {
      resources: [],
      next: [simpler.request],
      ...(warning === undefined ? {} : { warnings: [warning] }),
    };
  }
  const json = readContent(reply, askedOf(state));
  const page: Page = { settings, request, reply, state, json };
  const kind = kindOf(json);
  if (kind === 'items') return readItems(page);
  if (state['as'] !== 'items') {
    if (kind === 'landing' && state['as'] === undefined) return readLanding(page);
    if (kind === 'collections') return readCollections(page);
    if (kind === 'collection') return readCollection(page);
    if (kind === 'record') return listingOfRecords(page, [json]);
  }
  throw new ReeveError(
    'RemoteUnreadable',
    `${shownUrl(reply.url)} answered ${askedOf(state)} with JSON that is no page of an OGC API`,
  );
}

function askedOf(state: State): string {
  const { as, scope } = state;
  if (as === 'items') return scope === undefined ? 'the items' : `the items of ${oneLine(scope, 60).text}`;
  return as === 'collections' ? 'the collections' : 'the listing';
}

/** A server that answers JSON only when told so in the address: asked once more, as most of them want it. */
function jsonInstead(request: RemoteRequest, { status, headers }: RemoteReply): Listing | undefined {
  const isPage = status < 300 && /\bhtml\b/i.test(headers['content-type'] ?? '');
  if (!isPage || parameterOf(request.url, 'f') !== undefined) return undefined;
  return { resources: [], next: [{ ...request, url: withParameter(request.url, 'f', 'json') }] };
}

/** Whatever was answered: a server that does not say what it conforms to is asked for nothing special. */
function afterConformance(settings: OgcRecordsSettings, state: State, reply: RemoteReply): Listing {
  const { then = '', ...rest } = state;
  let conf = '';
  try {
    conf = lettersOf(conformanceOf(readContent(reply, 'its conformance')));
  } catch (error) {
    if (!(error instanceof ReeveError)) throw error;
  }
  const known = { ...handedOn(rest), conf };
  return { resources: [], next: [startRequest(then, settings, known)] };
}

/** A URL as it was typed: of items at once with what is asked of them, of anything else as it is. */
export function startRequest(url: string, settings: OgcRecordsSettings, state: State): RemoteRequest {
  const path = parsedUrl(url)?.pathname.replace(/\/+$/, '') ?? '';
  return path.endsWith('/items')
    ? itemsRequest(url, settings, state)
    : get(url, { ...state, as: state['as'] });
}

function readLanding({ settings, request, reply, state, json }: Page): Listing {
  const follow = followerOf(json, request, reply);
  const links = linksIn(json);
  const data = linkTo(links, ...DATA)?.href;
  const collections =
    (data === undefined ? undefined : follow(data)) ?? below(rootOf(request.url), 'collections');
  const known = handedOn(state);
  if (listAt(json, 'conformsTo').length > 0) {
    const conf = lettersOf(conformanceOf(json));
    return { resources: [], next: [get(collections, { ...known, conf, as: 'collections' })] };
  }
  const said = linkTo(links, ...CONFORMANCE)?.href;
  const conformance =
    (said === undefined ? undefined : follow(said)) ?? below(rootOf(request.url), 'conformance');
  if (settings.harvest === 'collections')
    return { resources: [], next: [get(collections, { ...known, as: 'collections' })] };
  return { resources: [], next: [get(conformance, { ...known, as: 'conformance', then: collections })] };
}

/** Where a conformance declaration is, for URLs that are not the landing page. */
export function conformanceFirst(url: string, state: State): RemoteRequest {
  return get(below(rootOf(url), 'conformance'), { ...state, as: 'conformance', then: url });
}
