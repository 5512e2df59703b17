/** Real servers, harvested whole by the command line: MapServer as WMS 1.1.1 and 1.3.0, Koop as ArcGIS. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startKoop, startMapServer } from '../servers/start.ts';

const CLI = fileURLToPath(new URL('../../bin/reeve.ts', import.meta.url));
const mapServer = await startMapServer();
const koop = await startKoop();
const LAYERS = [
  'parishes',
  'commons',
  'weirs',
  'becks',
  'tides',
  'ferries',
  'untitled',
  'empty_title',
  'mills',
  'forts',
  'orchards',
  'old/map 1786',
];

interface View {
  readonly status: string;
  readonly type: string;
  readonly counts: Record<string, number>;
  readonly finalizedBy: string;
  readonly listingComplete: boolean;
  readonly records: string;
}
interface Kept {
  readonly id: string;
  readonly bbox?: number[];
  readonly properties: { readonly title: string };
  readonly links: readonly { readonly href: string; readonly protocol?: string }[];
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-e2e-'));
});
afterAll(async () => {
  for (const server of [mapServer, koop]) if (!('missing' in server)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Harvests by the command line, as a process of its own. */
async function harvest(url: string, ...more: string[]): Promise<{ code: number; view: View; kept: Kept[] }> {
  const args = ['--import', 'tsx', CLI, '--data', folder, '--json', 'harvest', url, ...more];
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
    execFile(process.execPath, args, { encoding: 'utf8' }, (error, out) =>
      resolve({ code: Number(error?.code ?? 0), stdout: out }),
    );
  });
  const view = JSON.parse(stdout) as View;
  // A session in which nothing has changed keeps no records.
  const names = existsSync(view.records) ? readdirSync(view.records) : [];
  const files = names.filter((name) => name.endsWith('.ndjson.gz'));
  const lines = files.flatMap((name) =>
    gunzipSync(readFileSync(join(view.records, name)))
      .toString('utf8')
      .trim()
      .split('\n'),
  );
  return { code, view, kept: lines.map((line) => JSON.parse(line) as Kept) };
}

describe.skipIf('missing' in mapServer)('MapServer', () => {
  const url = 'missing' in mapServer ? '' : mapServer.url;

  test.each(['1.1.1', '1.3.0'])(
    'as WMS %s: every layer, each with its box and a service link',
    async (version) => {
      const { code, view, kept } = await harvest(url, '--type', 'wms', '--set', `version=${version}`);
      expect({ code, status: view.status }).toEqual({ code: 0, status: 'finished-all-ok' });
      expect(kept.map(({ id }) => id).sort()).toEqual(expect.arrayContaining([...LAYERS].sort()));
      expect(view.counts['harvested']).toBe(kept.length);
      for (const record of kept.filter(({ id }) => LAYERS.includes(id))) {
        expect(record.bbox, record.id).toHaveLength(4);
        expect(record.properties.title).not.toBe('');
        expect(
          record.links.some(
            ({ protocol, href }) => protocol === 'OGC:WMS' && href.startsWith('http://127.0.0.1:'),
          ),
        ).toBe(true);
      }
    },
  );

  test('its type is found without being told', async () => {
    const { view } = await harvest(url);
    expect(view).toMatchObject({
      type: 'wms',
      status: 'finished-all-ok',
      finalizedBy: 'workflow',
      listingComplete: true,
    });
  });

  test('with broken encoding it is harvested all the same', async () => {
    const { view } = await harvest('missing' in mapServer ? '' : mapServer.latin1Url);
    expect(view.status).toBe('finished-all-ok');
  });
});

describe.skipIf('missing' in koop)('Koop', () => {
  test('as an ArcGIS FeatureServer: every layer of its services directory', async () => {
    const { code, view, kept } = await harvest('missing' in koop ? '' : koop.url);
    expect(view).toMatchObject({ type: 'arcgis', finalizedBy: 'workflow' });
    expect({ code, status: view.status }).toEqual({ code: 0, status: 'finished-all-ok' });
    expect(kept.length).toBeGreaterThan(0);
    expect(new Set(kept.map(({ id }) => id)).size).toBe(kept.length);
  });
});
