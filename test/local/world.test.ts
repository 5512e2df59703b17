/** What the embedded world does around the handlers: executions, checks, sweeps, events, its opening and closing. */
import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { clientConfigOf } from '../../lib/local/embedded/dynamo.ts';
import { openEmbedded, type Embedded, type EmbeddedOptions } from '../../lib/local/embedded/embedded.ts';
import { folderAt } from '../../lib/local/embedded/folder.ts';
import { TABLE, takeFolder } from '../../lib/local/embedded/lock.ts';
import { createStore } from '../../lib/aws/dynamodb/store.ts';
import { openTable } from '../../lib/aws/dynamodb/table.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { makeHarvester, makeSession } from '../session/make.ts';
import { makeBatch } from '../contract/world.ts';
import { freshFolder, until } from './folders.ts';
import { idleHandlers, keepingLog, NO_REMOTE, silentLog } from './stand-ins.ts';

type Handlers = Parameters<typeof idleHandlers>[0];

async function open(
  handlers: Handlers,
  more: Partial<EmbeddedOptions> = {},
): Promise<Embedded & { readonly folder: string }> {
  const folder = more.folder ?? freshFolder();
  const world = await openEmbedded({
    folder,
    limits: DEFAULT_LIMITS,
    handlers: idleHandlers(handlers),
    remote: NO_REMOTE,
    log: silentLog(),
    retryPausesMillis: [1, 1],
    ...more,
  });
  onTestFinished(() => world.close({ waitMillis: 0 }));
  return { ...world, folder };
}

const INPUT = { session: 's1', wave: 0, batchesAtOnce: 1 };

test('an execution that takes too long, or is stopped, is reported to the finalizer, as an event, with its name', async () => {
  const finalized: unknown[] = [];
  const limits = { ...DEFAULT_LIMITS, workflowSecondsMax: 0.3 };
  const { ports } = await open({ finalize: (input) => Promise.resolve(finalized.push(input)) }, { limits });
  await ports.executions.start('late', INPUT);
  await ports.executions.start('stopped', INPUT);
  await ports.executions.stop('stopped', 'a test');
  await until(() => finalized.length === 2);
  expect(await ports.executions.look('late')).toEqual({ execution: 'ended', how: 'timed-out' });
  expect(finalized).toEqual([
    { session: 's1', by: 'event', because: 'its execution was stopped', execution: 'stopped' },
    { session: 's1', by: 'event', because: 'its execution took too long', execution: 'late' },
  ]);
});

test('an execution that succeeds is nobody else’s business', async () => {
  const calls: unknown[] = [];
  const discover = (): Promise<unknown> =>
    Promise.resolve({ session: 's1', wave: 1, batches: [], batchesAtOnce: 1, map: 'none', more: false });
  const { ports } = await open({ discover, finalize: (input) => Promise.resolve(calls.push(input)) });
  await ports.executions.start('e1', INPUT);
  await until(async () => (await ports.executions.look('e1')).execution === 'ended');
  expect(await ports.executions.look('e1')).toEqual({ execution: 'ended', how: 'succeeded' });
  expect(calls).toEqual([{ session: 's1', by: 'workflow' }]);
});

test('a check calls the monitor at its time, not before, and only once; a disarmed one does not', async () => {
  const checked: { input: unknown; at: number }[] = [];
  const { ports } = await open({
    monitor: (input, given) => Promise.resolve(checked.push({ input, at: given.clock.now() })),
  });
  const at = ports.clock.now() + 60;
  await ports.checks.arm({ name: 'c1', at, sessionId: 's1', check: 4 });
  await ports.checks.arm({ name: 'c2', at, sessionId: 's2', check: 0 });
  await ports.checks.disarm('c2');
  await ports.checks.arm({ name: 'c3', at: ports.clock.now() - 5_000, sessionId: 's3', check: 1 });
  await until(() => checked.length === 2);
  expect(checked.map(({ input }) => input)).toEqual([
    { session: 's3', check: 1 },
    { session: 's1', check: 4 },
  ]);
  expect(checked[1]!.at).toBeGreaterThanOrEqual(at);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(checked).toHaveLength(2);
});

test('the sweep runs again and again', async () => {
  let sweeps = 0;
  await open(
    { sweep: () => Promise.resolve((sweeps += 1)) },
    { limits: { ...DEFAULT_LIMITS, sweepIntervalSeconds: 0.01 } },
  );
  await until(() => sweeps >= 3);
});

test('a conclusion is told to every listener, whatever another listener does', async () => {
  const log = keepingLog();
  const { ports, onConcluded } = await open({}, { log });
  const heard: string[] = [];
  onConcluded(() => {
    throw new TypeError('deaf');
  });
  const end = onConcluded(({ id }) => heard.push(id));
  const event = { type: 'session-concluded', at: 1, session: makeSession() } as const;
  await ports.events.publish({ ...event, id: 'one' });
  end();
  await ports.events.publish({ ...event, id: 'two' });
  expect(heard).toEqual(['one']);
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
    { fields: { because: 'deaf' } },
    {},
  ]);
});

test('tokens are ten lower-case letters and digits, different every time', async () => {
  const { ports } = await open({});
  const tokens = Array.from({ length: 200 }, () => ports.chance.token());
  expect(tokens.every((token) => /^[a-z0-9]{10}$/.test(token))).toBe(true);
  expect(new Set(tokens).size).toBe(200);
});

