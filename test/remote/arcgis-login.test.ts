/** User and password of an ArcGIS: exchanged for tokens that expire, as seldom as possible, and sent to the token service alone. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memorySecrets } from '../../lib/local/memory/secrets.ts';
import { tokenUrlOf } from '../../lib/remote/arcgis-token.ts';
import { createRemote, type GuardedRemote } from '../../lib/remote/remote.ts';
import { REAL_WORLD } from '../../lib/remote/world.ts';
import type { CredentialsReference } from '../../lib/session/credentials.ts';
import { bodyOf, endOf, serve, testPolicy, type TestServer } from './remotes.ts';

const PASSWORD = 'c4n4ry-pa55word';
const LOGIN: CredentialsReference = { kind: 'arcgis-login', secret: 'env:LOGIN', in: 'header' };
const SERVICES = '/arcgis/rest/services';

interface Site extends TestServer {
  readonly asked: { line: string; body: string; headers: IncomingMessage['headers'] }[];
  /** The tokens that are valid now. */
  readonly valid: Set<string>;
}

let site: Site;
let elsewhere: TestServer & { asked: string[] };
let now: number;
let remote: GuardedRemote;
let answerToken: (response: ServerResponse, issued: number) => void;

beforeEach(async () => {
  now = 1_000_000;
  const asked: Site['asked'] = [];
  const valid = new Set<string>();
  let issued = 0;
  answerToken = (response, number) => {
    valid.add(`t0ken-number-${number}`);
    response.end(JSON.stringify({ token: `t0ken-number-${number}`, expires: now + 1_800_000, ssl: true }));
  };
  const server = await serve((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push({ line: `${request.method ?? ''} ${request.url ?? ''}`, body, headers: request.headers });
      if (request.url?.startsWith('/arcgis/tokens/')) return answerToken(response, (issued += 1));
      const query = new URL(request.url ?? '', 'http://a').searchParams.get('token');
      const token = query ?? String(request.headers['x-esri-authorization']).replace('Bearer ', '');
      return response.end(
        valid.has(token) ? `{"ok":"${token}"}` : '{"error":{"code":498,"message":"Invalid token."}}',
      );
    });
  });
  site = { ...server, asked, valid };
  const others: string[] = [];
  const other = await serve((request, response) => {
    others.push(request.url ?? '');
    void bodyOf(request).then((body) => {
      others.push(body);
      response.end('{}');
    });
  });
  elsewhere = { ...other, asked: others };
  remote = createRemote({
    policy: testPolicy({ allowLoopback: true }),
    secrets: memorySecrets(new Map([['env:LOGIN', `anna:${PASSWORD}`]])),
    clock: { ...REAL_WORLD.clock, now: () => now },
  });
});
afterEach(async () => {
  await remote.close();
  await site.stop();
  await elsewhere.stop();
});

const ask = (credentials = LOGIN) =>
  endOf(remote, `${site.origin}${SERVICES}?f=json`, {
    credentials,
    following: `${site.origin}${SERVICES}`,
  });
const tokenRequests = () => site.asked.filter(({ line }) => line.includes('generateToken'));

test('a token is asked for once, with user and password in the body, and sent with every request', async () => {
  const replies = await Promise.all([ask(), ask(), ask()]);
  for (const reply of replies) expect(reply).toMatchObject({ status: 200, text: '{"ok":"redacted"}' });
  const [request, ...more] = tokenRequests();
  expect(more).toEqual([]);
  expect(request?.line).toBe('POST /arcgis/tokens/generateToken');
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    f: 'json',
    username: 'anna',
    password: PASSWORD,
    client: 'referer',
    referer: `${site.origin}/`,
    expiration: '60',
  });
  const [first] = site.asked.filter(({ line }) => line.startsWith('GET'));
  expect(first?.headers).toMatchObject({
    'x-esri-authorization': 'Bearer t0ken-number-1',
    referer: `${site.origin}/`,
  });
  expect(JSON.stringify(replies)).not.toMatch(/c4n4ry|t0ken-number/);
});

