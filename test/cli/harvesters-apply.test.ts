/** `reeve harvesters apply`: a stack's harvesters become what a settings file says, whatever is wrong with one entry, and however often. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';
import { newFolder, reeve, type Ran } from './run.ts';

let sample: SampleRemote;
let api: ApiWorld;

beforeAll(async () => {
  sample = await startSampleRemote({ datasets: 2 });
  api = await openApiWorld();
});
afterAll(async () => {
  await api.close();
  await sample.close();
});

const folder = newFolder();
let files = 0;

function fileOf(harvesters: readonly unknown[], more: object = {}): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, JSON.stringify({ ...more, harvesters }));
  return path;
}

interface Said {
  readonly counts: Readonly<Record<string, number>>;
  readonly pruneRefused: string | null;
  readonly harvesters: readonly { readonly id: string; readonly did: string; readonly what: string[] }[];
}

const apply = (path: string, ...more: string[]): Promise<Ran> =>
  api.over('--json', 'harvesters', 'apply', path, ...more);

/** `id did` of each, what was kept left out. */
function didIn(ran: Ran): string[] {
  const { harvesters } = ran.json() as Said;
  return harvesters.filter(({ did }) => did !== 'kept').map(({ id, did }) => `${id} ${did}`);
}

async function there(): Promise<string[]> {
  const { harvesters } = (await api.over('--json', 'harvesters')).json() as { harvesters: { id: string }[] };
  return harvesters.map(({ id }) => id);
}

const WRITES = /^(POST|PUT|DELETE) /;
const writes = (since: number): string[] => api.asked.slice(since).filter((one) => WRITES.test(one));

test('what is missing is created, what differs is changed, the rest left alone; the second time nothing is written', async () => {
  const a = { id: 'a', name: 'A', url: 'https://a.example/wms', type: 'wms', every: '1d' };
  const b = { id: 'b', name: 'B', url: sample.wmsUrl, every: '0 3 * * 1', timezone: 'Europe/Berlin' };
  const c = { id: 'c', name: 'C', url: 'https://c.example/wms', type: 'wms' };
  const first = await apply(fileOf([a, b, c]));
  expect(first.code).toBe(0);
  expect(didIn(first)).toEqual(['a created', 'b created', 'c created']);
  expect((await api.over('--json', 'harvesters', 'show', 'b')).json()).toMatchObject({
    type: 'wms',
    every: '0 3 * * 1',
    timezone: 'Europe/Berlin',
  });

  const changed = [{ ...a, pace: { batchSize: 7 }, keeping: { filter: { title: 'x' } } }, b, c];
  const second = await apply(fileOf(changed));
  expect(second.json()).toMatchObject({
    counts: { created: 0, changed: 1, kept: 2 },
    harvesters: [
      {
        id: 'a',
        did: 'changed',
        what: [
          expect.stringMatching(/^pace\.batchSize: \d+ → 7$/) as string,
          'keeping.filter: none → {"title":"x"}',
        ],
      },
      { id: 'b', did: 'kept' },
      { id: 'c', did: 'kept' },
    ],
  });
  const since = api.asked.length;
  expect(didIn(await apply(fileOf(changed), '--prune'))).toEqual([]);
  expect(writes(since)).toEqual([]);

  // What is not said any more is usual again: the file says all there is to say.
  expect(didIn(await apply(fileOf([a, b, c])))).toEqual(['a changed']);
});

test('a dry run tells the plan and writes nothing; --prune deletes what the file does not name, and nothing else does', async () => {
  await api.over('harvesters', 'add', 'https://d.example', '--id', 'd', '--type', 'wms');
  const path = fileOf([
    { id: 'a', name: 'A', url: 'https://a.example/wms', type: 'wms', every: '2d' },
    { id: 'e', name: 'E', url: 'https://e.example/' },
  ]);
  const since = api.asked.length;
  const plan = await api.over('harvesters', 'apply', path, '--prune', '--dry-run');
  expect(plan.code).toBe(0);
  expect(plan.out).toMatch(/│ a +│ to be changed │ every: 1d → 2d/);
  expect(plan.out).toMatch(
    /│ e +│ to be created │ https:\/\/e.example\/ +│\n.*type: found out by asking the/,
  );
  expect(plan.out).toMatch(/│ d +│ to be deleted │ https:\/\/d.example\/ +│/);
  expect(plan.out).toContain('A dry run: nothing was changed. ');
  expect(writes(since)).toEqual([]);

  const without = fileOf([{ id: 'a', name: 'A', url: 'https://a.example/wms', type: 'wms', every: '2d' }]);
  expect(didIn(await apply(without))).toEqual(['a changed']);
  expect(await there()).toEqual(['a', 'b', 'c', 'd']);
  const pruned = await apply(without, '--prune');
  expect([pruned.code, didIn(pruned)]).toEqual([0, ['b deleted', 'c deleted', 'd deleted']]);
  expect(await there()).toEqual(['a']);
});

