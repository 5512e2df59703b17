// A small OGC API as data: what a crawl asks it, and what it answers.
import type { HarvesterType, RemoteReply, RemoteRequest } from '../../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import { crawl, type Crawl } from '../crawl.ts';
import { jsonReply, textReply } from '../replies.ts';
import { expectValidRecord } from '../valid-record.ts';

export const ROOT = 'https://remote.example/api';

type Answer = object | ((request: RemoteRequest) => object | RemoteReply);

/** Answers by path and query, without fragments; with 404 in the standard's words for all else. */
export function apiOf(
  answers: Readonly<Record<string, Answer>>,
  root = ROOT,
): (request: RemoteRequest) => RemoteReply {
  return (request) => {
    const url = request.url.replace(/#.*/, '');
    const answer = answers[url.slice(root.length)];
    const given =
      typeof answer === 'function' ? (answer as (request: RemoteRequest) => object)(request) : answer;
    if (given === undefined)
      return jsonReply({ code: 'NotFound', description: 'no such page' }, { url, status: 404 });
    return 'body' in given && 'status' in given ? (given as RemoteReply) : jsonReply(given, { url });
  };
}

export const page = (html: string, url: string): RemoteReply =>
  textReply(html, { url, headers: { 'content-type': 'text/html' } });

export const link = (rel: string, href: string, more: object = {}): object => ({
  rel,
  href,
  type: 'application/json',
  ...more,
});

/** A record of OGC API - Records. */
export const record = (id: string, properties: object = {}, more: object = {}): object => ({
  id,
  type: 'Feature',
  geometry: null,
  time: null,
  properties: { type: 'dataset', title: `Title of ${id}`, ...properties },
  links: [],
  ...more,
});

export const collection = (id: string, more: object = {}): object => ({
  id,
  title: `Title of ${id}`,
  itemType: 'feature',
  extent: { spatial: { bbox: [[6, 46, 8, 47]] } },
  links: [link('items', `${ROOT}/collections/${id}/items`, { type: 'application/geo+json' })],
  ...more,
});

/** Crawls with the settings that are given, and reads every resource as a session does: through JSON. */
export function crawlWith<Settings>(
  type: HarvesterType<Settings>,
  answer: (request: RemoteRequest) => RemoteReply,
  { url = ROOT, settings = {} }: { url?: string; settings?: object } = {},
): Crawl & { readonly records: Readonly<Record<string, CatalogueRecord>>; readonly ids: readonly string[] } {
  const crawled = crawl(type, { url, settings: type.settings.parse(settings) }, answer);
  const records = crawled.readings.flatMap((reading) => {
    if (reading.reading !== 'record') return [];
    expectValidRecord(reading.record);
    return [[reading.record.id, reading.record] as const];
  });
  return { ...crawled, records: Object.fromEntries(records), ids: crawled.resources.map(({ id }) => id) };
}

const LANDING = {
  title: 'The county',
  links: [
    link('data', `${ROOT}/collections?f=html`, { type: 'text/html' }),
    link('data', `${ROOT}/collections`),
    link('conformance', `${ROOT}/conformance`),
  ],
};
const CONFORMANCE = { conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core'] };
const ITEMS = '/collections/cat/items' as const;
const catalogue = collection('cat', { itemType: 'record' });

/** Three pages of two records and one, by offset. */
const PAGES = {
  [`${ITEMS}?limit=100`]: {
    features: [record('a'), record('b')],
    numberMatched: 5,
    links: [link('next', `${ROOT}${ITEMS}?limit=2&offset=2`, { type: 'application/geo+json' })],
  },
  [`${ITEMS}?limit=2&offset=2`]: {
    features: [record('c'), record('d')],
    numberMatched: 5,
    links: [link('next', `items?limit=2&offset=4`)],
  },
  [`${ITEMS}?limit=2&offset=4`]: {
    features: [record('e')],
    numberMatched: 5,
    links: [link('prev', 'items')],
  },
};
const API = {
  '': LANDING,
  '/conformance': CONFORMANCE,
  '/collections': { collections: [collection('roads'), catalogue], links: [] },
  '/collections/cat': catalogue,
  '/collections/roads': collection('roads'),
  ...PAGES,
};

/** The county's API: a collection of features, and a catalogue of five records on three pages. */
export const COUNTY = {
  api: API,
  landing: LANDING,
  conformance: CONFORMANCE,
  catalogue,
  items: ITEMS,
  pages: PAGES,
} as const;
