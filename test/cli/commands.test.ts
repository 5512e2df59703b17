/** The commands, one after the other, as a person would type them. In this process, against the sample remote. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import type { ResourceLine } from '../../lib/resources.ts';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, QUICK, reeve } from './run.ts';

const samples: SampleRemote[] = [];
afterAll(() => Promise.all(samples.map((sample) => sample.close())));

async function sample(settings: Parameters<typeof startSampleRemote>[0]): Promise<SampleRemote> {
  const started = await startSampleRemote(settings);
  samples.push(started);
  return started;
}

interface Feature {
  readonly type: string;
  readonly id: string;
}
interface Shown extends SessionView {
  readonly resources: {
    readonly matching: number;
    readonly offset: number;
    readonly page: readonly ResourceLine[];
  };
}

const featuresIn = (text: string): Feature[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Feature);

describe('harvest without a URL', () => {
  const folder = newFolder();
  const here = ['--data', folder];

  test('harvests the sample remote, and prints the closed session with --json', async () => {
    const ran = await reeve(...here, '--json', 'harvest');
    expect(ran.code, ran.err).toBe(0);
    const view = ran.json() as SessionView;
    expect(Object.keys(view)).toEqual(
      'id kind harvester type url status counts finalizedBy cause reasons warnings startedAt concludedAt deadlineAt matched listingComplete duplicates notSelected difference retryOf records'.split(
        ' ',
      ),
    );
    expect(view).toMatchObject({
      harvester: 'sample-geonode',
      type: 'geonode',
      status: 'finished-all-ok',
      finalizedBy: 'workflow',
      cause: '',
      listingComplete: true,
    });
    expect(view.counts).toEqual({ total: 40, harvested: 40, unchanged: 0, failed: 0, skipped: 0, lost: 0 });
    expect(new Date(view.concludedAt ?? '').getTime()).toBeGreaterThan(new Date(view.startedAt).getTime());
    const lines = readdirSync(view.records).flatMap((file) =>
      gunzipSync(readFileSync(join(view.records, file)))
        .toString('utf8')
        .trim()
        .split('\n'),
    );
    expect(lines).toHaveLength(40);
    expect(ran.err).toMatch(
      /^The sample remote, a county's catalogue of 40 datasets, runs at http:\/\/127\.0\.0\.1:\d+/,
    );
  });

  test('tells people how it ended, where the records lie, and what to type next', async () => {
    const ran = await reeve(...here, 'harvest', '--type', 'wms', '--pace', 'requestsPerSecond=1000');
    expect(ran.code, ran.err).toBe(0);
    const [session] = (
      (await reeve(...here, '--json', 'sessions', '--harvester', 'sample-wms')).json() as {
        sessions: SessionView[];
      }
    ).sessions;
    expect(ran.out).toMatch(new RegExp(`^Session ${session?.id ?? ''} finished-all-ok in \\d`));
    expect(ran.out).toContain('│ harvested │ unchanged │ failed │ skipped │ lost │ total │');
    expect(ran.out).toContain(`records/harvester=sample-wms/session=${session?.id ?? ''}`);
    expect(ran.out).toContain(`reeve --data ${folder} show ${session?.id ?? ''}`);
    expect(ran.out).not.toContain('retry');
    expect(ran.out).not.toContain('\u001b');
  });

  test('sessions lists them, newest first', async () => {
    const { sessions } = (await reeve(...here, '--json', 'sessions')).json() as { sessions: SessionView[] };
    expect(sessions.map(({ harvester }) => harvester)).toEqual(['sample-wms', 'sample-geonode']);
    expect(
      ((await reeve(...here, '--json', 'sessions', '--limit', '1')).json() as { sessions: SessionView[] })
        .sessions,
    ).toHaveLength(1);
    const people = await reeve(...here, 'sessions');
    expect(people.out).toContain('│ finished-all-ok │');
  });

  test('with --quiet the result is one line', async () => {
    const ran = await reeve(
      ...here,
      '--quiet',
      'harvest',
      '--type',
      'arcgis',
      '--pace',
      'requestsPerSecond=1000',
    );
    expect(ran.out).toMatch(/^\d{8}-\d{6}-\w+ finished-all-ok: \d+ harvested\n$/);
    expect(ran.err).toBe('');
  });
});

describe('a remote with broken resources', () => {
  const here = ['--data', newFolder()];
  let url = '';
  let first = '';
  let remote: SampleRemote;

  test('harvest: the broken ones fail with their reasons, the others are harvested; exit code 2', async () => {
    remote = await sample({
      datasets: 60,
      faults: [{ match: 'dataset', every: 10, timesEach: 1, fault: { kind: 'truncated' } }],
    });
    url = remote.geonodeUrl;
    const ran = await reeve(...here, 'harvest', url, ...QUICK);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain('is a remote of type geonode');
    expect(ran.out).toMatch(/^Session (\S+) finished-some-failed in /);
    expect(ran.out).toContain('Of 60 resources 6 failed.');
    expect(ran.out).toMatch(/Why resources failed\n +6 × /);
    first = /^Session (\S+)/.exec(ran.out)?.[1] ?? '';
    expect(ran.out).toContain(`retry ${first}`);
  });

  test('show: what was not harvested, or what is asked for, page by page', async () => {
    const failed = (await reeve(...here, '--json', 'show', first)).json() as Shown;
    expect(failed).toMatchObject({
      id: first,
      status: 'finished-some-failed',
      resources: { matching: 6, offset: 0 },
    });
    expect(
      failed.resources.page.every(
        ({ outcome, because }) => outcome === 'failed' && because.includes('cut off'),
      ),
    ).toBe(true);
    const page = (
      await reeve(
        ...here,
        '--json',
        'show',
        first,
        '--outcome',
        'harvested',
        '--limit',
        '20',
        '--offset',
        '50',
      )
    ).json() as Shown;
    expect(page.resources).toMatchObject({ matching: 54, offset: 50 });
    expect(page.resources.page).toHaveLength(4);
    const people = await reeve(...here, 'show', first, '--outcome', 'all', '--limit', '5');
    expect(people.out).toContain('1 to 5 of 60');
    expect(people.out).toContain(`show ${first} --outcome all --limit 5 --offset 5`);
  });

  test('retry: a new session of only the failed, which asks for nothing else', async () => {
    const before = remote.requestCount();
    const ran = await reeve(...here, '--json', 'retry', first);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.json()).toMatchObject({
      status: 'finished-all-ok',
      retryOf: first,
      counts: { total: 6, harvested: 6 },
    });
    const asked = remote.requests().slice(before);
    expect(asked.map(({ kind }) => kind)).toEqual(Array.from({ length: 6 }, () => 'dataset'));
    expect(asked.map(({ number }) => number).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual([
      10, 20, 30, 40, 50, 60,
    ]);
  });

  test('retry of a session in which nothing failed says so', async () => {
    const { sessions } = (await reeve(...here, '--json', 'sessions')).json() as { sessions: SessionView[] };
    const ran = await reeve(...here, 'retry', sessions[0]?.id ?? '');
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('There is nothing to retry');
  });

  test('export: the newest record of every resource that is listed, the retried among them', async () => {
    const features = featuresIn((await reeve(...here, 'export')).out);
    const listed = (
      await reeve(...here, '--json', 'show', first, '--outcome', 'all', '--limit', '1000')
    ).json() as Shown;
    expect(features.map(({ id }) => id).sort()).toEqual(listed.resources.page.map(({ id }) => id).sort());
    expect(featuresIn((await reeve(...here, 'export', first)).out)).toHaveLength(54);
    expect(featuresIn((await reeve(...here, 'export', url)).out)).toHaveLength(60);
  });

  test('export --format geojson is one FeatureCollection, and --out a file that is there whole or not at all', async () => {
    const file = join(newFolder(), 'records.geojson');
    const ran = await reeve(...here, '--json', 'export', '--format', 'geojson', '--out', file);
    expect(ran.json()).toMatchObject({ format: 'geojson', records: 60, out: file, session: null });
    const collection = JSON.parse(readFileSync(file, 'utf8')) as { type: string; features: Feature[] };
    expect(collection.type).toBe('FeatureCollection');
    expect(collection.features.map(({ type }) => type)).toEqual(Array.from({ length: 60 }, () => 'Feature'));
    const nowhere = join(newFolder(), 'missing', 'records.geojson');
    const failed = await reeve(...here, '--json', 'export', '--out', nowhere);
    expect(failed.code).toBe(1);
    expect(failed.json()).toMatchObject({
      error: { name: 'FolderUnusable', message: expect.stringContaining(nowhere) as string },
    });
    expect(existsSync(nowhere)).toBe(false);
  });

  test('export --json to stdout is one document too, also when there is nothing', async () => {
    const empty = await sample({ datasets: 0 });
    await reeve(...here, 'harvest', empty.geonodeUrl, ...QUICK);
    const ran = await reeve(...here, '--json', 'export', empty.geonodeUrl);
    expect(ran.json()).toEqual({ type: 'FeatureCollection', features: [] });
    const several = await reeve(...here, '--json', 'export');
    expect(several.json()).toMatchObject({
      error: { message: expect.stringContaining('This folder holds 2 harvesters; say which one') as string },
    });
  });

  test('an unknown id is exit code 1, with the nearest that is known', async () => {
    const mistyped = `${first.slice(0, -1)}_`;
    for (const command of [['show'], ['retry'], ['abort']]) {
      const ran = await reeve(...here, '--json', ...command, mistyped);
      expect(ran.code).toBe(1);
      expect(ran.json()).toMatchObject({
        error: {
          name: 'NotFound',
          message: expect.stringContaining(
            `There is no session "${mistyped}"; did you mean ${first}`,
          ) as string,
        },
      });
    }
    const harvester = await reeve(...here, '--json', 'sessions', '--harvester', 'nowhere');
    expect(harvester.json()).toMatchObject({
      error: { message: expect.stringContaining('There is no harvester "nowhere"; known are ') as string },
    });
  });

  test('without an id the newest session is meant, and which that is is told', async () => {
    const { sessions } = (await reeve(...here, '--json', 'sessions')).json() as { sessions: SessionView[] };
    const newest = sessions[0]?.id ?? '';
    for (const command of [['show'], ['retry'], ['abort'], ['resources', '--outcome', 'all']]) {
      const ran = await reeve(...here, ...command);
      expect(ran.code).toBe(0);
      expect(ran.err).toContain(`No session was named: the newest one is taken, ${newest}.`);
      expect(ran.out).toContain(newest);
    }
  });

  test('resources: of a session, what became of each, by outcome', async () => {
    const failed = await reeve(...here, '--json', 'resources', first, '--outcome', 'failed', '--limit', '4');
    expect(failed.json()).toMatchObject({ session: first, outcome: 'failed', matching: 6, limit: 4 });
    const people = await reeve(...here, 'resources', first, '--limit', '2');
    expect(people.out).toContain(`resources ${first} --limit 2 --offset 2`);
    expect(people.out).toContain(`${first} finished-some-failed: 54 harvested, 6 failed`);
    const both = await reeve(...here, '--json', 'resources', first, '--state', 'held');
    expect(both.json()).toMatchObject({
      error: {
        message: expect.stringContaining('--state is asked of a harvester, --outcome of a') as string,
      },
    });
  });

  test('abort of a session that is over changes nothing and says so', async () => {
    const ran = await reeve(...here, 'abort', first);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain(
      `Session ${first} is over already. ${first} finished-some-failed: 54 harvested, 6 failed.`,
    );
  });
});

describe('probe', () => {
  test('tells the type, what the remote calls itself, and why it is none of the others', async () => {
    const remote = await sample({ datasets: 3 });
    const ran = await reeve('--json', 'probe', remote.wmsUrl);
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      url: remote.wmsUrl,
      type: 'wms',
      verdicts: HARVESTER_TYPES.map(({ type }) => ({ type, match: type === 'wms' })),
    });
    expect((await reeve('probe', remote.arcgisUrl)).out).toContain('is a remote of type arcgis');
  });
});
