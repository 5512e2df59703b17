/** What a session asks of AWS, counted; what becomes of it when AWS says that it is too much, or keeps it waiting. */
import { describe, expect, test, type TestContext } from 'vitest';
import type { Session } from '../../lib/session/session.ts';
import type { Deployed } from './deployed.ts';
import { relayFor, type Calls, type Relay } from './relay.ts';
import { NONE, publishedOf, remoteFor } from './session-scenarios.ts';

const WORKERS = ['discover', 'harvest', 'finalize'] as const;

export function relayScenarios(stack: () => Deployed): void {
  describe('between the Lambdas and AWS, one after the other, since all that passes is counted or kept waiting', () => {
    const harvested = async (context: TestContext, datasets: number, relay: Relay): Promise<Calls> => {
      const remote = await remoteFor(context, { datasets });
      const harvester = await stack().harvester(remote.url, { batchSize: 10, batchesAtOnce: 1 });
      const { id } = await stack().started(harvester);
      const session = await stack().closed(id);
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: datasets, harvested: datasets });
      return relay.takeCalls();
    };

    test('a batch takes a read and two writes of the table, and a put and a copy of records', async (context) => {
      const relay = await relayFor(context, stack(), WORKERS);
      const few = await harvested(context, 40, relay);
      const more = await harvested(context, 160, relay);
      const ofABatch = Object.fromEntries(
        Object.entries(more)
          .map(([call, times]) => [call, (times - (few[call] ?? 0)) / 12] as const)
          .filter(([, times]) => Math.abs(times) > 0.2),
      );
      const { 'dynamodb GetItem': reads = 0, ...writes } = ofABatch;
      expect(writes).toEqual({ 'dynamodb UpdateItem': 2, 's3 PutObject': 1, 's3 CopyObject': 1 });
      // Once when it begins, and again for every `sessionLookSeconds` that it takes (here 1): how often is the machine's to say.
      expect(reads).toBeGreaterThan(0.7);
    });

    test('a throttled table slows a session down, and neither loses nor doubles anything', async (context) => {
      const relay = await relayFor(context, stack(), WORKERS);
      const remote = await remoteFor(context, { datasets: 60 });
      const harvester = await stack().harvester(remote.url);
      relay.throttle(40);
      const { id } = await stack().started(harvester);
      const session: Session = await stack().closed(id, 200);
      expect(relay.throttled()).toBeGreaterThan(20);
      expect(session).toMatchObject({ status: 'finished-all-ok', conclusion: { finalizedBy: 'workflow' } });
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 60, harvested: 60 });
      const published = await publishedOf(stack(), session);
      expect([published.length, new Set(published).size]).toEqual([60, 60]);
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('an abort of a session that is still pending: its execution finds nothing to do', async (context) => {
      const remote = await remoteFor(context, { datasets: 40 });
      const harvester = await stack().harvester(remote.url);
      const relay = await relayFor(context, stack(), ['api']);
      const letGo = relay.hold('states StartExecution');
      const starting = stack().start({ harvester });
      const id = await stack().until(
        'it is opened, and its check is armed',
        20,
        async () => (await stack().ports.harvesters.read(harvester))?.lease,
      );
      await stack().until('its check is armed', 20, async () =>
        (await stack().checksOf(id)).length > 0 ? true : undefined,
      );
      expect((await stack().session(id)).status).toBe('pending');
      expect(await stack().abort(id)).toBe(202);
      letGo();
      await starting;
      const session = await stack().closed(id, 60);
      expect(session).toMatchObject({ status: 'aborted', conclusion: { counts: { ...NONE, total: 0 } } });
      expect(remote.requestCount()).toBe(0);
      expect(await stack().leftovers(session)).toEqual([]);
    });
  });
}
