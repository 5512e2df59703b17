/** What is sent where: redirects, credentials, links, secrets; the servers' own logs are the witnesses. */
import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ReeveError } from '../../lib/session/errors.ts';
import type { RemotePolicy } from '../../lib/remote/policy.ts';
import { createRemote, type RemoteSetup } from '../../lib/remote/remote.ts';
import type { RemoteRequest } from '../../lib/harvesters/harvester.ts';
import type { RemoteOptions } from '../../lib/ports.ts';
import { bodyOf, endOf, serve, testPolicy, type Ended, type TestServer } from './remotes.ts';

interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let one: TestServer;
let two: TestServer;
let log: { one: Asked[]; two: Asked[] };

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

type Wish = Partial<RemoteSetup> & {
  readonly settings?: Partial<RemotePolicy>;
  readonly options?: Partial<RemoteOptions>;
};
async function ask(
  request: RemoteRequest | string,
  { settings, options, ...setup }: Wish = {},
): Promise<Ended> {
  const remote = createRemote({ policy: testPolicy({ allowLoopback: true, ...settings }), ...setup });
  try {
    return await endOf(remote, request, options);
  } finally {
    await remote.close();
  }
}
const leadingTo = (from: TestServer, to: string, status = 302) =>
  `${from.origin}/?status=${status}&to=${encodeURIComponent(to)}`;
const TOKEN = 'Bearer c4n4ry-s3cr3t-t0ken';

