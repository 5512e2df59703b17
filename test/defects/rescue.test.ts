/** The known defects D1 to D10 of GeoNode's monitor and finalizer, each as a test that it cannot happen here; the numbers are those of our study of peers. */
import { describe, expect, test } from 'vitest';
import { abortSession } from '../../lib/protocol/abort.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';
import { makeRig, reply, type Rig } from '../lambdas/rig.ts';

async function stuck(rig: Rig): Promise<string> {
  const { id } = await rig.start();
  await rig.discover(id);
  return id;
}

/** Delivers checks until the finalizer was called and has run. */
async function rescue(rig: Rig): Promise<void> {
  while (rig.world.finalizerCalls.length === 0) await rig.nextCheck();
  await rig.deliverFinalizers();
}

const workflow = harvestWorkflow({ discover: 'd', harvest: 'h', finalize: 'f' }, DEFAULT_LIMITS);

describe('rescue and finalization', () => {
  test('D1: resources that nobody reported on do not count as success', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    await rig.call('harvest', { session: id, batch: 0 });
    await rescue(rig);
    expect(rig.read(id)).toMatchObject({
      status: 'finished-some-failed',
      conclusion: { counts: { total: 10, harvested: 3, lost: 7 } },
    });
  });

  test('D2: the finalizer does not run beside the resources, however many there are', async () => {
    const rig = await makeRig({ datasets: 120, pace: { batchSize: 1 }, pageSize: 50 });
    rig.limits = { ...rig.limits, waveBatchesMax: 30 };
    const session = await rig.session();
    expect(session.conclusion?.counts).toMatchObject({ total: 120, harvested: 120 });
    expect(workflow.States['HarvestMany']).toMatchObject({ Next: 'More' });
    expect(workflow.States['More']).toMatchObject({ Default: 'Finalize' });
  });

  test('D3: one resource or batch that cannot be harvested does not keep later batches from being harvested', async () => {
    const rig = await makeRig();
    rig.remote.before = (request) => {
      if (request.url.includes('/datasets/2/'))
        throw new ReeveError('RemoteTooSlow', 'no answer within 120 s');
      return undefined;
    };
    expect((await rig.session()).conclusion?.counts).toMatchObject({ harvested: 9, failed: 1 });
    for (const name of ['HarvestFew', 'HarvestMany']) {
      const map = workflow.States[name];
      expect(map?.Type === 'Map' && map.ItemProcessor.States[`${name}Batch`]).toMatchObject({
        Catch: [{ ErrorEquals: ['States.ALL'], Next: `${name}Uncommitted` }],
      });
    }
  });

  test('D4: the error path of the workflow works: a failed state leads to a conclusion that says so', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    expect(workflow.States['Discover']).toMatchObject({
      Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'FinalizeAfterError' }],
    });
    await rig.finalize(id, 'workflow', { error: { Error: 'States.Timeout', Cause: '' } });
    expect(rig.read(id).conclusion?.cause).toContain('Its workflow failed: States.Timeout');
  });

  test('D5: the rescue needs none of the parts that do the work', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    const dead = (): Promise<never> => Promise.reject(new ReeveError('StoreBusy', 'dead'));
    rig.ports = {
      ...rig.ports,
      remote: { fetch: dead },
      executions: { start: dead, look: dead, stop: () => Promise.resolve('not running') },
    };
    await rescue(rig);
    expect(rig.read(id).closedAt).toBeDefined();
  });

  test('D6: a rescuer that dies, again and again, is followed by another', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.world.clock.advanceTo(rig.read(id).deadlineAt);
    const healthy = rig.ports;
    for (let deaths = 0; deaths < 5; deaths += 1) {
      rig.ports = { ...healthy, finalizer: { call: () => Promise.reject(new Error('killed')) } };
      await rig.nextCheck().catch(() => undefined);
    }
    expect(rig.world.checks.size).toBe(1);
    rig.ports = healthy;
    await rescue(rig);
    expect(rig.read(id).closedAt).toBeDefined();
  });

  test('D7: a session that never got past pending, and one that only lists, are watched like any other', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    const pending = { ...rig.read(id), status: 'pending' as const };
    await rig.ports.sessions.save(pending);
    await rescue(rig);
    expect(rig.read(id)).toMatchObject({
      status: 'finished-all-failed',
      conclusion: { finalizedBy: 'monitor' },
    });
    expect(rig.world.harvesters.get('county')?.lease).toBeUndefined();
  });

  test('D8: a slow session that is ended does not go on in secret, and one that progresses may be given time', async () => {
    const rig = await makeRig({ pace: { extendWhileProgressing: true } });
    const id = await stuck(rig);
    await rig.call('harvest', { session: id, batch: 0 });
    let did = '';
    while (did !== 'extended') ({ did } = (await rig.nextCheck()) as { did: string });
    await rescue(rig);
    expect(rig.world.executions.get(id)?.sighting).toMatchObject({ execution: 'ended' });
    const before = rig.remote.requests.length;
    await rig.call('harvest', { session: id, batch: 1 });
    expect(rig.remote.requests).toHaveLength(before);
  });

  test('D9: finalizing again, however late, changes neither the conclusion nor a newer session', async () => {
    const rig = await makeRig();
    const session = await rig.session();
    const newer = await rig.start();
    rig.pass(5_000);
    await rig.finalize(session.id, 'monitor', { because: 'late' });
    expect(rig.read(session.id)).toEqual(session);
    expect(rig.world.harvesters.get('county')?.lease).toBe(newer.id);
  });

  test('D10: a session in which everything failed is all failed; an abort counts what it skipped', async () => {
    const rig = await makeRig();
    rig.remote.before = (request) =>
      request.url.includes('/datasets/') ? reply('gone wrong', 500) : undefined;
    expect(await rig.session()).toMatchObject({
      status: 'finished-all-failed',
      conclusion: { counts: { failed: 10 } },
    });
    const id = await stuck(rig);
    await abortSession(rig.ports, id);
    await rig.finalize(id);
    expect(rig.read(id)).toMatchObject({ status: 'aborted', conclusion: { counts: { skipped: 10 } } });
  });
});
