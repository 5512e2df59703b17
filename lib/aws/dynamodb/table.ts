/** The calls that are made of the table: single items, written conditionally, read strongly, and queries. */
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { ReeveError } from '../../session/errors.ts';
import { isRefusal, isThrottling, tableFault } from './faults.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}
export type Item = Readonly<Record<string, unknown>>;

export interface Condition {
  /** Names in expressions are written `#name`, values `:name`: every attribute may be a reserved word. */
  readonly condition: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

export interface ItemUpdate extends Condition {
  readonly set: string;
  /** Give back the item as it is then; else the answer is an empty one. */
  readonly whole?: boolean;
}

export interface ItemQuery {
  readonly where: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly index?: string;
  readonly newestFirst?: boolean;
  readonly limit?: number;
  readonly after?: Key;
  readonly attributes?: readonly string[];
}

/** Every method throws `StoreBusy` when the store is not ready, after which a write may or may not have happened. */
export interface Table {
  readonly name: string;
  /** Strongly consistent. */
  read(key: Key): Promise<Item | undefined>;
  /** In any order; what is not there is left out. */
  readAll(keys: readonly Key[]): Promise<Item[]>;
  put(item: Item, condition: Condition): Promise<'written' | 'refused'>;
  /** `undefined` when the condition did not hold. */
  update(key: Key, update: ItemUpdate): Promise<Item | undefined>;
  remove(key: Key, condition: Condition): Promise<'removed' | 'refused'>;
  /** Replaces whatever is there; a write whose answer was lost is not repeated, since the repetition could come late. */
  putAll(items: readonly Item[]): Promise<void>;
  /** At most 1 MB; strongly consistent on the table, never on an index. `more` when something follows. */
  query(query: ItemQuery): Promise<{ items: Item[]; more: Key | undefined }>;
  readonly close: () => void;
}

const ITEMS_A_WRITE = 25;
const ITEMS_A_READ = 100;
const TRIES_MAX = 8;
const FIRST_PAUSE_MILLIS = 50;

/** `config` is for other worlds: their endpoint, credentials, way to reach it. */
export function openTable(name: string, config: DynamoDBClientConfig = {}): Table {
  const own: DynamoDBClientConfig = {
    retryMode: 'standard',
    maxAttempts: 4,
    requestHandler: requestHandler(),
    ...config,
  };
  const client = new DynamoDBClient(own);
  const once = new DynamoDBClient({ ...own, maxAttempts: 1 });
  return tableOver({
    name,
    client: documents(client),
    once: documents(once),
    close: () => [client, once].forEach((one) => one.destroy()),
  });
}

function documents(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** A call of DynamoDB takes milliseconds; one that takes seconds is lost and better repeated. */
function requestHandler(): NodeHttpHandler {
  return new NodeHttpHandler({
    connectionTimeout: 2_000,
    requestTimeout: 5_000,
    throwOnRequestTimeout: true,
  });
}

interface Clients {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  readonly once: DynamoDBDocumentClient;
  readonly close: () => void;
}

function tableOver(clients: Clients): Table {
  return { name: clients.name, close: clients.close, ...readsOf(clients), ...writesOf(clients) };
}

const spoken = (operation: string, key: Key, name: string): string =>
  `${operation} of ${key.pk} ${key.sk} in table ${name}`;

function readsOf({ name, client }: Clients): Pick<Table, 'read' | 'readAll' | 'query'> {
  return {
    async read(key) {
      const command = new GetCommand({ TableName: name, Key: key, ConsistentRead: true });
      return (await naming(spoken('GetItem', key, name), () => client.send(command))).Item;
    },
    async readAll(keys) {
      const items: Item[] = [];
      await inParts(keys, ITEMS_A_READ, `BatchGetItem in table ${name}`, async (part) => {
        const read = await client.send(
          new BatchGetCommand({ RequestItems: { [name]: { Keys: [...part], ConsistentRead: true } } }),
        );
        items.push(...(read.Responses?.[name] ?? []));
        return (read.UnprocessedKeys?.[name]?.Keys ?? []) as unknown as Key[];
      });
      return items;
    },
    async query(query) {
      const found = await naming(`Query in table ${name}`, () =>
        client.send(new QueryCommand(queryInput(name, query))),
      );
      return { items: found.Items ?? [], more: found.LastEvaluatedKey as Key | undefined };
    },
  };
}

function writesOf({ name, client, once }: Clients): Pick<Table, 'put' | 'update' | 'remove' | 'putAll'> {
  return {
    async put(item, { condition, values }) {
      const key = { pk: String(item['pk']), sk: String(item['sk']) };
      const command = new PutCommand({
        TableName: name,
        Item: item,
        ConditionExpression: condition,
        ...bound(condition, values),
      });
      return (await unlessRefused(spoken('PutItem', key, name), () => client.send(command)))
        ? 'written'
        : 'refused';
    },
    async update(key, { set, condition, values, whole = false }) {
      const command = new UpdateCommand({
        TableName: name,
        Key: key,
        UpdateExpression: set,
        ConditionExpression: condition,
        ...bound(`${set} ${condition}`, values),
        ReturnValues: whole ? 'ALL_NEW' : 'NONE',
      });
      const updated = await unlessRefused(spoken('UpdateItem', key, name), () => client.send(command));
      return updated && (updated.Attributes ?? {});
    },
    async remove(key, { condition, values }) {
      const command = new DeleteCommand({
        TableName: name,
        Key: key,
        ConditionExpression: condition,
        ...bound(condition, values),
      });
      return (await unlessRefused(spoken('DeleteItem', key, name), () => client.send(command)))
        ? 'removed'
        : 'refused';
    },
    async putAll(items) {
      await inParts(items, ITEMS_A_WRITE, `BatchWriteItem in table ${name}`, async (part) => {
        const requests = part.map((item) => ({ PutRequest: { Item: item } }));
        const written = await once.send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
        return (written.UnprocessedItems?.[name] ?? []).flatMap(({ PutRequest }): Item[] =>
          PutRequest?.Item ? [PutRequest.Item] : [],
        );
      });
    },
  };
}

function queryInput(
  name: string,
  { where, values, index, newestFirst, limit, after, attributes }: ItemQuery,
): QueryCommandInput {
  const projection = attributes?.map((attribute) => `#${attribute}`).join(', ');
  return {
    TableName: name,
    KeyConditionExpression: where,
    ...bound(`${where} ${projection ?? ''}`, values),
    ...(projection === undefined ? {} : { ProjectionExpression: projection }),
    ...(index === undefined ? { ConsistentRead: true } : { IndexName: index }),
    ...(newestFirst === true ? { ScanIndexForward: false } : {}),
    ...(limit === undefined ? {} : { Limit: limit }),
    ...(after === undefined ? {} : { ExclusiveStartKey: after }),
  };
}

/** Declares the `#names` of an expression, and its values. */
function bound(expression: string, values: Readonly<Record<string, unknown>> | undefined) {
  const names = new Set(expression.match(/#\w+/g));
  return {
    ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [name, name.slice(1)])),
    ...(values === undefined ? {} : { ExpressionAttributeValues: { ...values } }),
  };
}

async function naming<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw tableFault(error, doing);
  }
}

async function unlessRefused<T>(doing: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw tableFault(error, doing);
  }
}

/** Calls with parts of `all`, and again with what each call leaves undone, after growing pauses. */
async function inParts<T>(
  all: readonly T[],
  size: number,
  doing: string,
  call: (part: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  for (let from = 0; from < all.length; from += size) {
    let left: readonly T[] = all.slice(from, from + size);
    for (let tries = 1; left.length > 0; tries += 1) {
      const part = left;
      left = await naming(doing, () => call(part).catch((error: unknown) => undoneBy(error, part)));
      if (left.length === 0) break;
      if (tries === TRIES_MAX)
        throw new ReeveError(
          'StoreBusy',
          `The store was not ready for ${doing}: it left ${left.length} items undone`,
        );
      await pause(Math.random() * FIRST_PAUSE_MILLIS * 2 ** tries);
    }
  }
}

/** Throttling leaves all of a part undone; after any other error nobody knows. */
function undoneBy<T>(error: unknown, part: readonly T[]): readonly T[] {
  if (isThrottling(error)) return part;
  throw error;
}
