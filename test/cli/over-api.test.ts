/** The commands with `--api`, against the API of a whole embedded world. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { harvesterIdOf } from '../../lib/session/names.ts';
import { ResourcePage } from '../../lib/api/schemas.ts';
import { ApiClient } from '../../lib/cli/api-client.ts';
import { createSigner } from '../../lib/aws/signer.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';
import { QUICK, reeve } from './run.ts';

let api: ApiWorld;
let sample: SampleRemote;

beforeAll(async () => {
  sample = await startSampleRemote({
    datasets: 6,
    faults: [{ match: 'dataset', ids: [2], fault: { kind: 'status', status: 404 } }],
  });
  api = await openApiWorld();
});
afterAll(async () => {
  await api.close();
  await sample.close();
});

interface View {
  readonly id: string;
  readonly status: string;
  readonly retryOf: string | null;
  readonly counts: { readonly total: number; readonly failed: number };
}

describe('with --api', () => {
  const over = (...args: string[]) => api.over('--json', ...args);

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

    // Without an id: the newest, which is told where no document is.
    for (const command of ['show', 'abort']) {
      const ran = await api.over(command);
      expect(ran.err).toContain(`No session was named: the newest one is taken, ${retried.id}.`);
      expect(ran.out).toContain(retried.id);
    }
    expect((await over('retry')).json()).toMatchObject({ retryOf: retried.id });
  });

  test('what is typed with a URL is saved in its harvester, and changes it later; what is not typed stays', async () => {
    const url = `${sample.geonodeUrl}/?of=options`;
    const id = harvesterIdOf(url);
    const first = ['--keep', 'graceDays=2', '--filter', 'title=e', '--set', 'pageSize=3'];
    const run = await over('harvest', url, '--type', 'geonode', ...first, ...QUICK);
    expect(run.json()).toMatchObject({ harvester: id });
    expect(await settingsOf(id)).toMatchObject({
      settings: { pageSize: 3 },
      pace: { requestsPerSecond: 1_000, resourceSeconds: 2 },
      keeping: { graceDays: 2, filter: { title: 'e' } },
    });
    const second = await api.over('harvest', url, '--keep', 'graceDays=3', '--filter', 'none');
    expect(second.err).toContain(`Harvester ${id} was changed: keeping.filter: {"title":"e"} → none`);
    expect(await settingsOf(id)).toMatchObject({
      settings: { pageSize: 3 },
      pace: { requestsPerSecond: 1_000 },
      keeping: { graceDays: 3, filter: null },
    });
    const asked = api.asked.length;
    await api.over('harvest', id, '--list-only');
    expect(api.asked.slice(asked).filter((one) => one.startsWith('PUT'))).toEqual([]);
  });

  test('credentials travel as where their secret lies', async () => {
    const url = `${sample.geonodeUrl}/?of=credentials`;
    const credentials = ['kind=bearer', 'secret=env:NOWHERE'].flatMap((one) => ['--credentials', one]);
    await over('harvest', url, '--type', 'geonode', ...credentials, ...QUICK);
    expect(await settingsOf(harvesterIdOf(url))).toMatchObject({
      credentials: { kind: 'bearer', secret: 'env:NOWHERE' },
    });
    const said = (
      await over('harvest', url, '--credentials', 'kind=bearer', '--credentials', 'secret=s3cret')
    ).json();
    expect(JSON.stringify(said)).toContain('allowed is where the secret lies');
    expect(JSON.stringify(said)).not.toContain('s3cret');
  });

  test('what is held of a harvester is told, and resources are selected for its next session', async () => {
    const url = `${sample.geonodeUrl}/?of=holding`;
    const id = harvesterIdOf(url);
    const none = ['--keep', 'harvestNewResourcesByDefault=false'];
    await over('harvest', url, '--type', 'geonode', ...none, ...QUICK);
    const left = (await over('resources', id, '--state', 'not selected')).json();
    const { resources, counts } = left as { resources: { id: string }[]; counts: Record<string, number> };
    expect(counts).toMatchObject({ held: 0, 'not selected': resources.length });
    const [first, second] = resources.map((one) => one.id);
    expect((await api.over('select', id, first!, second!)).out).toContain(
      '2 resources decided on one by one',
    );
    expect((await over('deselect', id, second!)).json()).toMatchObject({ decided: 2, selected: false });
    expect((await over('harvest', id)).json()).toMatchObject({ counts: { total: 1 } });
    expect((await api.over('resources', id)).out).toContain(
      `${id}: 1 held, ${resources.length - 1} not selected`,
    );
  });

  test('resources of a session are found by their outcome, over all pages of the API', async () => {
    const many = await startSampleRemote({ datasets: 1_030 });
    const ran = await over('harvest', many.geonodeUrl, '--pace', 'requestsPerSecond=1000');
    const session = ran.json() as View;
    expect(session.counts.total).toBe(1_030);
    const all = await over('resources', session.id, '--limit', '1025');
    expect(all.json()).toMatchObject({ session: session.id, matching: 1_030, outcome: 'all' });
    const { resources } = all.json() as { resources: { id: string; outcome: string }[] };
    expect(new Set(resources.map(({ id }) => id)).size).toBe(1_025);
    const rest = await over('resources', session.id, '--offset', '1025', '--outcome', 'harvested');
    expect((rest.json() as { resources: unknown[] }).resources).toHaveLength(5);
    const none = await api.over('resources', harvesterIdOf(`${many.geonodeUrl}/`), '--outcome', 'failed');
    expect(none.out).toContain('No resources with outcome failed.');
    await many.close();
  });

  test('a URL is probed', async () => {
    expect((await over('probe', sample.geonodeUrl)).json()).toMatchObject({ type: 'geonode' });
  });

  test.each([
    [['show', 'nobody'], 'NotFound', 'There is no session nobody'],
    [
      ['retry', 'nobody', '--pace', 'batchSize=1'],
      'InputInvalid',
      '--pace cannot be said with --api: a retry',
    ],
    [['harvest', 'x', '--dry-run'], 'InputInvalid', '--dry-run cannot be said with --api'],
    [
      ['harvest', 'x', '--remote-policy', 'retriesMax=1'],
      'InputInvalid',
      '--remote-policy cannot be said with',
    ],
    [['harvest', 'nobody'], 'NotFound', 'There is no harvester "nobody"'],
    [
      ['probe', 'https://a.example', '--credentials', 'kind=bearer'],
      'InputInvalid',
      '--credentials cannot be',
    ],
    [['resources', '--state', 'held', '--outcome', 'failed'], 'InputInvalid', 'allowed is one of them'],
    [['resources', 'nobody'], 'NotFound', 'There is no harvester "nobody"'],
    [['sessions', '--harvester', 'nobody'], 'NotFound', 'There is no harvester "nobody"'],
    [['export'], 'InputInvalid', 'lie in its bucket (output BucketName of the deployment) under records/'],
    [
      ['demo'],
      'InputInvalid',
      'demo does not go over an API; allowed with --api are harvest, harvesters, probe',
    ],
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

async function settingsOf(id: string): Promise<unknown> {
  return (await api.over('--json', 'harvesters', 'show', id)).json();
}

test('a space in a question travels as the signature has it', async () => {
  const targets: string[] = [];
  const server = createServer((request, response) => {
    targets.push(request.url ?? '');
    response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
  const asked = { params: { session: 's' }, query: { outcome: 'under way', cursor: 'a+b' } };
  await expect(client.ask('listResources', ResourcePage, asked)).rejects.toThrow('answered 404');
  server.close();
  expect(targets).toEqual(['/sessions/s/resources?outcome=under%20way&cursor=a%2Bb']);
});

test('what a gateway has too much to do for is asked again', async () => {
  let refusals = 2;
  const server = createServer((_, response) => {
    if (refusals > 0) {
      refusals -= 1;
      response.writeHead(429).end('{"message":"Too Many Requests"}');
    } else response.writeHead(200).end('{"harvesters":[],"cursor":null}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ran = await reeve('--api', url, 'harvesters');
  expect(ran.code).toBe(0);
  expect(refusals).toBe(0);
  server.close();
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
