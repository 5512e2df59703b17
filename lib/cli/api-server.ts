/** The HTTP API on loopback: the same app as in a deployed stack, for this machine and its own programs only. */
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { BODY_BYTES_MAX, type HttpAnswer, type HttpRequest } from '../api/http.ts';
import { problemAnswer } from '../api/problem.ts';
import type { Log } from '../ports.ts';
import { ReeveError, sentenceOf } from '../session/errors.ts';

export const API_PORT = 8_470;
const HOST = '127.0.0.1';
const HEADERS_BYTES_MAX = 16_384;
const REQUEST_MILLIS_MAX = 30_000;

export interface ApiServer {
  /** `http://127.0.0.1:8470` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * @param port what is taken when nobody uses it; `isTyped`: and no other
 * @throws Conflict when a port that was typed is in use
 */
export async function serveApi(
  api: (request: HttpRequest) => Promise<HttpAnswer>,
  { port, isTyped, log }: { port: number; isTyped: boolean; log: Log },
): Promise<ApiServer> {
  const server = createServer(
    { maxHeaderSize: HEADERS_BYTES_MAX, requestTimeout: REQUEST_MILLIS_MAX },
    (request, response) => {
      void answer(request, api).then(
        (said) => reply(request, response, said),
        (error: unknown) => {
          log.error('a request could not be answered', { because: sentenceOf(error) });
          reply(request, response, problemAnswer('Defect', 'This is a defect of Reeve; its log says more'));
        },
      );
    },
  );
  server.on('clientError', refuse);
  const url = `http://${HOST}:${await listening(server, port, isTyped)}`;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What comes to no request: Node would answer with a status alone. */
function refuse(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (!socket.writable) return;
  const detail =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? `The path, query and headers are longer than ${HEADERS_BYTES_MAX} bytes together; allowed are no more`
      : 'That is no HTTP request, or it did not come whole in time';
  const { statusCode, headers, body } = problemAnswer('InputInvalid', detail);
  const head = Object.entries({ ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' });
  socket.end(
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  );
}

async function listening(server: Server, port: number, isTyped: boolean): Promise<number> {
  try {
    await listen(server, port);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EADDRINUSE') throw error;
    if (isTyped)
      throw new ReeveError(
        'Conflict',
        `Port ${port} of ${HOST} is in use by another program; allowed is a port that is free`,
      );
    await listen(server, 0);
  }
  return (server.address() as AddressInfo).port;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(
  request: IncomingMessage,
  api: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  const stranger = refusalOf(request);
  if (stranger !== undefined) return problemAnswer('Forbidden', stranger);
  const [path = '', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  );
  const body = await bodyOf(request);
  return api({ method: request.method ?? '', path, query, headers, body });
}

/**
 * A page of the web may make a browser on this machine ask: under a name of its own that leads here (DNS rebinding), or from its own origin.
 * The first names another host, the second says so itself.
 */
function refusalOf({ headers, socket }: IncomingMessage): string | undefined {
  const { localPort = 0 } = socket;
  const own = [HOST, 'localhost'].map((host) => `${host}:${localPort}`);
  const { host = '', origin } = headers;
  if (!own.includes(host.toLowerCase()))
    return `The header Host does not name this server; allowed are ${own.join(' and ')}`;
  const site = headers['sec-fetch-site'];
  const isOther = origin !== undefined && !own.some((one) => origin.toLowerCase() === `http://${one}`);
  if (isOther || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    return 'The request comes from a page of another origin; this server answers programs of this machine';
  return undefined;
}

/** What is too long is not read to its end. */
async function bodyOf(request: IncomingMessage): Promise<HttpRequest['body']> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return 'too large';
    parts.push(part);
  }
  return { base64: Buffer.concat(parts).toString('base64') };
}

function reply(
  request: IncomingMessage,
  response: ServerResponse,
  { statusCode, headers, body }: HttpAnswer,
): void {
  const isWhole = request.complete;
  response.writeHead(statusCode, {
    ...headers,
    ...(request.method === 'HEAD' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...(isWhole ? {} : { connection: 'close' }),
  });
  response.end(body);
}
