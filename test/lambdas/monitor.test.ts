/** The monitor: checks of one session. */
import { describe, expect, test } from 'vitest';
import { ReeveError } from '../../lib/session/errors.ts';
import { makeRig, SECOND, T0, type Rig } from './rig.ts';

/** A session whose execution went away after its discover: nobody will report on anything. */
async function stuck(rig: Rig): Promise<string> {
  const { id } = await rig.start();
  await rig.discover(id);
  return id;
}

const busy = (): Promise<never> => Promise.reject(new ReeveError('StoreBusy', 'the store is away'));

describe('the monitor', () => {
  test('watches a healthy session, check after check, and concludes it at its deadline when it is stuck', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    const seen: string[] = [];
    while (rig.world.finalizerCalls.length === 0) seen.push(((await rig.nextCheck()) as { did: string }).did);
    expect(seen).toEqual(['watched on', 'watched on', 'watched on', 'watched on', 'called the finalizer']);
    expect(rig.world.clock.now()).toBe(T0 + (10 * 20 + 1_200) * SECOND);
    await rig.deliverFinalizers();
    expect(rig.read(id)).toMatchObject({
      status: 'finished-all-failed',
      conclusion: { finalizedBy: 'monitor', counts: { total: 10, lost: 10 } },
    });
    expect(rig.read(id).conclusion?.cause).toBe(
      'The session was overdue: its execution still ran. Of 10 resources 10 lost (no worker reported on them).',
    );
    expect(rig.world.executions.get(id)?.sighting).toEqual({ execution: 'ended', how: 'aborted' });
    expect(rig.world.checks.size).toBe(0);
  });

  test('arms the next check before it acts: a finalizer that cannot be called is called again by the next check', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.world.clock.advanceTo(rig.read(id).deadlineAt);
    const healthy = rig.ports;
    rig.ports = { ...healthy, finalizer: { call: busy } };
    await expect(rig.nextCheck()).rejects.toThrow('the store is away');
    expect(rig.world.checks.size).toBe(1);
    rig.ports = healthy;
    await rig.nextCheck();
    await rig.deliverFinalizers();
    expect(rig.read(id).closedAt).toBeDefined();
  });

  test('resumes a finalizer that died after the conclusion', async () => {
    const rig = await makeRig({ datasets: 3 });
    const { id } = await rig.start();
    await rig.work(id);
    const healthy = rig.ports;
    rig.ports = { ...healthy, events: { publish: busy } };
    await expect(rig.finalize(id)).rejects.toThrow();
    expect(rig.read(id)).toMatchObject({ status: 'finished-all-ok', closedAt: undefined });
    expect(rig.world.harvesters.get('county')?.lease).toBe(id);
    rig.ports = healthy;
    expect(await rig.nextCheck()).toMatchObject({
      did: 'called the finalizer',
      because: 'it was concluded but not cleaned up after',
    });
    await rig.deliverFinalizers();
    expect(rig.read(id)).toMatchObject({
      status: 'finished-all-ok',
      conclusion: { finalizedBy: 'workflow' },
    });
    expect(rig.world.harvesters.get('county')?.lease).toBeUndefined();
  });

  test('a check that is delivered twice, even late, does not fork the chain', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    await rig.nextCheck();
    await rig.nextCheck();
    expect(rig.read(id).check).toBe(2);
    expect(await rig.call('monitor', { session: id, check: 0 })).toEqual({
      did: 'nothing',
      because: 'a later check watches',
    });
    expect([...rig.world.checks.keys()]).toEqual([`${id}-2`]);
  });

  test('two deliveries of one check at the same time arm one next check', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.world.checks.clear();
    rig.world.clock.advanceTo(rig.read(id).deadlineAt);
    const did = await Promise.all([
      rig.call('monitor', { session: id, check: 0 }),
      rig.call('monitor', { session: id, check: 0 }),
    ]);
    expect([...rig.world.checks.keys()]).toEqual([`${id}-1`]);
    expect(did.filter((one) => (one as { did: string }).did === 'called the finalizer')).toHaveLength(1);
  });

  test('a check whose number was never counted (its predecessor died) watches all the same', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    expect(await rig.call('monitor', { session: id, check: 1 })).toEqual({ did: 'watched on' });
    expect(rig.read(id).check).toBe(2);
  });

  test('a check of a session that is closed or gone stops', async () => {
    const rig = await makeRig();
    const session = await rig.session();
    expect(await rig.call('monitor', { session: session.id, check: 0 })).toEqual({
      did: 'nothing',
      because: 'closed',
    });
    expect(await rig.call('monitor', { session: 'never', check: 0 })).toEqual({
      did: 'nothing',
      because: 'gone',
    });
    expect(rig.world.checks.size).toBe(0);
  });

  test('not being able to see the execution is no answer: the session is concluded by its deadline, and says that', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.ports = {
      ...rig.ports,
      executions: { ...rig.ports.executions, look: () => Promise.reject(new Error('throttled')) },
    };
    while (rig.world.finalizerCalls.length === 0) await rig.nextCheck();
    await rig.deliverFinalizers();
    expect(rig.read(id).conclusion?.cause).toContain('could not be seen (throttled)');
  });

  test('extends an overdue session that makes progress, and ends it when it makes none', async () => {
    const rig = await makeRig({ pace: { extendWhileProgressing: true } });
    const id = await stuck(rig);
    const { deadlineAt } = rig.read(id);
    rig.world.clock.advanceTo(deadlineAt - 1 * SECOND);
    await rig.call('harvest', { session: id, batch: 0 });
    let did = '';
    while (did !== 'extended') ({ did } = (await rig.nextCheck()) as { did: string });
    expect(rig.read(id).deadlineAt).toBeGreaterThan(deadlineAt);
    while (rig.world.finalizerCalls.length === 0) await rig.nextCheck();
    await rig.deliverFinalizers();
    expect(rig.read(id)).toMatchObject({
      status: 'finished-some-failed',
      conclusion: { counts: { harvested: 3, lost: 7 } },
    });
  });
});
