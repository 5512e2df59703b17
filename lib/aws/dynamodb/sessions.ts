/** Sessions in the table: one item each, every write conditional on the revision that it was decided on. */
import type { Page, Sessions } from '../../ports.ts';
import type { Session } from '../../session/session.ts';
import { INDEXES, OPEN_SHARDS, openShard, openShardOf } from './definition.ts';
import { checkItem, cursorOf, ITEM_VERSION, jsonOf, sortKeyOf, textOf } from './item.ts';
import type { Item, Key, Table } from './table.ts';

const PAGE_SIZE = 200;

export const sessionPartition = (sessionId: string): string => `S#${sessionId}`;
const keyOf = (sessionId: string): Key => ({ pk: sessionPartition(sessionId), sk: 'S' });
const idOf = (item: Item): string => String(item['pk']).slice(2);
const harvesterListKey = (harvesterId: string): string => `H#${harvesterId}`;

/**
 * A write that the SDK repeats after its own success is answered `exists` or `conflict`: callers read again and find that it is as they
 * wanted it.
 */
export function createSessions(table: Table): Sessions {
  return {
    async read(id) {
      const item = await table.read(keyOf(id));
      return item && sessionOf(item);
    },
    async create(session) {
      const put = await table.put(itemOf({ ...session, revision: 1 }), {
        condition: 'attribute_not_exists(#pk)',
      });
      return put === 'written' ? 'created' : 'exists';
    },
    async save(session) {
      const next = itemOf({ ...session, revision: session.revision + 1 });
      const put = await table.put(next, {
        condition: '#revision = :revision',
        values: { ':revision': session.revision },
      });
      return put === 'written' ? 'saved' : 'conflict';
    },
    async withdraw(session) {
      const condition = 'attribute_not_exists(#pk) OR #revision = :revision';
      const removed = await table.remove(keyOf(session.id), {
        condition,
        values: { ':revision': session.revision },
      });
      return removed === 'removed' ? 'withdrawn' : 'conflict';
    },
    open: (cursor) => openSessions(table, cursor),
    async ofHarvester(harvesterId, cursor) {
      const before = cursor === undefined ? '' : ' AND #listSort < :before';
      const { items, more } = await table.query({
        index: INDEXES.list.name,
        where: `#listKey = :key${before}`,
        values: {
          ':key': harvesterListKey(harvesterId),
          ...(cursor === undefined ? {} : { ':before': sortKeyOf(cursor, '') }),
        },
        newestFirst: true,
        limit: PAGE_SIZE,
      });
      return {
        values: items.map(idOf),
        ...(more === undefined ? {} : { cursor: cursorOf(items.at(-1)?.['listSort']) }),
      };
    },
  };
}

/** Merges the shards of the index: each gives its most overdue, of all of them the most overdue are given. */
async function openSessions(table: Table, cursor: string | undefined): Promise<Page<string>> {
  const after = cursor === undefined ? undefined : sortKeyOf(cursor, '');
  const shards = await Promise.all(
    Array.from({ length: OPEN_SHARDS }, (_, number) =>
      table.query({
        index: INDEXES.open.name,
        where: `#openShard = :shard${after === undefined ? '' : ' AND #openSort > :after'}`,
        values: { ':shard': openShard(number), ...(after === undefined ? {} : { ':after': after }) },
        limit: PAGE_SIZE,
      }),
    ),
  );
  const found = shards
    .flatMap(({ items }) => items)
    .sort((a, b) => (String(a['openSort']) < String(b['openSort']) ? -1 : 1));
  const given = found.slice(0, PAGE_SIZE);
  const isMore = found.length > given.length || shards.some(({ more }) => more !== undefined);
  const last = given.at(-1);
  return { values: given.map(idOf), ...(isMore && last ? { cursor: cursorOf(last['openSort']) } : {}) };
}

function itemOf(session: Session): Item {
  const { remote, ...plain } = session;
  return {
    ...keyOf(session.id),
    version: ITEM_VERSION,
    ...plain,
    remote: { ...remote, settings: textOf(remote.settings) },
    listKey: harvesterListKey(session.harvesterId),
    listSort: `${readable(session.startedAt)}#${session.id}`,
    ...(session.closedAt === undefined
      ? { openShard: openShardOf(session.id), openSort: `${readable(session.deadlineAt)}#${session.id}` }
      : {}),
  };
}

/** Sorts like the instants. */
function readable(at: number): string {
  return new Date(at).toISOString();
}

function sessionOf(item: Item): Session {
  const { pk, sk, version, listKey, listSort, openShard, openSort, ...plain } = checkItem(
    item,
    'id',
    'status',
    'revision',
    'remote',
    'listing',
  );
  const session = plain as unknown as Session;
  return { ...session, remote: { ...session.remote, settings: jsonOf(session.remote.settings) } };
}
