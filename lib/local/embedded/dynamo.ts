/**
 * DynamoDB's API in this process, on a folder: the parts of dynalite (actions, validations, LevelDB store) behind one call.
 *
 * dynalite's own server is not used: it throws errors of the disk out of callbacks, which ends the process, and it leaves every query's
 * LevelDB iterator open, which keeps old files alive. Here the first are answers with status 500, and iterators are closed.
 * Writes reach the operating system before they are answered, not the disk: they survive the death of the process, not that of the machine.
 */
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import type { CreateTableCommandInput, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { ReeveError, sentenceOf } from '../../session/errors.ts';

export interface Dynamo {
  /** Never rejects; `target` is the header `x-amz-target`. */
  call(target: string, body: string): Promise<{ status: number; body: string }>;
  /**
   * Aborted, with the error as its reason, when the disk has refused something: from then on every call is refused. A write that broke off in
   * LevelDB's log could take later ones with it, and opening the folder again mends that.
   */
  readonly broken: AbortSignal;
  close(): Promise<void>;
}

const OPERATIONS = new Map(
  [
    'createTable',
    'putItem',
    'getItem',
    'updateItem',
    'deleteItem',
    'query',
    'batchWriteItem',
    'batchGetItem',
  ].map((action) => [`DynamoDB_20120810.${action.charAt(0).toUpperCase()}${action.slice(1)}`, action]),
);

interface ValueIterator {
  nextv(size: number): Promise<unknown[]>;
  close(): Promise<void>;
}

interface DynaliteStore {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    values(options: unknown): ValueIterator;
    createValueStream: (options: unknown) => Readable;
    getSync(key: string): unknown;
    get: (key: string, done: (error: unknown, value?: unknown) => void) => void;
  };
  readonly tableDb: {
    get: (name: string, done: (error: unknown, table?: DynaliteTable) => void) => void;
    put(name: string, table: DynaliteTable, done: (error: unknown) => void): void;
  };
}

interface DynaliteTable {
  readonly TableStatus: string;
  readonly GlobalSecondaryIndexes?: readonly object[];
}

interface DynaliteError {
  readonly code?: string;
  readonly statusCode?: number;
  readonly body?: unknown;
}

type Action = (
  store: DynaliteStore,
  data: unknown,
  done: (error: DynaliteError | null, answer?: unknown) => void,
) => void;
interface Validation {
  readonly types: unknown;
  readonly custom: unknown;
}
interface Validations {
  checkTypes(data: unknown, types: unknown): unknown;
  checkValidations(data: unknown, types: unknown, custom: unknown, store: DynaliteStore): void;
}

const load = createRequire(import.meta.url) as (name: string) => unknown;

/**
 * Opens the folder, with the table in it.
 * @throws the error of LevelDB: its cause has the code LEVEL_LOCKED when another process has the folder open
 */
export async function openDynamo(path: string, table: CreateTableCommandInput): Promise<Dynamo> {
  const dynalite = load('dynalite/db') as {
    create(options: { path: string; createTableMs: number }): DynaliteStore;
  };
  const store = dynalite.create({ path, createTableMs: 0 });
  await store.db.open();
  readAtOnce(store);
  store.db.createValueStream = (options) => Readable.from(valuesOf(store, options));
  const broken = new AbortController();
  const dynamo: Dynamo = {
    call: (target, body) => answered({ store, broken }, target, body),
    broken: broken.signal,
    close: () => store.db.close(),
  };
  const created = await dynamo.call('DynamoDB_20120810.CreateTable', JSON.stringify(table));
  // That it exists already is what is usual.
  if (created.status !== 200 && !created.body.includes('ResourceInUseException')) {
    await dynamo.close();
    throw new ReeveError('InvariantBroken', `The table could not be created: ${created.body}`);
  }
  await activate(store, table.TableName ?? '');
  keepDefinition(store, table.TableName ?? '');
  return dynamo;
}

/** What LevelDB is asked for lies in memory or in the system's cache: the way through a thread and back takes longer than the reading. */
function readAtOnce({ db }: DynaliteStore): void {
  db.get = (key, done) => {
    let value: unknown;
    try {
      value = db.getSync(key);
    } catch (error) {
      done(error);
      return;
    }
    done(null, value);
  };
}

