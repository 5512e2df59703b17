/** The one table: its keys and indexes, as a value that the stack deploys and the embedded mode creates. */
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { digest } from '../../session/names.ts';

/** Names of attributes; every one of them is a string. */
export interface IndexDefinition {
  readonly name: string;
  readonly partitionKey: string;
  readonly sortKey: string;
}

export const PARTITION_KEY = 'pk';
export const SORT_KEY = 'sk';

/**
 * Both indexes project keys only: a write that changes none of their keys costs nothing more, and what is read through them is read
 * again from the table, because an index lags behind.
 */
export const INDEXES = {
  /** Sparse: only sessions that are not closed, by deadline. Sharded, because a single key would be one hot partition. */
  open: { name: 'open', partitionKey: 'openShard', sortKey: 'openSort' },
  /** Sessions of a harvester by their opening, and harvesters by id. */
  list: { name: 'list', partitionKey: 'listKey', sortKey: 'listSort' },
} as const satisfies Record<string, IndexDefinition>;

export const OPEN_SHARDS = 10;

export function openShardOf(sessionId: string): string {
  return openShard(Number.parseInt(digest(sessionId, 8), 16) % OPEN_SHARDS);
}

export function openShard(number: number): string {
  return `open#${number}`;
}

/** On demand; time to live is not used: an expired item would still be counted. */
export function tableDefinition(tableName: string): CreateTableCommandInput {
  const indexes: readonly IndexDefinition[] = Object.values(INDEXES);
  const attributes = [
    PARTITION_KEY,
    SORT_KEY,
    ...indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]),
  ];
  const keySchema = (partitionKey: string, sortKey: string): CreateTableCommandInput['KeySchema'] => [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    { AttributeName: sortKey, KeyType: 'RANGE' },
  ];
  return {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: keySchema(PARTITION_KEY, SORT_KEY),
    GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({
      IndexName: name,
      KeySchema: keySchema(partitionKey, sortKey),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  };
}
