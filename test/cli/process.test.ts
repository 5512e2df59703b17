/**
 * What only a process can show: signals, sudden death, two processes in one folder. Beside each other, because they
 * mostly wait.
 */
import { afterAll, describe, expect, test } from 'vitest';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, reeve, startReeve } from './run.ts';

const samples: SampleRemote[] = [];
afterAll(() => Promise.all(samples.map((sample) => sample.close())));

async function sample(settings: Parameters<typeof startSampleRemote>[0]): Promise<SampleRemote> {
  const started = await startSampleRemote(settings);
  samples.push(started);
  return started;
}

/** Batches of five, one after the other: some are committed while others have not begun. */
const PACE = [
  'requestsPerSecond=1000',
  'batchSize=5',
  'batchesAtOnce=1',
  'abortSeconds=2',
  'requestSeconds=5',
  'resourceSeconds=10',
].flatMap((part) => ['--pace', part]);

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const detailsOf = (remote: SampleRemote): number =>
  remote.requests().filter(({ kind }) => kind === 'dataset').length;
const accountedFor = ({ counts }: SessionView): number =>
  counts ? counts.harvested + counts.unchanged + counts.failed + counts.skipped + counts.lost : -1;
const recordsOf = async (folder: string, id: string): Promise<number> =>
  (await reeve('--data', folder, 'export', id)).out.split('\n').length - 1;

describe.concurrent('Ctrl-C', { timeout: 90_000 }, () => {
  test('once aborts: everything is accounted for, what was harvested is kept; exit code 2', async () => {
    const folder = newFolder();
    const remote = await sample({ datasets: 60, latencyMillis: 100 });
    const run = startReeve(['--data', folder, '--json', 'harvest', remote.geonodeUrl, ...PACE]);
    await until(() => detailsOf(remote) > 12);
    run.child.kill('SIGINT');
    const ran = await run.ended;
    expect(ran.code, ran.err).toBe(2);
    const view = ran.json() as SessionView;
    expect(view).toMatchObject({
      status: 'aborted',
      cause: expect.stringContaining('Aborted on request.') as string,
    });
    expect(accountedFor(view)).toBe(60);
    expect(view.counts?.harvested).toBeGreaterThan(0);
    expect(view.counts?.skipped).toBeGreaterThan(0);
    expect(await recordsOf(folder, view.id)).toBe(view.counts?.harvested);
    expect(ran.err).toContain('Ctrl-C again quits at once');
  });

  test('once aborts in time although the remote never answers; SIGTERM is the same', async () => {
    const remote = await sample({ datasets: 10, faults: [{ match: 'dataset', fault: { kind: 'hang' } }] });
    const run = startReeve(['--data', newFolder(), '--json', 'harvest', remote.geonodeUrl, ...PACE]);
    await until(() => detailsOf(remote) > 0);
    run.child.kill('SIGTERM');
    const ran = await run.ended;
    expect(ran.code).toBe(2);
    expect(ran.json()).toMatchObject({ status: 'aborted', counts: { total: 10, harvested: 0 } });
    expect(accountedFor(ran.json() as SessionView)).toBe(10);
  });

  test('twice quits at once; the next start concludes the session as aborted', async () => {
    const folder = newFolder();
    const remote = await sample({ datasets: 10, faults: [{ match: 'dataset', fault: { kind: 'hang' } }] });
    const run = startReeve([
      '--data',
      folder,
      '--json',
      'harvest',
      remote.geonodeUrl,
      ...PACE,
      '--pace',
      'abortSeconds=600',
    ]);
    await until(() => detailsOf(remote) > 0);
    run.child.kill('SIGINT');
    await run.said('Aborting session');
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    const { sessions } = (await reeve('--data', folder, '--json', 'sessions')).json() as {
      sessions: SessionView[];
    };
    expect(sessions).toMatchObject([{ concludedAt: null }]);
    const ran = await reeve('--data', folder, '--json', 'abort', sessions[0]?.id ?? '');
    expect(ran.json()).toMatchObject({ status: 'aborted', counts: { total: 10, skipped: 10 } });
  });
});

