/**
 * Writes the ledger that a concluded session leaves behind: what it harvested, merged into what was held before.
 *
 * A session writes under its own name, from what does not change any more: its conclusion, its settled batches, its last cursor, and the ledger that
 * it found when it took the lease. So whoever writes it, how often, writes the same. It counts from the one write that frees the harvester.
 */
import type { Call } from '../handler.ts';
import { entryOf, isHeld, placeIn, type Entry } from '../ledger/entry.ts';
import { disbeliefOf, hearsDeletions, listsEverything } from '../ledger/gone.ts';
import { comparedAnew, merged, type Fate, type Judging, type News, type Presence } from '../ledger/merge.ts';
import {
  readManifest,
  readShard,
  shardOf,
  shardsFor,
  writeManifest,
  writeShard,
  type Manifest,
} from '../ledger/store.ts';
import { marksOf } from '../ledger/marks.ts';
import { madeByBoth, madeByOf } from '../ledger/view.ts';
import { seenKey, type WalkState } from '../listing/walk-state.ts';
import type { LeftOut } from '../listing/selected.ts';
import type { Ports } from '../ports.ts';
import { readJson, unpackLines } from '../records.ts';
import { outcomesOf } from '../session/conclusion.ts';
import { stagedCursorKey, stagedLeftOutPrefix } from '../session/names.ts';
import type { Difference, LedgerPointer, Session } from '../session/session.ts';
import { totalOf } from '../session/transitions.ts';
import { leaveTime } from './settle.ts';

type LedgerPorts = Pick<Ports, 'harvesters' | 'batches' | 'records' | 'log'>;

/** How many resources are held in memory at once; more are gone through several times. */
const ENTRIES_A_PASS = 250_000;

export interface WrittenLedger {
  readonly pointer: LedgerPointer;
  readonly difference: Difference;
}

/**
 * @returns `undefined` when there is nothing to write: the session listed nothing, or another has the harvester by now
 * @throws FinalizeUnfinished when the time is nearly up
 */
export async function writeLedger(
  ports: LedgerPorts,
  session: Session,
  call: Call,
): Promise<WrittenLedger | undefined> {
  const pointer: LedgerPointer = { sessionId: session.id };
  const done = await readManifest(ports, session.harvesterId, pointer);
  if (done !== undefined) return { pointer, difference: done.difference };
  if (!saysAnything(session) || !(await holdsLease(ports, session))) return undefined;

  const base = session.ledger && (await readManifest(ports, session.harvesterId, session.ledger));
  if (session.ledger !== undefined && base === undefined) {
    if (!(await holdsLease(ports, session))) return writtenByAnother(ports, session);
    // We hold the lease still: nobody has put another in its place.
    ports.log.error('the ledger of what is held is gone; it begins anew with this session', {
      session: session.id,
      harvester: session.harvesterId,
      ledger: session.ledger.sessionId,
    });
  }
  const cursor = await readCursor(ports, session);
  const told = session.listing.ended ? cursor : undefined;
  const making = new Making(ports, { session, base, call, told, listedBy: cursor?.madeBy });
  const difference = await making.write();
  return difference === 'too late' ? writtenByAnother(ports, session) : { pointer, difference };
}

/**
 * What a ledger is made of is removed only after the harvester was freed: whoever holds the lease after having read it has read all of it. Asked before
 * anything is written, so that a slow finalizer does not write what is left over what a faster one made of all.
 */
async function holdsLease(
  ports: Pick<Ports, 'harvesters'>,
  { id, harvesterId }: Pick<Session, 'id' | 'harvesterId'>,
): Promise<boolean> {
  return (await ports.harvesters.read(harvesterId))?.lease === id;
}

/** A faster finalizer of the same session wrote it; `undefined` when later sessions have removed that by now. */
async function writtenByAnother(ports: LedgerPorts, session: Session): Promise<WrittenLedger | undefined> {
  const pointer: LedgerPointer = { sessionId: session.id };
  const manifest = await readManifest(ports, session.harvesterId, pointer);
  return manifest && { pointer, difference: manifest.difference };
}

