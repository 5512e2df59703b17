/** Aborting and retrying, at any moment. */
import { describe, expect, test } from 'vitest';
import { abortSession } from '../../lib/protocol/abort.ts';
import { makeRig, reply, SECOND, T0 } from './rig.ts';

const ids = (...numbers: number[]): string[] => numbers.map((number) => `uuid-${number}`).sort();

describe('abort', () => {
  test('of a running session stops its workers: what was harvested stays, the rest is skipped', async () => {
    const rig = await makeRig({ datasets: 9, pace: { batchSize: 3, resourcesAtOnce: 1 } });
    const { id } = await rig.start();
    const { batches } = await rig.discover(id);
    await rig.call('harvest', { session: id, batch: 0 });
    rig.limits = { ...rig.limits, sessionLookSeconds: 0 };
    rig.remote.before = async (request) => {
      if (request.url.endsWith('/datasets/5/')) await abortSession(rig.ports, id);
      return undefined;
    };
    for (const batch of batches.slice(1)) await rig.call('harvest', { session: id, batch });
    await rig.finalize(id);
    expect(rig.read(id)).toMatchObject({
      status: 'aborted',
      conclusion: { counts: { total: 9, harvested: 5, skipped: 4, lost: 0 } },
    });
    expect(rig.published(id)).toEqual(ids(1, 2, 3, 4, 5));
  });

  test('of a pending session whose start died, with the remote down too, ends it and frees the harvester', async () => {
    const rig = await makeRig();
    rig.ports = {
      ...rig.ports,
      executions: { ...rig.ports.executions, start: () => new Promise(() => undefined) },
    };
    void rig.start();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [pending] = [...rig.world.sessions.values()];
    expect(pending?.status).toBe('pending');
    expect((await abortSession(rig.ports, pending!.id)).said).toBe('aborting');
    while (rig.world.finalizerCalls.length === 0) await rig.nextCheck();
    await rig.deliverFinalizers();
    const session = rig.read(pending!.id);
    expect(session).toMatchObject({ status: 'aborted', conclusion: { finalizedBy: 'monitor' } });
    expect(session.conclusion!.concludedAt - T0).toBeLessThanOrEqual(61 * SECOND);
    expect(rig.world.harvesters.get('county')?.lease).toBeUndefined();
  });

  test('of a session that does not stop by itself ends it after abortSeconds, not at its old deadline', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    await rig.discover(id);
    await abortSession(rig.ports, id);
    while (rig.world.finalizerCalls.length === 0) await rig.nextCheck();
    await rig.deliverFinalizers();
    expect(rig.read(id)).toMatchObject({
      status: 'aborted',
      conclusion: { counts: { total: 10, skipped: 10 } },
    });
    expect(rig.world.clock.now() - T0).toBeLessThanOrEqual(61 * SECOND);
  });

  test('of what is over, or unknown, says so and changes nothing', async () => {
    const rig = await makeRig();
    const session = await rig.session();
    expect(await abortSession(rig.ports, session.id)).toMatchObject({ said: 'over' });
    expect(await abortSession(rig.ports, 'nobody')).toMatchObject({ said: 'gone' });
    expect(rig.read(session.id)).toEqual(session);
  });

  test('that comes in while the finalizer counts is honoured', async () => {
    const rig = await makeRig({ datasets: 3 });
    const { id } = await rig.start();
    await rig.discover(id);
    const { batches } = rig.ports;
    rig.ports = {
      ...rig.ports,
      batches: {
        ...batches,
        seal: async (key) => {
          await abortSession(rig.ports, id);
          return batches.seal(key);
        },
      },
    };
    await rig.finalize(id);
    expect(rig.read(id)).toMatchObject({
      status: 'aborted',
      conclusion: { counts: { skipped: 3, lost: 0 } },
    });
  });
});

describe('retry', () => {
  test('harvests only what failed or was lost, and says what the earlier listing lacked', async () => {
    const rig = await makeRig({ datasets: 9 });
    rig.remote.before = (request) => (request.url.endsWith('/datasets/5/') ? reply('broken') : undefined);
    const { id } = await rig.start();
    const { batches } = await rig.discover(id);
    for (const batch of batches.slice(0, 2)) await rig.call('harvest', { session: id, batch });
    await rig.finalize(id, 'monitor', { because: 'the session was overdue' });
    expect(rig.read(id).conclusion?.counts).toMatchObject({ harvested: 5, failed: 1, lost: 3 });

    rig.remote.before = () => undefined;
    rig.remote.requests.length = 0;
    const again = await rig.session({ retryOf: id });
    expect(again).toMatchObject({
      status: 'finished-all-ok',
      conclusion: { counts: { total: 4, harvested: 4 } },
    });
    expect(rig.remote.requests.map((url) => /datasets\/(\d+)/.exec(url)?.[1]).sort()).toEqual([
      '5',
      '7',
      '8',
      '9',
    ]);
    expect(rig.published(again.id)).toEqual(ids(5, 7, 8, 9));
  });

  test('of an open session is a conflict', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    await expect(rig.start({ retryOf: id })).rejects.toThrow('only a session that is over can be retried');
  });
});
