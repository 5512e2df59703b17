/** Discover and harvest: what they do when something is missing, late or twice. */
import { describe, expect, test } from 'vitest';
import type { Ports } from '../../lib/ports.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { makeRig, reply, SECOND, T0 } from './rig.ts';

const ids = (...numbers: number[]): string[] => numbers.map((number) => `uuid-${number}`).sort();

describe('discover', () => {
  test('a try that repeats one whose answer was lost hands over the same wave', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    const first = await rig.discover(id);
    const requests = rig.remote.requests.length;
    expect(await rig.discover(id)).toEqual(first);
    expect(rig.remote.requests).toHaveLength(requests);
    expect(rig.read(id).waves).toHaveLength(1);
  });

  test('of two at the same time one wave is accepted, and both hand over that one', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    const [one, other] = await Promise.all([rig.discover(id), rig.discover(id)]);
    expect(one).toEqual(other);
    expect(rig.read(id).waves).toHaveLength(1);
    await rig.work(id);
    await rig.finalize(id);
    expect(rig.read(id).conclusion?.counts).toMatchObject({ total: 10, harvested: 10 });
  });

  test('stops before its own time-out, and the next call goes on where it was', async () => {
    const rig = await makeRig({ datasets: 20 });
    const { id } = await rig.start();
    rig.remote.before = () => {
      rig.pass(250);
      return undefined;
    };
    const first = await rig.discover(id);
    expect(first.more).toBe(true);
    expect(rig.read(id).waves[0]?.resources).toBe(12);
    rig.remote.before = () => undefined;
    const second = await rig.discover(id, first.wave);
    expect(second).toMatchObject({ wave: 2, more: false });
    expect(rig.remote.requests.filter((url) => url.includes('page='))).toHaveLength(5);
    expect(rig.read(id).listing).toMatchObject({ ended: true, complete: true });
  });

  test('batches that could not be written while the listing went on are no wave: the next try lists anew', async () => {
    const rig = await makeRig({ datasets: 90, pace: { batchSize: 1 }, pageSize: 30 });
    const { id } = await rig.start();
    const { batches } = rig.world.ports;
    let plans = 0;
    const failing: Ports['batches'] = {
      ...batches,
      plan: (planned) =>
        ++plans === 1
          ? Promise.reject(new ReeveError('StoreBusy', 'the table is away'))
          : batches.plan(planned),
    };
    rig.ports = { ...rig.world.ports, batches: failing };
    await expect(rig.discover(id)).rejects.toMatchObject({ name: 'StoreBusy' });
    expect(rig.read(id).waves).toEqual([]);
    await rig.work(id);
    await rig.finalize(id);
    expect(rig.read(id).conclusion?.counts).toMatchObject({ total: 90, harvested: 90 });
  });

  test('a remote that is not available concludes the session all failed with its cause, and nothing else', async () => {
    const rig = await makeRig();
    rig.remote.before = () => {
      throw new ReeveError('RemoteUnreachable', 'http://geo.example cannot be reached: connection refused');
    };
    const session = await rig.session();
    expect(session).toMatchObject({
      status: 'finished-all-failed',
      conclusion: {
        counts: { total: 0 },
        cause: 'The remote is not available: http://geo.example cannot be reached: connection refused.',
      },
    });
  });

  test('a listing that breaks off keeps what it had, and the session is not all ok', async () => {
    const rig = await makeRig();
    rig.remote.before = (request) => (request.url.includes('page=2') ? reply('oops', 500) : undefined);
    const session = await rig.session();
    expect(session).toMatchObject({
      status: 'finished-some-failed',
      conclusion: { counts: { total: 4, harvested: 4 } },
    });
    expect(session.conclusion?.cause).toContain('The listing stopped early');
  });

  test('a session that was aborted or sealed takes no wave', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    rig.remote.before = async (request) => {
      if (request.url.includes('page=2')) await rig.finalize(id, 'monitor', { because: 'test' });
      return undefined;
    };
    expect(await rig.discover(id)).toMatchObject({ batches: [], more: false });
    expect(rig.read(id)).toMatchObject({ waves: [], status: 'finished-all-failed' });
  });
});

