/** The store when the way to the table fails: what is repeated, what is not, what callers are told. The promises are in test/contract. */
import { describe, expect, test } from 'vitest';
import { createStore } from '../../../lib/aws/dynamodb/store.ts';
import { INDEXES, OPEN_SHARDS, openShardOf, tableDefinition } from '../../../lib/aws/dynamodb/definition.ts';
import { makeHarvester, makeSession } from '../../session/make.ts';
import { BOTH_HARVESTED, makeBatch } from '../../contract/world.ts';
import { faultyTable } from './faulty.ts';

const THROTTLED = {
  status: 400,
  type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
};
const BROKEN = { status: 500, type: 'com.amazonaws.dynamodb.v20120810#InternalServerError' };
const DENIED = { status: 400, type: 'com.amazon.coral.service#AccessDeniedException' };

describe('answers that get lost', () => {
  test('a save whose answer is lost is repeated and answered "conflict"; it was written once', async () => {
    const { table, fates } = await faultyTable();
    const { sessions } = createStore(table);
    const session = makeSession();
    await sessions.create(session);
    fates.set('PutItem', ['unanswered']);
    expect(await sessions.save({ ...session, check: 5 })).toBe('conflict');
    expect(await sessions.read('s1')).toMatchObject({ check: 5, revision: 2 });
  });

  test('a create whose answer is lost is answered "exists"', async () => {
    const { table, fates } = await faultyTable();
    const { sessions } = createStore(table);
    fates.set('PutItem', ['unanswered']);
    expect(await sessions.create(makeSession())).toBe('exists');
    expect(await sessions.read('s1')).toBeDefined();
  });

  test('a commit whose answer is lost is a commit', async () => {
    const { table, fates } = await faultyTable();
    const { batches } = createStore(table);
    const batch = makeBatch({ sessionId: 's1', attempt: 'a', number: 0 });
    await batches.plan([batch]);
    fates.set('UpdateItem', ['unanswered']);
    expect(await batches.commit(batch.key, { outcomes: BOTH_HARVESTED, records: 2, worker: 'w' })).toBe(
      'committed',
    );
  });

  test('a seal whose answer is lost is a seal', async () => {
    const { table, fates } = await faultyTable();
    const { batches } = createStore(table);
    const batch = makeBatch({ sessionId: 's1', attempt: 'a', number: 0 });
    await batches.plan([batch]);
    fates.set('UpdateItem', ['unanswered', 'unanswered']);
    expect(await batches.seal(batch.key)).toBe('sealed');
  });

  test('a plan whose answer is lost is not repeated: a repetition that came late would undo a commit', async () => {
    for (const fate of ['lost', 'unanswered'] as const) {
      const { table, fates, arrived } = await faultyTable();
      const { batches } = createStore(table);
      fates.set('BatchWriteItem', [fate]);
      const plan = batches.plan([makeBatch({ sessionId: 's1', attempt: 'a', number: 0 })]);
      await expect(plan).rejects.toMatchObject({ name: 'StoreBusy' });
      expect(arrived).toEqual(fate === 'lost' ? [] : ['BatchWriteItem']);
    }
  });
});

describe('a table that is busy', () => {
  test('what a batch write leaves undone is written by the next, until all is written', async () => {
    const faulty = await faultyTable();
    const { batches } = createStore(faulty.table);
    const planned = Array.from({ length: 30 }, (_, number) =>
      makeBatch({ sessionId: 's1', attempt: 'a', number }),
    );
    faulty.undone = 20;
    await batches.plan(planned);
    expect(faulty.arrived).toEqual(['BatchWriteItem', 'BatchWriteItem', 'BatchWriteItem']);
    expect((await batches.summaries('s1')).values).toHaveLength(30);
  });

  test('a batch write that is throttled as a whole is repeated: it had no effect', async () => {
    const { table, fates, arrived } = await faultyTable();
    const { batches } = createStore(table);
    fates.set('BatchWriteItem', [THROTTLED, THROTTLED]);
    await batches.plan([makeBatch({ sessionId: 's1', attempt: 'a', number: 0 })]);
    expect(arrived).toEqual(['BatchWriteItem']);
    expect((await batches.summaries('s1')).values).toHaveLength(1);
  });

  test('throttling passes; when it does not, the caller is told to try again, with what was tried and why it failed', async () => {
    const { table, fates } = await faultyTable();
    const { sessions } = createStore(table);
    fates.set('GetItem', [THROTTLED, BROKEN]);
    expect(await sessions.read('s1')).toBeUndefined();
    fates.set(
      'GetItem',
      Array.from({ length: 10 }, () => BROKEN),
    );
    const failed = sessions.read('s1');
    await expect(failed).rejects.toMatchObject({
      name: 'StoreBusy',
      message:
        'The store was not ready for GetItem of S#s1 S in table reeve (InternalServerError: as told by the test)',
    });
    await expect(failed).rejects.toHaveProperty('cause.name', 'InternalServerError');
  });

  test('a request that DynamoDB refuses for good is a defect of ours, never "try again"', async () => {
    const { table, fates } = await faultyTable();
    fates.set('Query', [DENIED]);
    await expect(createStore(table).sessions.ofHarvester('county')).rejects.toMatchObject({
      name: 'InvariantBroken',
      message: 'The store refuses Query in table reeve (AccessDeniedException: as told by the test)',
    });
  });
});

