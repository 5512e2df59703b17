/** One session after the other on the deployed stack: what is held, what is gone; remotes of other types, and one that wants to know who asks. */
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import type * as z from 'zod/mini';
import type { Session as SessionSchema } from '../../lib/api/schemas.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import type { Deployed } from './deployed.ts';
import { lockedRemote } from './gated-remote.ts';
import { askApi } from './http-api.ts';
import { NONE, publishedOf, remoteFor } from './session-scenarios.ts';

type Session = z.output<typeof SessionSchema>;

const FAST = { requestsPerSecond: 1_000, batchSize: 20 };
const TOKEN = 'a-token-that-nobody-may-see';

export function holdingScenarios(stack: () => Deployed): void {
  const create = async (id: string, url: string, more: object = {}): Promise<void> => {
    const body = { id, name: id, url, type: 'geonode', pace: FAST, ...more };
    const said = await askApi(stack(), 'POST', '/harvesters', { body });
    expect(said.status, JSON.stringify(said.body)).toBe(201);
  };
  /** Starts a session with what is asked, and gives it as the API tells of it in the end. */
  const harvested = async (id: string, body: object = {}): Promise<Session> => {
    const started = await askApi<Session>(stack(), 'POST', `/harvesters/${id}/sessions`, { body });
    expect(started.status, JSON.stringify(started.body)).toBe(201);
    await stack().closed(started.body.id);
    return (await askApi<Session>(stack(), 'GET', `/sessions/${started.body.id}`)).body;
  };

  describe.concurrent('one session after the other', () => {
    test('what is unchanged is not fetched again, what is gone is told, and a session may only list', async ({
      onTestFinished,
    }) => {
      const before = await startSampleRemote({ datasets: 40 });
      await create('holding', before.url);
      expect((await harvested('holding')).counts).toEqual({ ...NONE, total: 40, harvested: 40 });
      const asked = before.requestCount();
      const second = await harvested('holding');
      expect(second).toMatchObject({
        status: 'finished-all-ok',
        counts: { ...NONE, total: 40, unchanged: 40 },
        difference: { new: 0, changed: 0, unchanged: 40, gone: 0 },
      });
      expect(before.requestCount() - asked).toBeLessThan(10);
      await before.close();

      const port = Number(new URL(before.url).port);
      const after = await startSampleRemote({ datasets: 37, port });
      onTestFinished(() => after.close());
      expect(await harvested('holding')).toMatchObject({
        counts: { ...NONE, total: 37, unchanged: 37 },
        difference: { gone: 3, removed: 0, goneRefused: null },
      });
      expect(await harvested('holding', { kind: 'discover-harvestable-resources' })).toMatchObject({
        status: 'finished-all-ok',
        difference: { held: 40 },
      });
    });

    test('a session may list only; what somebody selects is harvested by the next one', async (context) => {
      const remote = await remoteFor(context, { datasets: 12 });
      await create('choosing', remote.url, { keeping: { harvestNewResourcesByDefault: false } });
      await harvested('choosing', { kind: 'discover-harvestable-resources' });
      const held = (query: string) =>
        askApi<{ resources: { id: string; is: string }[] }>(
          stack(),
          'GET',
          `/harvesters/choosing/resources${query}`,
        );
      const { body: listed } = await held('');
      expect(listed.resources.map(({ is }) => is)).toEqual(Array.from({ length: 12 }, () => 'not selected'));
      const select = listed.resources.slice(0, 3).map(({ id }) => id);
      for (const body of [
        { select: listed.resources.map(({ id }) => id) },
        { asUsual: listed.resources.slice(3).map(({ id }) => id) },
      ])
        expect((await askApi(stack(), 'POST', '/harvesters/choosing/choices', { body })).status).toBe(200);
      expect((await harvested('choosing')).counts).toEqual({ ...NONE, total: 3, harvested: 3 });
      const { body: now } = await held('?state=held');
      expect(now.resources.map(({ id }) => id).sort()).toEqual(select.sort());
    });

    test.each(['wms', 'arcgis', 'ckan', 'dcat-us'] as const)(
      'a remote of type %s: its code is loaded by the Lambdas that need it',
      async (type) => {
        const remote = await startSampleRemote({ datasets: 40 });
        try {
          const { wmsUrl, arcgisUrl, ckanUrl, dcatUsUrl } = remote;
          const url = { wms: wmsUrl, arcgis: arcgisUrl, ckan: ckanUrl, 'dcat-us': dcatUsUrl }[type];
          await create(`type-${type}`, url, { type });
          const { id, status, counts, listingComplete } = await harvested(`type-${type}`);
          expect([status, listingComplete]).toEqual(['finished-all-ok', true]);
          expect(counts?.harvested).toBeGreaterThan(20);
          expect(counts).toEqual({ ...NONE, total: counts?.harvested, harvested: counts?.harvested });
          const published = await publishedOf(stack(), await stack().session(id));
          expect(new Set(published).size).toBe(counts?.harvested);
        } finally {
          await remote.close();
        }
      },
    );

    test('a token lies in Secrets Manager: the workers send it, and no item and no answer of the API holds it', async (context) => {
      const locked = await lockedRemote(context, await remoteFor(context, { datasets: 5 }), TOKEN);
      const secrets = new SecretsManagerClient(stack().config);
      await secrets.send(new CreateSecretCommand({ Name: 'reeve/county', SecretString: TOKEN }));
      await create('locked-out', locked.url);
      expect((await harvested('locked-out')).status).toBe('finished-all-failed');
      await create('locked', locked.url, { credentials: { kind: 'bearer', secret: 'secret:reeve/county' } });
      const session = await harvested('locked');
      expect(session.counts).toEqual({ ...NONE, total: 5, harvested: 5 });
      const { body: shown } = await askApi(stack(), 'GET', '/harvesters/locked');
      const items = [await stack().session(session.id), await stack().ports.harvesters.read('locked')];
      expect(JSON.stringify([session, shown, items])).not.toContain(TOKEN);
    });
  });
}