describe('harvest', () => {
  test('one broken resource costs that resource only, with its reason', async () => {
    const rig = await makeRig();
    rig.remote.before = (request) =>
      request.url.endsWith('/datasets/5/') ? reply('<html><title>Login</title></html>') : undefined;
    const session = await rig.session();
    expect(session).toMatchObject({
      status: 'finished-some-failed',
      conclusion: { counts: { total: 10, harvested: 9, failed: 1 } },
    });
    expect(session.conclusion?.reasons).toMatchObject([{ count: 1, example: 'uuid-5' }]);
    expect(rig.published(session.id)).toEqual(ids(1, 2, 3, 4, 6, 7, 8, 9, 10));
  });

  test('stops before its own time-out, keeps what it has, and goes on when called again', async () => {
    const rig = await makeRig({ datasets: 6, pace: { batchSize: 6, resourcesAtOnce: 1 } });
    const { id } = await rig.start();
    await rig.discover(id);
    rig.remote.before = () => {
      rig.pass(400);
      return undefined;
    };
    rig.timeLeftMillis = () => T0 + 900 * SECOND - rig.world.clock.now();
    await expect(rig.call('harvest', { session: id, batch: 0 })).rejects.toMatchObject({
      name: 'BatchUnfinished',
    });
    rig.timeLeftMillis = () => 800 * SECOND;
    rig.remote.before = () => undefined;
    await rig.call('harvest', { session: id, batch: 0 });
    await rig.finalize(id);
    expect(rig.read(id).conclusion?.counts).toMatchObject({ harvested: 6 });
    expect(rig.remote.requests.filter((url) => url.includes('/datasets/'))).toHaveLength(6);
  });

  test('stops before its caller takes it for lost, though its own time is longer', async () => {
    const rig = await makeRig({ datasets: 6, pace: { batchSize: 6, resourcesAtOnce: 1 } });
    const { id } = await rig.start();
    await rig.discover(id);
    rig.remote.before = () => {
      rig.pass(80);
      return undefined;
    };
    const begunAt = rig.world.clock.now();
    rig.timeLeftMillis = () => begunAt + 900 * SECOND - rig.world.clock.now();
    await expect(
      rig.call('harvest', { session: id, batch: 0, callerWaitsSeconds: 330 }),
    ).rejects.toMatchObject({ name: 'BatchUnfinished' });
    expect(rig.world.clock.now() - begunAt).toBeLessThan(330 * SECOND);
  });

  test('a batch that two workers harvest is committed once and published once', async () => {
    const rig = await makeRig({ datasets: 3 });
    const { id } = await rig.start();
    await rig.discover(id);
    await Promise.all([
      rig.call('harvest', { session: id, batch: 0 }),
      rig.call('harvest', { session: id, batch: 0 }),
    ]);
    await rig.finalize(id);
    expect(rig.read(id).conclusion?.counts).toMatchObject({ total: 3, harvested: 3 });
    expect(rig.published(id)).toEqual(ids(1, 2, 3));
  });

  test('past the deadline starts nothing', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    await rig.discover(id);
    const asked = rig.remote.requests.length;
    rig.world.clock.advanceTo(rig.read(id).deadlineAt);
    await rig.call('harvest', { session: id, batch: 0 });
    expect(rig.remote.requests).toHaveLength(asked);
  });

  test('a resource that kills its worker is found out and fails alone', async () => {
    const rig = await makeRig({ datasets: 3 });
    const { id } = await rig.start();
    await rig.discover(id);
    let deaths = 0;
    rig.remote.before = (request) => {
      if (!request.url.endsWith('/datasets/2/')) return undefined;
      deaths += 1;
      // Killed: the promise never settles.
      return new Promise<never>(() => undefined);
    };
    for (let death = 0; death < 2; death += 1) {
      void rig.call('harvest', { session: id, batch: 0 });
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await rig.call('harvest', { session: id, batch: 0 });
    await rig.finalize(id);
    expect(deaths).toBe(2);
    expect(rig.read(id).conclusion).toMatchObject({
      counts: { harvested: 2, failed: 1 },
      reasons: [{ example: 'uuid-2' }],
    });
  });

  test('a worker that comes back after its session was sealed changes nothing', async () => {
    const rig = await makeRig({ datasets: 3 });
    const { id } = await rig.start();
    await rig.discover(id);
    const held: (() => void)[] = [];
    rig.remote.before = () => new Promise((resolve) => held.push(() => resolve(undefined)));
    const zombie = rig.call('harvest', { session: id, batch: 0 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await rig.finalize(id, 'monitor', { because: 'the session was overdue' });
    const concluded = rig.read(id);
    rig.remote.before = () => undefined;
    for (const release of held) release();
    await zombie;
    expect(rig.read(id)).toEqual(concluded);
    expect(concluded.conclusion?.counts).toMatchObject({ total: 3, lost: 3 });
    expect(rig.published(id)).toEqual([]);
  });
});
