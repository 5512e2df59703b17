/** What is wrong with a request is told at once, all of it, by the right status; and nothing of the inside gets out. Over the world in memory. */
import { describe, expect, test } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import { BODY_BYTES_MAX, type HttpAnswer, type HttpRequest } from '../../lib/api/http.ts';
import type { Problem } from '../../lib/api/problem.ts';
import { createAddresses } from '../../lib/aws/addresses.ts';
import { createMemoryWorld, type MemoryWorld } from '../../lib/local/memory/world.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import type { Ports } from '../../lib/ports.ts';
import { makeHarvester, makeSession, T0 } from '../session/make.ts';
import { checked, clientOf, requestOf, type Client } from './client.ts';

const CALL = { limits: DEFAULT_LIMITS, timeLeftMillis: () => 28_000 };
/** As a deployed stack judges, whose remotes are those of the internet. */
const addresses = createAddresses(remotePolicy({}), 'reeve/');

function deployed(more: Partial<Ports> = {}): {
  ask: Client;
  world: MemoryWorld;
  raw: (request: HttpRequest) => Promise<HttpAnswer>;
} {
  const world = createMemoryWorld({ startAt: T0, seed: 1 });
  const ports = { ...world.ports, addresses, ...more };
  const raw = async (request: HttpRequest) => (await HANDLERS.api.invoke(request, ports, CALL)) as HttpAnswer;
  return { ask: clientOf(raw), world, raw };
}

const SETTINGS = { name: 'County', url: 'https://geo.example.org/', type: 'geonode' };
const faultsOf = (body: unknown): readonly string[] => (body as Problem).faults ?? [];

