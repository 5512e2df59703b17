/** Whole sessions on the deployed stack: each ends in the right status, with exact counts, and leaves nothing armed. */
import { ListExecutionsCommand, ListMapRunsCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test, type TestContext } from 'vitest';
import { executionArnOf } from '../../lib/aws/executions.ts';
import { unpackLines } from '../../lib/records.ts';
import { startSampleRemote, type SampleRemote, type SampleSettings } from '../../lib/sample/remote.ts';
import { recordsPrefix, stagingPrefix } from '../../lib/session/names.ts';
import type { Counts, Session } from '../../lib/session/session.ts';
import type { Deployed } from './deployed.ts';

export const NONE: Omit<Counts, 'total'> = { harvested: 0, unchanged: 0, failed: 0, skipped: 0, lost: 0 };

/** Tests that run at the same time must say which of them the remote belongs to. */
export async function remoteFor(
  { onTestFinished }: TestContext,
  settings: SampleSettings,
): Promise<SampleRemote> {
  const remote = await startSampleRemote(settings);
  onTestFinished(() => remote.close());
  return remote;
}

/** The ids of all records that a session published. */
export async function publishedOf({ ports }: Deployed, session: Session): Promise<string[]> {
  const { values } = await ports.records.list(recordsPrefix(session.harvesterId, session.id));
  const files = await Promise.all(values.map((key) => ports.records.read(key)));
  return files.flatMap((bytes) => unpackLines(bytes!).map((line) => (JSON.parse(line) as { id: string }).id));
}