describe('credentials', () => {
  const credentials = () => ({
    origin: one.origin,
    headers: { authorization: TOKEN, 'x-api-key': 'k3y-0f-0ne' },
  });

  test('are sent to their origin', async () => {
    await ask(`${one.origin}/csw`, { credentials: credentials() });
    expect(log.one[0]?.headers).toMatchObject({ authorization: TOKEN, 'x-api-key': 'k3y-0f-0ne' });
  });

  test('are sent nowhere else, not even to another port of the same host', async () => {
    await ask(`${two.origin}/csw`, { credentials: credentials() });
    expect(JSON.stringify(log.two)).not.toMatch(/s3cr3t|k3y/);
  });

  test('redirect-11: are not sent on to another origin, nor is any header that could be one', async () => {
    const request = {
      url: leadingTo(one, `${two.origin}/x`),
      headers: { accept: 'text/xml', 'x-token': 'mine', 'if-none-match': '"a"' },
    };
    expect(await ask(request, { credentials: credentials() })).toMatchObject({
      status: 200,
      reply: { url: `${two.origin}/x` },
    });
    expect(log.one[0]?.headers).toMatchObject({ authorization: TOKEN, 'x-token': 'mine' });
    const sent = log.two[0]?.headers ?? {};
    expect(Object.keys(sent).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(sent.accept).toBe('text/xml');
  });

  test('are sent on within their origin, but not when another origin leads back to it', async () => {
    await ask(leadingTo(one, '/x'), { credentials: credentials() });
    expect(log.one[1]).toMatchObject({ line: 'GET /x', headers: { authorization: TOKEN } });
    log.one.splice(0);
    await ask(leadingTo(one, leadingTo(two, `${one.origin}/back`)), { credentials: credentials() });
    expect(log.one[1]?.line).toBe('GET /back');
    expect(log.one[1]?.headers.authorization).toBeUndefined();
  });

  test('may not be given with a request, nor what belongs to the connection', async () => {
    for (const name of ['authorization', 'Cookie', 'host', 'transfer-encoding', 'content-length']) {
      expect((await ask({ url: one.origin, headers: { [name]: 'x' } })).error).toMatch(
        new RegExp(`^InputInvalid: .* header ${name}`),
      );
    }
    expect(log.one).toEqual([]);
  });

  test('need an origin', () => {
    const credentials = { origin: 'nowhere', headers: { authorization: TOKEN } };
    expect(() => createRemote({ policy: testPolicy(), credentials })).toThrow(
      /^The origin of credentials is not a URL/,
    );
  });

  test('url-10: a header with line ends does not reach the wire', async () => {
    expect((await ask({ url: one.origin, headers: { accept: 'a\r\nx-injected: 1' } })).error).toMatch(
      /^InputInvalid/,
    );
    expect(log.one).toEqual([]);
  });
});

describe('secrets', () => {
  const credentials = () => ({ origin: one.origin, headers: { authorization: TOKEN } });

  test('secret-01: what a remote echoes of them is taken out of its answer', async () => {
    const ended = await ask(`${one.origin}/?echo=authorization`, { credentials: credentials() });
    expect(ended).toMatchObject({
      status: 401,
      text: 'you sent redacted',
      reply: { headers: { 'x-echo': 'redacted' } },
    });
    expect(JSON.stringify(ended)).not.toContain('c4n4ry');
  });

  test('are not in an error either, wherever the remote puts them', async () => {
    const ended = await ask(leadingTo(one, 'http://10.0.0.1/c4n4ry-s3cr3t-t0ken'), {
      credentials: credentials(),
    });
    expect(ended.error).toBe(
      'RemoteForbidden: http://10.0.0.1/redacted may not be fetched: its host is 10.0.0.1, which is a private address (setting allowPrivate)',
    );
  });

  test('url-11: of a URL are in no error, and the URL is asked for as it is', async () => {
    const { origin } = two;
    await two.stop();
    const ended = await ask(`${origin}/?token=SECRET123`);
    expect(ended.error).toMatch(
      /^RemoteUnreachable: 127.0.0.1:\d+ could not be asked: it refused the connection/,
    );
    expect(ended.error).not.toContain('SECRET123');
    await ask(`${one.origin}/?token=SECRET123`);
    expect(log.one[0]?.line).toBe('GET /?token=SECRET123');
    const restarted = await serve((_, response) => response.end('ok'));
    two = restarted;
  });

  test('are in no error property: there is no cause and no stack of the client', async () => {
    const { thrown } = await ask('http://10.0.0.1/?token=SECRET123', { credentials: credentials() });
    expect(thrown).toBeInstanceOf(ReeveError);
    expect((thrown as Error).cause).toBeUndefined();
    expect(JSON.stringify(thrown) + String((thrown as Error).stack)).not.toContain('SECRET123');
  });
});

describe('what is sent', () => {
  test('is an honest User-Agent, gzip or nothing, and no cookie that was set before', async () => {
    const remote = createRemote({
      policy: testPolicy({ allowLoopback: true, contact: 'mailto:gis@example.org' }),
    });
    await endOf(remote, one.origin);
    await endOf(remote, one.origin);
    await remote.close();
    expect(log.one[1]?.headers).toMatchObject({
      'user-agent': 'Reeve/0.1 (harvester of geospatial catalogues) (+mailto:gis@example.org)',
      'accept-encoding': 'gzip, identity',
      accept: '*/*',
    });
    expect(log.one[1]?.headers.cookie).toBeUndefined();
  });

  test('of a URL is its path and query, never its fragment', async () => {
    await ask(`${one.origin}/a%20b?x=%C3%A9#fragment`);
    expect(log.one[0]?.line).toBe('GET /a%20b?x=%C3%A9');
  });

  const post = (status: number): RemoteRequest => ({
    url: leadingTo(one, '/next', status),
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: '<q/>',
  });

  test.each([301, 302, 307, 308])('a POST stays a POST over a %i: it is a search', async (status) => {
    await ask(post(status));
    expect(log.one[1]).toMatchObject({
      line: 'POST /next',
      body: '<q/>',
      headers: { 'content-type': 'text/xml' },
    });
  });

  test('a POST becomes a GET over a 303', async () => {
    await ask(post(303));
    expect(log.one[1]).toMatchObject({ line: 'GET /next', body: '' });
    expect(log.one[1]?.headers['content-type']).toBeUndefined();
  });

  test('a location in UTF-8 is understood', async () => {
    const remote = createRemote({ policy: testPolicy({ allowLoopback: true }) });
    const server = await serve((request, response) => {
      if (request.url === '/')
        response.socket?.end(
          Buffer.from(
            'HTTP/1.1 302 Found\r\nlocation: /café\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
          ),
        );
      else response.end(request.url);
    });
    expect(await endOf(remote, server.origin)).toMatchObject({ status: 200, text: '/caf%C3%A9' });
    await remote.close();
    await server.stop();
  });
});

describe('json-12: links that an answer named', () => {
  test('to another origin are not fetched, unless the settings allow it', async () => {
    const following = { following: `${one.origin}/csw` };
    expect((await ask(`${two.origin}/x`, { options: following })).error).toMatch(
      /^RemoteForbidden: .* on another origin \(setting allowedOrigins\)/,
    );
    expect(log.two).toEqual([]);
    expect(
      await ask(`${two.origin}/x`, { options: following, settings: { allowedOrigins: [two.origin] } }),
    ).toMatchObject({ status: 200 });
    expect(await ask(`${one.origin}/x`, { options: following })).toMatchObject({ status: 200 });
  });
});
