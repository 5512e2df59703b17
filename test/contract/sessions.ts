/** What every world promises of sessions. */
import { describe, expect } from 'vitest';
import type { Session } from '../../lib/session/session.ts';
import { makeSession, T0 } from '../session/make.ts';
import { collect, fresh, promisesOf, type ContractWorld } from './world.ts';

export function sessionsContract(world: ContractWorld): void {
  describe(`sessions in ${world.name}`, () => {
    const promised = promisesOf(world);

    promised('a session that was never created is not there', async ({ sessions }) => {
      expect(await sessions.read(fresh('none'))).toBeUndefined();
    });

    promised('a session comes back as it was created, with revision 1', async ({ sessions }) => {
      const session = makeSession({ id: fresh('s'), revision: 7, harvesterId: fresh('h') });
      expect(await sessions.create(session)).toBe('created');
      expect(await sessions.read(session.id)).toEqual({ ...session, revision: 1 });
    });

    promised(
      'everything that a session may hold survives: empty texts, odd letters, nothing, settings of any shape',
      async ({ sessions }) => {
        const session = rich();
        await sessions.create(session);
        const read = await sessions.read(session.id);
        expect(read).toEqual(session);
        expect(JSON.stringify(read?.remote.settings)).toBe(JSON.stringify(session.remote.settings));
      },
    );

    promised('creating a session twice is creating it once', async ({ sessions }) => {
      const session = makeSession({ id: fresh('s') });
      expect(await sessions.create(session)).toBe('created');
      expect(await sessions.create({ ...session, status: 'aborting' })).toBe('exists');
      expect((await sessions.read(session.id))?.status).toBe('on-going');
    });

    promised('of many who create the same session at once, one does', async ({ sessions }) => {
      const session = makeSession({ id: fresh('s') });
      const answers = await Promise.all(Array.from({ length: 8 }, () => sessions.create(session)));
      expect(answers.filter((answer) => answer === 'created')).toHaveLength(1);
    });

    promised(
      'a save raises the revision by one, and needs the revision that was read',
      async ({ sessions }) => {
        const session = makeSession({ id: fresh('s') });
        await sessions.create(session);
        expect(await sessions.save({ ...session, check: 1 })).toBe('saved');
        expect(await sessions.save({ ...session, check: 2 })).toBe('conflict');
        expect(await sessions.save({ ...session, check: 3, revision: 3 })).toBe('conflict');
        expect(await sessions.save({ ...session, check: 4, revision: 2 })).toBe('saved');
        expect(await sessions.read(session.id)).toEqual({ ...session, check: 4, revision: 3 });
      },
    );

    promised('of many who save the same revision at once, one does', async ({ sessions }) => {
      const session = makeSession({ id: fresh('s') });
      await sessions.create(session);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, check) => sessions.save({ ...session, check })),
      );
      expect(answers.filter((answer) => answer === 'saved')).toHaveLength(1);
      expect((await sessions.read(session.id))?.check).toBe(answers.indexOf('saved'));
    });

    promised('what a save leaves out is gone', async ({ sessions }) => {
      const session = rich();
      await sessions.create(session);
      await sessions.save({
        ...session,
        sealing: undefined,
        conclusion: undefined,
        progressSeen: undefined,
        retryOf: undefined,
      });
      const read = await sessions.read(session.id);
      expect([read?.sealing, read?.conclusion, read?.progressSeen, read?.retryOf]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
    });

    promised(
      'a session that was withdrawn is not there, and cannot be saved any more',
      async ({ sessions }) => {
        const session = makeSession({ id: fresh('s'), harvesterId: fresh('h') });
        await sessions.create(session);
        expect(await sessions.withdraw(session)).toBe('withdrawn');
        expect(await sessions.read(session.id)).toBeUndefined();
        expect(await sessions.save(session)).toBe('conflict');
        expect(await sessions.read(session.id)).toBeUndefined();
        expect(await sessions.withdraw(session), 'withdrawing twice is withdrawing once').toBe('withdrawn');
        expect((await collect((cursor) => sessions.ofHarvester(session.harvesterId, cursor))).values).toEqual(
          [],
        );
      },
    );

    promised('a session that somebody wrote in between is not withdrawn', async ({ sessions }) => {
      const session = makeSession({ id: fresh('s') });
      await sessions.create(session);
      await sessions.save({ ...session, status: 'aborting' });
      expect(await sessions.withdraw(session)).toBe('conflict');
      expect((await sessions.read(session.id))?.status).toBe('aborting');
    });

    promised('what a caller changes afterwards does not change the store', async ({ sessions }) => {
      const session = makeSession({
        id: fresh('s'),
        waves: [{ attempt: 'a', firstBatch: 0, batches: 1, resources: 2 }],
      });
      const warnings: string[] = [];
      const given: Session = { ...session, listing: { ...session.listing, warnings } };
      await sessions.create(given);
      warnings.push('later');
      expect((await sessions.read(session.id))?.listing.warnings).toEqual([]);
    });

    promised("a harvester's sessions are listed newest first, and no other's", async ({ sessions }) => {
      const harvesterId = fresh('h');
      const ids = Array.from({ length: 8 }, (_, index) => fresh(`s${index}`));
      for (const [index, id] of ids.entries())
        await sessions.create(makeSession({ id, harvesterId, startedAt: T0 + index * 1_000 }));
      await sessions.create(makeSession({ id: fresh('other'), harvesterId: `${harvesterId}-2` }));
      const { values } = await collect((cursor) => sessions.ofHarvester(harvesterId, cursor));
      expect(values).toEqual(ids.toReversed());
    });

    promised(
      'a session leaves the index of open sessions when it is closed, not when it is concluded',
      async ({ sessions }) => {
        const session = makeSession({ id: fresh('s'), deadlineAt: T0 - 1 });
        const isOpen = async (): Promise<boolean> =>
          (await collect((cursor) => sessions.open(cursor))).values.includes(session.id);
        await sessions.create(session);
        expect(await isOpen()).toBe(true);
        await sessions.save({ ...session, status: 'finished-all-ok' });
        expect(await isOpen()).toBe(true);
        await sessions.save({ ...session, status: 'finished-all-ok', closedAt: T0, revision: 2 });
        expect(await isOpen()).toBe(false);
      },
    );

    promised(
      'a thousand open sessions are all found, over pages, the most overdue first, also after deadlines moved',
      async ({ sessions }) => {
        const harvesterId = fresh('many');
        const made = Array.from({ length: 1_000 }, (_, index) =>
          makeSession({ id: fresh('m'), harvesterId, deadlineAt: T0 + ((index * 7_919) % 1_000) * 60_000 }),
        );
        for (let from = 0; from < made.length; from += 50)
          await Promise.all(made.slice(from, from + 50).map((one) => sessions.create(one)));
        const moved = made.slice(0, 20).map((one) => ({ ...one, deadlineAt: one.deadlineAt + 500 }));
        for (const one of moved) await sessions.save(one);
        const deadlines = new Map([...made, ...moved].map((one) => [one.id, one.deadlineAt]));

        const { values, pages } = await collect((cursor) => sessions.open(cursor));
        const own = values.filter((id) => deadlines.has(id));
        expect(own).toHaveLength(1_000);
        expect(new Set(own).size).toBe(1_000);
        expect(pages).toBeGreaterThan(1);
        const inOrder = own.map((id) => deadlines.get(id)!);
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
        expect((await collect((cursor) => sessions.ofHarvester(harvesterId, cursor))).values).toHaveLength(
          1_000,
        );
      },
    );
  });
}

function rich(): Session {
  return makeSession({
    id: fresh('s'),
    harvesterId: fresh('h'),
    retryOf: 'earlier',
    remote: {
      type: 'wms',
      url: 'https://geo.example/größe?a=b&ü=√',
      settings: {
        z: 1,
        a: [null, '', 0, -0.5, 1e300, 2 ** 60, true, { deep: { deeper: ['\u0000', '😀', '"'] } }],
        nothing: {},
        empty: [],
      },
    },
    status: 'finished-some-failed',
    listing: {
      ended: true,
      complete: false,
      fault: '',
      matched: undefined,
      duplicates: 3,
      of: 'changes',
      notSelected: 4,
      withoutBatch: 5,
      warnings: ['', 'a "folder" is locked'],
    },
    sealing: { at: T0 + 5, by: 'monitor', because: '' },
    conclusion: {
      counts: { total: 50, harvested: 40, unchanged: 0, failed: 4, skipped: 0, lost: 6 },
      finalizedBy: 'monitor',
      cause: 'It was overdue.',
      reasons: [{ reason: '503 from "geo.example"', count: 4, example: 'id with spaces/and/slashes' }],
      concludedAt: T0 + 9,
    },
    progressSeen: 0,
  });
}
