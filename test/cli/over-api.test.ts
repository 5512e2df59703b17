/** The commands with `--api`, against the API of a whole embedded world. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import { createSigner } from '../../lib/aws/signer.ts';
import { serveApi, type ApiServer } from '../../lib/cli/api-server.ts';
import { openEmbedded, type Embedded } from '../../lib/local/embedded/embedded.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { silentLog } from '../local/stand-ins.ts';
import { newFolder, QUICK, reeve } from './run.ts';

const guarded = createRemote({ policy: remotePolicy({ allowLoopback: true, requestsPerSecondMax: 0 }) });
let world: Embedded;
let api: ApiServer;
let sample: SampleRemote;

beforeAll(async () => {
  sample = await startSampleRemote({
    datasets: 6,
    faults: [{ match: 'dataset', ids: [2], fault: { kind: 'status', status: 404 } }],
  });
  world = await openEmbedded({
    folder: newFolder(),
    limits: { ...DEFAULT_LIMITS, sessionLookSeconds: 1 },
    handlers: HANDLERS,
    remote: guarded,
    log: silentLog(),
  });
  api = await serveApi((request) => world.api(request), { port: 0, isTyped: true, log: silentLog() });
});
afterAll(async () => {
  await api.close();
  await world.close({ waitMillis: 0 });
  await Promise.all([sample.close(), guarded.close()]);
});

interface View {
  readonly id: string;
  readonly status: string;
  readonly retryOf: string | null;
  readonly counts: { readonly total: number; readonly failed: number };
}

describe('with --api', () => {
  const over = (...args: string[]) => reeve('--api', api.url, '--json', ...args);

  test('a remote is harvested, listed, shown and retried as in a folder', async () => {
    const ran = await over('harvest', sample.geonodeUrl, ...QUICK);
    const session = ran.json() as View;
    expect({ code: ran.code, status: session.status }).toEqual({ code: 2, status: 'finished-some-failed' });

    const { sessions } = (await over('sessions')).json() as { sessions: View[] };
    expect(sessions.map(({ id }) => id)).toEqual([session.id]);
    const shown = (await over('show', session.id)).json() as View & {
      resources: { matching: number; page: { outcome: string }[] };
    };
    expect(shown.resources.matching).toBe(session.counts.failed);
    expect(shown.resources.page.every(({ outcome }) => outcome === 'failed')).toBe(true);

    const retried = (await over('retry', session.id)).json() as View;
    expect(retried).toMatchObject({ retryOf: session.id, counts: { total: session.counts.failed } });
    expect((await over('abort', session.id)).json()).toMatchObject({ id: session.id });
  });

  test('a URL is probed', async () => {
    expect((await over('probe', sample.geonodeUrl)).json()).toMatchObject({ type: 'geonode' });
  });

  test.each([
    [['show', 'nobody'], 'NotFound', 'There is no session nobody'],
    [['retry', 'nobody', '--pace', 'batchSize=1'], 'InputInvalid', 'pace cannot be said with --api'],
    [['demo'], 'InputInvalid', 'demo does not go over an API'],
    [['harvest'], 'InputInvalid', 'harvest --api has no URL'],
  ])('%j is refused in the words of who refuses it', async (args, name, message) => {
    const ran = await over(...args);
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      error: { name, message: expect.stringContaining(message) as string },
    });
  });

  test.each([
    ['nonsense', 'is not the URL of an API'],
    ['https://api.example.org', 'The Region of api.example.org is not in its name'],
    ['http://127.0.0.1:9', 'could not be asked'],
  ])('the API %s is told to be none', async (url, message) => {
    const ran = await reeve('--api', url, '--json', 'sessions');
    expect(ran.code).toBe(1);
    expect(JSON.stringify(ran.json())).toContain(message);
  });

  test('credentials that are refused are told so', async () => {
    const server = createServer((_, response) => response.writeHead(403).end('{"message":"Forbidden"}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const ran = await reeve('--api', `http://127.0.0.1:${port}`, '--json', 'sessions');
    server.close();
    expect(JSON.stringify(ran.json())).toContain('refuses these credentials (403)');
  });
});

test('a request is signed for execute-api, its body and its session token with it', async () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'x'.repeat(40), sessionToken: 'token' };
  const sign = createSigner('eu-west-1', credentials);
  const request = {
    method: 'POST',
    url: new URL('https://a.execute-api.eu-west-1.amazonaws.com/harvesters?limit=1'),
    headers: { 'content-type': 'application/json' },
    body: '{}',
  };
  const headers = await sign(request);
  expect(headers['authorization']).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=[a-z0-9;-]*host[a-z0-9;-]*, Signature=[0-9a-f]{64}$/,
  );
  expect(headers).toMatchObject({ 'x-amz-security-token': 'token', 'content-type': 'application/json' });
  expect(headers).not.toHaveProperty('host');
  const other = await sign({ ...request, body: '{"a":1}' });
  expect(other['authorization']).not.toBe(headers['authorization']);
});
