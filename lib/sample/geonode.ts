// The sample remote's GeoNode API v2: the routes, the paging of Django REST framework, and the filters of dynamic-rest.
import { type Answer, type Ask, jsonAnswer } from './answer.ts';
import { type Catalogue } from './catalogue.ts';
import { THEMES, type SampleDataset } from './dataset.ts';
import { type Tricks } from './faults.ts';
import { listedResource, resourceType, slugOf, wholeResource } from './geonode-resource.ts';
import { type Route, withDuplicates } from './route.ts';

const PAGE_SIZE = 10;
const SELECTIONS_MAX = 8;
const COLLECTIONS = ['resources', 'datasets', 'documents'] as const;
type Collection = (typeof COLLECTIONS)[number];

export interface GeoNode {
  /** `undefined` when the path is not one of GeoNode's. */
  route(ask: Ask): Route | undefined;
}

export function makeGeoNode(catalogue: Catalogue): GeoNode {
  const select = makeSelector(catalogue);
  return {
    route: (ask) => {
      const steps = /^\/api\/v2(?:\/([a-z]+)(?:\/([^/]+))?)?$/.exec(ask.path);
      if (steps === null) return undefined;
      const [, name, pk] = steps;
      if (name === undefined) return routeTo('other', () => rootAnswer(ask));
      const collection = COLLECTIONS.find((known) => known === name);
      if (collection === undefined) return routeTo('other', notFound);
      return pk === undefined
        ? listingRoute(ask, collection, select)
        : detailRoute(ask, collection, catalogue.dataset(Number(pk)));
    },
  };
}

function routeTo(kind: Route['kind'], answer: Route['answer'], number?: number): Route {
  return { service: 'geonode', kind, answer, exception, ...(number === undefined ? {} : { number }) };
}

function rootAnswer(ask: Ask): Answer {
  return jsonAnswer(Object.fromEntries(COLLECTIONS.map((name) => [name, `${ask.origin}/api/v2/${name}`])));
}

function detailRoute(ask: Ask, collection: Collection, dataset: SampleDataset | undefined): Route {
  if (dataset === undefined || (collection !== 'resources' && collection !== `${resourceType(dataset)}s`)) {
    return routeTo('dataset', notFound);
  }
  return routeTo(
    'dataset',
    () => jsonAnswer({ [collection.slice(0, -1)]: wholeResource(dataset, ask.origin) }),
    dataset.pk,
  );
}

/** The datasets that a query asks for, in the order of the catalogue: it is the only one, and `sort[]` changes nothing. */
interface Selection {
  readonly count: number;
  /** `undefined` past the end. */
  at(index: number): SampleDataset | undefined;
}
type Select = (collection: Collection, query: URLSearchParams) => Selection | { readonly refused: string };

function listingRoute(ask: Ask, collection: Collection, select: Select): Route {
  const size = wholeNumber(ask.query.get('page_size')) ?? PAGE_SIZE;
  const selection = select(collection, ask.query);
  if ('refused' in selection) return routeTo('listing', () => failure(400, selection.refused, 'invalid'));
  const asked = ask.query.get('page') ?? '1';
  const page = asked === 'last' ? Math.max(1, Math.ceil(selection.count / size)) : wholeNumber(asked);
  if (page === undefined) return routeTo('listing', invalidPage);
  return routeTo('listing', (tricks) => pageAnswer({ ask, collection, selection, page, size }, tricks), page);
}

interface Page {
  readonly ask: Ask;
  readonly collection: Collection;
  readonly selection: Selection;
  readonly page: number;
  readonly size: number;
}

/** Drift: what came at the head since page 1 pushes everything back, what went pulls everything forward; the end moves with it. */
function pageAnswer({ ask, collection, selection, page, size }: Page, tricks: Tricks): Answer {
  const come = tricks.driftBy * (page - 1);
  const count = Math.max(0, selection.count + come);
  const first = (page - 1) * size;
  if (first >= count && page > 1) return invalidPage();
  const indexes: number[] = [];
  for (let index = first; index < Math.min(first + size, count); index++)
    indexes.push(Math.max(0, index - come));
  const listed = withDuplicates(indexes, tricks.duplicates);
  const head = {
    links: {
      next: first + size < count ? pageUrl(ask, page + 1) : null,
      previous: page > 1 ? pageUrl(ask, page - 1) : null,
    },
    total: count + tricks.totalBy,
    page,
    page_size: size,
  };
  return {
    status: 200,
    contentType: 'application/json',
    body: listingJson(head, { ask, collection, selection }, listed),
  };
}

