/** DynamoDB's API in this process: what is unlike dynalite's own server. The rest is held by test/contract. */
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test, vi } from 'vitest';
import { tableDefinition } from '../../lib/aws/dynamodb/definition.ts';
import { openDynamo } from '../../lib/local/embedded/dynamo.ts';
import { freshFolder } from './folders.ts';

const DEFINITION = tableDefinition('reeve');
const GET = JSON.stringify({ TableName: 'reeve', Key: { pk: { S: 'a' }, sk: { S: 'b' } } });

test('a new table can be used at once, and an old one again', async () => {
  const folder = freshFolder();
  for (let times = 0; times < 2; times += 1) {
    const dynamo = await openDynamo(folder, DEFINITION);
    expect(await dynamo.call('DynamoDB_20120810.GetItem', GET)).toEqual({ status: 200, body: '{}' });
    await dynamo.close();
  }
});

test('a table whose maker died before it was active becomes active', async () => {
  const folder = freshFolder();
  const load = createRequire(import.meta.url) as (name: string) => unknown;
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const store = (
      load('dynalite/db') as { create(options: object): { db: { close(): Promise<void> } } }
    ).create({ path: folder });
    const createTable = load('dynalite/actions/createTable') as (
      store: unknown,
      data: unknown,
      done: (error: unknown) => void,
    ) => void;
    await new Promise<void>((resolve) => createTable(store, structuredClone(DEFINITION), () => resolve()));
    await store.db.close();
  } finally {
    vi.useRealTimers();
  }
  const dynamo = await openDynamo(folder, DEFINITION);
  expect((await dynamo.call('DynamoDB_20120810.GetItem', GET)).status).toBe(200);
  await dynamo.close();
});

test('an error below is an answer, not the end of the process', async () => {
  const dynamo = await openDynamo(freshFolder(), DEFINITION);
  await dynamo.close();
  const answer = await dynamo.call('DynamoDB_20120810.GetItem', GET);
  expect(answer.status).toBe(500);
  expect(JSON.parse(answer.body)).toMatchObject({ message: 'Database is not open' });
});

test('once the disk has refused something every call is refused, and opening again mends it', async () => {
  const folder = freshFolder();
  const dynamo = await openDynamo(folder, DEFINITION);
  await rm(folder, { recursive: true });
  // LevelDB notices when it begins its next file, after 4 MB.
  const big = { pk: { S: 'a' }, sk: { S: 'b' }, text: { S: 'x'.repeat(300_000) } };
  let status = 200;
  for (let puts = 0; status === 200 && puts < 100; puts += 1)
    ({ status } = await dynamo.call(
      'DynamoDB_20120810.PutItem',
      JSON.stringify({ TableName: 'reeve', Item: big }),
    ));
  expect(status).toBe(500);
  expect(dynamo.broken.aborted).toBe(true);
  expect((await dynamo.call('DynamoDB_20120810.GetItem', GET)).status).toBe(500);
  await dynamo.close();
  const again = await openDynamo(folder, DEFINITION);
  expect([again.broken.aborted, (await again.call('DynamoDB_20120810.GetItem', GET)).status]).toEqual([
    false,
    200,
  ]);
  await again.close();
});

test('an operation that is not offered, and a body that is none, are answers too', async () => {
  const dynamo = await openDynamo(freshFolder(), DEFINITION);
  expect((await dynamo.call('DynamoDB_20120810.DeleteTable', '{"TableName":"reeve"}')).status).toBe(400);
  expect((await dynamo.call('DynamoDB_20120810.GetItem', 'not json')).status).toBe(500);
  expect((await dynamo.call('DynamoDB_20120810.GetItem', '{}')).status).toBe(400);
  await dynamo.close();
});

test('a definition that is not valid is refused, and the folder is free again', async () => {
  const folder = freshFolder();
  await expect(openDynamo(folder, { ...DEFINITION, TableName: 'x' })).rejects.toThrow(
    'The table could not be created',
  );
  await (await openDynamo(folder, DEFINITION)).close();
});
