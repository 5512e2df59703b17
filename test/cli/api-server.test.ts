/** The API of `serve` on loopback: its own programs are answered, pages of the web are not. */
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serveApi, type ApiServer } from '../../lib/cli/api-server.ts';
import { answerOf, BODY_BYTES_MAX, type HttpRequest } from '../../lib/api/http.ts';
import type { Session } from '../../lib/api/schemas.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { silentLog } from '../local/stand-ins.ts';
import { newFolder, startReeve } from './run.ts';

const asked: HttpRequest[] = [];
let server: ApiServer;
beforeAll(async () => {
  server = await serveApi(
    (one) => {
      asked.push(one);
      return Promise.resolve(answerOf(200, { at: one.path }));
    },
    { port: 0, isTyped: true, log: silentLog() },
  );
});
afterAll(() => server.close());

/** With headers that `fetch` would set itself. */
function ask(
  target: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(`${server.url}${target}`, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

describe('a request', () => {
  test('of a program of this machine reaches the app as it is', async () => {
    const said = await ask('/sessions?limit=1&limit=2', {
      method: 'POST',
      headers: { 'X-A': 'b' },
      body: 'é',
    });
    expect(said).toEqual({ status: 200, text: '{"at":"/sessions"}' });
    expect(asked.at(-1)).toMatchObject({
      method: 'POST',
      path: '/sessions',
      query: 'limit=1&limit=2',
      headers: { 'x-a': 'b' },
      body: { base64: Buffer.from('é').toString('base64') },
    });
  });

  test.each([
    ['a name that was made to lead here', { host: 'evil.example' }],
    ['the right host at another port', { host: '127.0.0.1:1' }],
    ['the page of another origin', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a page of another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
  ])('under %s is refused, and never reaches the app', async (_, headers) => {
    const before = asked.length;
    const said = await ask('/harvesters', { method: 'POST', headers: headers });
    expect(said.status).toBe(403);
    expect(JSON.parse(said.text)).toMatchObject({ name: 'Forbidden' });
    expect(asked).toHaveLength(before);
  });

  test('of its own origin is answered', async () => {
    expect(
      (await ask('/', { headers: { origin: server.url, 'sec-fetch-site': 'same-origin' } })).status,
    ).toBe(200);
  });

  test.each([
    [
      'a query that never ends',
      `GET /sessions?cursor=${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
      'longer than 16384 bytes',
    ],
    ['what is no HTTP', 'hello\r\n\r\n', 'no HTTP request'],
  ])('that is %s is told so, as every other fault is', async (_, sent, sentence) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end(sent);
    const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body)).toMatchObject({
      name: 'InputInvalid',
      detail: expect.stringContaining(sentence) as string,
    });
  });

  test('with an endless body is not read to its end', async () => {
    await ask('/harvesters', { method: 'POST', body: 'x'.repeat(BODY_BYTES_MAX + 1) }).catch(() => undefined);
    expect(asked.at(-1)?.body).toBe('too large');
  });
});

test('a port that was typed and is in use is an error; one that was not is given up for a free one', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const api = (): Promise<never> => Promise.reject(new Error('not asked'));
  await expect(serveApi(api, { port, isTyped: true, log: silentLog() })).rejects.toThrow(
    `Port ${port} of 127.0.0.1 is in use`,
  );
  const free = await serveApi(api, { port, isTyped: false, log: silentLog() });
  expect(free.url).not.toBe(`http://127.0.0.1:${port}`);
  await free.close();
  other.close();
});

test(
  'serve harvests what is saved over its API, on its schedule, and is stopped with nothing left open',
  { timeout: 90_000 },
  async () => {
    const sample = await startSampleRemote({ datasets: 5 });
    const folder = newFolder();
    const file = join(folder, 'reeve.json');
    writeFileSync(
      file,
      JSON.stringify({
        data: 'kept',
        harvesters: [{ name: 'Some day', url: 'https://example.org/wms', every: '0 0 29 2 *' }],
      }),
    );
    const port = await freePort();
    const run = startReeve(['--settings', file, 'serve', '--port', String(port)]);
    const url = `http://127.0.0.1:${port}`;
    await run.said(`"api":"${url}"`);
    const post = (path: string, body: unknown) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const secret = await post('/harvesters', {
      name: 'Secret',
      url: sample.geonodeUrl,
      type: 'geonode',
      credentials: { kind: 'bearer', secret: 'file:/etc/passwd' },
    });
    expect(secret.status).toBe(400);
    const created = await post('/harvesters', {
      id: 'saved',
      name: 'Saved',
      url: sample.geonodeUrl,
      type: 'geonode',
      every: '1d',
      pace: { requestsPerSecond: 1_000 },
    });
    expect(created.status).toBe(201);
    // Due at once: there was no session before.
    let sessions: Session[] = [];
    while ((sessions[0]?.closedAt ?? null) === null) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const page = (await (await fetch(`${url}/harvesters/saved/sessions`)).json()) as {
        sessions: Session[];
      };
      sessions = page.sessions;
    }
    expect(sessions).toMatchObject([{ status: 'finished-all-ok', counts: { total: 5 } }]);
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(0);
    await sample.close();
  },
);

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test(
  'serve needs no settings file: where there is none, harvesters come over the API',
  { timeout: 30_000 },
  async () => {
    const folder = newFolder();
    const port = await freePort();
    const run = startReeve(['serve', '--port', String(port)], {}, folder);
    await run.said(`"api":"http://127.0.0.1:${port}"`);
    await run.said('there is no settings file here');
    const answer = await fetch(`http://127.0.0.1:${port}/harvesters`);
    expect(await answer.json()).toEqual({ harvesters: [], cursor: null });
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(0);
    expect(existsSync(join(folder, '.reeve'))).toBe(true);
  },
);
