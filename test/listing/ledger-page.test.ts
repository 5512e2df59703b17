/** A ledger, shard by shard, as the API pages through it. */
import { expect, test } from 'vitest';
import { ledgerPage, shardOf, writeManifest, writeShard } from '../../lib/ledger/store.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { makeSession, T0 } from '../session/make.ts';

const NOTHING = { new: 0, changed: 0, unchanged: 0, gone: 0, restored: 0, removed: 0, held: 0 };

test('every entry is on one page; the page of a ledger that another has taken the place of is refused, not mixed with it', async () => {
  const { ports } = createMemoryWorld({ startAt: T0, seed: 1 });
  const session = makeSession({ id: 'old' });
  const { harvesterId } = session;
  const ids = Array.from({ length: 40 }, (_, n) => `r${n}`);
  const shards = 4;
  for (let shard = 0; shard < shards; shard += 1) {
    const own = ids.filter((id) => shardOf(id, shards) === shard).map((id) => ({ id }));
    await writeShard(ports, session, shard, own);
  }
  const marks = { madeBy: '', selectedBy: '', changesSinceAt: null, listedAllAt: null };
  const difference = { ...NOTHING, goneRefused: undefined };
  await writeManifest(ports, harvesterId, 'old', { shards, entries: ids.length, ...marks, difference });

  const seen: string[] = [];
  let cursor: string | undefined;
  let second: string | undefined;
  do {
    const page = await ledgerPage(ports, harvesterId, { sessionId: 'old' }, cursor);
    seen.push(...page.values.map(({ id }) => id));
    ({ cursor } = page);
    second ??= cursor;
  } while (cursor !== undefined);
  expect(seen.sort()).toEqual([...ids].sort());
  expect(second).toBeDefined();
  await expect(ledgerPage(ports, harvesterId, { sessionId: 'new' }, second)).rejects.toMatchObject({
    name: 'InputInvalid',
    message: expect.stringContaining(
      'has changed since that page was given; begin without a cursor',
    ) as string,
  });
  await expect(ledgerPage(ports, harvesterId, { sessionId: 'old' }, 'old/x')).rejects.toMatchObject({
    name: 'InputInvalid',
  });
  expect(await ledgerPage(ports, harvesterId, { sessionId: 'none' }, undefined)).toEqual({ values: [] });
});
