/** What is missing from a listing: when it is believed to be gone, and when it never is. */
import { describe, expect, test } from 'vitest';
import { ReeveError } from '../../lib/session/errors.ts';
import type { Session } from '../../lib/session/session.ts';
import { held, keep, later, numbers, rigOf } from './held.ts';
import { reply, SECOND, type Rig } from './rig.ts';

describe('a resource that is missing from a whole listing', () => {
  test('gets a tombstone, is still held, and is removed when its time of grace is over', async () => {
    const rig = await rigOf(numbers(20), { graceListings: 3 });
    await rig.session();
    rig.remote.datasets.splice(4, 1);
    expect((await later(rig)).difference).toMatchObject({ gone: 1, removed: 0, held: 20 });
    expect((await later(rig)).difference).toMatchObject({ gone: 0, removed: 0, held: 20 });
    expect(await held(rig)).toHaveLength(20);
    expect((await later(rig)).difference).toMatchObject({ gone: 0, removed: 1, held: 19 });
    expect(await held(rig)).not.toContain('uuid-5');
  });

  test('is kept for the days of its grace too', async () => {
    const rig = await rigOf(numbers(20), { graceListings: 1, graceDays: 2 });
    await rig.session();
    rig.remote.datasets.pop();
    await later(rig);
    expect((await later(rig)).difference).toMatchObject({ removed: 0 });
    rig.pass(2 * 86_400);
    expect((await rig.session()).difference).toMatchObject({ removed: 1, held: 19 });
  });

  test('is restored when it comes back', async () => {
    const rig = await rigOf(numbers(20));
    await rig.session();
    const gone = rig.remote.datasets.splice(4, 1);
    await later(rig);
    rig.remote.datasets.push(...gone);
    expect((await later(rig)).difference).toMatchObject({ restored: 1, held: 20 });
    rig.remote.datasets.splice(4, 1);
    expect((await later(rig)).difference).toMatchObject({ gone: 1 });
  });

  test('may be the only one that a small catalogue has less, though that is more than a tenth', async () => {
    const rig = await rigOf(numbers(4));
    await rig.session();
    rig.remote.datasets.pop();
    expect((await later(rig)).difference).toMatchObject({ gone: 1, goneRefused: undefined });
  });
});

describe('nothing is taken for gone', () => {
  const HELD = 100;
  const cases: readonly (readonly [string, (rig: Rig) => Promise<Session> | Session])[] = [
    [
      'by an empty listing',
      (rig) => {
        rig.remote.datasets = [];
        return later(rig);
      },
    ],
    [
      'when more is missing than the share that is allowed',
      (rig) => {
        rig.remote.datasets = numbers(HELD - 11);
        return later(rig);
      },
    ],
    [
      'by a listing that breaks off',
      (rig) => {
        rig.remote.before = ({ url }) => (url.includes('page=2') ? reply('broken', 404) : undefined);
        rig.remote.datasets = numbers(99);
        return later(rig);
      },
    ],
    [
      'by a listing that does not reach the number that the remote says it has',
      (rig) => {
        rig.remote.before = ({ url }) =>
          url.includes('/resources/')
            ? reply({
                total: HELD,
                page: 1,
                page_size: 100,
                links: { next: null },
                resources: numbers(HELD - 1).map((pk) => ({
                  pk,
                  uuid: `uuid-${pk}`,
                  title: 'x',
                  resource_type: 'dataset',
                })),
              })
            : undefined;
        return later(rig);
      },
    ],
    [
      'by a remote that is down',
      (rig) => {
        rig.remote.before = () => {
          throw new ReeveError('RemoteUnreachable', 'refused');
        };
        return later(rig);
      },
    ],
    [
      'by a session that was aborted',
      async (rig) => {
        rig.remote.datasets.pop();
        rig.pass(60);
        const { id } = await rig.start();
        await rig.discover(id);
        const session = rig.read(id);
        await rig.ports.sessions.save({
          ...session,
          status: 'aborting',
          deadlineAt: session.startedAt + 9 * SECOND,
        });
        await rig.finalize(id);
        return rig.read(id);
      },
    ],
    [
      'by a session that had to be rescued',
      async (rig) => {
        rig.remote.datasets.pop();
        rig.pass(60);
        const { id } = await rig.start();
        await rig.work(id);
        await rig.finalize(id, 'monitor', { because: 'it was overdue' });
        return rig.read(id);
      },
    ],
    [
      'by a harvester that filters',
      async (rig) => {
        await keep(rig, { filter: { title: 'Dataset 1' } });
        return later(rig);
      },
    ],
  ];
  test.each(cases)('%s', async (_why, happens) => {
    const rig = await rigOf(numbers(HELD), { graceListings: 1 });
    await rig.session();
    for (let times = 0; times < 3; times += 1) {
      const session = await happens(rig);
      expect(session.closedAt).toBeDefined();
      expect(session.difference?.gone ?? 0).toBe(0);
      expect(session.difference?.removed ?? 0).toBe(0);
    }
    expect(await held(rig)).toHaveLength(HELD);
  });

  test('and the session says why, until somebody says that the remote is right', async () => {
    const rig = await rigOf(numbers(100), { graceListings: 1 });
    await rig.session();
    rig.remote.datasets = numbers(50);
    expect((await later(rig)).difference?.goneRefused).toBe(
      '50 of 100 held resources are missing from the listing, 50.0 %: more than the 10 % of goneSharePercentMax; nothing was taken for gone',
    );
    expect((await later(rig, { acceptGone: true })).difference).toMatchObject({ gone: 50, held: 100 });
    expect((await later(rig, { acceptGone: true })).difference).toMatchObject({ removed: 50, held: 50 });
  });
});
