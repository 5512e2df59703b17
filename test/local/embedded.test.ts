/** Whole sessions in the embedded world, and what is left of them when its process dies. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openGuest } from '../../lib/local/embedded/guest.ts';
import { unpackLines } from '../../lib/records.ts';
import { collect } from '../contract/world.ts';
import { freshFolder, until } from './folders.ts';
import { silentLog } from './stand-ins.ts';
import { openWhole, sampleHarvester, sampleRemote, startChild } from './whole.ts';

// Processes of their own take seconds to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

test('a session harvests a remote from its listing to its records, and the harvester is free again', async () => {
  const remote = await sampleRemote({ datasets: 23 });
  const world = await openWhole(freshFolder());
  await world.ports.harvesters.create(sampleHarvester(remote.url));
  const events: string[] = [];
  world.onConcluded(({ session }) => events.push(session.status));

  const started = await world.start({ harvester: 'sample' });
  if (started.outcome !== 'started') throw new Error('not started');
  const session = await world.waitClosed(started.session.id);
  expect(session).toMatchObject({
    status: 'finished-all-ok',
    conclusion: {
      counts: { total: 23, harvested: 23, unchanged: 0, failed: 0, skipped: 0, lost: 0 },
      finalizedBy: 'workflow',
      cause: '',
    },
  });
  expect(events).toEqual(['finished-all-ok']);
  expect((await world.ports.harvesters.read('sample'))?.lease).toBeUndefined();

  const { records } = world.ports;
  const { values: keys } = await collect((cursor) => records.list('records/', cursor));
  const lines = await Promise.all(keys.map(async (key) => unpackLines((await records.read(key))!)));
  expect(keys).toHaveLength(5);
  expect(new Set(lines.flat().map((line) => (JSON.parse(line) as { id: string }).id)).size).toBe(23);
  expect((await records.list('staging/')).values).toEqual([]);
});

test('an abort ends a session while its remote is slow, and every resource is accounted for', async () => {
  const remote = await sampleRemote({ datasets: 40, latencyMillis: 40 });
  const world = await openWhole(freshFolder());
  await world.ports.harvesters.create(sampleHarvester(remote.url, { batchesAtOnce: 1, resourcesAtOnce: 1 }));
  const started = await world.start({ harvester: 'sample' });
  if (started.outcome !== 'started') throw new Error('not started');
  const { id } = started.session;
  await until(async () =>
    (await world.ports.batches.summaries(id)).values.some(({ state }) => state === 'committed'),
  );
  expect((await world.start({ harvester: 'sample' })).outcome).toBe('conflict');
  expect((await world.abort(id)).said).toBe('aborting');
  // The first check finds it overdue, should its workers not have stopped by themselves.
  const session = await world.waitClosed(id);
  const { counts } = session.conclusion!;
  expect(session.status).toBe('aborted');
  expect(counts.total).toBe(40);
  expect(counts.harvested).toBeGreaterThan(0);
  expect(counts.skipped).toBeGreaterThan(0);
  expect(counts.harvested + counts.failed + counts.skipped).toBe(40);
});

test('a session whose process is killed is concluded when the folder is opened again: what was committed counts, the rest is lost', async () => {
  const remote = await sampleRemote({ datasets: 60, latencyMillis: 20 });
  const folder = freshFolder();
  const child = startChild(folder, remote.url, 'harvests');
  await child.said('committed', 2);
  child.process.kill('SIGKILL');
  expect(await child.ended).toBe('SIGKILL');
  expect(child.words).not.toContain('finished-all-ok');

  const world = await openWhole(folder);
  expect((await world.ports.sessions.open()).values).toEqual([]);
  const harvester = await world.ports.harvesters.read('sample');
  expect(harvester?.lease).toBeUndefined();
  const session = (await world.ports.sessions.read(harvester!.lastSessionId!))!;
  const { counts } = session.conclusion!;
  expect(session).toMatchObject({ status: 'finished-some-failed', conclusion: { finalizedBy: 'sweep' } });
  expect(session.closedAt).toBeDefined();
  expect(counts.total).toBe(session.waves.reduce((sum, wave) => sum + wave.resources, 0));
  expect(counts.harvested).toBeGreaterThanOrEqual(10);
  expect(counts.lost).toBeGreaterThan(0);
  expect(counts.harvested + counts.lost).toBe(counts.total);
  const { values } = await collect((cursor) => world.ports.records.list('records/', cursor));
  const kept = await Promise.all(
    values.map(async (key) => unpackLines((await world.ports.records.read(key))!).length),
  );
  expect(
    kept.reduce((sum, lines) => sum + lines, 0),
    'every committed record is published',
  ).toBe(counts.harvested);

  const retried = await world.start({ harvester: 'sample', retryOf: session.id });
  if (retried.outcome !== 'started') throw new Error('not started');
  expect((await world.waitClosed(retried.session.id)).conclusion?.counts).toMatchObject({
    total: counts.lost,
    harvested: counts.lost,
  });
});

test('a process that closes its world ends by itself, and leaves nothing behind that says that it lives', async () => {
  const remote = await sampleRemote({ datasets: 5 });
  const folder = freshFolder();
  const child = startChild(folder, remote.url, 'harvests');
  expect(await child.ended).toBe(0);
  expect(child.words).toEqual(['open', 'committed', 'finished-all-ok', 'closed']);
  expect(readdirSync(folder).toSorted()).toEqual([
    'ledgers',
    'private',
    'records',
    'staging',
    'table',
    'temporary',
  ]);
  expect(readdirSync(join(folder, 'private'))).toEqual([]);
  expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
});

test('a world that is closed while a session runs leaves the session to the next one', async () => {
  const remote = await sampleRemote({ datasets: 60, latencyMillis: 40 });
  const folder = freshFolder();
  const first = await openWhole(folder);
  await first.ports.harvesters.create(sampleHarvester(remote.url));
  const started = await first.start({ harvester: 'sample' });
  if (started.outcome !== 'started') throw new Error('not started');
  await first.close({ waitMillis: 0 });
  const second = await openWhole(folder);
  expect(await second.ports.sessions.read(started.session.id)).toMatchObject({
    conclusion: { finalizedBy: 'sweep' },
  });
  expect((await second.ports.harvesters.read('sample'))?.lease).toBeUndefined();
});

test('a session of another process is seen and aborted from this one', async () => {
  const remote = await sampleRemote({ datasets: 60, latencyMillis: 60 });
  const folder = freshFolder();
  const child = startChild(folder, remote.url, 'harvests');
  await child.said('committed');
  const guest = await openGuest(folder, { log: silentLog() });
  expect(guest.owner).toMatchObject({ pid: child.process.pid, doing: 'a test' });
  const [id] = (await guest.ports.sessions.ofHarvester('sample')).values;
  expect(await guest.ports.sessions.read(id!)).toMatchObject({ status: 'on-going' });
  expect((await guest.abort(id!)).said).toBe('aborting');
  expect((await guest.abort('none')).said).toBe('gone');
  await guest.close();
  await child.said('aborted');
  expect(await child.ended).toBe(0);
});