test('a token goes into the query where the remote wants it there', async () => {
  expect(await ask({ ...LOGIN, in: 'query' })).toMatchObject({ status: 200, text: '{"ok":"redacted"}' });
  expect(site.asked.at(-1)?.line).toBe(`GET ${SERVICES}?f=json&token=t0ken-number-1`);
});

test('before a token expires the next one is asked for', async () => {
  await ask();
  now += 1_800_000 - 61_000;
  await ask();
  expect(tokenRequests()).toHaveLength(1);
  now += 2_000;
  await ask();
  expect(tokenRequests()).toHaveLength(2);
});

test('a token that the server has forgotten is replaced, and the request made again; but not for ever', async () => {
  await ask();
  site.valid.clear();
  now += 31_000;
  expect((await ask()).text).toBe('{"ok":"redacted"}');
  expect(tokenRequests()).toHaveLength(2);
  site.valid.clear();
  for (let n = 0; n < 5; n += 1) expect((await ask()).text).toContain('Invalid token.');
  expect(tokenRequests()).toHaveLength(2);
});

test('a wrong password is tried once, not with every request: it would lock the account', async () => {
  answerToken = (response) =>
    response.end(
      JSON.stringify({
        error: { code: 400, message: `Unable to generate token for ${PASSWORD}.`, details: [] },
      }),
    );
  for (let n = 0; n < 5; n += 1) {
    const { error } = await ask();
    expect(error).toMatch(
      /^RemoteRefused: http:\/\/127.0.0.1:\d+\/arcgis\/tokens\/generateToken, asked for a token, did not accept user and password \(400: Unable to generate token for redacted.\)$/,
    );
  }
  expect(tokenRequests()).toHaveLength(1);
  now += 301_000;
  await ask();
  expect(tokenRequests()).toHaveLength(2);
});

test.each([302, 307, 308])('a password is not taken to another origin by a %i', async (status) => {
  answerToken = (response) => response.writeHead(status, { location: `${elsewhere.origin}/steal` }).end();
  expect((await ask()).error).toMatch(/^RemoteForbidden: .* would take credentials there$/);
  expect(elsewhere.asked).toEqual([]);
});

test.each([
  ['an HTML page', (response: ServerResponse) => response.end('<html>')],
  ['a token with a line end', (response: ServerResponse) => response.end('{"token":"a\\r\\nx-injected: 1"}')],
  ['a page that is endless', (response: ServerResponse) => response.end('x'.repeat(1_000_000))],
  ['a busy server', (response: ServerResponse) => response.writeHead(503).end()],
])('%s is no token', async (_what, answer) => {
  answerToken = answer;
  expect((await ask()).error).toMatch(/^RemoteUnreadable: .* answered with status \d+ and no token$/);
});

describe('where tokens come from', () => {
  test.each([
    ['https://a.example/arcgis/rest/services', undefined, 'https://a.example/arcgis/tokens/generateToken'],
    [
      'https://a.example/gis/server/rest/services/Base/Roads/MapServer?f=json',
      undefined,
      'https://a.example/gis/server/tokens/generateToken',
    ],
    [
      'https://services.example/x/arcgis/rest/services',
      'https://www.example/sharing/rest/generateToken',
      'https://www.example/sharing/rest/generateToken',
    ],
    ['http://a.example/rest/services', undefined, 'http://a.example/tokens/generateToken'],
  ])('%s with %s: %s', (remoteUrl, given, url) => {
    expect(tokenUrlOf(remoteUrl, given).href).toBe(url);
  });

  test.each([
    ['https://a.example/arcgis/rest/services', 'http://a.example/tokens', /is not encrypted/],
    ['http://a.example/arcgis/rest/services', 'http://b.example/tokens', /is not encrypted/],
    ['https://a.example/portal', undefined, /does not tell where its tokens come from/],
  ])('%s with %s is refused', (remoteUrl, given, because) => {
    expect(() => tokenUrlOf(remoteUrl, given)).toThrow(because);
  });
});
