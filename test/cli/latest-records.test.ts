/** Which records stand for a harvester. */
import { describe, expect, test } from 'vitest';
import { latestRecords } from '../../lib/cli/latest-records.ts';
import { createMemoryWorld, type MemoryWorld } from '../../lib/local/memory/world.ts';
import { packLines } from '../../lib/records.ts';
import { recordsKey } from '../../lib/session/names.ts';
import type { Outcome } from '../../lib/session/session.ts';
import { makeHarvester, makeSession, T0 } from '../session/make.ts';

interface Told {
  readonly complete?: boolean;
  readonly retryOf?: string;
  readonly isOpen?: true;
}

/** A day's session: what it listed, and what became of each. */
async function addSession(
  world: MemoryWorld,
  day: number,
  outcomes: Readonly<Record<string, Outcome>>,
  { complete = true, retryOf, isOpen }: Told = {},
): Promise<void> {
  const id = `day-${day}`;
  const ids = Object.keys(outcomes);
  const key = { sessionId: id, attempt: 'a', number: 0 };
  const at = T0 + day * 86_400_000;
  const { listing } = makeSession();
  await world.ports.sessions.create(
    makeSession({
      id,
      retryOf,
      startedAt: at,
      status: isOpen ? 'on-going' : 'finished-some-failed',
      closedAt: isOpen ? undefined : at + 1,
      waves: [{ attempt: 'a', firstBatch: 0, batches: 1, resources: ids.length }],
      listing: { ...listing, complete },
    }),
  );
  const batch = {
    key,
    state: 'planned',
    resources: ids.map((one) => ({ id: one })),
    staged: false,
    tries: 0,
    outcomes: undefined,
    records: 0,
    committedBy: undefined,
  } as const;
  await world.ports.batches.plan([batch]);
  await world.ports.batches.commit(key, {
    outcomes: ids.map((one) => ({ outcome: outcomes[one] ?? 'lost' })),
    records: ids.length,
    worker: 'w',
  });
  const lines = ids
    .filter((one) => outcomes[one] === 'harvested')
    .map((one) => JSON.stringify({ id: one, day }));
  if (lines.length > 0) await world.ports.records.put(recordsKey('county', key), packLines(lines));
}

async function worldOf(
  ...sessions: (readonly [Readonly<Record<string, Outcome>>, Told?])[]
): Promise<MemoryWorld> {
  const world = createMemoryWorld({ startAt: T0, seed: 1, pageSize: 1 });
  await world.ports.harvesters.create(makeHarvester());
  for (const [day, [outcomes, told]] of sessions.entries()) await addSession(world, day + 1, outcomes, told);
  return world;
}

/** `a1`: resource a as it was on day 1. */
async function latest(world: MemoryWorld): Promise<string[]> {
  const found: string[] = [];
  for await (const { line } of latestRecords(world.ports, 'county')) {
    const { id, day } = JSON.parse(line) as { id: string; day: number };
    found.push(`${id}${day}`);
  }
  return found.sort();
}

describe('the newest records of a harvester', () => {
  test('are those of its newest session, when that got all', async () => {
    const world = await worldOf([{ a: 'harvested', b: 'harvested' }], [{ a: 'harvested', c: 'harvested' }]);
    expect(await latest(world)).toEqual(['a2', 'c2']);
  });

  test('keep the older record of a resource that failed in the newest session', async () => {
    const world = await worldOf([{ a: 'harvested', b: 'harvested' }], [{ a: 'harvested', b: 'failed' }]);
    expect(await latest(world)).toEqual(['a2', 'b1']);
  });

  test('lose nothing by a session that could not reach the remote, or listed a part of it', async () => {
    const world = await worldOf(
      [{ a: 'harvested', b: 'harvested' }],
      [{}, { complete: false }],
      [{ a: 'harvested' }, { complete: false }],
    );
    expect(await latest(world)).toEqual(['a3', 'b1']);
  });

  test('are those of a retry, and of the session that it retried', async () => {
    const world = await worldOf(
      [{ a: 'harvested', b: 'lost', c: 'lost' }],
      [{ b: 'harvested', c: 'failed' }, { retryOf: 'day-1' }],
    );
    expect(await latest(world)).toEqual(['a1', 'b2']);
  });

  test('do not hold what the remote did not list any more', async () => {
    const world = await worldOf([{ a: 'harvested', gone: 'harvested' }], [{ a: 'failed' }]);
    expect(await latest(world)).toEqual(['a1']);
  });

  test('do not hold what a session wrote so far that is still open', async () => {
    const world = await worldOf([{ a: 'harvested' }], [{ a: 'harvested' }, { isOpen: true }]);
    expect(await latest(world)).toEqual(['a1']);
  });

  test('are none of a harvester that never harvested', async () => {
    expect(await latest(await worldOf())).toEqual([]);
  });
});