/** A session that could not list its remote says nothing of it. */
function saysAnything(session: Session): boolean {
  const { notSelected, withoutBatch } = session.listing;
  return totalOf(session) + notSelected + withoutBatch > 0 || listsEverything(session);
}

/** Where the listing got to, and what it saw; unknown for a retry, and when its last cursor is not there. */
async function readCursor(ports: LedgerPorts, session: Session): Promise<WalkState | undefined> {
  const attempt = session.waves.at(-1)?.attempt;
  if (session.retryOf !== undefined || attempt === undefined) return undefined;
  const cursor = await readJson(ports.records, stagedCursorKey(session.id, attempt));
  return cursor as WalkState | undefined;
}

interface Given {
  readonly session: Session;
  readonly base: Manifest | undefined;
  readonly call: Call;
  readonly told: WalkState | undefined;
  /** The reader that the listing went by. */
  readonly listedBy: string | undefined;
}

class Making {
  readonly #ports: LedgerPorts;
  readonly #given: Given;
  readonly #seen: ReadonlySet<string>;
  readonly #deleted: ReadonlySet<string>;
  readonly #shards: number;
  /** What the records are made by and of, as far as this session read them all anew where that changed. */
  readonly #madeBy: string;

  constructor(ports: LedgerPorts, given: Given) {
    const { session, base, told, listedBy } = given;
    this.#ports = ports;
    this.#given = given;
    this.#seen = new Set(told?.idsSeen);
    this.#deleted = new Set(hearsDeletions(session) ? told?.gone : []);
    const readsAll = session.kind === 'harvesting' && session.retryOf === undefined;
    this.#madeBy = readsAll || base === undefined ? madeByBoth(listedBy, madeByOf(session)) : base.madeBy;
    const { notSelected, withoutBatch } = session.listing;
    this.#shards = shardsFor((base?.entries ?? 0) + totalOf(session) + notSelected + withoutBatch);
  }

