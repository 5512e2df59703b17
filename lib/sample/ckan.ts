// The sample remote's CKAN: package_search with its paging and the filters that harvesters send, and package_show.
import { type Answer, type Ask, jsonAnswer } from './answer.ts';
import { type Catalogue } from './catalogue.ts';
import { type SampleDataset, CONTACTS, LICENSES, THEMES, layerName } from './dataset.ts';
import { type Tricks } from './faults.ts';
import { resourceType } from './geonode-resource.ts';
import { type Route, withDuplicates } from './route.ts';

const ROWS = 10;
/** As CKAN's own `ckan.search.rows_max`: more is not refused, and not said. */
const ROWS_MAX = 1_000;

export interface Ckan {
  /** `undefined` when the path is not one of CKAN's. */
  route(ask: Ask): Route | undefined;
}

export function makeCkan(catalogue: Catalogue): Ckan {
  return {
    route: (ask) => {
      const [, action] = /^\/api\/(?:3\/)?action\/(\w+)$/.exec(ask.path) ?? [];
      if (action === undefined) return undefined;
      if (action === 'package_search') return searchRoute(catalogue, ask);
      return action === 'package_show' ? showRoute(catalogue, ask) : routeTo('other', notFound);
    },
  };
}

function routeTo(kind: Route['kind'], answer: Route['answer'], number?: number): Route {
  return { service: 'ckan', kind, answer, exception, ...(number === undefined ? {} : { number }) };
}

function searchRoute(catalogue: Catalogue, ask: Ask): Route {
  const [rows, start] = [wholeNumber(ask.query.get('rows'), ROWS), wholeNumber(ask.query.get('start'), 0)];
  if (rows === undefined || start === undefined)
    return routeTo('listing', () =>
      failure(409, 'Validation Error', 'rows and start must be natural numbers'),
    );
  const size = Math.min(rows, ROWS_MAX);
  const page = { ask, start, size };
  return routeTo(
    'listing',
    (tricks) => pageAnswer(catalogue, page, tricks),
    1 + Math.floor(start / Math.max(size, 1)),
  );
}

interface Page {
  readonly ask: Ask;
  readonly start: number;
  readonly size: number;
}

/** Drift: what came at the head since the first page pushes everything back, what went pulls it forward. */
function pageAnswer(catalogue: Catalogue, { ask, start, size }: Page, tricks: Tricks): Answer {
  const found = selected(catalogue, ask.query.get('fq') ?? '');
  const come = start === 0 ? 0 : tricks.driftBy;
  const count = Math.max(0, found.length + come);
  const indexes: number[] = [];
  for (let index = start; index < Math.min(start + size, count); index++)
    indexes.push(Math.max(0, index - come));
  const results = withDuplicates(indexes, tricks.duplicates).flatMap((index) => {
    const dataset = catalogue.dataset(found[index] ?? 0);
    return dataset === undefined ? [] : [packageOf(dataset, ask.origin)];
  });
  return jsonAnswer({ success: true, result: { count: count + tricks.totalBy, sort: 'id asc', results } });
}

/** Clauses in Solr's syntax, each with its `+`; what is not known is not filtered by. */
function selected(catalogue: Catalogue, fq: string): readonly number[] {
  const [, from = '*', to = '*'] = /\+metadata_modified:\[(\S+) TO ([^\]]+)\]/.exec(fq) ?? [];
  const organizations = phrasesOf(fq, 'organization');
  const tags = phrasesOf(fq, 'tags');
  const pks: number[] = [];
  for (let pk = 1; pk <= catalogue.size; pk++) {
    const dataset = catalogue.dataset(pk);
    if (dataset === undefined) continue;
    const at = Date.parse(dataset.updatedAt);
    if ((from !== '*' && at < Date.parse(from)) || (to !== '*' && at > Date.parse(to))) continue;
    if (organizations !== undefined && !organizations.includes(dataset.contact)) continue;
    if (tags !== undefined && !dataset.keywords.some((keyword) => tags.includes(keyword))) continue;
    pks.push(pk);
  }
  return pks;
}

function phrasesOf(fq: string, field: string): string[] | undefined {
  const [, inside] = new RegExp(`\\+${field}:\\(([^)]*)\\)`).exec(fq) ?? [];
  return inside === undefined
    ? undefined
    : [...inside.matchAll(/"([^"]*)"/g)].map(([, phrase = '']) => phrase);
}

function showRoute(catalogue: Catalogue, ask: Ask): Route {
  const id = ask.query.get('id') ?? '';
  for (let pk = 1; pk <= catalogue.size; pk++) {
    const dataset = catalogue.dataset(pk);
    if (dataset?.uuid !== id && dataset?.name !== id) continue;
    return routeTo(
      'dataset',
      () => jsonAnswer({ success: true, result: packageOf(dataset, ask.origin) }),
      pk,
    );
  }
  return routeTo('dataset', notFound);
}

/** One dataset as CKAN tells it: times in UTC that do not say so, geometry as text among the extras. */
function packageOf(dataset: SampleDataset, origin: string): Record<string, unknown> {
  const contact = CONTACTS[dataset.contact];
  const { title: theme } = THEMES[dataset.theme];
  const [begin = null, end = null] = dataset.interval ?? [];
  const extras = [
    ['spatial', spatialOf(dataset)],
    ['temporal_start', begin],
    ['temporal_end', end],
    ['language', dataset.language],
  ].flatMap(([key, value]) => (typeof value === 'string' ? [{ key, value }] : []));
  return {
    id: dataset.uuid,
    name: dataset.name,
    title: dataset.title === '' ? null : dataset.title,
    notes: dataset.abstract ?? '',
    type: 'dataset',
    state: 'active',
    private: false,
    metadata_created: dataset.publishedAt.replace(/Z$/, ''),
    metadata_modified: dataset.updatedAt.replace(/Z$/, ''),
    organization: { name: dataset.contact, title: contact.organization, type: 'organization' },
    author: `${contact.first} ${contact.last}`,
    author_email: contact.email,
    license_id: dataset.license === 'not_specified' ? 'notspecified' : dataset.license,
    license_title: LICENSES[dataset.license],
    tags: dataset.keywords.map((name) => ({ name, display_name: name })),
    groups: [{ name: dataset.theme, title: theme }],
    num_resources: 1,
    resources: [resourceOf(dataset, origin)],
    extras,
  };
}

function resourceOf(dataset: SampleDataset, origin: string): Record<string, unknown> {
  return resourceType(dataset) === 'document'
    ? {
        name: 'Document',
        format: dataset.extension ?? 'txt',
        mimetype: 'text/plain',
        url: `${origin}/documents/${dataset.pk}/link`,
      }
    : { name: 'Map', format: 'WMS', mimetype: null, url: `${origin}/wms`, wms_layer: layerName(dataset) };
}

function spatialOf({ box }: SampleDataset): string | undefined {
  const [west, south, east, north] = box;
  if (!box.every(Number.isFinite)) return undefined;
  const ring = [
    [west, south],
    [west, north],
    [east, north],
    [east, south],
    [west, south],
  ];
  return JSON.stringify({ type: 'Polygon', coordinates: [ring] });
}

function wholeNumber(text: string | null, usual: number): number | undefined {
  if (text === null) return usual;
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function failure(status: number, type: string, message: string): Answer {
  return jsonAnswer({ success: false, error: { __type: type, message } }, status);
}
const notFound = (): Answer => failure(404, 'Not Found Error', 'Not found');
const exception = (): Answer => failure(409, 'Search Error', 'SOLR returned an error running query');
