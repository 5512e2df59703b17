// The sample remote: one HTTP server on loopback that tells one catalogue as GeoNode, WMS, ArcGIS directory, CKAN and data.json.
import { setMaxListeners } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import { type Answer, type Ask, htmlAnswer, send } from './answer.ts';
import { makeArcGis } from './arcgis.ts';
import { type Catalogue, COUNTY_DATASETS, makeCatalogue } from './catalogue.ts';
import { makeCkan } from './ckan.ts';
import { makeDcatUs } from './dcat-us.ts';
import { type Fault, type Faults, makeFaults } from './faults.ts';
import { makeGeoNode } from './geonode.ts';
import { indexPage } from './index-page.ts';
import { type RequestLog, type RequestLogEntry, makeRequestLog } from './request-log.ts';
import { type Route } from './route.ts';
import { type Exchange, sendSpoilt } from './spoilt-answer.ts';
import { makeWms, pngAnswer } from './wms.ts';

const HOST = '127.0.0.1';
const REQUESTS_LOGGED_MAX = 20_000;
const KEEP_ALIVE_MILLIS = 60_000;
const THUMBNAIL_PIXELS = 64;
const LATENCY_MILLIS_MAX = 600_000;

export interface SampleSettings {
  /** How many datasets the catalogue has; 40 when not given. */
  readonly datasets?: number;
  /** Every answer begins so much later. */
  readonly latencyMillis?: number;
  /** 0, the default: any that is free. */
  readonly port?: number;
  readonly faults?: readonly Fault[];
}

export interface SampleRemote {
  /** The index page, `http://127.0.0.1:<port>`: also the URL to harvest as GeoNode. */
  readonly url: string;
  readonly geonodeUrl: string;
  readonly wmsUrl: string;
  readonly arcgisUrl: string;
  readonly ckanUrl: string;
  readonly dcatUsUrl: string;
  readonly catalogue: Catalogue;
  /** The latest 20,000, oldest first. */
  requests(): readonly RequestLogEntry[];
  requestCount(): number;
  /** Ends every connection, those that hang included. */
  close(): Promise<void>;
}

/**
 * Starts the remote on 127.0.0.1.
 * @throws InputInvalid when a setting is out of bounds, or the port is taken
 */
