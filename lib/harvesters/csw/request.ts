// The requests of a CSW in both versions, as a URL (KVP) and as a document (XML): CSW 2.0.2, 10.8.2 and 10.8.3; CSW 3.0, 7.3.2 and 7.3.3.
import { ReeveError } from '../../session/errors.ts';
import type { RemoteRequest } from '../harvester.ts';
import { parsedUrl, shownUrl } from '../links.ts';
import type { PageAt } from '../paging.ts';
import {
  CSW_NAMESPACES,
  type CswSettings,
  type CswVersion,
  type Plan,
  SCHEMAS,
  type Way,
  waysOf,
  withPlan,
} from './plan.ts';

/** What a request of the protocol says anew, whatever its case; all else of the URL (`?config=...`) stays. */
const OWN_PARAMETERS: ReadonlySet<string> = new Set(
  (
    'service version request acceptversions sections updatesequence acceptformats namespace resulttype requestid outputformat ' +
    'outputschema startposition maxrecords typenames elementsetname elementname constraintlanguage ' +
    'constraint_language_version constraint sortby distributedsearch hopcount responsehandler id'
  ).split(' '),
);
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['gmd', SCHEMAS.gmd.uri],
  ['gmi', SCHEMAS.gmi.uri],
  ['mdb', SCHEMAS.mdb.uri],
  ['apiso', 'http://www.opengis.net/cat/csw/apiso/1.0'],
  ['dc', 'http://purl.org/dc/elements/1.1/'],
  ['dct', 'http://purl.org/dc/terms/'],
  ['ows', 'http://www.opengis.net/ows'],
]);

/** The URL of the service, without the parameters of a request; everything else is spelt as it was. @throws InputInvalid */
export function serviceUrl(url: string, pairs: readonly string[]): string {
  const parsed = parsedUrl(url.trim());
  if (parsed === undefined)
    throw new ReeveError('InputInvalid', `${shownUrl(url)} cannot be read; allowed is the URL of a CSW`);
  const own = parsed.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !OWN_PARAMETERS.has((pair.split('=', 1)[0] ?? '').toLowerCase()));
  parsed.search = [...own, ...pairs].join('&');
  parsed.hash = '';
  return parsed.href;
}

