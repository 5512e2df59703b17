/** Harvesters in the table: one item each, every write conditional on the revision that it was decided on. */
import type { Harvesters } from '../../ports.ts';
import { DEFAULT_KEEPING } from '../../session/keeping.ts';
import type { Harvester } from '../../session/session.ts';
import { INDEXES } from './definition.ts';
import { checkItem, cursorOf, ITEM_VERSION, jsonOf, sortKeyOf, textOf } from './item.ts';
import type { Item, Key, Table } from './table.ts';

const PAGE_SIZE = 100;
const LIST_KEY = 'harvesters';

const keyOf = (id: string): Key => ({ pk: `H#${id}`, sk: 'H' });

export function createHarvesters(table: Table): Harvesters {
  return {
    async read(id) {
      const item = await table.read(keyOf(id));
      return item && harvesterOf(item);
    },
    async create(harvester) {
      const put = await table.put(itemOf({ ...harvester, revision: 1 }), {
        condition: 'attribute_not_exists(#pk)',
      });
      return put === 'written' ? 'created' : 'exists';
    },
    async save(harvester) {
      const next = itemOf({ ...harvester, revision: harvester.revision + 1 });
      const put = await table.put(next, {
        condition: '#revision = :revision',
        values: { ':revision': harvester.revision },
      });
      return put === 'written' ? 'saved' : 'conflict';
    },
    async remove(harvester) {
      const removed = await table.remove(keyOf(harvester.id), {
        condition: 'attribute_not_exists(#pk) OR #revision = :revision',
        values: { ':revision': harvester.revision },
      });
      return removed === 'removed' ? 'removed' : 'conflict';
    },
    async list(cursor) {
      const { items, more } = await table.query({
        index: INDEXES.list.name,
        where: `#listKey = :key${cursor === undefined ? '' : ' AND #listSort > :after'}`,
        values: { ':key': LIST_KEY, ...(cursor === undefined ? {} : { ':after': sortKeyOf(cursor, '') }) },
        limit: PAGE_SIZE,
      });
      const whole = await table.readAll(items.map(({ pk, sk }) => ({ pk: String(pk), sk: String(sk) })));
      const values = whole.map(harvesterOf).sort((a, b) => (a.id < b.id ? -1 : 1));
      return { values, ...(more === undefined ? {} : { cursor: cursorOf(items.at(-1)?.['listSort']) }) };
    },
  };
}

function itemOf(harvester: Harvester): Item {
  const { remote, ...plain } = harvester;
  return {
    ...keyOf(harvester.id),
    version: ITEM_VERSION,
    ...plain,
    remote: { ...remote, settings: textOf(remote.settings) },
    listKey: LIST_KEY,
    listSort: harvester.id,
  };
}

function harvesterOf(item: Item): Harvester {
  const { pk, sk, version, listKey, listSort, ...plain } = checkItem(
    item,
    'id',
    'revision',
    'remote',
    'pace',
  );
  const harvester = plain as unknown as Harvester;
  return {
    ...harvester,
    // An item of before a setting was has its default.
    keeping: { ...DEFAULT_KEEPING, ...harvester.keeping },
    remote: { ...harvester.remote, settings: jsonOf(harvester.remote.settings) },
  };
}
