/** `serve`: harvests what is due, watches, and stops cleanly. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, reeve, startReeve, type Started } from './run.ts';

const samples: SampleRemote[] = [];
afterAll(() => Promise.all(samples.map((sample) => sample.close())));

async function sample(settings: Parameters<typeof startSampleRemote>[0]): Promise<SampleRemote> {
  const started = await startSampleRemote(settings);
  samples.push(started);
  return started;
}

const PACE = { requestsPerSecond: 1_000, abortSeconds: 2 };

function settingsFile(harvesters: readonly object[]): { file: string; folder: string } {
  const folder = newFolder();
  const file = join(folder, 'reeve.json');
  writeFileSync(file, JSON.stringify({ data: 'kept', harvesters }));
  return { file, folder: join(folder, 'kept') };
}

const linesOf = (text: string): { level: string; message: string; time: string; harvester?: string }[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: string; message: string; time: string });

async function stopped(run: Started): Promise<Awaited<Started['ended']>> {
  run.child.kill('SIGTERM');
  return run.ended;
}

describe.concurrent('serve', { timeout: 90_000 }, () => {
  test('harvests what is due at once, each in its own session, logs one JSON line per event, and ends with exit code 0', async () => {
    const remote = await sample({ datasets: 8 });
    const { file, folder } = settingsFile([
      { name: 'GeoNode', url: remote.geonodeUrl, every: '1h', pace: PACE },
      { name: 'WMS', url: remote.wmsUrl, type: 'wms', every: '1h', pace: PACE },
      {
        name: 'Down',
        url: 'http://127.0.0.1:9/',
        every: '1h',
        pace: { ...PACE, resourceSeconds: 3, requestSeconds: 2 },
      },
      { name: 'Some day', url: 'https://example.org/wms', every: '0 0 29 2 *' },
    ]);
    const run = startReeve(['--settings', file, 'serve']);
    await run.said('harvest could not be started');
    const closedOnes = async (): Promise<SessionView[]> => {
      const { sessions } = (await reeve('--data', folder, '--json', 'sessions')).json() as {
        sessions: SessionView[];
      };
      return sessions.filter(({ concludedAt }) => concludedAt !== null);
    };
    while ((await closedOnes()).length < 2) await new Promise((resolve) => setTimeout(resolve, 100));
    const ran = await stopped(run);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toBe('');
    const lines = linesOf(ran.err);
    expect(
      lines.every(
        ({ level, message, time }) => level !== '' && message !== '' && !Number.isNaN(Date.parse(time)),
      ),
    ).toBe(true);
    expect(lines.filter(({ message }) => message === 'harvest planned')).toHaveLength(4);
    expect(lines.find(({ message }) => message === 'harvest could not be started')).toMatchObject({
      level: 'error',
      name: 'Down',
      because: expect.stringContaining('refused the connection') as string,
    });
    expect(lines.at(-1)?.message).toBe('stopped');
    expect((await closedOnes()).map(({ status, type }) => `${type} ${status}`).sort()).toEqual([
      'geonode finished-all-ok',
      'wms finished-all-ok',
    ]);

    // A duration counts over a restart: what was harvested a moment ago is not due.
    const before = remote.requestCount();
    const again = startReeve(['--settings', file, 'serve']);
    await again.said('harvest could not be started');
    await stopped(again);
    expect(remote.requestCount()).toBe(before);
    expect(await closedOnes()).toHaveLength(2);
  });

  test('stopped in the middle it aborts what is under way, and everything is accounted for', async () => {
    const remote = await sample({ datasets: 20, faults: [{ match: 'dataset', fault: { kind: 'hang' } }] });
    const { file, folder } = settingsFile([
      { name: 'Slow', url: remote.geonodeUrl, every: '1h', pace: PACE },
    ]);
    const run = startReeve(['--settings', file, 'serve']);
    await run.said('session started');
    const ran = await stopped(run);
    expect(ran.code, ran.err).toBe(0);
    const { sessions } = (await reeve('--data', folder, '--json', 'sessions')).json() as {
      sessions: SessionView[];
    };
    expect(sessions).toMatchObject([{ status: 'aborted' }]);
    const [{ counts } = { counts: null }] = sessions;
    expect(
      (counts?.harvested ?? 0) + (counts?.failed ?? 0) + (counts?.skipped ?? 0) + (counts?.lost ?? 0),
    ).toBe(counts?.total);
  });
});