test('who waits for a session is told when it is closed, when there is none, and when the world is closed first', async () => {
  const world = await open({});
  const session = makeSession({ id: 's1' });
  await world.ports.sessions.create(session);
  const waiting = world.waitClosed('s1');
  await world.ports.sessions.save({ ...session, status: 'finished-all-ok' });
  await world.ports.sessions.save({ ...session, status: 'finished-all-ok', closedAt: 5, revision: 2 });
  expect(await waiting).toMatchObject({ closedAt: 5, revision: 3 });
  expect(await world.waitClosed('s1')).toMatchObject({ closedAt: 5 });
  await expect(world.waitClosed('none')).rejects.toMatchObject({ name: 'NotFound' });
  await world.ports.sessions.create(makeSession({ id: 's2' }));
  const inVain = world.waitClosed('s2');
  inVain.catch(() => undefined);
  await world.close({ waitMillis: 0 });
  await expect(inVain).rejects.toMatchObject({ name: 'StoreBusy' });
});

test('who waits for a session is told when the disk takes nothing any more', async () => {
  const world = await open({});
  await world.ports.sessions.create(makeSession({ id: 's1' }));
  const waiting = world.waitClosed('s1').catch((error: unknown) => error);
  await rm(folderAt(world.folder).table, { recursive: true });
  const key = { sessionId: 's1', attempt: 'a' };
  const resources = [{ id: 'r', hint: 'x'.repeat(300_000) }];
  for (let number = 0; !world.broken.aborted && number < 100; number += 1)
    await world.ports.batches
      .plan([makeBatch({ ...key, number }, { resources })])
      .catch((error: unknown) => expect(error).toMatchObject({ name: 'StoreBusy' }));
  expect(await waiting).toBe(world.broken.reason);
  expect(await waiting).toMatchObject({
    name: 'FolderUnusable',
    message: expect.stringMatching(/takes nothing any more: .*; what was committed is kept/) as string,
  });
});

test('opening sweeps first when an earlier process left a session open, without grace, and waits for the finalizers', async () => {
  const first = await open({});
  await first.ports.sessions.create(
    makeSession({ id: 's1', startedAt: Date.now(), deadlineAt: Date.now() + 1_000_000 }),
  );
  await first.close({ waitMillis: 0 });
  const order: string[] = [];
  const swept: unknown[] = [];
  const log = keepingLog();
  await open(
    {
      sweep: async (input, ports, call) => {
        swept.push(input, call.limits.startGraceSeconds);
        await ports.finalizer.call({ session: 's1', by: 'sweep', because: 'a test' });
        return {};
      },
      finalize: async (input) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        order.push(`finalized ${(input as { session: string }).session}`);
        return {};
      },
    },
    { folder: first.folder, log },
  );
  order.push('opened');
  expect(swept).toEqual([{ lookAtAll: true }, 0]);
  expect(order).toEqual(['finalized s1', 'opened']);
  expect(log.lines.filter(({ level }) => level === 'warn')).toMatchObject([{ fields: { sessions: ['s1'] } }]);
});

test('opening does not sweep a folder in which nothing is open', async () => {
  let sweeps = 0;
  const sweep = (): Promise<unknown> => Promise.resolve((sweeps += 1));
  const first = await open({ sweep });
  await first.ports.harvesters.create(makeHarvester());
  await first.ports.sessions.create(makeSession({ id: 's1', status: 'finished-all-ok', closedAt: 1 }));
  await first.close({ waitMillis: 0 });
  await open({ sweep }, { folder: first.folder });
  expect(sweeps).toBe(0);
});

test('an open session that a dying process had already taken out of the index is found all the same', async () => {
  const first = await open({});
  await first.ports.harvesters.create(makeHarvester({ lease: 's1', lastSessionId: 's2' }));
  for (const id of ['s1', 's2', 's3']) await first.ports.sessions.create(makeSession({ id }));
  await first.close({ waitMillis: 0 });

  const taken = await takeFolder(folderAt(first.folder));
  if (!('dynamo' in taken)) throw new Error('not free');
  const { dynamo } = taken;
  const table = openTable(TABLE, clientConfigOf(dynamo));
  for (const id of ['s1', 's2', 's3']) {
    await table.update(
      { pk: `S#${id}`, sk: 'S' },
      { set: 'REMOVE #openShard', condition: 'attribute_exists(#pk)' },
    );
  }
  expect((await createStore(table).sessions.open()).values).toEqual([]);
  await dynamo.close();

  let found: readonly string[] = [];
  const sweep = async (_: unknown, ports: Embedded['ports']): Promise<unknown> =>
    (found = (await ports.sessions.open()).values);
  const second = await open({ sweep }, { folder: first.folder });
  expect(found.toSorted()).toEqual(['s1', 's2', 's3']);
  expect(await second.ports.sessions.read('s1')).toEqual({ ...makeSession({ id: 's1' }), revision: 2 });
});

test('closing twice is closing once, and the folder can be opened again', async () => {
  const world = await open({});
  await world.ports.harvesters.create(makeHarvester());
  await Promise.all([world.close({ waitMillis: 0 }), world.close({ waitMillis: 0 })]);
  const again = await open({}, { folder: world.folder });
  expect((await again.ports.harvesters.list()).values).toHaveLength(1);
});

test('a call that outlives the world fails like any call of a store that is not there, and nothing else happens', async () => {
  const world = await open({});
  await world.close({ waitMillis: 0 });
  await expect(world.ports.sessions.read('s1')).rejects.toMatchObject({ name: 'StoreBusy' });
  await expect(world.ports.sessions.open()).rejects.toMatchObject({ name: 'StoreBusy' });
});