  async write(): Promise<Difference | 'too late'> {
    const { session, base, told } = this.#given;
    const { goneRefused, judging } = await this.#judge();
    const fates: Record<Fate, number> = {
      new: 0,
      changed: 0,
      unchanged: 0,
      gone: 0,
      restored: 0,
      removed: 0,
      none: 0,
    };
    const totals = { entries: 0, held: 0 };
    const passes = Math.ceil(this.#expected() / ENTRIES_A_PASS);
    const shardsAPass = Math.ceil(this.#shards / Math.max(1, passes));
    for (let from = 0; from < this.#shards; from += shardsAPass) {
      const to = Math.min(this.#shards, from + shardsAPass);
      if ((await this.#writePass({ from, to, judging }, fates, totals)) === 'too late') return 'too late';
    }
    const { new: fresh, changed, unchanged, gone, restored, removed } = fates;
    const difference: Difference = {
      new: fresh,
      changed,
      unchanged,
      gone,
      restored,
      removed,
      held: totals.held,
      goneRefused,
    };
    await writeManifest(this.#ports, session.harvesterId, session.id, {
      shards: this.#shards,
      entries: totals.entries,
      madeBy: this.#madeBy,
      ...marksOf(session, base, told),
      difference,
    });
    return difference;
  }

  #expected(): number {
    const { session, base } = this.#given;
    return (base?.entries ?? 0) + totalOf(session) + session.listing.notSelected;
  }

  #presence(id: string): Presence {
    if (this.#deleted.has(id)) return 'deleted';
    if (this.#seen.has(seenKey(id))) return 'listed';
    const { told, session } = this.#given;
    if (told === undefined) return 'not told';
    if (session.listing.of === 'changes' && session.listing.complete) return 'unchanged';
    return listsEverything(session) ? 'missing' : 'not told';
  }

  /** How much is missing, before anything is said to be gone. */
  async #judge(): Promise<{ goneRefused: string | undefined; judging: Judging }> {
    const { session } = this.#given;
    let held = 0;
    let missing = 0;
    for await (const entry of this.#before({ from: 0, to: this.#shards })) {
      if (!isHeld(entry)) continue;
      held += 1;
      const presence = this.#presence(entry.id);
      if (presence === 'missing' || presence === 'deleted') missing += 1;
    }
    const goneRefused = disbeliefOf(session, { held, missing, listed: this.#seen.size });
    const { graceListings, graceDays } = session.keeping;
    const at = session.conclusion?.concludedAt ?? session.startedAt;
    return {
      goneRefused,
      judging: { at, believed: goneRefused === undefined, graceListings, graceDays },
    };
  }

  /** The entries of before whose shard is one of these now. */
  async *#before({ from, to }: { from: number; to: number }): AsyncGenerator<Entry> {
    const { session, base, call } = this.#given;
    if (base === undefined || session.ledger === undefined) return;
    const scale = base.shards / this.#shards;
    const last = Math.max(Math.floor(from * scale) + 1, Math.ceil(to * scale));
    for (let shard = Math.floor(from * scale); shard < last; shard += 1) {
      leaveTime(session, call);
      for (const line of await readShard(this.#ports, session.harvesterId, session.ledger, shard)) {
        const entry = entryOf(line);
        const now = shardOf(entry.id, this.#shards);
        if (now >= from && now < to) yield base.madeBy === this.#madeBy ? entry : comparedAnew(entry);
      }
    }
  }

  async #writePass(
    { from, to, judging }: { from: number; to: number; judging: Judging },
    fates: Record<Fate, number>,
    totals: { entries: number; held: number },
  ): Promise<'written' | 'too late'> {
    const { session, call } = this.#given;
    const shards = Array.from({ length: to - from }, (): Entry[] => []);
    const news = await this.#news({ from, to });
    const take = (id: string, before: Entry | undefined): void => {
      const { entry, fate } = merged(before, news.get(id), this.#presence(id), judging);
      fates[fate] += 1;
      if (entry === undefined) return;
      totals.entries += 1;
      if (isHeld(entry)) totals.held += 1;
      shards[shardOf(id, this.#shards) - from]?.push(entry);
    };
    for await (const before of this.#before({ from, to })) {
      take(before.id, before);
      news.delete(before.id);
    }
    for (const id of news.keys()) take(id, undefined);
    if (!(await holdsLease(this.#ports, session))) return 'too late';
    for (const [index, entries] of shards.entries()) {
      leaveTime(session, call);
      await writeShard(this.#ports, session, from + index, entries);
    }
    return 'written';
  }

  async #news({ from, to }: { from: number; to: number }): Promise<Map<string, News>> {
    const { session, call } = this.#given;
    const news = new Map<string, News>();
    const isOurs = (id: string): boolean => {
      const shard = shardOf(id, this.#shards);
      return shard >= from && shard < to;
    };
    const accepted = new Set(session.waves.map((wave) => wave.attempt));
    for (const attempt of accepted) {
      for (const line of await this.#leftOut(attempt)) {
        const { id, title, unselected } = JSON.parse(line) as LeftOut;
        if (isOurs(id))
          news.set(id, { of: 'named', id, unselected, ...(title === undefined ? {} : { title }) });
      }
    }
    let cursor: string | undefined;
    do {
      leaveTime(session, call);
      const page = await this.#ports.batches.list(session.id, cursor);
      for (const batch of page.values.filter(({ key }) => accepted.has(key.attempt))) {
        const outcomes = outcomesOf(batch, session.status === 'aborted');
        for (const [index, resource] of batch.resources.entries()) {
          const outcome = outcomes[index];
          if (outcome !== undefined && isOurs(resource.id))
            news.set(resource.id, { of: 'harvest', resource, outcome, place: placeIn(batch.key) });
        }
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return news;
  }

  async #leftOut(attempt: string): Promise<string[]> {
    const { session } = this.#given;
    const lines: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#ports.records.list(stagedLeftOutPrefix(session.id, attempt), cursor);
      for (const key of page.values) {
        const bytes = await this.#ports.records.read(key);
        if (bytes !== undefined) lines.push(...unpackLines(bytes));
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
    return lines;
  }
}