test('a bad entry is told with all its faults, stops no other, and keeps its harvester from being pruned', async () => {
  await api.over('harvesters', 'add', 'https://kept.example', '--id', 'kept', '--type', 'wms');
  const path = fileOf([
    {
      id: 'kept',
      name: 'Kept',
      url: 'https://kept.example',
      type: 'wms',
      every: '5s',
      pace: { batchSize: 1_000 },
    },
    { id: 'misspelt', name: 'M', url: 'https://m.example', type: 'wms', evry: '1d' },
    { id: 'f', name: 'F', url: 'https://f.example/wms', type: 'wms' },
    { id: 'f2', name: 'F', url: 'https://f2.example/wms', type: 'wms' },
    { id: 'down', name: 'Down', url: 'http://127.0.0.1:9/' },
  ]);
  const ran = await apply(path, '--prune');
  expect(ran.code).toBe(2);
  expect(didIn(ran)).toEqual([
    'kept failed',
    'misspelt failed',
    'f created',
    'f2 failed',
    'down failed',
    'a deleted',
  ]);
  const [kept, misspelt, , f2, down] = (ran.json() as Said).harvesters.map(({ what }) => what);
  expect(kept).toEqual([
    expect.stringContaining('harvesters[0]: pace: batchSize is 1000; allowed is at most 200') as string,
    expect.stringContaining('harvesters[0]: every is "5s"; allowed is a duration') as string,
  ]);
  expect(misspelt?.join()).toContain('harvesters[1]: it has "evry"; allowed are id, name,');
  expect(misspelt?.join()).toContain('did you mean every?');
  expect(f2).toEqual(['harvesters[3]: name "F" is there twice; allowed is one harvester each']);
  expect(down?.join()).toContain('127.0.0.1:9 could not be asked');
  expect(await there()).toEqual(['f', 'kept']);
});

test('nothing is pruned when it cannot be told which harvester an entry means', async () => {
  const ran = await apply(fileOf([{ name: 'X', url: 'nonsense' }, 5]), '--prune');
  expect(ran.code).toBe(2);
  expect(ran.json()).toMatchObject({
    counts: { deleted: 0, failed: 2 },
    pruneRefused: 'Nothing is deleted: which harvester harvesters[0] means cannot be told',
  });
  expect(await there()).toEqual(['f', 'kept']);
});

test('what is secret in a URL is sent again, and changes nothing when it is the same', async () => {
  const path = fileOf([{ id: 'g', name: 'G', url: 'https://g.example/?token=s3cret', type: 'wms' }]);
  const entry = await apply(path);
  expect(didIn(entry)).toEqual(['g created']);
  const plan = await apply(path, '--dry-run');
  expect(plan.out).toContain('what of it is secret is sent again');
  expect(didIn(await apply(path))).toEqual([]);
  const other = fileOf([{ id: 'g', name: 'G', url: 'https://g.example/?token=other', type: 'wms' }]);
  const changed = await apply(other);
  expect(didIn(changed)).toEqual(['g changed']);
  expect(changed.out).toContain('what of it is secret is sent again');
  for (const { out } of [entry, plan, changed]) expect(out).not.toMatch(/s3cret|=other/);
  expect((await api.over('--json', 'harvesters', 'show', 'g')).out).not.toMatch(/s3cret|=other/);
});

test('credentials travel as where their secret lies', async () => {
  const credentials = { kind: 'bearer', secret: 'env:NOWHERE' };
  const path = fileOf([{ id: 'h', name: 'H', url: 'https://h.example', type: 'wms', credentials }]);
  expect(didIn(await apply(path))).toEqual(['h created']);
  expect(didIn(await apply(path))).toEqual([]);
});

test('what a stack has its own way of is not applied, and that is told', async () => {
  const entry = { id: 'f', name: 'F', url: 'https://f.example/wms', type: 'wms' };
  const ran = await api.over(
    'harvesters',
    'apply',
    fileOf([entry], { remotePolicy: { retriesMax: 1 }, data: 'x' }),
  );
  expect(ran.err).toContain('remotePolicy of the file is not applied');
  expect(ran.out).toBe('1 harvester: 1 as they were.\n');
});

test.each([
  ['a file that is not there', join(folder, 'none.json'), 'could not be read'],
  ['no JSON', '{"harvesters": [', 'is not valid JSON: line 1'],
  ['no list', '{"harvesters": 5}', 'harvesters is 5; allowed is a list of harvesters'],
  ['an empty list', '{"harvesters": []}', 'allowed is at least one harvester'],
  ['a member that is not known', '{"harvester": []}', 'did you mean harvesters?'],
])('%s is refused as a whole', async (_, text, message) => {
  const path = text.startsWith('{') ? join(folder, 'broken.json') : text;
  if (text.startsWith('{')) writeFileSync(path, text);
  const ran = await apply(path, '--prune');
  expect(ran.code).toBe(1);
  expect((ran.json() as { error: { message: string } }).error.message).toContain(message);
});

test('an API that goes down is not asked for every entry that is left', async () => {
  let asked = 0;
  const server = createServer((request, response) => {
    asked += 1;
    if (request.method === 'GET' && asked === 1) response.end('{"harvesters":[],"cursor":null}');
    else response.writeHead(503).end('<html>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const entries = Array.from({ length: 40 }, (_, index) => ({
    name: `N ${index}`,
    url: `https://n${index}.example`,
    type: 'wms',
  }));
  const ran = await reeve(
    '--api',
    `http://127.0.0.1:${port}`,
    '--json',
    'harvesters',
    'apply',
    fileOf(entries),
  );
  expect(ran.code).toBe(2);
  const { counts } = ran.json() as Said;
  expect((counts['failed'] ?? 0) + (counts['not tried'] ?? 0)).toBe(40);
  expect(counts['failed']).toBeLessThan(10);
  server.close();
});