export function sessionScenarios(stack: () => Deployed): void {
  describe.concurrent('sessions', () => {
    test('a healthy session: all harvested, published, cleaned up after, and its execution succeeded', async (context) => {
      const remote = await remoteFor(context, { datasets: 40 });
      const { id } = await stack().started(await stack().harvester(remote.url));
      expect(await stack().checksOf(id)).toEqual([`${id}-0`]);
      const session = await stack().closed(id);
      expect(session).toMatchObject({
        status: 'finished-all-ok',
        conclusion: { finalizedBy: 'workflow', cause: '' },
      });
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 40, harvested: 40 });
      expect(new Set(await publishedOf(stack(), session)).size).toBe(40);
      expect((await stack().ports.records.list(stagingPrefix(id))).values).toEqual([]);
      expect(await stack().leftovers(session)).toEqual([]);
      await stack().until('its execution succeeded', 10, async () => {
        const sighting = await stack().ports.executions.look(session.executionName);
        return sighting.execution === 'ended' && sighting.how === 'succeeded' ? sighting : undefined;
      });
    });

    test('a large wave goes through a distributed Map, whose children are executions of their own', async (context) => {
      const remote = await remoteFor(context, { datasets: 60 });
      const { id } = await stack().started(await stack().harvester(remote.url));
      const session = await stack().closed(id);
      expect(session.status).toBe('finished-all-ok');
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 60, harvested: 60 });
      const executionArn = executionArnOf(stack().output('StateMachineArn'), session.executionName);
      const { mapRuns = [] } = await stack().sfn.send(new ListMapRunsCommand({ executionArn }));
      expect(mapRuns).toHaveLength(1);
      const { executions = [] } = await stack().sfn.send(
        new ListExecutionsCommand({ mapRunArn: mapRuns[0]!.mapRunArn! }),
      );
      expect(executions.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'SUCCEEDED'));
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('a listing of several waves is counted as one', async (context) => {
      const remote = await remoteFor(context, { datasets: 45 });
      const { id } = await stack().started(
        await stack().harvester(remote.url, { batchSize: 1, batchesAtOnce: 10 }),
      );
      const session = await stack().closed(id, 90);
      expect(session.waves.map(({ batches }) => batches)).toEqual([20, 20, 5]);
      expect(session.status).toBe('finished-all-ok');
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 45, harvested: 45 });
    });

    test('a resource that fails is counted and named, and spoils nothing else', async (context) => {
      const fault = { kind: 'status', status: 404 } as const;
      const remote = await remoteFor(context, {
        datasets: 12,
        faults: [{ match: 'dataset', ids: [3], fault }],
      });
      const { id } = await stack().started(await stack().harvester(remote.url));
      const session = await stack().closed(id);
      expect(session.status).toBe('finished-some-failed');
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 12, harvested: 11, failed: 1 });
      expect(session.conclusion!.reasons).toEqual([expect.objectContaining({ count: 1 })]);
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('a remote that is down fails the session, with nothing counted that nobody saw', async () => {
      const { id } = await stack().started(await stack().harvester('http://127.0.0.1:9'));
      const session = await stack().closed(id, 150);
      expect(session.status).toBe('finished-all-failed');
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 0 });
      expect(session.conclusion!.cause).not.toBe('');
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('two starts at once: one session, one conflict that names it', async (context) => {
      const remote = await remoteFor(context, { datasets: 40, latencyMillis: 200 });
      const harvester = await stack().harvester(remote.url);
      const said = await Promise.all([stack().start({ harvester }), stack().start({ harvester })]);
      const outcomes = said.map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual(['conflict', 'started']);
      const [id, other] = said.map((one) => one.id);
      expect(id).toBe(other);
      expect((await stack().closed(id!)).status).toBe('finished-all-ok');
      expect((await stack().ports.sessions.ofHarvester(harvester)).values).toEqual([id]);
    });

    test('the same key twice is the same session, while it runs and after', async (context) => {
      const remote = await remoteFor(context, { datasets: 10 });
      const input = { harvester: await stack().harvester(remote.url), key: 'tonight' };
      const first = await stack().start(input);
      const second = await stack().start(input);
      expect([first.outcome, second.outcome]).toEqual(['started', 'exists']);
      expect(first.id).toBe(second.id);
      await stack().closed(first.id);
      expect(await stack().start(input)).toEqual({ outcome: 'exists', id: first.id });
    });

    test('an abort while the remote dawdles: the workers stop, the rest is skipped', async (context) => {
      const remote = await remoteFor(context, { datasets: 60, latencyMillis: 1_500 });
      const { id } = await stack().started(
        await stack().harvester(remote.url, { batchesAtOnce: 1, resourcesAtOnce: 1 }),
      );
      await stack().until('its waves are listed', 40, async () =>
        (await stack().session(id)).waves.length > 0 ? true : undefined,
      );
      expect(await stack().abort(id)).toBe(202);
      const session = await stack().closed(id, 60);
      expect(session.status).toBe('aborted');
      const { total, skipped, harvested } = session.conclusion!.counts;
      expect(total).toBe(60);
      expect(skipped).toBeGreaterThan(0);
      expect(session.conclusion!.counts).toEqual({ ...NONE, total, skipped, harvested: total - skipped });
      expect(harvested).toBe((await publishedOf(stack(), session)).length);
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('an abort while the remote is down does not wait for the remote', async () => {
      const { id } = await stack().started(await stack().harvester('http://127.0.0.1:9'));
      expect(await stack().abort(id)).toBe(202);
      const session = await stack().closed(id);
      expect(session).toMatchObject({ status: 'aborted', conclusion: { counts: { ...NONE, total: 0 } } });
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('a worker that reports after the end changes nothing', async (context) => {
      const remote = await remoteFor(context, { datasets: 8 });
      const { id } = await stack().started(await stack().harvester(remote.url));
      const before = await stack().closed(id);
      const published = await publishedOf(stack(), before);
      expect(await stack().invoke('harvest', { session: id, batch: 0 })).toEqual({
        value: 0,
        errorMessage: undefined,
      });
      expect(await stack().invoke('discover', { session: id, wave: 1 })).toMatchObject({
        value: { batches: [], more: false },
      });
      expect(await stack().session(id)).toEqual(before);
      expect(await publishedOf(stack(), before)).toEqual(published);
    });

    test('an input that is wrong is refused, with what is wrong and what is allowed', async () => {
      const wrong = await stack().invoke('harvest', { key1: 'value1' });
      expect(wrong.errorMessage).toContain('The input of harvest is not valid: session: ');
      expect((await stack().invoke('start', { harvester: 'none' })).errorMessage).toContain(
        'There is no harvester none',
      );
    });
  });
}
