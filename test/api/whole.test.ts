/** Every route of the API over a whole embedded world: real handlers, a real remote, and every answer held against the OpenAPI document. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import type * as z from 'zod/mini';
import type * as schemas from '../../lib/api/schemas.ts';
import type { Problem } from '../../lib/api/problem.ts';
import { createAddresses } from '../../lib/aws/addresses.ts';
import { openEmbedded, type Embedded } from '../../lib/local/embedded/embedded.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { silentLog } from '../local/stand-ins.ts';
import { clientOf, OPERATIONS, SEEN, type Client } from './client.ts';

type Of<T extends z.ZodMiniType> = z.output<T>;

const policy = remotePolicy({ allowLoopback: true, requestsPerSecondMax: 0, retriesMax: 0 });
const guarded = createRemote({ policy });
const folder = mkdtempSync(join(tmpdir(), 'reeve-api-'));
let world: Embedded;
let sample: SampleRemote;
let broken: SampleRemote;
let ask: Client;

beforeAll(async () => {
  sample = await startSampleRemote({ datasets: 12 });
  broken = await startSampleRemote({
    datasets: 6,
    faults: [{ match: 'dataset', ids: [2], fault: { kind: 'status', status: 500 } }],
  });
  world = await openEmbedded({
    folder,
    limits: { ...DEFAULT_LIMITS, sessionLookSeconds: 1 },
    handlers: HANDLERS,
    remote: guarded,
    addresses: createAddresses(policy, 'reeve/'),
    log: silentLog(),
  });
  ask = clientOf((request) => world.api(request));
});
afterAll(async () => {
  await world.close({ waitMillis: 0 });
  await Promise.all([sample.close(), broken.close(), guarded.close()]);
  rmSync(folder, { recursive: true });
});

const PACE = { requestsPerSecond: 1_000, batchSize: 5, abortSeconds: 2 };
const settingsOf = (remote: SampleRemote, more: object = {}) => ({
  name: 'County',
  url: remote.geonodeUrl,
  type: 'geonode',
  pace: PACE,
  ...more,
});

async function create(more: object, remote = sample): Promise<Of<typeof schemas.Harvester>> {
  const { status, body } = await ask('POST', '/harvesters', { body: settingsOf(remote, more) });
  expect(status).toBe(201);
  return body as Of<typeof schemas.Harvester>;
}

async function run(harvester: string, headers = {}): Promise<Of<typeof schemas.Session>> {
  const { status, body } = await ask('POST', `/harvesters/${harvester}/sessions`, { headers });
  expect(status).toBe(201);
  const { id } = body as Of<typeof schemas.Session>;
  await world.waitClosed(id);
  return (await ask('GET', `/sessions/${id}`)).body as Of<typeof schemas.Session>;
}

describe('harvesters', () => {
  test('are created once, listed, read, replaced and deleted', async () => {
    const created = await ask('POST', '/harvesters', {
      body: settingsOf(sample, { id: 'whole', every: '1d' }),
    });
    expect(created).toMatchObject({
      status: 201,
      headers: { location: '/harvesters/whole' },
      body: { id: 'whole', every: '1d', timezone: 'UTC', status: 'ready', openSession: null },
    });
    const again = await ask('POST', '/harvesters', {
      body: settingsOf(sample, { id: 'whole', every: '1d' }),
    });
    expect(again).toMatchObject({ status: 200, body: created.body });
    const other = await ask('POST', '/harvesters', { body: settingsOf(sample, { id: 'whole' }) });
    expect(other).toMatchObject({ status: 409, body: { harvester: '/harvesters/whole' } });

    const { body, headers } = await ask('GET', '/harvesters/whole');
    expect(body).toEqual(created.body);
    expect(headers['etag']).toBe(created.headers['etag']);
    const { harvesters } = (await ask('GET', '/harvesters')).body as Of<typeof schemas.HarvesterPage>;
    expect(harvesters).toContainEqual(body);

    const changed = await ask('PUT', '/harvesters/whole', {
      body: settingsOf(sample, { name: 'New' }),
      headers: { 'if-match': headers['etag'] ?? '' },
    });
    expect(changed).toMatchObject({ status: 200, body: { name: 'New', every: null } });
    expect(changed.headers['etag']).not.toBe(headers['etag']);

    expect((await ask('DELETE', '/harvesters/whole')).status).toBe(204);
    expect((await ask('DELETE', '/harvesters/whole')).status).toBe(404);
    expect((await ask('GET', '/harvesters/whole')).status).toBe(404);
  });

  test('without an id are named after their URL', async () => {
    const { id } = await create({});
    expect(id).toMatch(/^127-0-0-1-\d+-[0-9a-f]{8}$/);
    expect((await ask('DELETE', `/harvesters/${id}`)).status).toBe(204);
  });

  test('are replaced only by who knows what is there, or repeats himself', async () => {
    await create({ id: 'guarded' });
    const put = (name: string, headers = {}) =>
      ask('PUT', '/harvesters/guarded', { body: settingsOf(sample, { name }), headers });
    expect((await put('A')).status).toBe(428);
    const tag = (await ask('GET', '/harvesters/guarded')).headers['etag'] ?? '';
    expect((await put('A', { 'if-match': tag })).status).toBe(200);
    expect((await put('B', { 'if-match': tag })).status).toBe(412);
    expect((await put('A', { 'if-match': tag })).status).toBe(200);
    expect((await put('B', { 'if-match': '*' })).status).toBe(200);
    expect(
      (await ask('PUT', '/harvesters/nobody', { body: settingsOf(sample), headers: { 'if-match': '*' } }))
        .status,
    ).toBe(404);
  });

  test('keep their tag while sessions come and go', async () => {
    await create({ id: 'tagged' });
    const before = (await ask('GET', '/harvesters/tagged')).headers['etag'];
    await run('tagged');
    const after = await ask('GET', '/harvesters/tagged');
    expect(after.headers['etag']).toBe(before);
    expect((after.body as Of<typeof schemas.Harvester>).lastSession).not.toBeNull();
  });
});

describe('sessions', () => {
  test('are started, read with their counts, and listed newest first', async () => {
    await create({ id: 'counted' });
    const first = await run('counted');
    const second = await run('counted');
    expect(second).toMatchObject({ status: 'finished-all-ok', counts: { total: 12 }, retryOf: null });
    const { sessions } = (await ask('GET', '/harvesters/counted/sessions')).body as Of<
      typeof schemas.SessionPage
    >;
    expect(sessions.map(({ id }) => id)).toEqual([second.id, first.id]);
    const page = (await ask('GET', '/harvesters/counted/sessions?limit=1')).body as Of<
      typeof schemas.SessionPage
    >;
    const next = (await ask('GET', `/harvesters/counted/sessions?limit=1&cursor=${page.cursor ?? ''}`))
      .body as Of<typeof schemas.SessionPage>;
    expect([...page.sessions, ...next.sessions].map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(next.cursor).toBeNull();
  });

  test('with the same key are one session, while it runs and after', async () => {
    await create({ id: 'keyed' });
    const headers = { 'idempotency-key': 'tonight' };
    const answers = await Promise.all([
      ask('POST', '/harvesters/keyed/sessions', { headers }),
      ask('POST', '/harvesters/keyed/sessions', { headers }),
    ]);
    const ids = new Set(answers.map(({ body }) => (body as Of<typeof schemas.Session>).id));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect(ids.size).toBe(1);
    await world.waitClosed([...ids][0]!);
    const later = await ask('POST', '/harvesters/keyed/sessions', { headers });
    expect(later).toMatchObject({ status: 200, body: { id: [...ids][0], status: 'finished-all-ok' } });
  });

  test('tell what became of every resource, by outcome, page by page', async () => {
    await create({ id: 'listed' }, broken);
    const session = await run('listed');
    expect(session).toMatchObject({ status: 'finished-some-failed' });
    const all: Of<typeof schemas.ResourcePage>['resources'] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const target: string = `/sessions/${session.id}/resources?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = (await ask('GET', target)).body as Of<typeof schemas.ResourcePage>;
      expect(page.resources.length).toBeLessThanOrEqual(2);
      all.push(...page.resources);
      cursor = page.cursor;
    }
    expect(all).toHaveLength(session.counts!.total);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const failed = (await ask('GET', `/sessions/${session.id}/resources?outcome=failed`)).body as Of<
      typeof schemas.ResourcePage
    >;
    expect(failed.resources).toEqual(all.filter(({ outcome }) => outcome === 'failed'));
    expect(failed.resources).toHaveLength(session.counts!.failed);

    const retried = await ask('POST', `/sessions/${session.id}/retry`, {
      headers: { 'idempotency-key': 'again' },
    });
    expect(retried).toMatchObject({ status: 201, body: { retryOf: session.id } });
    const { id } = retried.body as Of<typeof schemas.Session>;
    await world.waitClosed(id);
    expect(
      await ask('POST', `/sessions/${session.id}/retry`, { headers: { 'idempotency-key': 'again' } }),
    ).toMatchObject({
      status: 200,
      body: { id },
    });
  });

  test('that missed nothing are not retried', async () => {
    await create({ id: 'complete' });
    const { id } = await run('complete');
    const refused = await ask('POST', `/sessions/${id}/retry`);
    expect(refused).toMatchObject({ status: 409, body: { name: 'Conflict' } });
    expect((refused.body as Problem).detail).toContain('There is nothing to retry');
  });

  test('are aborted; until then their harvester takes no other and is not deleted, and the answer leads to them', async () => {
    const slow = await startSampleRemote({
      datasets: 20,
      faults: [{ match: 'dataset', fault: { kind: 'hang' } }],
    });
    await create({ id: 'slow', every: '1d' }, slow);
    const { id } = (await ask('POST', '/harvesters/slow/sessions', { body: {} })).body as Of<
      typeof schemas.Session
    >;
    for (const refused of [
      await ask('POST', '/harvesters/slow/sessions'),
      await ask('DELETE', '/harvesters/slow'),
    ])
      expect(refused).toMatchObject({ status: 409, body: { session: `/sessions/${id}` } });
    expect((await ask('GET', '/harvesters/slow')).body).toMatchObject({ openSession: id, every: '1d' });
    expect(
      ((await ask('GET', '/sessions')).body as Of<typeof schemas.SessionPage>).sessions.map((one) => one.id),
    ).toContain(id);
    expect((await ask('POST', `/sessions/${id}/retry`)).status).toBe(409);

    expect(await ask('POST', `/sessions/${id}/abort`)).toMatchObject({
      status: 202,
      body: { status: 'aborting' },
    });
    await world.waitClosed(id);
    expect(await ask('POST', `/sessions/${id}/abort`)).toMatchObject({
      status: 200,
      body: { status: 'aborted' },
    });
    expect((await ask('DELETE', '/harvesters/slow')).status).toBe(204);
    expect((await ask('GET', `/sessions/${id}`)).status).toBe(200);
    await slow.close();
  });
});

test('a probe says which type a URL wants', async () => {
  const { body } = await ask('POST', '/probe', { body: { url: sample.geonodeUrl } });
  expect(body as Of<typeof schemas.Probe>).toMatchObject({ type: 'geonode' });
  const nothing = await ask('POST', '/probe', { body: { url: new URL('/nothing', sample.geonodeUrl).href } });
  expect(nothing).toMatchObject({ status: 200, body: { type: null } });
  expect(await ask('POST', '/probe', { body: { url: 'http://127.0.0.1:9/' } })).toMatchObject({
    status: 502,
    body: { name: 'RemoteFailed' },
  });
});

test('what is held is told resource by resource; one that was selected is harvested by the next session', async () => {
  const listed = async (query: string) =>
    (await ask('GET', `/harvesters/holding/resources${query}`)).body as Of<typeof schemas.HeldPage>;
  const choose = (body: object) => ask('POST', '/harvesters/holding/choices', { body });
  await create({ id: 'holding', keeping: { harvestNewResourcesByDefault: false } });
  expect(await listed('')).toEqual({ resources: [], cursor: null });
  expect((await run('holding')).counts).toMatchObject({ total: 0, harvested: 0 });
  const ids: string[] = [];
  for (let next: string | null = ''; next !== null;) {
    const page = await listed(`?limit=5&state=not+selected${next && `&cursor=${next}`}`);
    ids.push(...page.resources.map(({ id }) => id));
    next = page.cursor;
  }
  expect([ids.length, new Set(ids).size]).toEqual([12, 12]);
  const [first = '', second = '', third = ''] = ids;
  const both = await choose({ select: [first, second], deselect: [third] });
  expect(both).toMatchObject({ status: 200, body: { decided: 3 } });
  expect(await choose({ asUsual: [second] })).toMatchObject({ body: { decided: 2 } });
  expect((await run('holding')).counts).toMatchObject({ total: 1, harvested: 1 });
  const { resources } = await listed('?state=held');
  expect(resources).toEqual([expect.objectContaining({ id: first, is: 'held', goneSince: null })]);
});

test('the document says of itself what it is', async () => {
  expect((await ask('GET', '/openapi.json')).body).toMatchObject({ openapi: '3.1.0' });
});

test('every answer that is no error was seen, and held against the document', () => {
  const promised = OPERATIONS.flatMap(({ operation }) =>
    Object.keys(operation.responses)
      .filter((status) => Number(status) < 400)
      .map((status) => `${operation.operationId} ${status}`),
  );
  expect(promised.filter((one) => !SEEN.has(one))).toEqual([]);
});
