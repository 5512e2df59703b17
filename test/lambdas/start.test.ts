/** Healthy sessions over the memory world, and what start does when something is there already, missing, or broken. */
import { describe, expect, test } from 'vitest';
import { ReeveError } from '../../lib/session/errors.ts';
import { makeRig, SECOND, T0 } from './rig.ts';

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
