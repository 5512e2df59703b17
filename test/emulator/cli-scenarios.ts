/** The command line over the deployed API: signed by SigV4, as a process of its own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startReeve, type Ran } from '../cli/run.ts';
import type { Deployed } from './deployed.ts';
import { apiUrlOf } from './http-api.ts';
import { NONE, remoteFor } from './session-scenarios.ts';

interface Told {
  readonly id: string;
  readonly every: string | null;
}

export function cliScenarios(stack: () => Deployed): void {
  const reeve = async (...args: readonly string[]): Promise<Ran> => {
    const { environment } = stack().deployment;
    return startReeve(['--api', apiUrlOf(stack()).href, '--json', ...args], {
      ...environment,
      AWS_REGION: stack().config.region,
    }).ended;
  };

  describe.concurrent('the command line', () => {
    test('adds, harvests, changes, lists and deletes a harvester, and applies a settings file', async (context) => {
      const remote = await remoteFor(context, { datasets: 12 });
      const pace = ['--pace', 'requestsPerSecond=1000', '--pace', 'batchSize=5'];
      const added = await reeve(
        'harvesters',
        'add',
        remote.url,
        '--id',
        'by-hand',
        '--type',
        'geonode',
        ...pace,
      );
      expect([added.code, added.err]).toEqual([0, '']);

      const harvested = await reeve('harvest', 'by-hand');
      expect(harvested.code, harvested.err).toBe(0);
      expect(harvested.json()).toMatchObject({ counts: { ...NONE, total: 12, harvested: 12 } });
      const resources = (await reeve('resources', 'by-hand', '--outcome', 'harvested')).json();
      expect(JSON.stringify(resources).match(/"harvested"/g)?.length).toBeGreaterThanOrEqual(12);

      const changed = await reeve('harvesters', 'change', 'by-hand', '--every', '7d');
      expect([changed.code, changed.err]).toEqual([0, '']);
      expect(await stack().recurring()).toContain('by-hand');

      const folder = mkdtempSync(join(tmpdir(), 'reeve-apply-'));
      context.onTestFinished(() => rmSync(folder, { recursive: true }));
      const file = join(folder, 'reeve.json');
      const one = {
        id: 'by-file',
        name: 'By file',
        url: `${remote.url}/`,
        type: 'geonode',
        every: '0 0 29 2 *',
      };
      writeFileSync(file, JSON.stringify({ harvesters: [one] }));
      expect((await reeve('harvesters', 'apply', file, '--dry-run')).code).toBe(0);
      expect(await stack().ports.harvesters.read('by-file')).toBeUndefined();
      expect((await reeve('harvesters', 'apply', file)).code).toBe(0);
      expect((await reeve('harvesters', 'apply', file)).code).toBe(0);

      const listed = (await reeve('harvesters')).json() as { harvesters: Told[] };
      const told = listed.harvesters.map(({ id, every }) => [id, every]);
      expect(told).toContainEqual(['by-hand', '7d']);
      expect(told).toContainEqual(['by-file', '0 0 29 2 *']);
      for (const id of ['by-hand', 'by-file']) {
        expect((await reeve('harvesters', 'delete', id)).code).toBe(0);
        const again = await reeve('harvesters', 'show', id);
        expect([again.code, again.err + again.out]).toEqual([1, expect.stringContaining(id) as string]);
      }
      expect(await stack().recurring()).not.toContain('by-hand');
    });

    test('whose credentials are wrong is told so in one sentence', async () => {
      const { environment } = stack().deployment;
      const ran = await startReeve(['--api', apiUrlOf(stack()).href, 'harvesters'], {
        ...environment,
        AWS_REGION: stack().config.region,
        AWS_ACCESS_KEY_ID: 'AKIAWRONGWRONGWRONG0',
        AWS_SECRET_ACCESS_KEY: 'wrong',
      }).ended;
      expect(ran.code).toBe(1);
      expect(ran.err.trim().split('\n')).toHaveLength(1);
    });
  });
}