describe('a request', () => {
  test('with several faults is told all of them, each with its place', async () => {
    const { ask } = deployed();
    const { status, body } = await ask('POST', '/harvesters', {
      body: { name: '', url: 7, type: 'geonode', evry: '1d', pace: { batchSize: 'many' } },
    });
    expect(status).toBe(400);
    expect(faultsOf(body)).toEqual([
      'body: name is ""; allowed is a text of 1 to 100 characters',
      'body: url is 7; allowed is an http or https URL',
      expect.stringContaining('body: pace.batchSize is "many"') as string,
      expect.stringContaining('body: it has "evry"; allowed are id, name, ') as string,
    ]);
    const deeper = await ask('POST', '/harvesters', {
      body: { ...SETTINGS, type: 'geonod', every: '5s', timezone: 'Mars', pace: { batchSize: 0 } },
    });
    expect(faultsOf(deeper.body)).toEqual([
      expect.stringContaining('pace: batchSize is 0') as string,
      expect.stringContaining('did you mean geonode?') as string,
      expect.stringContaining('every is "5s"; allowed is a duration') as string,
      expect.stringContaining('timezone is "Mars"') as string,
    ]);
  });

  test.each([
    ['GET', '/nothing', 404],
    ['GET', '/harvesters/', 404],
    ['GET', '/harvesters/%2e%2e', 404],
    ['GET', '/harvesters/nobody', 404],
    ['DELETE', '/harvesters/nobody', 404],
    ['POST', '/harvesters/nobody/sessions', 404],
    ['GET', '/harvesters/nobody/sessions', 404],
    ['GET', '/harvesters/nobody/resources', 404],
    ['GET', '/sessions/nobody', 404],
    ['GET', '/sessions/nobody/resources', 404],
    ['POST', '/sessions/nobody/abort', 404],
    ['POST', '/sessions/nobody/retry', 404],
  ])('%s %s is answered %i', async (method, target, status) => {
    expect((await deployed().ask(method, target)).status).toBe(status);
  });

  test.each([
    [{}, 'it names no resource; allowed are select, deselect and asUsual'],
    [{ select: ['1'], deselect: ['1'] }, '"1" is named for two things'],
    [{ select: 'all' }, 'allowed is a list of ids of resources'],
    [{ select: Array.from({ length: 1_001 }, String) }, 'allowed are at most 1000 ids'],
    [{ selected: ['1'] }, 'it has "selected"; allowed are select, deselect, asUsual'],
  ])('for a choice of resources that is none is refused: %#', async (body, fault) => {
    const { ask, world } = deployed();
    await world.ports.harvesters.create(makeHarvester({ id: 'h' }));
    const { status, body: said } = await ask('POST', '/harvesters/h/choices', { body });
    expect([status, faultsOf(said).join()]).toEqual([400, expect.stringContaining(fault)]);
    const nobody = await ask('POST', '/harvesters/nobody/choices', { body: { select: ['1'] } });
    expect(nobody.status).toBe(404);
    expect((await ask('GET', '/harvesters/h/resources?state=lost')).status).toBe(400);
  });

  test('by a method that a path does not have is told those that it has', async () => {
    const answer = await deployed().ask('PATCH', '/harvesters');
    expect(answer).toMatchObject({ status: 405, headers: { allow: 'POST, GET, HEAD' } });
  });

  test('for the head alone is answered as a GET, without its body', async () => {
    const answer = await deployed().raw(requestOf('HEAD', '/harvesters'));
    expect(answer).toMatchObject({ statusCode: 200, body: '' });
  });

  const json = (text: string | Buffer): Pick<HttpRequest, 'body' | 'headers'> => ({
    body: { base64: Buffer.from(text).toString('base64') },
    headers: { 'content-type': 'application/json' },
  });

  test.each<[string, Pick<HttpRequest, 'body' | 'headers'>, number, string]>([
    ['too long', json(Buffer.alloc(BODY_BYTES_MAX + 1, 32)), 413, 'longer than 262144'],
    ['not read, for its length', { ...json(''), body: 'too large' }, 413, 'longer than 262144'],
    ['a form', { ...json('a=b'), headers: { 'content-type': 'text/plain' } }, 415, 'application/json'],
    ['without a type', { ...json('{}'), headers: {} }, 415, 'application/json'],
    ['empty', json(''), 400, 'it is not JSON: line 1, column 1'],
    ['cut off', json('{"name":'), 400, 'line 1, column 9'],
    ['not UTF-8', json(Buffer.from([0x7b, 0xff])), 400, 'it is not UTF-8'],
    ['nested without end', json('['.repeat(200_000)), 400, 'deep'],
    ['a prototype', json('{"__proto__":{"a":1}}'), 400, '__proto__'],
  ])('whose body is %s is refused', async (_, sent, status, detail) => {
    const answer = await deployed().raw({ ...requestOf('POST', '/harvesters'), ...sent });
    expect(checked('POST', '/harvesters', answer).status).toBe(status);
    expect((JSON.parse(answer.body) as Problem).detail).toContain(detail);
  });

  test.each([
    ['limit=0', 'query: limit is "0"'],
    ['limit=1001', 'query: limit is "1001"'],
    ['limit=1&limit=2', 'query: limit is there twice'],
    ['page=2', 'query: it has "page"; allowed are limit, cursor'],
    ['cursor=%00', 'is not one that this listing gave'],
    ['__proto__=1', 'query: it has "__proto__"'],
  ])('with the query %s is refused', async (query, fault) => {
    const { status, body } = await deployed().ask('GET', `/harvesters?${query}`);
    expect(status).toBe(400);
    expect((body as Problem).detail).toContain(fault);
  });
});

describe('an address', () => {
  test.each([
    'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/wms',
    'http://localhost/wms',
    'http://[::1]/wms',
    'file:///etc/passwd',
    'http://user:secret@geo.example.org/',
    'http:127.0.0.1/',
    'ht\ttp://127.0.0.1/',
    'http://geo.example.org:22/',
    'http://unix:/var/run/docker.sock:/info',
  ])('of %s is neither saved nor probed by a deployed stack, and nothing is asked', async (url) => {
    const { ask, world } = deployed();
    for (const [target, body] of [
      ['/harvesters', { ...SETTINGS, url }],
      ['/probe', { url }],
    ] as const) {
      const answer = await ask('POST', target, { body });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).not.toContain('secret');
    }
    expect(world.harvesters.size).toBe(0);
  });
});

