/** pycsw harvested whole by the command line: as CSW 2.0.2 and 3.0.0, and by OAI-PMH, with exact counts. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import { countyDatasets, countyRecords } from '../servers/county-records.ts';
import { startPycsw } from '../servers/pycsw.ts';

const CLI = fileURLToPath(new URL('../../bin/reeve.ts', import.meta.url));
const RECORDS = 43;
const server = await startPycsw(countyRecords(RECORDS));

interface View {
  readonly status: string;
  readonly type: string;
  readonly counts: Record<string, number>;
  readonly listingComplete: boolean;
  readonly records: string;
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-e2e-'));
});
afterAll(async () => {
  if (!('missing' in server)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function harvest(url: string, ...more: string[]): Promise<{ view: View; kept: CatalogueRecord[] }> {
  const data = await mkdtemp(join(folder, 'data-'));
  const args = ['--import', 'tsx', CLI, '--data', data, '--json', 'harvest', url, ...more];
  const stdout = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, { encoding: 'utf8' }, (_error, out) => resolve(out));
  });
  const view = JSON.parse(stdout) as View;
  const files = readdirSync(view.records).filter((name) => name.endsWith('.ndjson.gz'));
  const kept = files.flatMap((name) =>
    gunzipSync(readFileSync(join(view.records, name)))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as CatalogueRecord),
  );
  return { view, kept };
}

describe.skipIf('missing' in server)('pycsw', () => {
  if ('missing' in server) return;
  const datasets = countyDatasets(RECORDS);

  test.each([
    [[]],
    [['--set', 'version=3.0.0']],
    [['--set', 'method=post', '--set', 'schema=dublin-core']],
    [['--set', 'version=3.0.0', '--set', 'method=post', '--set', 'pageSize=7']],
  ])('as CSW with %j: every record, with its box and its keywords', async (settings) => {
    const { view, kept } = await harvest(server.cswUrl, '--type', 'csw', ...settings);
    expect(view).toMatchObject({ status: 'finished-all-ok', listingComplete: true });
    expect(view.counts['harvested']).toBe(RECORDS);
    expect(kept.map(({ id }) => id).sort()).toEqual(datasets.map(({ uuid }) => uuid).sort());
    const byId = new Map(kept.map((record) => [record.id, record]));
    for (const { uuid, title, box, keywords } of datasets) {
      const record = byId.get(uuid);
      expect(record?.properties.title).toBe(title);
      // It keeps two decimals of a box.
      for (const [index, side] of box.entries()) expect(record?.bbox?.[index]).toBeCloseTo(side, 1.9);
      expect(record?.properties.keywords).toEqual(expect.arrayContaining([...keywords]));
    }
  });

  test.each([['auto'], ['oai_dc']])('by OAI-PMH with the format %s: every record', async (prefix) => {
    const { view, kept } = await harvest(
      server.oaiUrl,
      '--type',
      'oai-pmh',
      '--set',
      `metadataPrefix=${prefix}`,
    );
    expect(view).toMatchObject({ status: 'finished-all-ok', listingComplete: true });
    expect(view.counts['harvested']).toBe(RECORDS);
    expect(kept.map(({ properties }) => properties.title).sort()).toEqual(
      datasets.map(({ title }) => title).sort(),
    );
  });

  test('its type is found without being told', async () => {
    const { view } = await harvest(server.cswUrl);
    expect(view).toMatchObject({ type: 'csw', status: 'finished-all-ok', listingComplete: true });
    expect((await harvest(server.oaiUrl)).view).toMatchObject({ type: 'oai-pmh', status: 'finished-all-ok' });
  });
});
