/** Whole sessions over the memory world: healthy ones, and what each handler does when something is missing, late or twice. */
import { describe, expect, test } from 'vitest';
import { abortSession } from '../../lib/protocol/abort.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { makeRig, reply, SECOND, T0 } from './rig.ts';

const ids = (...numbers: number[]): string[] => numbers.map((number) => `uuid-${number}`).sort();
const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('a healthy session', () => {
  test('harvests everything, concludes all ok, frees the harvester and leaves nothing armed', async () => {
    const rig = await makeRig();
    const session = await rig.session();
    expect(session.status).toBe('finished-all-ok');
    expect(session.conclusion).toMatchObject({
      counts: { total: 10, harvested: 10, unchanged: 0, failed: 0, skipped: 0, lost: 0 },
      finalizedBy: 'workflow',
      cause: '',
    });
    expect(session.closedAt).toBeDefined();
    expect(rig.published(session.id)).toEqual(ids(...upTo(10)));
    expect(rig.world.harvesters.get('county')).toMatchObject({
      lease: undefined,
      sequence: 1,
      lastSessionId: session.id,
    });
    expect(rig.world.checks.size).toBe(0);
    expect((await rig.ports.sessions.open()).values).toEqual([]);
    expect([...rig.world.records.keys()].filter((name) => name.startsWith('staging/'))).toEqual([]);
    expect(rig.world.events).toHaveLength(1);
  });

  test('asks the remote once per page and once per dataset', async () => {
    const rig = await makeRig();
    await rig.session();
    expect(rig.remote.requests).toHaveLength(3 + 10);
  });

  test('moves its deadline as soon as the remote says how many resources it has', async () => {
    const rig = await makeRig({ datasets: 100 });
    const { id, deadlineAt } = await rig.start();
    expect(deadlineAt).toBe(T0 + 1_200 * SECOND);
    let seen = 0;
    rig.remote.before = (request) => {
      if (request.url.includes('page=2')) seen = rig.read(id).deadlineAt;
      return undefined;
    };
    await rig.discover(id);
    expect(seen).toBe(T0 + (100 * 20 + 1_200) * SECOND);
  });

  test('of a catalogue with nothing in it is all ok, and says so', async () => {
    const rig = await makeRig({ datasets: 0 });
    const session = await rig.session();
    expect(session).toMatchObject({
      status: 'finished-all-ok',
      conclusion: { cause: 'The remote lists no resources.' },
    });
  });

  test('with more resources than one wave holds comes in waves, none lost and none twice', async () => {
    const rig = await makeRig({ datasets: 23 });
    rig.limits = { ...rig.limits, waveBatchesMax: 2 };
    const session = await rig.session();
    expect(session.waves).toHaveLength(4);
    expect(session.conclusion?.counts).toMatchObject({ total: 23, harvested: 23 });
    expect(rig.published(session.id)).toEqual(ids(...upTo(23)));
  });
});

describe('start', () => {
  test('while a session is open refuses with the open session, and withdraws its own', async () => {
    const rig = await makeRig();
    const first = await rig.start();
    const output = await rig.call('start', { harvester: 'county' });
    expect(output).toMatchObject({ outcome: 'conflict', holder: { id: first.id } });
    expect([...rig.world.sessions.keys()]).toEqual([first.id]);
    expect(rig.world.harvesters.get('county')?.lease).toBe(first.id);
  });

  test('twice with the same key is one session, also after it is over', async () => {
    const rig = await makeRig();
    const first = await rig.start({ key: 'monday' });
    expect((await rig.start({ key: 'monday' })).id).toBe(first.id);
    expect(rig.world.executions.size).toBe(1);
    await rig.work(first.id);
    await rig.finalize(first.id);
    expect((await rig.start({ key: 'monday' })).status).toBe('finished-all-ok');
    expect(rig.world.sessions.size).toBe(1);
    expect(rig.world.harvesters.get('county')?.lease).toBeUndefined();
  });

  test('with a key that was used for another input is a conflict', async () => {
    const rig = await makeRig();
    const first = await rig.session({ key: 'monday' });
    await expect(rig.start({ key: 'monday', retryOf: first.id })).rejects.toThrow('was used before');
  });

  test.each([
    ['an unknown harvester', { harvester: 'nobody' }, 'There is no harvester nobody'],
    [
      'an unknown session to retry',
      { harvester: 'county', retryOf: 'never' },
      'There is no session never to retry',
    ],
    ['no harvester', {}, 'harvester: '],
    ['a field that does not exist', { harvester: 'county', colour: 'red' }, 'colour'],
  ])('with %s is refused in one sentence', async (_, input, sentence) => {
    const rig = await makeRig();
    await expect(rig.call('start', input)).rejects.toThrow(sentence);
    expect(rig.world.sessions.size).toBe(0);
  });

  test('a lease whose session is missing is void', async () => {
    const rig = await makeRig();
    const harvester = rig.world.harvesters.get('county')!;
    await rig.ports.harvesters.save({ ...harvester, lease: 'withdrawn-long-ago' });
    expect((await rig.session()).status).toBe('finished-all-ok');
  });

  test('an execution that cannot be started concludes the session at once, by start', async () => {
    const rig = await makeRig();
    rig.ports = {
      ...rig.ports,
      executions: {
        ...rig.ports.executions,
        start: () => Promise.reject(new ReeveError('StoreBusy', 'too many executions')),
      },
    };
    await expect(rig.start()).rejects.toThrow('too many executions');
    await rig.deliverFinalizers();
    const [session] = [...rig.world.sessions.values()];
    expect(session).toMatchObject({ status: 'finished-all-failed', conclusion: { finalizedBy: 'start' } });
    expect(session?.conclusion?.cause).toContain('too many executions');
    expect(rig.world.harvesters.get('county')?.lease).toBeUndefined();
  });
});

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
    for (const _ of [1, 2]) {
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