describe('what the list of bad inputs asks of the API', () => {
  test('secret-03: credentials are a reference to a secret under the prefix of the installation; anything else is refused and not repeated', async () => {
    const { ask, world } = deployed();
    world.ports.harvesters.create(makeHarvester({ id: 'county' })).catch(() => undefined);
    for (const secret of [
      'hunter2-password',
      'env:AWS_SECRET_ACCESS_KEY',
      'file:/etc/passwd',
      'secret:other/one',
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:other/one-AbCdEf',
    ]) {
      const answer = await ask('POST', '/harvesters', {
        body: { ...SETTINGS, credentials: { kind: 'bearer', secret } },
      });
      expect(answer.status).toBe(400);
      expect(JSON.stringify(answer.body)).not.toContain(secret);
    }
    expect(
      (await ask('POST', '/harvesters/county/sessions', { body: { credentials: 'Bearer abc' } })).status,
    ).toBe(400);
    const named = await ask('POST', '/harvesters', {
      body: {
        ...SETTINGS,
        credentials: {
          kind: 'bearer',
          secret: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:reeve/one-AbCdEf',
        },
      },
    });
    expect(named).toMatchObject({
      status: 201,
      body: { credentials: { kind: 'bearer', secret: 'secret:reeve/one-AbCdEf' } },
    });
  });

  test('api-02: the same key twice at once is one session; the same key with another request is a conflict', async () => {
    const { ask, world } = deployed();
    await world.ports.harvesters.create(makeHarvester({ id: 'county' }));
    await world.ports.sessions.create(
      makeSession({
        id: 'before',
        status: 'finished-some-failed',
        closedAt: T0,
        conclusion: {
          counts: { total: 1, harvested: 0, unchanged: 0, failed: 1, skipped: 0, lost: 0 },
          finalizedBy: 'workflow',
          cause: '',
          reasons: [],
          concludedAt: T0,
        },
      }),
    );
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all(
      [1, 2].map(() => ask('POST', '/harvesters/county/sessions', { headers })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
    expect([...world.sessions.keys()].filter((id) => id.startsWith('key-'))).toHaveLength(1);
    const other = await ask('POST', '/sessions/before/retry', { headers });
    expect(other).toMatchObject({ status: 409, body: { name: 'Conflict' } });
    expect((other.body as Problem).detail).toContain('was used before');
  });

  test('api-03: whatever is not there is answered alike: the same status and the same body but for its name', async () => {
    const { ask } = deployed();
    const answers = await Promise.all(
      ['20260101-000000-aaaaaaaa', '20260101-000000-bbbbbbbb'].map(async (id) => {
        const { status, body, headers } = await ask('GET', `/sessions/${id}`);
        return JSON.stringify({ status, headers, body }).replaceAll(id, 'ID');
      }),
    );
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).toContain('"status":404');
  });
});

describe('what goes wrong inside', () => {
  const failing = (error: Error): Partial<Ports> => {
    const { ports } = createMemoryWorld({ startAt: T0, seed: 1 });
    return { sessions: { ...ports.sessions, read: () => Promise.reject(error) } };
  };

  test('a store that is not ready is answered 503, with a time to wait, and without a word of it', async () => {
    const answer = await deployed(
      failing(new ReeveError('StoreBusy', 'GetItem of S#1 in table Reeve-Storage: Throttled')),
    ).ask('GET', '/sessions/one');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    expect(JSON.stringify(answer.body)).not.toMatch(/GetItem|Reeve-Storage|Throttled/);
  });

  test('a defect is answered 500; its message and its stack go to the log and nowhere else', async () => {
    const { ask, world } = deployed(
      failing(new TypeError('cannot read properties of arn:aws:iam::123456789012')),
    );
    const answer = await ask('GET', '/sessions/one');
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/cannot read|arn:|stack|\.ts/);
    expect(world.log.filter(({ level }) => level === 'error')).toMatchObject([
      {
        fields: {
          because: expect.stringContaining('cannot read') as string,
          stack: expect.stringContaining('TypeError') as string,
        },
      },
    ]);
  });
});
