/** Two servers on loopback, each an origin of its own, that write down what they are asked; and a remote that asks them. */
import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { memorySecrets } from '../../lib/local/memory/secrets.ts';
import type { RemoteOptions } from '../../lib/ports.ts';
import type { RemotePolicy } from '../../lib/remote/policy.ts';
import { createRemote, type RemoteSetup } from '../../lib/remote/remote.ts';
import type { CredentialsReference } from '../../lib/session/credentials.ts';
import { bodyOf, endOf, serve, testPolicy, type Ended, type TestServer } from './remotes.ts';

export interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export let one: TestServer;
export let two: TestServer;
export let log: { one: Asked[]; two: Asked[] };

beforeAll(async () => {
  log = { one: [], two: [] };
  const start = (name: 'one' | 'two') =>
    serve((request, response) => {
      void bodyOf(request).then((body) => {
        log[name].push({
          line: `${request.method ?? ''} ${request.url ?? ''}`,
          headers: request.headers,
          body,
        });
        const query = new URL(request.url ?? '', 'http://a').searchParams;
        const to = query.get('to');
        const echo = query.get('echo');
        response.setHeader('set-cookie', 'sid=1');
        if (to !== null) response.writeHead(Number(query.get('status') ?? 302), { location: to }).end();
        else if (echo !== null)
          response
            .writeHead(401, { 'x-echo': request.headers[echo] ?? '' })
            .end(`you sent ${String(request.headers[echo])}`);
        else response.end('ok');
      });
    });
  [one, two] = await Promise.all([start('one'), start('two')]);
});
afterEach(() => {
  log.one.splice(0);
  log.two.splice(0);
});
afterAll(() => Promise.all([one.stop(), two.stop()]));

export type Wish = Partial<RemoteSetup> & {
  /** Of the remote at `one`. */
  readonly credentials?: CredentialsReference;
  readonly settings?: Partial<RemotePolicy>;
  readonly options?: Partial<RemoteOptions>;
};
export async function ask(
  request: RemoteRequest | string,
  { settings, options, credentials, ...setup }: Wish = {},
): Promise<Ended> {
  const policy = testPolicy({ allowLoopback: true, ...settings });
  const remote = createRemote({ policy, secrets: SECRETS, ...setup });
  const bound = credentials && { credentials, following: `${one.origin}/csw` };
  try {
    return await endOf(remote, request, { ...bound, ...options });
  } finally {
    await remote.close();
  }
}
export const leadingTo = (from: TestServer, to: string, status = 302) =>
  `${from.origin}/?status=${status}&to=${encodeURIComponent(to)}`;
/** The secret of `env:TOKEN`, and the password of `env:LOGIN`. */
export const TOKEN = 'c4n4ry-s3cr3t-t0ken';
const SECRETS = memorySecrets(
  new Map([
    ['env:TOKEN', TOKEN],
    ['env:LOGIN', `anna:${TOKEN}`],
  ]),
);
export const BEARER: CredentialsReference = { kind: 'bearer', secret: 'env:TOKEN' };
export const IN_QUERY: CredentialsReference = {
  kind: 'api-key',
  secret: 'env:TOKEN',
  in: 'query',
  name: 'subscription',
};