/** dynalite reads the table's definition with every call; it never changes. */
function keepDefinition({ tableDb }: DynaliteStore, name: string): void {
  tableDb.get(name, (error, table) => {
    if (table !== undefined) tableDb.get = (_, done) => done(error, table);
  });
}

/** dynalite makes a new table active a little later; a process that died before left a table that would never be. */
function activate({ tableDb }: DynaliteStore, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error: unknown): void => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new ReeveError('StoreBusy', sentenceOf(error)));
    };
    tableDb.get(name, (error, table) => {
      if (table === undefined || table.TableStatus === 'ACTIVE') {
        done(error);
        return;
      }
      const indexes = table.GlobalSecondaryIndexes?.map((index) => ({ ...index, IndexStatus: 'ACTIVE' }));
      tableDb.put(
        name,
        { ...table, TableStatus: 'ACTIVE', ...(indexes ? { GlobalSecondaryIndexes: indexes } : {}) },
        done,
      );
    });
  });
}

interface Opened {
  readonly store: DynaliteStore;
  readonly broken: AbortController;
}

function answered({ store, broken }: Opened, target: string, body: string): ReturnType<Dynamo['call']> {
  return new Promise((resolve) => {
    const answer = (status: number, value: unknown): void => resolve({ status, body: JSON.stringify(value) });
    const fail = (error: DynaliteError): void => {
      if (error.code === 'LEVEL_IO_ERROR') broken.abort(error);
      answer(error.statusCode ?? 500, error.body ?? internal(error));
    };
    if (broken.signal.aborted) {
      fail(broken.signal.reason as DynaliteError);
      return;
    }
    try {
      perform(store, { target, body }, (error, value) => (error ? fail(error) : answer(200, value)));
    } catch (error) {
      fail(error as DynaliteError);
    }
  });
}

function perform(
  store: DynaliteStore,
  { target, body }: { target: string; body: string },
  done: Parameters<Action>[2],
): void {
  const operation = OPERATIONS.get(target);
  if (operation === undefined) {
    done({ statusCode: 400, body: { __type: 'com.amazon.coral.service#UnknownOperationException' } });
    return;
  }
  const action = load(`dynalite/actions/${operation}`) as Action;
  const { types, custom } = load(`dynalite/validations/${operation}`) as Validation;
  const validations = load('dynalite/validations') as Validations;
  const data = validations.checkTypes(JSON.parse(body), types);
  validations.checkValidations(data, types, custom, store);
  action(store, data, done);
}

function internal(error: DynaliteError): unknown {
  return { __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError', message: sentenceOf(error) };
}

const VALUES_A_STEP = 100;

async function* valuesOf(store: DynaliteStore, options: unknown): AsyncGenerator {
  const iterator = store.db.values(options);
  try {
    for (
      let values = await iterator.nextv(VALUES_A_STEP);
      values.length > 0;
      values = await iterator.nextv(VALUES_A_STEP)
    )
      yield* values;
  } finally {
    await iterator.close();
  }
}

/** For a client in the same process: no socket, no signature, nothing from the environment. */
export function clientConfigOf(dynamo: Dynamo): DynamoDBClientConfig {
  return {
    ...LOCAL_CLIENT,
    signer: { sign: (request) => Promise.resolve(request) },
    requestHandler: {
      handle: async ({ headers, body }: { headers: Record<string, string>; body: string | Uint8Array }) => {
        const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
        const answer = await dynamo.call(headers['x-amz-target'] ?? '', text);
        const type = { 'content-type': 'application/x-amz-json-1.0' };
        return {
          response: { statusCode: answer.status, headers: type, body: Buffer.from(answer.body, 'utf8') },
        };
      },
    },
  };
}

/** Given in full, so that the SDK looks for none of it in the environment or in files. */
export const LOCAL_CLIENT: DynamoDBClientConfig = {
  region: 'local',
  endpoint: 'http://localhost',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  defaultsMode: 'standard',
  useFipsEndpoint: false,
  useDualstackEndpoint: false,
};
