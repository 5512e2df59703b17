/** What every world promises of batches: each is settled once, whoever comes first. */
import { describe, expect } from 'vitest';
import type { Batch, ResourceOutcome } from '../../lib/session/session.ts';
import { BOTH_HARVESTED, collect, fresh, makeBatch, promisesOf, type ContractWorld } from './world.ts';

const RACES = 40;

export function batchesContract(world: ContractWorld): void {
  describe(`batches in ${world.name}`, () => {
    const promised = promisesOf(world);

    promised(
      'a planned batch comes back as it was: hints of any shape, no title, no outcome',
      async ({ batches }) => {
        const key = { sessionId: fresh('s'), attempt: 'att1', number: 7 };
        const resources: Batch['resources'] = [
          { id: '', title: '' },
          { id: 'ü/√ 😀', hint: { b: null, a: [1e300, '', { c: false }] } },
          { id: 'x', hint: 'text', title: 'A "title"' },
          { id: 'y', hint: null },
        ];
        const batch = makeBatch(key, { resources, staged: true });
        expect(await batches.read(key)).toBeUndefined();
        await batches.plan([batch]);
        expect(await batches.read(key)).toEqual(batch);
      },
    );

    promised('planning a batch again before it is begun changes nothing', async ({ batches }) => {
      const batch = makeBatch({ sessionId: fresh('s'), attempt: 'a', number: 0 });
      await batches.plan([batch]);
      await batches.plan([batch]);
      expect((await collect((cursor) => batches.list(batch.key.sessionId, cursor))).values).toEqual([batch]);
    });

    promised('batches of two attempts with the same number are two batches', async ({ batches }) => {
      const sessionId = fresh('s');
      const [a, b] = [
        makeBatch({ sessionId, attempt: 'a', number: 0 }),
        makeBatch({ sessionId, attempt: 'b', number: 0 }),
      ];
      await batches.plan([a, b]);
      await batches.commit(a.key, { outcomes: BOTH_HARVESTED, records: 2, worker: 'w' });
      expect((await batches.read(b.key))?.state).toBe('planned');
    });

    promised('beginning counts tries and gives the batch as it is then', async ({ batches }) => {
      const batch = makeBatch({ sessionId: fresh('s'), attempt: 'a', number: 0 });
      await batches.plan([batch]);
      expect(await batches.begin(batch.key)).toEqual({ ...batch, tries: 1 });
      expect((await batches.begin(batch.key))?.tries).toBe(2);
      expect((await batches.read(batch.key))?.tries).toBe(2);
    });

    promised(
      'beginning a batch that was never written gives nothing and writes nothing',
      async ({ batches }) => {
        const key = { sessionId: fresh('s'), attempt: 'a', number: 0 };
        expect(await batches.begin(key)).toBeUndefined();
        expect(await batches.read(key)).toBeUndefined();
      },
    );

    promised('a settled batch is begun by nobody: it is given as it is', async ({ batches }) => {
      const sessionId = fresh('s');
      const [done, sealed] = [0, 1].map((number) => makeBatch({ sessionId, attempt: 'a', number })) as [
        Batch,
        Batch,
      ];
      await batches.plan([done, sealed]);
      await batches.commit(done.key, { outcomes: BOTH_HARVESTED, records: 2, worker: 'w' });
      await batches.seal(sealed.key);
      expect(await batches.begin(done.key)).toEqual({
        ...done,
        state: 'committed',
        outcomes: BOTH_HARVESTED,
        records: 2,
        committedBy: 'w',
      });
      expect(await batches.begin(sealed.key)).toEqual({ ...sealed, state: 'sealed' });
    });

    promised('a commit keeps every outcome with its reason, in order', async ({ batches }) => {
      const batch = makeBatch(
        { sessionId: fresh('s'), attempt: 'a', number: 0 },
        { resources: Array.from({ length: 5 }, (_, index) => ({ id: `${index}` })) },
      );
      const outcomes: ResourceOutcome[] = [
        { outcome: 'lost', because: '' },
        { outcome: 'harvested' },
        { outcome: 'failed', because: 'its record is "broken": √' },
        { outcome: 'unchanged' },
        { outcome: 'skipped', because: 'the session was aborted' },
      ];
      await batches.plan([batch]);
      expect(await batches.commit(batch.key, { outcomes, records: 1, worker: 'w1' })).toBe('committed');
      expect(await batches.read(batch.key)).toEqual({
        ...batch,
        state: 'committed',
        outcomes,
        records: 1,
        committedBy: 'w1',
      });
    });

    promised(
      'a commit that is repeated by the same worker stays a commit; one of another worker is refused',
      async ({ batches }) => {
        const { key } = makeBatch({ sessionId: fresh('s'), attempt: 'a', number: 0 });
        await batches.plan([makeBatch(key)]);
        const commit = { outcomes: BOTH_HARVESTED, records: 2, worker: 'w1' };
        expect(await batches.commit(key, commit)).toBe('committed');
        expect(await batches.commit(key, commit)).toBe('committed');
        const failed: ResourceOutcome[] = [{ outcome: 'failed', because: 'x' }, { outcome: 'harvested' }];
        expect(await batches.commit(key, { outcomes: failed, records: 1, worker: 'w2' })).toBe('refused');
        expect(await batches.read(key)).toMatchObject({
          outcomes: BOTH_HARVESTED,
          records: 2,
          committedBy: 'w1',
        });
      },
    );

    promised(
      'a commit after a seal is refused, a seal after a commit says so, a seal after a seal is a seal',
      async ({ batches }) => {
        const sessionId = fresh('s');
        const keys = [0, 1].map((number) => ({ sessionId, attempt: 'a', number }));
        await batches.plan(keys.map((key) => makeBatch(key)));
        const [first, second] = keys as [Batch['key'], Batch['key']];
        expect(await batches.seal(first)).toBe('sealed');
        expect(await batches.seal(first)).toBe('sealed');
        expect(await batches.commit(first, { outcomes: BOTH_HARVESTED, records: 2, worker: 'w' })).toBe(
          'refused',
        );
        expect(await batches.read(first)).toMatchObject({ state: 'sealed', records: 0 });
        expect((await batches.read(first))?.committedBy).toBeUndefined();
        await batches.commit(second, { outcomes: BOTH_HARVESTED, records: 2, worker: 'w' });
        expect(await batches.seal(second)).toBe('committed');
        expect((await batches.read(second))?.state).toBe('committed');
      },
    );

    promised('what was never written can be neither committed nor sealed', async ({ batches }) => {
      const key = { sessionId: fresh('s'), attempt: 'a', number: 0 };
      expect(await batches.commit(key, { outcomes: [], records: 0, worker: 'w' })).toBe('refused');
      await expect(batches.seal(key)).rejects.toMatchObject({ name: 'InvariantBroken' });
      expect(await batches.read(key)).toBeUndefined();
    });

    promised(
      'two workers and two finalizers race: exactly one settles the batch, and all are told the same',
      async ({ batches }) => {
        const sessionId = fresh('race');
        const keys = Array.from({ length: RACES }, (_, number) => ({ sessionId, attempt: 'a', number }));
        await batches.plan(keys.map((key) => makeBatch(key)));
        const commitBy = (key: Batch['key'], worker: string) =>
          batches.commit(key, { outcomes: BOTH_HARVESTED, records: 2, worker });
        const races = keys.map(async (key, index) => {
          const moves = [
            () => commitBy(key, 'w1'),
            () => batches.seal(key),
            () => commitBy(key, 'w2'),
            () => batches.seal(key),
          ];
          const order = index % 2 === 0 ? moves : moves.toReversed();
          const answers = await Promise.all(order.map((move) => move()));
          const [w1, s1, w2, s2] = index % 2 === 0 ? answers : answers.toReversed();
          const batch = await batches.read(key);
          expect(s1).toBe(s2);
          expect(batch?.state).toBe(s1);
          const committers = [w1 === 'committed' ? 'w1' : '', w2 === 'committed' ? 'w2' : ''].filter(
            (worker) => worker !== '',
          );
          expect(committers).toEqual(s1 === 'committed' ? [batch?.committedBy] : []);
          return s1;
        });
        expect(new Set(await Promise.all(races)), 'each side was first now and then').toEqual(
          new Set(['committed', 'sealed']),
        );
      },
    );

    promised(
      'more than 1 MB of batches is listed whole, in order of number, over pages, and summed up',
      async ({ batches }) => {
        const sessionId = fresh('big');
        const title = 'T'.repeat(200);
        const resources = Array.from({ length: 100 }, (_, index) => ({
          id: `resource-${index}`,
          title,
          hint: { alternate: `layer:${index}` },
        }));
        const planned = Array.from({ length: 60 }, (_, number) =>
          makeBatch({ sessionId, attempt: 'a', number }, { resources }),
        );
        for (let from = 0; from < planned.length; from += 25)
          await batches.plan(planned.slice(from, from + 25).toReversed());
        await batches.commit(planned[31]!.key, {
          outcomes: resources.map(() => ({ outcome: 'harvested' })),
          records: 100,
          worker: 'w',
        });

        const whole = await collect((cursor) => batches.list(sessionId, cursor));
        expect(whole.values.map(({ key }) => key.number)).toEqual(planned.map(({ key }) => key.number));
        expect(whole.values[12]).toEqual(planned[12]);
        expect(whole.pages).toBeGreaterThan(1);
        const short = await collect((cursor) => batches.summaries(sessionId, cursor));
        expect(short.values[31]).toEqual({
          key: planned[31]!.key,
          state: 'committed',
          records: 100,
          committedBy: 'w',
          size: 100,
        });
        expect(short.values.filter(({ state, size }) => state === 'planned' && size === 100)).toHaveLength(
          59,
        );
      },
    );

    promised(
      'a session has its own batches only, also when another id begins like its own',
      async ({ batches, sessions }) => {
        const sessionId = fresh('s');
        await batches.plan([
          makeBatch({ sessionId, attempt: 'a', number: 0 }),
          makeBatch({ sessionId: `${sessionId}0`, attempt: 'a', number: 0 }),
        ]);
        expect((await batches.summaries(sessionId)).values.map(({ key }) => key.sessionId)).toEqual([
          sessionId,
        ]);
        expect(await sessions.read(sessionId)).toBeUndefined();
      },
    );
  });
}
