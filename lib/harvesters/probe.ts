// Finds out which harvester type a URL wants: what to ask in which order, and what the answers mean. Asking is left to the caller.
import { ReeveError, sentenceOf } from '../session/errors.ts';
import type { HarvesterType, RemoteReply, RemoteRequest } from './harvester.ts';
import { HARVESTER_TYPES, harvesterType } from './index.ts';
import { parsedUrl, shownUrl } from './links.ts';

/** One request, and the types that its reply may show. */
export interface ProbeStep {
  readonly types: readonly string[];
  readonly request: RemoteRequest;
}

export interface ProbeReason {
  readonly type: string;
  readonly because: string;
}

export type Probed =
  | { readonly found: string; readonly title?: string }
  | { readonly found: undefined; readonly reasons: readonly ProbeReason[] };

/** Enough to ask once for each type. */
export const PROBE_REQUESTS_MAX = 14;
const REASON_CHARS_MAX = 200;

/** What in a URL makes a type likely; types without a hint come after those with one. */
const HINTS: ReadonlyMap<string, RegExp> = new Map([
  ['geonode', /\/api\/v2\b|geonode/i],
  [
    'wms',
    // Not where a URL names another service.
    /^(?!.*[?&]service=(?!wms)).*(service=wms|request=getcapabilities|\/(wms|ows)\b|geoserver|[?&]map=|\/(mapserv|qgis_mapserv|mapproxy)\b)/i,
  ],
  ['dcat-us', /\/data\.json\b|\.jsonld\b|dcat/i],
  ['wfs', /service=wfs|\/wfs\b|[?&]typenames?=/i],
  ['ckan', /ckan|\/api(\/\d)?\/action\b|\/dataset\b/i],
  ['oai-pmh', /\boai\b|oaipmh|oai-pmh|[?&]verb=/i],
  ['csw', /service=csw|\/csw\b|geonetwork|pycsw/i],
  ['arcgis', /\/rest(\/services)?\b|arcgis|\/(Map|Feature|Image)Server\b/i],
  ['stac', /stac|catalog\.json\b/i],
  ['ogc-records', /\/collections\b|ogc-?api|\/(oapi|wfs3|oapif)\b/i],
]);

/**
 * The requests to make, one after the other until one shows the type: the most telling one of each type first, hinted types before
 * others, each request once, at most fourteen.
 * @throws InputInvalid when it is no http(s) URL
 */
export function probePlan(url: string): readonly ProbeStep[] {
  const protocol = parsedUrl(url)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    throw new ReeveError(
      'InputInvalid',
      `${JSON.stringify(url.slice(0, 100))} is no URL of a remote; allowed is http(s)://...`,
    );
  }
  const asked = [...HARVESTER_TYPES]
    .sort((one, other) => Number(isHinted(other, url)) - Number(isHinted(one, url)))
    .map((type) => ({ type: type.type, requests: type.probeRequests(url) }));
  const steps = new Map<string, { types: string[]; request: RemoteRequest }>();
  const rounds = Math.max(...asked.map(({ requests }) => requests.length));
  for (let round = 0; round < rounds; round += 1) {
    for (const { type, requests } of asked) {
      const request = requests[round];
      if (request === undefined) continue;
      const key = JSON.stringify([request.method ?? 'GET', request.url, request.body ?? '']);
      const step = steps.get(key);
      if (step === undefined) steps.set(key, { types: [type], request });
      else if (!step.types.includes(type)) step.types.push(type);
    }
  }
  return [...steps.values()].slice(0, PROBE_REQUESTS_MAX);
}

function isHinted({ type }: HarvesterType, url: string): boolean {
  return HINTS.get(type)?.test(url) ?? false;
}

/** What the reply to a step shows. */
export function readProbe(url: string, step: ProbeStep, reply: RemoteReply): Probed {
  const reasons: ProbeReason[] = [];
  for (const type of step.types) {
    const verdict = harvesterType(type).readProbe(url, reply);
    if (verdict.match)
      return { found: type, ...(verdict.title === undefined ? {} : { title: verdict.title }) };
    reasons.push({ type, because: verdict.because });
  }
  return { found: undefined, reasons };
}

/** The reasons of a step that got no reply. */
export function unanswered(step: ProbeStep, error: unknown): readonly ProbeReason[] {
  return step.types.map((type) => ({ type, because: sentenceOf(error) }));
}

/** What to say when no step showed a type: of each type the last reason on a line of its own, in the order of the registry. */
export function noTypeFound(url: string, reasons: readonly ProbeReason[]): ReeveError {
  const said = HARVESTER_TYPES.flatMap(({ type }) => {
    const reason = reasons.findLast((one) => one.type === type);
    return reason === undefined ? [] : [`no ${type}: ${reason.because.slice(0, REASON_CHARS_MAX)}`];
  });
  return new ReeveError(
    'InputInvalid',
    [`${shownUrl(url)} is none of the remotes that Reeve can harvest:`, ...said].join('\n  '),
  );
}
