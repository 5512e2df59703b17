/** kill -9 at moments that nobody chose: whatever was under way, the next start says exactly what became of it, and nothing is lost that was kept. */
import { afterAll, describe, expect, test } from 'vitest';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, reeve, startReeve } from '../cli/run.ts';

const KILLS = Number(process.env['REEVE_KILLS'] ?? 15);
const SEED = Number(process.env['REEVE_KILL_SEED'] ?? 1);
const DATASETS = 40;
/** One page of the listing, and one answer a dataset. */
const REQUESTS = DATASETS + 1;
const PACE = ['requestsPerSecond=1000', 'batchSize=3', 'resourcesAtOnce=2'].flatMap((part) => [
  '--pace',
  part,
]);

/** The same moments for the same seed, as far as a machine can be told: after so many requests, and so many milliseconds more. */
function momentsOf(seed: number): { requests: number; millis: number }[] {
  let state = seed;
  const below = (most: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % most;
  };
  // Every fifth while it starts; the others up to one request more than there are: while it finalizes, or once all is over.
  return Array.from({ length: KILLS }, (_, index) =>
    index % 5 === 0
      ? { requests: 0, millis: below(2_000) }
      : { requests: below(REQUESTS + 2), millis: below(400) },
  );
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

const remote = await startSampleRemote({ datasets: DATASETS, latencyMillis: 10 });
afterAll(() => remote.close());

const harvest = (folder: string) =>
  reeve('--data', folder, '--json', 'harvest', remote.geonodeUrl, '--type', 'geonode', ...PACE);

async function killed(folder: string, { requests, millis }: { requests: number; millis: number }) {
  const before = remote.requestCount();
  const { child, ended } = startReeve([
    '--data',
    folder,
    'harvest',
    remote.geonodeUrl,
    '--type',
    'geonode',
    ...PACE,
  ]);
  while (child.exitCode === null && remote.requestCount() - before < Math.min(requests, REQUESTS))
    await pause(2);
  await pause(millis);
  child.kill('SIGKILL');
  await ended;
}

const idsOf = async (folder: string, what: string): Promise<string[]> =>
  (await reeve('--data', folder, 'export', what)).out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { id: string }).id)
    .sort();
const viewOf = async (folder: string, id: string): Promise<SessionView> =>
  (await reeve('--data', folder, '--json', 'show', id)).json() as SessionView;

async function expectExactRest(folder: string, id: string): Promise<void> {
  const before = remote.requestCount();
  const next = await reeve('--data', folder, '--json', 'retry', id, ...PACE);
  const asked = remote.requestCount() - before;
  const dead = await viewOf(folder, id);
  const { total = 0, harvested = 0, lost = 0 } = dead.counts ?? {};
  expect(dead.counts).toEqual({ total, harvested, unchanged: 0, failed: 0, skipped: 0, lost });
  expect([harvested + lost, asked]).toEqual([total, lost]);
  const kept = harvested === 0 ? [] : await idsOf(folder, id);
  expect([kept.length, new Set(kept).size], 'what was committed has its record, once').toEqual([
    harvested,
    harvested,
  ]);
  if (lost === 0) return;
  expect(next.code, next.out + next.err).toBe(0);
  const retried = next.json() as SessionView;
  expect(retried.counts).toMatchObject({ total: lost, harvested: lost });
  const both = [...kept, ...(await idsOf(folder, retried.id))];
  expect([both.length, new Set(both).size]).toEqual([total, total]);
}

describe(`killed at any moment (REEVE_KILL_SEED=${SEED})`, { timeout: 120_000 }, () => {
  test.each(momentsOf(SEED))('$requests requests and $millis ms after its start', async (moment) => {
    const folder = newFolder();
    await killed(folder, moment);

    // Looking changes nothing, and works also where the folder was being made.
    const looked = await reeve('--data', folder, '--json', 'sessions');
    const seen = looked.code === 0 ? (looked.json() as { sessions: SessionView[] }).sessions : [];
    expect(seen.length, looked.out).toBeLessThanOrEqual(1);

    // The next start concludes what the dead left, and fetches only the rest.
    const [first] = seen;
    if (first !== undefined) await expectExactRest(folder, first.id);

    // Nothing is in the way of a whole new session.
    const next = await harvest(folder);
    expect(next.code, next.out + next.err).toBe(0);
    const whole = next.json() as SessionView;
    expect(whole.counts).toMatchObject({ total: DATASETS, failed: 0, skipped: 0, lost: 0 });
    const all = await idsOf(folder, whole.harvester);
    expect([all.length, new Set(all).size]).toEqual([DATASETS, DATASETS]);
  });
});