export async function startSampleRemote(settings: SampleSettings = {}): Promise<SampleRemote> {
  const { datasets = COUNTY_DATASETS, latencyMillis = 0, port = 0, faults = [] } = settings;
  refuseOutside('latency in milliseconds', latencyMillis, LATENCY_MILLIS_MAX);
  refuseOutside('port', port, 65_535);
  const closing = new AbortController();
  // Every answer that hangs or drips listens; that is no leak.
  setMaxListeners(0, closing.signal);
  const log = makeRequestLog(REQUESTS_LOGGED_MAX);
  const catalogue = makeCatalogue(datasets);
  const answer = answerer({ catalogue, faults: makeFaults(faults), latencyMillis, log });
  const server = createServer((request, response) => {
    void answer({ request, response, signal: closing.signal });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MILLIS;
  const url = `http://${HOST}:${await listening(server, port)}`;
  return {
    url,
    geonodeUrl: url,
    wmsUrl: `${url}/wms`,
    arcgisUrl: `${url}/arcgis/rest/services`,
    ckanUrl: `${url}/api/3/action`,
    dcatUsUrl: `${url}/data.json`,
    catalogue,
    requests: () => log.entries(),
    requestCount: () => log.count(),
    close: () => closed(server, closing),
  };
}

interface Parts {
  readonly catalogue: Catalogue;
  readonly faults: Faults;
  readonly latencyMillis: number;
  readonly log: RequestLog;
}

function answerer({ catalogue, faults, latencyMillis, log }: Parts): (exchange: Exchange) => Promise<void> {
  const route = router(spoiltCatalogue(catalogue, faults));
  const startedMillis = performance.now();
  let concurrent = 0;
  return async (exchange) => {
    const { request, response, signal } = exchange;
    concurrent += 1;
    response.once('close', () => (concurrent -= 1));
    try {
      const found = route(askOf(request), request.method ?? 'GET');
      const path = request.url ?? '/';
      const { trouble, tricks } = faults.strike({ ...found, path });
      const arrivedMillis = performance.now() - startedMillis;
      log.add(entryOf(request, { path, found, concurrent, arrivedMillis, trouble: trouble?.kind }));
      if (latencyMillis > 0) await wait(latencyMillis, undefined, { signal });
      const healthy = { answer: () => found.answer(tricks), exception: () => found.exception() };
      await (trouble === undefined
        ? send(request, response, healthy.answer())
        : sendSpoilt(exchange, healthy, trouble));
    } catch (error) {
      if (!signal.aborted) fail(response, error);
    }
  };
}

/** The catalogue as it is told: with what the faults did to its datasets. */
function spoiltCatalogue(catalogue: Catalogue, faults: Faults): Catalogue {
  const told = (pk: number): ReturnType<Catalogue['dataset']> => {
    const dataset = catalogue.dataset(pk);
    return dataset === undefined ? undefined : faults.spoil(dataset);
  };
  return { size: catalogue.size, dataset: told, named: (name) => told(catalogue.named(name)?.pk ?? 0) };
}

function router(catalogue: Catalogue): (ask: Ask, method: string) => Route {
  const services = [
    makeGeoNode(catalogue),
    makeWms(catalogue),
    makeArcGis(catalogue),
    makeCkan(catalogue),
    makeDcatUs(catalogue),
  ];
  return (ask, method) => {
    if (method !== 'GET' && method !== 'HEAD')
      return { service: 'other', kind: 'other', answer: notAllowed, exception: notAllowed };
    for (const service of services) {
      const route = service.route(ask);
      if (route !== undefined) return route;
    }
    return {
      service: 'other',
      kind: 'other',
      answer: () => otherAnswer(catalogue, ask),
      exception: notFound,
    };
  };
}

/** The index page, the small pictures, and the files of documents. */
function otherAnswer(catalogue: Catalogue, ask: Ask): Answer {
  if (ask.path === '/' || ask.path === '/catalogue') return htmlAnswer(indexPage(catalogue, ask.origin));
  const thumbnail = /^\/thumbs\/(\d{1,7})\.png$/.exec(ask.path)?.[1];
  if (thumbnail !== undefined)
    return pngAnswer(THUMBNAIL_PIXELS, THUMBNAIL_PIXELS, catalogue.dataset(Number(thumbnail)));
  const paper = catalogue.dataset(Number(/^\/documents\/(\d{1,7})\/link$/.exec(ask.path)?.[1]));
  if (paper?.geometry !== 'document') return notFound();
  return {
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    body: `${paper.title}\n\n${paper.abstract ?? ''}\n`,
  };
}

function notFound(): Answer {
  return {
    status: 404,
    contentType: 'text/plain; charset=utf-8',
    body: 'There is nothing here; the services are listed at /\n',
  };
}

function notAllowed(): Answer {
  const body = 'This remote is read only: GET and HEAD are allowed.\n';
  return { status: 405, contentType: 'text/plain; charset=utf-8', headers: { allow: 'GET, HEAD' }, body };
}

function askOf(request: IncomingMessage): Ask {
  const { host = HOST } = request.headers;
  const [path = '/', ...query] = (request.url ?? '/').split('?');
  return {
    path: path.length > 1 ? path.replace(/\/+$/, '') : path,
    query: new URLSearchParams(query.join('?')),
    origin: `http://${/^[\w.:[\]-]{1,255}$/.test(host) ? host : HOST}`,
  };
}

interface Arrival extends Pick<RequestLogEntry, 'path' | 'concurrent' | 'arrivedMillis'> {
  readonly found: Route;
  readonly trouble: RequestLogEntry['trouble'] | undefined;
}

function entryOf(
  request: IncomingMessage,
  { path, found, concurrent, arrivedMillis, trouble }: Arrival,
): RequestLogEntry {
  return {
    method: request.method ?? 'GET',
    path,
    service: found.service,
    kind: found.kind,
    ...(found.number === undefined ? {} : { number: found.number }),
    userAgent: request.headers['user-agent'] ?? '',
    ...(trouble === undefined ? {} : { trouble }),
    arrivedMillis,
    concurrent,
  };
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' }).end(`${sentenceOf(error)}\n`);
}

async function listening(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new ReeveError('InputInvalid', `the sample remote cannot listen on port ${port}: ${error.message}`, {
          cause: error,
        }),
      ),
    );
    server.listen(port, HOST, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new ReeveError('InvariantBroken', 'the sample remote listens on no port');
  return address.port;
}

async function closed(server: Server, closing: AbortController): Promise<void> {
  closing.abort();
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function refuseOutside(what: string, value: number, max: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= max) return;
  throw new ReeveError(
    'InputInvalid',
    `the sample remote cannot use ${value} as its ${what}; allowed is 0 to ${max}`,
  );
}
