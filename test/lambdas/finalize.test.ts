/** The watch over the watch, and the finalizer: many at once, dying anywhere. */
import { describe, expect, test } from 'vitest';
import { ReeveError } from '../../lib/session/errors.ts';
import { makeRig, SECOND, type Rig } from './rig.ts';

/** A session whose execution went away after its discover: nobody will report on anything. */
async function stuck(rig: Rig): Promise<string> {
  const { id } = await rig.start();
  await rig.discover(id);
  return id;
}

const busy = (): Promise<never> => Promise.reject(new ReeveError('StoreBusy', 'the store is away'));

describe('the sweep', () => {
  test('concludes what nobody watches any more', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.world.checks.clear();
    rig.world.clock.advanceTo(rig.read(id).deadlineAt + 900 * SECOND);
    expect(await rig.call('sweep', {})).toMatchObject({ open: 1, finalizersCalled: 1 });
    await rig.deliverFinalizers();
    expect(rig.read(id)).toMatchObject({ conclusion: { finalizedBy: 'sweep', counts: { lost: 10 } } });
    expect(rig.world.metrics.get('SessionsRescued')).toBe(1);
    expect(rig.world.metrics.get('SweepHeartbeat')).toBe(1);
  });

  test('mends a chain of checks that broke, under a new name', async () => {
    const rig = await makeRig({ datasets: 100 });
    const id = await stuck(rig);
    rig.world.checks.clear();
    rig.pass(601);
    expect(await rig.call('sweep', {})).toMatchObject({ checksMended: 1, finalizersCalled: 0 });
    expect([...rig.world.checks.keys()]).toEqual([`${id}-1`]);
    expect(await rig.call('sweep', {})).toMatchObject({ checksMended: 0 });
  });

  test('leaves healthy sessions alone', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    const before = rig.read(id);
    expect(await rig.call('sweep', {})).toEqual({
      open: 1,
      finalizersCalled: 0,
      checksMended: 0,
      unjudged: 0,
    });
    expect(rig.read(id)).toEqual(before);
  });

  test('a session that cannot be judged does not keep another from being rescued', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    await rig.ports.harvesters.create({
      ...rig.world.harvesters.get('county')!,
      id: 'other',
      lease: undefined,
    });
    const other = await rig.start({ harvester: 'other' });
    rig.world.clock.advanceTo(rig.read(id).deadlineAt);
    const { sessions } = rig.ports;
    rig.ports = {
      ...rig.ports,
      sessions: { ...sessions, read: (one) => (one === other.id ? busy() : sessions.read(one)) },
    };
    expect(await rig.call('sweep', {})).toMatchObject({ unjudged: 1, finalizersCalled: 1 });
  });

  test('after a crash of the whole world looks at every execution', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.world.executions.clear();
    rig.limits = { ...rig.limits, startGraceSeconds: 0 };
    expect(await rig.call('sweep', { lookAtAll: true })).toMatchObject({ finalizersCalled: 1 });
    await rig.deliverFinalizers();
    expect(rig.read(id).conclusion?.cause).toContain('Nothing was working on it any more');
  });
});

describe('the finalizer', () => {
  test('any number at once conclude once, with one event at least and equal counts', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    await rig.call('harvest', { session: id, batch: 0 });
    await Promise.all(
      ['workflow', 'monitor', 'sweep', 'event'].map((by) => rig.finalize(id, by, { because: by })),
    );
    const session = rig.read(id);
    expect(session.conclusion?.counts).toEqual({
      total: 10,
      harvested: 3,
      unchanged: 0,
      failed: 0,
      skipped: 0,
      lost: 7,
    });
    expect(rig.world.metrics.get('SessionsConcluded')).toBe(1);
    await rig.finalize(id, 'sweep');
    expect(rig.read(id)).toEqual(session);
  });

  test('an old one cannot free the lease of a newer session', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    const { harvesters } = rig.ports;
    const healthy = rig.ports;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reads = 0;
    rig.ports = {
      ...healthy,
      harvesters: { ...harvesters, read: async (one) => ((reads += 1), await held, harvesters.read(one)) },
    };
    const old = rig.finalize(id, 'monitor');
    while (reads === 0) await Promise.resolve();
    rig.ports = healthy;
    await rig.finalize(id, 'sweep');
    const newer = await rig.start();
    release();
    await old;
    expect(rig.world.harvesters.get('county')?.lease).toBe(newer.id);
  });

  test('publishes what a worker committed but did not live to publish', async () => {
    const rig = await makeRig({ datasets: 3 });
    const id = await stuck(rig);
    const healthy = rig.ports;
    rig.ports = { ...healthy, records: { ...healthy.records, copy: busy } };
    await expect(rig.call('harvest', { session: id, batch: 0 })).rejects.toThrow();
    expect(rig.published(id)).toEqual([]);
    rig.ports = healthy;
    await rig.finalize(id, 'monitor');
    expect(rig.published(id)).toHaveLength(3);
    expect(rig.read(id).conclusion?.counts.harvested).toBe(3);
  });

  test('stops before its own time-out, and the next one goes on where it was', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    let calls = 0;
    rig.timeLeftMillis = () => ((calls += 1) > 1 ? 1 : 60_000);
    await expect(rig.finalize(id, 'monitor')).rejects.toMatchObject({ name: 'FinalizeUnfinished' });
    expect(
      [...rig.world.batches.values()].filter((batch) => batch.state === 'sealed').length,
    ).toBeGreaterThan(0);
    rig.timeLeftMillis = () => 60_000;
    await rig.finalize(id, 'monitor');
    expect(rig.read(id).conclusion?.counts.lost).toBe(10);
  });

  test('an execution that cannot be stopped does not hold up the conclusion, only the closing', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    const healthy = rig.ports;
    rig.ports = { ...healthy, executions: { ...healthy.executions, stop: busy } };
    await expect(rig.finalize(id, 'monitor')).rejects.toThrow();
    expect(rig.read(id)).toMatchObject({ status: 'finished-all-failed', closedAt: undefined });
    rig.ports = healthy;
    await rig.finalize(id, 'monitor');
    expect(rig.read(id).closedAt).toBeDefined();
  });

  test('the event of another execution concludes nothing', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    expect(await rig.finalize(id, 'event', { execution: 'another' })).toMatchObject({
      did: 'nothing: not its execution',
    });
    expect(rig.read(id).sealing).toBeUndefined();
  });

  test('of a workflow that failed says with what', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    const error = {
      Error: 'StoreBusy',
      Cause: '{"errorMessage":"the store is away","errorType":"StoreBusy"}',
    };
    await rig.finalize(id, 'workflow', { error });
    expect(rig.read(id).conclusion?.cause).toContain('Its workflow failed: StoreBusy (the store is away).');
  });

  test('a batch that vanished is lost: the total never shrinks', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    await rig.call('harvest', { session: id, batch: 0 });
    const { batches } = rig.ports;
    rig.ports = {
      ...rig.ports,
      batches: {
        ...batches,
        list: async (one, cursor) => {
          const page = await batches.list(one, cursor);
          return { ...page, values: page.values.filter((batch) => batch.key.number !== 1) };
        },
      },
    };
    await rig.finalize(id, 'monitor');
    expect(rig.read(id).conclusion?.counts).toEqual({
      total: 10,
      harvested: 3,
      unchanged: 0,
      failed: 0,
      skipped: 0,
      lost: 7,
    });
  });
});
