/** What people see of what is held: a second harvest, a dry run, resources and choices, filters and listings. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, QUICK, reeve, type Ran } from './run.ts';

let remote: SampleRemote;
beforeAll(async () => {
  remote = await startSampleRemote({ datasets: 30 });
});
afterAll(() => remote.close());

const harvest = (folder: string, ...more: string[]): Promise<Ran> =>
  reeve('--data', folder, '--json', 'harvest', remote.geonodeUrl, ...QUICK, ...more);

const view = (ran: Ran): SessionView => ran.json() as SessionView;

describe('a second harvest', () => {
  test('says that nothing has changed, and asks only for the listing', async () => {
    const folder = newFolder();
    expect(view(await harvest(folder)).difference).toMatchObject({ new: 30, held: 30 });
    const before = remote.requests().length;
    const second = view(await harvest(folder));
    expect(second.counts).toMatchObject({ total: 30, harvested: 0, unchanged: 30 });
    expect(second.difference).toMatchObject({ new: 0, changed: 0, unchanged: 30, held: 30 });
    expect(remote.requests().length - before).toBeLessThan(5);
    const exported = await reeve('--data', folder, 'export');
    expect(exported.out.trim().split('\n')).toHaveLength(30);
  });

  test('tells people in words what is held', async () => {
    const folder = newFolder();
    await harvest(folder);
    const ran = await reeve('--data', folder, 'harvest', remote.geonodeUrl, ...QUICK);
    expect(ran.out).toContain('Held');
    expect(ran.out).toContain('30 records');
  });
});

describe('a dry run', () => {
  test('tells what would be new, and leaves nothing behind', async () => {
    const folder = newFolder();
    const ran = await harvest(folder, '--dry-run');
    expect(ran.code, ran.err).toBe(0);
    const told = ran.json() as { dryRun: boolean; changes: { change: string }[]; unchanged: number };
    expect(told).toMatchObject({ dryRun: true, unchanged: 0 });
    expect(told.changes.filter(({ change }) => change === 'new')).toHaveLength(30);
    expect((await reeve('--data', folder, 'sessions')).code).toBe(1);
  });

  test('compares with what is held, and changes nothing of it', async () => {
    const folder = newFolder();
    await harvest(folder, '--filter', 'title=a');
    const held = (await reeve('--data', folder, '--json', 'resources', '--state', 'held')).json();
    const ran = await reeve(
      '--data',
      folder,
      'harvest',
      remote.geonodeUrl,
      ...QUICK,
      '--dry-run',
      '--filter',
      'none',
    );
    expect(ran.out).toContain('A dry run: nothing was written.');
    expect(ran.out).toMatch(/\d+ new/);
    expect((await reeve('--data', folder, '--json', 'resources', '--state', 'held')).json()).toEqual(held);
    expect((await reeve('--data', folder, 'sessions')).out.match(/finished-all-ok/g)).toHaveLength(1);
  });
});

describe('resources', () => {
  test('are listed without being harvested, chosen one by one, and then harvested', async () => {
    const folder = newFolder();
    const listed = view(await harvest(folder, '--list-only', '--keep', 'harvestNewResourcesByDefault=false'));
    expect(listed).toMatchObject({
      kind: 'discover-harvestable-resources',
      status: 'finished-all-ok',
      notSelected: 30,
    });
    const known = (await reeve('--data', folder, '--json', 'resources', '--limit', '2')).json() as {
      counts: Record<string, number>;
      resources: { id: string; title: string }[];
    };
    expect(known.counts).toMatchObject({ 'not selected': 30 });
    const ids = known.resources.map(({ id }) => id);
    expect((await reeve('--data', folder, 'select', remote.geonodeUrl, ...ids)).code).toBe(0);
    expect(view(await harvest(folder)).counts).toMatchObject({ total: 2, harvested: 2 });
    expect((await reeve('--data', folder, 'deselect', remote.geonodeUrl, ids[0]!)).code).toBe(0);
    expect(view(await harvest(folder)).counts).toMatchObject({ total: 1, unchanged: 1 });
  });
});

describe('bad input', () => {
  test.each([
    [['--keep', 'graceListing=2'], '--keep graceListing is not known; allowed are listing,'],
    [['--keep', 'graceListings=no'], 'graceListings is "no"'],
    [['--filter', 'bbox=1,2,3'], 'filter.bbox'],
    [['--filter', 'place=x'], '--filter place is not known; allowed are title,'],
  ])('%j is refused with a sentence', async (options, sentence) => {
    const ran = await harvest(newFolder(), ...options);
    expect(ran.code).toBe(1);
    expect(JSON.stringify(ran.json())).toContain(
      sentence.replaceAll('"', '\\\\\\"').replaceAll('\\\\\\"', '\\"'),
    );
  });

  test('a filter that its listing cannot be judged by is refused before anything is asked', async () => {
    const ran = await reeve(
      '--data',
      newFolder(),
      '--json',
      'harvest',
      remote.arcgisUrl,
      '--type',
      'arcgis',
      '--filter',
      'keywords=x',
    );
    expect(ran.code).toBe(1);
    expect(JSON.stringify(ran.json())).toContain(
      'filter.keywords cannot be judged by what a listing of type arcgis says; allowed are title',
    );
  });
});
