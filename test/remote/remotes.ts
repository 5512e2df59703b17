/** What the tests of lib/remote share: remotes with short limits, and how a fetch ended, as a value. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import type { RemoteOptions } from '../../lib/ports.ts';
import { remotePolicy, type RemotePolicy } from '../../lib/remote/policy.ts';
import { createRemote, type GuardedRemote, type RemoteSetup } from '../../lib/remote/remote.ts';

/** No retries, no rate limit, hardly a pause, and time enough for a busy machine: what a test wants of them it says. */
export function testPolicy(changes: Partial<RemotePolicy> = {}): RemotePolicy {
  return remotePolicy({
    connectSeconds: 5,
    firstByteSeconds: 8,
    idleSeconds: 8,
    requestSeconds: 15,
    bodyBytesMax: 4_000_000,
    requestsPerSecondMax: 0,
    retriesMax: 0,
    retrySecondsMin: 0.001,
    pauseSecondsMin: 0.001,
    pauseSecondsMax: 0.001,
    ...changes,
  });
}

export interface Ended {
  readonly status?: number;
  readonly text?: string;
  readonly reply?: RemoteReply;
  /** `RemoteForbidden: sentence`. */
  readonly error?: string;
  readonly thrown?: unknown;
}

export async function endOf(
  remote: GuardedRemote,
  request: RemoteRequest | string,
  options: Partial<RemoteOptions> = {},
): Promise<Ended> {
  try {
    const asked = typeof request === 'string' ? { url: request } : request;
    const reply = await remote.fetch(asked, { timeSecondsMax: 15, ...options });
    return { status: reply.status, text: Buffer.from(reply.body).toString(), reply };
  } catch (thrown) {
    return { error: String(thrown), thrown };
  }
}

export interface TestServer {
  readonly port: number;
  readonly origin: string;
  stop(): Promise<void>;
}

export async function serve(listener: RequestListener): Promise<TestServer> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { port, origin: `http://127.0.0.1:${port}`, stop };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return text;
}

export interface Watched extends TestServer {
  /** When each request came, by the server's clock. */
  readonly at: number[];
  readonly lines: string[];
  mostAtOnce: number;
}

const opened: { close(): Promise<void> }[] = [];
/** After each test. */
export async function closeAll(): Promise<void> {
  for (const one of opened.splice(0)) await one.close();
}

export async function watched(listener: RequestListener): Promise<Watched> {
  let atOnce = 0;
  const server = await serve((request, response) => {
    watch.at.push(performance.now());
    watch.lines.push(`${request.method ?? ''} ${request.url ?? ''}`);
    watch.mostAtOnce = Math.max(watch.mostAtOnce, (atOnce += 1));
    response.on('close', () => (atOnce -= 1));
    listener(request, response);
  });
  const watch: Watched = { ...server, at: [], lines: [], mostAtOnce: 0 };
  opened.push({ close: () => server.stop() });
  return watch;
}

/** Draws no chance; closed by `closeAll`. */
export function remoteWith(
  changes: Partial<RemotePolicy> = {},
  setup: Partial<RemoteSetup> = {},
): GuardedRemote {
  const remote = createRemote({
    policy: testPolicy({ allowLoopback: true, ...changes }),
    chance: () => 0,
    ...setup,
  });
  opened.unshift(remote);
  return remote;
}

/** Answers these statuses in turn, the last one for ever. */
export const statuses = (...all: (number | [number, Record<string, string>])[]): RequestListener => {
  let next = 0;
  return (_, response) => {
    const status = all[Math.min(next++, all.length - 1)] ?? 200;
    if (typeof status === 'number') response.writeHead(status).end('body');
    else response.writeHead(...status).end('body');
  };
};