function pair(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value)}`;
}

export function capabilitiesRequest(url: string, version: CswVersion): RemoteRequest {
  return {
    url: serviceUrl(url, [
      'service=CSW',
      'request=GetCapabilities',
      pair('version', version),
      pair('acceptVersions', version),
    ]),
  };
}

export function recordRequest(
  url: string,
  id: string,
  plan: Pick<Plan, 'version' | 'schema'>,
): RemoteRequest {
  return {
    url: serviceUrl(url, [
      'service=CSW',
      pair('version', plan.version),
      'request=GetRecordById',
      'elementSetName=full',
      pair('outputSchema', plan.schema),
      pair('id', id),
    ]),
  };
}

/** One page, asked for in the way at which the plan has arrived; it carries the plan. */
export function pageRequest(url: string, settings: CswSettings, plan: Plan, page: PageAt): RemoteRequest {
  const way = waysOf(plan, settings)[plan.step];
  if (way === undefined)
    throw new ReeveError('InvariantBroken', `a CSW listing has no way number ${plan.step} to be asked for`);
  return withPlan(
    way.method === 'get'
      ? keyValues(url, settings, { plan, way, page })
      : document(url, settings, { plan, way, page }),
    plan,
  );
}

interface Ask {
  readonly plan: Plan;
  readonly way: Way;
  readonly page: PageAt;
}

function keyValues(url: string, settings: CswSettings, { plan, way, page }: Ask): RemoteRequest {
  const { version, schema, typeNames } = plan;
  const condition = cqlOf(settings, plan, way);
  const sort = sortOf(settings, plan, way);
  // Optional in both versions, and pycsw fails over that of 3.0.
  const prefixes = version === '2.0.2' ? prefixesIn(`${typeNames} ${sort ?? ''} ${condition ?? ''}`) : [];
  return {
    url: serviceUrl(url, [
      'service=CSW',
      pair('version', version),
      'request=GetRecords',
      pair('typeNames', typeNames),
      ...(prefixes.length === 0
        ? []
        : [pair('namespace', prefixes.map(([prefix, uri]) => `xmlns(${prefix}=${uri})`).join(','))]),
      ...(version === '2.0.2' ? ['resultType=results'] : []),
      'elementSetName=full',
      pair('outputSchema', schema),
      pair('outputFormat', 'application/xml'),
      `startPosition=${page.position + 1}`,
      `maxRecords=${page.size}`,
      ...(sort === undefined ? [] : [pair('sortBy', `${sort}:A`)]),
      ...(condition === undefined
        ? []
        : [
            'constraintLanguage=CQL_TEXT',
            'constraint_language_version=1.1.0',
            pair('constraint', condition),
          ]),
    ]),
  };
}

function prefixesIn(text: string): (readonly [string, string])[] {
  return [...PREFIXES].filter(([prefix]) => new RegExp(`\\b${prefix}:`).test(text));
}

function sortOf({ sortBy }: CswSettings, plan: Plan, { sorted }: Way): string | undefined {
  if (!sorted || sortBy === 'none') return undefined;
  return sortBy === 'auto' ? plan.identifier : sortBy;
}

/** The settings' condition and the days, in CQL (CSW 2.0.2, 10.2.3 and table 1). */
function cqlOf({ cql }: CswSettings, { modified, from, to }: Plan, { bounded }: Way): string | undefined {
  const terms = [
    ...(cql === undefined ? [] : [cql]),
    ...(bounded && from !== undefined ? [`${modified} >= '${from}'`] : []),
    ...(bounded && to !== undefined ? [`${modified} <= '${to}'`] : []),
  ];
  // In brackets only where it needs them: not every server's parser knows them.
  if (terms.length === 0) return undefined;
  return terms.map((term) => (terms.length > 1 && /\bor\b/i.test(term) ? `(${term})` : term)).join(' AND ');
}

function document(url: string, settings: CswSettings, { plan, way, page }: Ask): RemoteRequest {
  const { version, schema, typeNames } = plan;
  const filters = FILTERS[version];
  const sort = sortOf(settings, plan, way);
  const names = [['csw', CSW_NAMESPACES[version]], ['ogc', filters.uri], ...PREFIXES]
    .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
    .join(' ');
  const order =
    sort === undefined
      ? ''
      : `<ogc:SortBy><ogc:SortProperty><ogc:${filters.property}>${escaped(sort)}</ogc:${filters.property}><ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>`;
  const body =
    `<?xml version="1.0" encoding="UTF-8"?>\n<csw:GetRecords ${names} service="CSW" version="${version}"${version === '2.0.2' ? ' resultType="results"' : ''} ` +
    `outputFormat="application/xml" outputSchema="${escaped(schema)}" startPosition="${page.position + 1}" maxRecords="${page.size}">` +
    `<csw:Query typeNames="${escaped(typeNames)}"><csw:ElementSetName>full</csw:ElementSetName>${constraintOf(settings, plan, way)}${order}</csw:Query></csw:GetRecords>`;
  return {
    url: serviceUrl(url, []),
    method: 'POST',
    headers: { 'content-type': 'application/xml; charset=utf-8' },
    body,
    repeatable: true,
  };
}

/** Filter Encoding 1.1 (OGC 04-095) and 2.0 (OGC 09-026r1): what they call the reference to a property. */
const FILTERS = {
  '2.0.2': { uri: 'http://www.opengis.net/ogc', version: '1.1.0', property: 'PropertyName' },
  '3.0.0': { uri: 'http://www.opengis.net/fes/2.0', version: '2.0.0', property: 'ValueReference' },
} as const;

/** The days as a filter, which more servers read than CQL in a document; with a condition of the settings it is CQL all the same. */
function constraintOf(settings: CswSettings, plan: Plan, way: Way): string {
  const condition = cqlOf(settings, plan, way);
  if (condition === undefined) return '';
  const { version, property } = FILTERS[plan.version];
  if (settings.cql !== undefined)
    return `<csw:Constraint version="${version}"><csw:CqlText>${escaped(condition)}</csw:CqlText></csw:Constraint>`;
  const term = (operator: string, day: string | undefined): string[] =>
    day === undefined
      ? []
      : [
          `<ogc:PropertyIs${operator}><ogc:${property}>${escaped(plan.modified)}</ogc:${property}><ogc:Literal>${day}</ogc:Literal></ogc:PropertyIs${operator}>`,
        ];
  const terms = [...term('GreaterThanOrEqualTo', plan.from), ...term('LessThanOrEqualTo', plan.to)];
  const all = terms.length < 2 ? terms.join('') : `<ogc:And>${terms.join('')}</ogc:And>`;
  return `<csw:Constraint version="${version}"><ogc:Filter>${all}</ogc:Filter></csw:Constraint>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const AT = {
  start: /(\bstartPosition=["']?)(\d{1,15})/,
  size: /(\bmaxRecords=["']?)(\d{1,15})/,
};

/** Where a page stands, by what its request says; `undefined` for requests that are no pages. */
export function pageOf({ url, body = url }: RemoteRequest): PageAt | undefined {
  const start = AT.start.exec(body)?.[2];
  const size = AT.size.exec(body)?.[2];
  return start === undefined || size === undefined
    ? undefined
    : { position: Math.max(Number(start) - 1, 0), size: Number(size) };
}

/** The same request for another page. */
export function atPage(request: RemoteRequest, { position, size }: PageAt): RemoteRequest {
  const moved = (text: string): string =>
    text.replace(AT.start, `$1${position + 1}`).replace(AT.size, `$1${size}`);
  return request.body === undefined
    ? { ...request, url: moved(request.url) }
    : { ...request, body: moved(request.body) };
}
