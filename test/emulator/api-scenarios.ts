/** The deployed API: harvesters, sessions, resources, probe; and what is refused, by API Gateway or by the Lambda behind it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod/mini';
import type {
  Harvester as HarvesterSchema,
  Probe as ProbeSchema,
  ResourcePage as ResourcePageSchema,
  Session as SessionSchema,
  SessionPage as SessionPageSchema,
} from '../../lib/api/schemas.ts';
import type { StartOutput } from '../../lambdas/start.ts';
import type { Deployed } from './deployed.ts';
import { askApi, type Ask, type Problem } from './http-api.ts';
import { NONE, publishedOf, remoteFor } from './session-scenarios.ts';

type Harvester = z.output<typeof HarvesterSchema>;
type Session = z.output<typeof SessionSchema>;
type Probe = z.output<typeof ProbeSchema>;
type SessionPage = z.output<typeof SessionPageSchema>;
type ResourcePage = z.output<typeof ResourcePageSchema>;

const FAST = { requestsPerSecond: 1_000, batchSize: 5, batchesAtOnce: 4 };
const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
  paths: unknown;
};

export function apiScenarios(stack: () => Deployed): void {
  const ask = <Body>(method: string, path: string, more: Ask = {}) =>
    askApi<Body>(stack(), method, path, more);
  const create = async (id: string, url: string, more: object = {}): Promise<Harvester> => {
    const settings = { id, name: id, url, type: 'geonode', pace: FAST, ...more };
    const { status, body } = await ask<Harvester>('POST', '/harvesters', { body: settings });
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  };
  const closed = (id: string, secondsMax?: number) => stack().closed(id, secondsMax);

  describe.concurrent('the API', () => {
    test('a healthy session from its first request to its last: create, start, read, list, delete', async (context) => {
      const remote = await remoteFor(context, { datasets: 40 });
      const { id, status } = await create('api-healthy', remote.url);
      expect(status).toBe('ready');
      const started = await ask<Session>('POST', `/harvesters/${id}/sessions`);
      expect(started.status).toBe(201);
      expect(started.headers['location']).toBe(`/sessions/${started.body.id}`);
      const ended = await closed(started.body.id);
      const { body: session } = await ask<Session>('GET', `/sessions/${started.body.id}`);
      expect(session).toMatchObject({
        status: 'finished-all-ok',
        finalizedBy: 'workflow',
        counts: { ...NONE, total: 40, harvested: 40 },
        listingComplete: true,
      });
      expect((await publishedOf(stack(), ended)).length).toBe(40);
      expect(await stack().leftovers(ended)).toEqual([]);
      const { body: page } = await ask<SessionPage>('GET', `/harvesters/${id}/sessions?limit=5`);
      expect(page.sessions.map((one) => one.id)).toEqual([session.id]);
      expect((await ask<Harvester>('GET', `/harvesters/${id}`)).body.lastSession).toBe(session.id);
      expect((await ask('DELETE', `/harvesters/${id}`)).status).toBe(204);
      expect((await ask('GET', `/harvesters/${id}`)).status).toBe(404);
    });

    test('a resource that fails is found by its outcome, and retried alone', async (context) => {
      const fault = { kind: 'status', status: 404 } as const;
      const remote = await remoteFor(context, {
        datasets: 12,
        faults: [{ match: 'dataset', ids: [3], timesEach: 1, fault }],
      });
      const { id } = await create('api-retry', remote.url);
      const { body: first } = await ask<Session>('POST', `/harvesters/${id}/sessions`);
      expect((await closed(first.id)).conclusion!.counts).toEqual({
        ...NONE,
        total: 12,
        harvested: 11,
        failed: 1,
      });
      const { body: failed } = await ask<ResourcePage>(
        'GET',
        `/sessions/${first.id}/resources?outcome=failed`,
      );
      expect(failed.resources).toEqual([expect.objectContaining({ outcome: 'failed' })]);
      const all: string[] = [];
      let after: string | null = '';
      while (after !== null) {
        const query: string = after === '' ? '' : `&cursor=${encodeURIComponent(after)}`;
        const page: ResourcePage = (
          await ask<ResourcePage>('GET', `/sessions/${first.id}/resources?limit=5${query}`)
        ).body;
        all.push(...page.resources.map((one) => one.id));
        after = page.cursor;
      }
      expect([all.length, new Set(all).size]).toEqual([12, 12]);
      const { body: second, status } = await ask<Session>('POST', `/sessions/${first.id}/retry`);
      expect(status).toBe(201);
      expect((await closed(second.id)).conclusion!.counts).toEqual({ ...NONE, total: 1, harvested: 1 });
    });

    test('the same key is the same session, whoever calls: the API, the console, a rule of EventBridge', async (context) => {
      const remote = await remoteFor(context, { datasets: 5 });
      const { id } = await create('api-triggers', remote.url);
      const key = 'tonight';
      const { body } = await ask<Session>('POST', `/harvesters/${id}/sessions`, {
        headers: { 'idempotency-key': key },
      });
      const input = { harvester: id, key };
      const byHand = await stack().invoke<StartOutput>('start', input);
      const byRule = await stack().invoke<StartOutput>('start', {
        'detail-type': 'harvest',
        source: 'somebody',
        detail: input,
      });
      for (const { value } of [byHand, byRule])
        expect(value).toMatchObject({ outcome: 'exists', session: { id: body.id } });
      await closed(body.id);
    });

    test('a recurring schedule starts sessions, and goes with its harvester', async (context) => {
      const remote = await remoteFor(context, { datasets: 5 });
      const { id, every } = await create('api-recurring', remote.url, { every: '1m' });
      expect(every).toBe('1m');
      expect(await stack().recurring()).toContain(id);
      const session = await stack().until('a session was started', 150, async () => {
        const { body } = await ask<SessionPage>('GET', `/harvesters/${id}/sessions`);
        return body.sessions[0];
      });
      const ended = await closed(session.id);
      expect(ended.conclusion!.counts).toEqual({ ...NONE, total: 5, harvested: 5 });
      const deleted = await stack().until('it has no open session', 60, async () => {
        const { status } = await ask('DELETE', `/harvesters/${id}`);
        return status === 204 ? status : undefined;
      });
      expect(deleted).toBe(204);
      expect(await stack().recurring()).not.toContain(id);
    });

    test('a probe asks the remote what it is', async (context) => {
      const remote = await remoteFor(context, { datasets: 5 });
      const { status, body } = await ask<Probe>('POST', '/probe', { body: { url: remote.wmsUrl } });
      expect([status, body.type]).toEqual([200, 'wms']);
    });

    test('the document that it serves is the committed one', async () => {
      const { status, body } = await ask<typeof document>('GET', '/openapi.json');
      expect(status).toBe(200);
      expect(body.paths).toEqual(document.paths);
    });

    test('who has no signature is refused, and nothing is told', async () => {
      for (const path of ['/harvesters', '/openapi.json', '/nothing']) {
        const { status, body } = await ask<object>('GET', path, { isUnsigned: true });
        expect(status).toBe(403);
        expect(JSON.stringify(body)).not.toMatch(/harvester|node_modules|arn:/);
      }
    });

    test.each<[asked: readonly [method: string, path: string], more: Ask, status: number, said: RegExp]>([
      [['GET', '/sessions/none'], {}, 404, /There is no session none/],
      [['GET', '/harvesters/none'], {}, 404, /There is no harvester none/],
      [['POST', '/sessions/none/abort'], {}, 404, /There is no session none/],
      [['GET', '/harvesters?limit=0'], {}, 400, /limit/],
      [['POST', '/harvesters'], { body: '{' }, 400, /JSON/],
      [['POST', '/harvesters'], { body: { id: 'big', name: 'x'.repeat(1_500_000) } }, 413, /bytes/],
    ])('%j is refused in one sentence: %#', async ([method, path], more, status, sentence) => {
      const answer = await ask<Problem>(method, path, more);
      expect(answer.status).toBe(status);
      expect(answer.body.detail).toMatch(sentence);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\bat \w+ \(|arn:aws/);
    });

    test('every fault of a request is listed', async () => {
      const body = {
        id: '!',
        name: 5,
        url: 'ftp://x',
        type: 'none',
        pace: { batchSize: 'many' },
        every: 'often',
      };
      const answer = await ask<Problem>('POST', '/harvesters', { body });
      expect(answer.status).toBe(400);
      const said = (answer.body.faults ?? []).join('\n');
      for (const member of ['id', 'name', 'batchSize']) expect(said).toContain(member);
    });
  });
}