describe.concurrent('two processes in one folder', { timeout: 90_000 }, () => {
  test('the second may look and abort, but not harvest', async () => {
    const folder = newFolder();
    const remote = await sample({ datasets: 200, latencyMillis: 100 });
    const run = startReeve(['--data', folder, '--json', 'harvest', remote.geonodeUrl, ...PACE]);
    await until(() => detailsOf(remote) > 12);
    const second = await reeve('--data', folder, '--json', 'harvest', remote.geonodeUrl);
    expect(second.code).toBe(1);
    expect(second.json()).toMatchObject({
      error: {
        name: 'Conflict',
        message: expect.stringContaining(`harvesting ${remote.geonodeUrl}`) as string,
      },
    });

    const { sessions } = (await reeve('--data', folder, '--json', 'sessions')).json() as {
      sessions: SessionView[];
    };
    expect(sessions).toMatchObject([{ status: 'on-going', counts: null }]);
    const id = sessions[0]?.id ?? '';
    const shown = await reeve('--data', folder, 'show', id);
    expect(shown.out).toMatch(/So far +\d+ of 200 resources reported on/);
    expect(await recordsOf(folder, id)).toBeGreaterThan(0);

    const aborted = await reeve('--data', folder, '--json', 'abort', id);
    expect(aborted.code, aborted.out).toBe(0);
    expect(aborted.json()).toMatchObject({ id, status: 'aborted' });
    const ran = await run.ended;
    expect(ran.code).toBe(2);
    expect(ran.json()).toEqual(aborted.json());
  });
});

describe.concurrent('kill -9', { timeout: 90_000 }, () => {
  test('the next start concludes the session with exact counts, and retry fetches only the rest', async () => {
    const folder = newFolder();
    const remote = await sample({ datasets: 60, latencyMillis: 50 });
    const run = startReeve(['--data', folder, 'harvest', remote.geonodeUrl, ...PACE]);
    await until(() => detailsOf(remote) > 22);
    run.child.kill('SIGKILL');
    await run.ended;
    const { sessions } = (await reeve('--data', folder, '--json', 'sessions')).json() as {
      sessions: SessionView[];
    };
    const id = sessions[0]?.id ?? '';

    const before = remote.requestCount();
    const ran = await startReeve(['--data', folder, '--json', 'retry', id]).ended;
    expect(ran.code, ran.err).toBe(0);
    const dead = (await reeve('--data', folder, '--json', 'show', id)).json() as SessionView;
    expect(dead).toMatchObject({
      status: 'finished-some-failed',
      finalizedBy: 'sweep',
      counts: { total: 60, failed: 0 },
    });
    const { harvested = 0, lost = 0 } = dead.counts ?? {};
    expect([harvested % 5, harvested + lost]).toEqual([0, 60]);
    expect(ran.err).toContain(
      `Session ${id} of an earlier run was concluded: ${harvested} harvested, ${lost} lost.`,
    );
    expect(ran.err).toContain(`retry ${id} fetches the rest`);

    const view = ran.json() as SessionView;
    expect(view).toMatchObject({
      status: 'finished-all-ok',
      retryOf: id,
      counts: { total: lost, harvested: lost },
    });
    expect(remote.requests().slice(before)).toHaveLength(lost);
    expect([
      await recordsOf(folder, id),
      await recordsOf(folder, view.id),
      await recordsOf(folder, view.harvester),
    ]).toEqual([harvested, lost, 60]);
  });
});

describe.concurrent('demo', { timeout: 90_000 }, () => {
  test(
    'two sessions get stuck, the monitor concludes both with exact counts, and the lost are fetched again',
    { timeout: 90_000 },
    async () => {
      const folder = newFolder();
      const ran = await startReeve(['--data', folder, '--json', 'demo']).ended;
      expect(ran.code, ran.err).toBe(0);
      const { sessions, retry } = ran.json() as { sessions: SessionView[]; retry: SessionView };
      expect(sessions).toMatchObject([
        {
          status: 'finished-some-failed',
          finalizedBy: 'monitor',
          counts: { total: 40, harvested: 35, failed: 0, lost: 5 },
        },
        { status: 'finished-all-ok', finalizedBy: 'monitor', counts: { total: 40, harvested: 40, lost: 0 } },
      ]);
      expect(retry).toMatchObject({
        status: 'finished-all-ok',
        finalizedBy: 'workflow',
        retryOf: sessions[0]?.id,
        counts: { total: 5, harvested: 5 },
      });
      const exported = await reeve('--data', folder, 'export', 'demo-hung-worker');
      expect(exported.out.trim().split('\n')).toHaveLength(40);
    },
  );
});