/** In pieces, because GeoNode knows no largest page: whoever asks for everything at once gets it. */
function* listingJson(
  head: Record<string, unknown>,
  { ask, collection, selection }: Pick<Page, 'ask' | 'collection' | 'selection'>,
  indexes: readonly number[],
): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"${collection}":[`;
  let separator = '';
  for (const index of indexes) {
    const dataset = selection.at(index);
    if (dataset === undefined) continue;
    yield separator + JSON.stringify(listedResource(dataset, ask.origin));
    separator = ',';
  }
  yield ']}';
}

/** As Django REST framework does it: all other parameters kept, and no `page` for the first page. */
function pageUrl(ask: Ask, page: number): string {
  const query = new URLSearchParams(ask.query);
  query.delete('page');
  if (page > 1) query.set('page', String(page));
  const text = query.toString();
  return `${ask.origin}${ask.path}/${text === '' ? '' : `?${text}`}`;
}

/** Whether a dataset passes one filter, by the filter's name; several values of an `.in` are several parameters. */
const FILTERS: Readonly<Record<string, (dataset: SampleDataset, values: readonly string[]) => boolean>> = {
  'resource_type.in': (dataset, values) => values.includes(resourceType(dataset)),
  resource_type: (dataset, values) => values[0] === resourceType(dataset),
  uuid: (dataset, values) => values[0] === dataset.uuid,
  'pk.in': (dataset, values) => values.includes(String(dataset.pk)),
  'title.icontains': (dataset, values) =>
    dataset.title.toLowerCase().includes((values[0] ?? '').toLowerCase()),
  'date.gte': (dataset, values) => Date.parse(dataset.publishedAt) >= Date.parse(values[0] ?? ''),
  'date.lte': (dataset, values) => Date.parse(dataset.publishedAt) <= Date.parse(values[0] ?? ''),
  'keywords.slug.in': (dataset, values) =>
    dataset.keywords.some((keyword) => values.includes(slugOf(keyword))),
  'category.identifier.in': (dataset, values) => values.includes(THEMES[dataset.theme].category),
};

/** Remembers the last selections, so that paging through a filtered listing looks at the catalogue once and not once a page. */
function makeSelector(catalogue: Catalogue): Select {
  const everything: Selection = { count: catalogue.size, at: (index) => catalogue.dataset(index + 1) };
  const remembered = new Map<string, Selection>();
  return (collection, query) => {
    const filters = filtersOf(collection, query);
    const unknown = filters.find(([name]) => !Object.hasOwn(FILTERS, name));
    if (unknown !== undefined) return { refused: `Invalid filter field: ${unknown[0]}` };
    if (filters.length === 0) return everything;
    const key = JSON.stringify(filters);
    const selection = remembered.get(key) ?? selected(catalogue, filters);
    remembered.delete(key);
    remembered.set(key, selection);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= SELECTIONS_MAX) break;
      remembered.delete(oldest);
    }
    return selection;
  };
}

type Filters = readonly (readonly [string, readonly string[]])[];

/** What restricts the listing; a filter that lets both kinds of resource pass does not. */
function filtersOf(collection: Collection, query: URLSearchParams): Filters {
  const names = new Set([...query.keys()].flatMap((key) => /^filter\{(.+)\}$/.exec(key)?.[1] ?? []));
  const asked = [...names].map((name) => [name, query.getAll(`filter{${name}}`)] as const);
  const restricting = asked.filter(
    ([name, values]) =>
      name !== 'resource_type.in' || !(values.includes('dataset') && values.includes('document')),
  );
  return collection === 'resources'
    ? restricting
    : [['resource_type', [collection.slice(0, -1)]], ...restricting];
}

function selected(catalogue: Catalogue, filters: Filters): Selection {
  const pks: number[] = [];
  for (let pk = 1; pk <= catalogue.size; pk++) {
    const dataset = catalogue.dataset(pk);
    if (dataset !== undefined && filters.every(([name, values]) => FILTERS[name]?.(dataset, values)))
      pks.push(pk);
  }
  return { count: pks.length, at: (index) => catalogue.dataset(pks[index] ?? 0) };
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** The form that GeoNode gives to every error of its API. */
function failure(status: number, sentence: string, code: string): Answer {
  return jsonAnswer({ success: false, errors: [sentence], code }, status);
}
const notFound = (): Answer => failure(404, 'Not found.', 'not_found');
const invalidPage = (): Answer => failure(404, 'Invalid page.', 'not_found');
const exception = (): Answer => failure(500, 'A server error occurred.', 'error');