describe('what is in the table', () => {
  test('items are plain: every fact is an attribute that can be read in the console', async () => {
    const { table } = await faultyTable();
    const { sessions, harvesters, batches } = createStore(table);
    await sessions.create(makeSession());
    await harvesters.create(makeHarvester());
    const key = { sessionId: 's1', attempt: 'a', number: 3 };
    await batches.plan([makeBatch(key, { resources: [{ id: 'r0', hint: { b: 1 } }, { id: 'r1' }] })]);
    await batches.commit(key, {
      outcomes: [{ outcome: 'harvested' }, { outcome: 'failed', because: 'x' }],
      records: 1,
      worker: 'w',
    });
    expect(await table.read({ pk: 'S#s1', sk: 'S' })).toMatchObject({
      version: 1,
      status: 'on-going',
      deadlineAt: Date.UTC(2026, 0, 1, 0, 20),
      waves: [{ attempt: 'a', batches: 2 }],
      remote: { type: 'geonode', settings: '{}' },
      openShard: openShardOf('s1'),
      openSort: '2026-01-01T00:20:00.000Z#s1',
      listKey: 'H#county',
      listSort: '2026-01-01T00:00:00.000Z#s1',
    });
    expect(await table.read({ pk: 'H#county', sk: 'H' })).toMatchObject({
      version: 1,
      name: 'County',
      listKey: 'harvesters',
    });
    expect(await table.read({ pk: 'S#s1', sk: 'B#000003#a' })).toEqual({
      pk: 'S#s1',
      sk: 'B#000003#a',
      version: 1,
      state: 'committed',
      staged: false,
      tries: 0,
      size: 2,
      resources: [{ id: 'r0', hint: '{"b":1}' }, { id: 'r1' }],
      outcomes: 'hf',
      because: { 1: 'x' },
      records: 1,
      committedBy: 'w',
      made: '',
    });
  });

  test('an item of another release, or one that lacks what it must have, is refused by its key', async () => {
    const { table } = await faultyTable();
    const { sessions, batches } = createStore(table);
    const anyhow = { condition: 'attribute_exists(#pk) OR attribute_not_exists(#pk)' };
    await table.put({ pk: 'S#s1', sk: 'S', version: 2, id: 's1' }, anyhow);
    await expect(sessions.read('s1')).rejects.toMatchObject({
      name: 'InvariantBroken',
      message: 'Item S#s1 S has version 2; this release reads version 1',
    });
    await table.put({ pk: 'S#s1', sk: 'S', version: 1, id: 's1', status: 'on-going' }, anyhow);
    await expect(sessions.read('s1')).rejects.toThrow('Item S#s1 S lacks revision, remote, listing');
    await table.put({ pk: 'S#s1', sk: 'B#000000#a', version: 1, state: 'planned' }, anyhow);
    await expect(batches.list('s1')).rejects.toThrow('Item S#s1 B#000000#a lacks resources');
    await table.put(
      {
        pk: 'S#s1',
        sk: 'B#000000#a',
        version: 1,
        state: 'committed',
        resources: [{ id: 'r' }],
        outcomes: 'x',
      },
      anyhow,
    );
    await expect(batches.list('s1')).rejects.toThrow('"x" is not the letter of an outcome');
  });

  test('a cursor that this listing never gave is bad input', async () => {
    const { sessions, harvesters, batches } = createStore((await faultyTable()).table);
    const bad = { name: 'InputInvalid' };
    await expect(sessions.open('')).rejects.toMatchObject(bad);
    await expect(sessions.ofHarvester('county', '*')).rejects.toMatchObject(bad);
    await expect(harvesters.list('A'.repeat(3_000))).rejects.toMatchObject(bad);
    await expect(batches.list('s1', Buffer.from('S').toString('base64url'))).rejects.toMatchObject(bad);
  });

  test('the definition names what the code uses: keys, and two indexes of keys only', () => {
    const definition = tableDefinition('reeve');
    expect(definition.BillingMode).toBe('PAY_PER_REQUEST');
    expect(
      definition.GlobalSecondaryIndexes?.map(({ IndexName, Projection }) => [
        IndexName,
        Projection?.ProjectionType,
      ]),
    ).toEqual([
      [INDEXES.open.name, 'KEYS_ONLY'],
      [INDEXES.list.name, 'KEYS_ONLY'],
    ]);
    expect(definition.AttributeDefinitions?.map(({ AttributeName }) => AttributeName)).toEqual([
      'pk',
      'sk',
      'openShard',
      'openSort',
      'listKey',
      'listSort',
    ]);
  });

  test('open sessions are spread over all shards', () => {
    const shards = new Set(
      Array.from({ length: 500 }, (_, index) => openShardOf(`20260101-000000-${index}`)),
    );
    expect(shards.size).toBe(OPEN_SHARDS);
  });
});
