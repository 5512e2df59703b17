/**
 * What may become of a harvester's ledger in the one write that puts another in its place: held against what was truly listed to the session and
 * what its workers truly committed. The rules of tombstones and grace, written a second time.
 */
import { batchAt, entryOf, isHeld, type Entry, type Place, type Tombstone } from '../../lib/ledger/entry.ts';
import { unpackLines } from '../../lib/records.ts';
import { ledgerPrefix, recordsKey } from '../../lib/session/names.ts';
import type { Harvester, Instant, Session } from '../../lib/session/session.ts';
import { catalogueAt, type Listed } from './catalogue.ts';
import { titleOf } from './remote.ts';
import { BEGIN } from './clock.ts';
import { decidedIn } from './choosing.ts';
import type { SimulatedWorld } from './world.ts';

export type Entries = ReadonlyMap<string, Entry>;

const DAY_MILLIS = 86_400_000;

/** The entries of a ledger as they lie in the store; what is wrong with them is told to `violate`. */
export function entriesIn(
  world: SimulatedWorld,
  { id, ledger }: Pick<Harvester, 'id' | 'ledger'>,
  violate: (sentence: string) => void,
): Entries {
  const entries = new Map<string, Entry>();
  if (ledger === undefined) return entries;
  const prefix = ledgerPrefix(id, ledger.sessionId);
  const names = [...world.stores.records.keys()].filter((key) => key.startsWith(prefix));
  if (!names.includes(`${prefix}manifest.json.gz`))
    violate(`harvester ${id} points at a ledger that is not there`);
  for (const name of names.filter((one) => one.endsWith('.ndjson.gz'))) {
    for (const line of unpackLines(world.stores.records.get(name) ?? new Uint8Array())) {
      const entry = entryOf(line);
      if (entries.has(entry.id)) violate(`the ledger of ${id} names ${entry.id} twice`);
      entries.set(entry.id, entry);
    }
  }
  return entries;
}

/** What was listed to the attempts whose waves count. */
export function listedTo(world: SimulatedWorld, session: Session): Listed & { readonly isWhole: boolean } {
  const listed: Listed = { pages: new Set(), last: undefined, ids: new Set(), gone: new Set(), of: 'all' };
  for (const { attempt } of session.waves) {
    const part = world.remotes.listed.get(attempt.replace(/n[0-9a-z]+$/, ''));
    if (part === undefined) continue;
    for (const page of part.pages) listed.pages.add(page);
    for (const id of part.ids) listed.ids.add(id);
    for (const id of part.gone) listed.gone.add(id);
    listed.last ??= part.last;
    listed.of = part.of;
  }
  const { last, pages } = listed;
  const isWhole =
    last !== undefined &&
    Array.from({ length: last + 1 }, (_, page) => page).every((page) => pages.has(page));
  return { ...listed, isWhole };
}

/** Whether a session may harvest this resource, by what was decided on and what was known when it took the lease. */
export function isSelected(world: SimulatedWorld, session: Session, was: Entries): (id: string) => boolean {
  const { choices, harvestNewResourcesByDefault } = session.keeping;
  const bytes = choices === undefined ? undefined : world.ledger.choices.get(choices);
  const decided = bytes === undefined ? new Map<string, boolean>() : decidedIn(bytes);
  return (id) => {
    const known = was.get(id);
    return decided.get(id) ?? (known === undefined ? harvestNewResourcesByDefault : known.leftOut !== true);
  };
}

/** Called when a wave was taken: nothing is harvested that nobody selected. A retry is of what was selected before. */
export function judgeSelection(world: SimulatedWorld, session: Session, resources: readonly string[]): void {
  const { choices, harvestNewResourcesByDefault } = session.keeping;
  if (session.retryOf !== undefined || (choices === undefined && harvestNewResourcesByDefault)) return;
  const was = entriesIn(world, { id: session.harvesterId, ledger: session.ledger }, () => undefined);
  const unwanted = resources.filter((id) => !isSelected(world, session, was)(id));
  if (unwanted.length > 0)
    world.ledger.broken(session.id, `harvests ${unwanted.join(', ')}, which is not selected`);
}

/** Called when the harvester points at another ledger than before. */
export function judgeMove(world: SimulatedWorld, before: Harvester, after: Harvester): void {
  const { ledger } = world;
  const session = after.ledger && ledger.sessions.get(after.ledger.sessionId);
  if (session?.conclusion === undefined)
    return ledger.engine.violate(`harvester ${after.id} gets a ledger of a session that is not concluded`);
  const violate = (what: string): void => ledger.engine.violate(what);
  if (session.ledger?.sessionId !== before.ledger?.sessionId)
    return ledger.broken(session.id, 'made its ledger of another than the one that it takes the place of');
  const move: Move = {
    world,
    session,
    was: entriesIn(world, before, violate),
    is: entriesIn(world, after, violate),
    listed: listedTo(world, session),
    outcomes: outcomesOf(world, session),
  };
  const belief = beliefOf(move);
  for (const id of new Set([...move.was.keys(), ...move.is.keys()])) judgeEntry(move, belief, id);
  judgeNamed(move);
  judgeWithoutBatch(move);
  judgeFresh(move);
}

interface Move {
  readonly world: SimulatedWorld;
  readonly session: Session;
  readonly was: Entries;
  readonly is: Entries;
  readonly listed: Listed & { readonly isWhole: boolean };
  /** What is true of each resource of the session's batches. */
  readonly outcomes: ReadonlyMap<string, string>;
}

function outcomesOf(world: SimulatedWorld, session: Session): Map<string, string> {
  const outcomes = new Map<string, string>();
  for (const batch of world.ledger.batchesOf(session)) {
    for (const [index, id] of batch.resources.entries())
      outcomes.set(id, batch.state === 'committed' ? (batch.outcomes[index]?.outcome ?? 'lost') : 'lost');
  }
  return outcomes;
}

interface Belief {
  /** Whether the listing may tell that this resource is missing. */
  mayBeGone(id: string): boolean;
  /** Whether what it tells is enough to be taken for gone. */
  readonly believed: boolean;
}

function beliefOf({ session, was, listed }: Move): Belief {
  const { listing, conclusion, keeping } = session;
  const endedByItself =
    session.retryOf === undefined && session.status !== 'aborted' && conclusion?.finalizedBy === 'workflow';
  // Pages that moved while they were read have let something slip through.
  const hasMoved = listing.matched === undefined && listing.duplicates > 0;
  const tellsMissing = listed.isWhole && listing.complete && listed.of === 'all' && !hasMoved;
  const mayBeGone = (id: string): boolean =>
    endedByItself && (listed.gone.has(id) || (tellsMissing && !listed.ids.has(id)));
  const held = [...was.values()].filter(isHeld);
  const missing = held.filter(({ id }) => mayBeGone(id)).length;
  const isFew = missing <= 1 || missing * 100 <= held.length * keeping.goneSharePercentMax;
  const believed = session.asks.acceptGone || missing === 0 || (listed.ids.size > 0 && isFew);
  return { mayBeGone, believed };
}

function judgeEntry(move: Move, belief: Belief, id: string): void {
  const { session, listed, outcomes } = move;
  const [was, is] = [move.was.get(id), move.is.get(id)];
  const broken = (what: string): void => move.world.ledger.broken(session.id, `${what} ${id} in its ledger`);
  if (outcomes.get(id) === 'harvested') {
    if (is?.place?.session !== session.id || is.made === undefined || is.gone !== undefined)
      broken('harvested, and does not hold,');
    return;
  }
  const wasHeld = was !== undefined && isHeld(was);
  if (!wasHeld && is !== undefined && isHeld(is)) return broken('did not harvest, and holds,');
  const isNamed = outcomes.has(id) || (session.listing.ended && listed.ids.has(id));
  // Of a listing that did not come to its end some of what it was told is noted, and some is not.
  const mayBeNamed = isNamed || listed.ids.has(id);
  if (was === undefined) {
    if (!mayBeNamed) broken('was never told of, and names,');
    return;
  }
  const mayGo = !isNamed && belief.mayBeGone(id);
  // Of a listing that was broken off it cannot be said how much of what was deleted was noted, and so whether that is believed.
  const mayNotGo = !belief.believed || !session.listing.complete;
  if (is === undefined) {
    if (!mayGo || (!belief.believed && session.listing.complete))
      broken('was not told that it is gone, and forgets,');
    else if (wasHeld && !isGraceOver(was, session)) broken('does not wait for the time of grace of');
    return;
  }
  if (!wasHeld) return;
  if (JSON.stringify(is.place) !== JSON.stringify(was.place)) broken('did not harvest, and holds elsewhere,');
  const allowed: (Tombstone | undefined)[] = [
    ...(mayBeNamed ? [undefined] : []),
    ...(mayGo && (belief.believed || !session.listing.complete) ? [missedOnceMore(was, session)] : []),
    ...((isNamed && session.listing.complete) || (mayGo && !mayNotGo) ? [] : [was.gone]),
  ];
  if (!allowed.some((one) => one?.sinceAt === is.gone?.sinceAt && one?.listings === is.gone?.listings))
    broken(`has the tombstone ${spoken(is.gone)}, where true is ${allowed.map(spoken).join(' or ')}, on`);
}

function missedOnceMore({ gone }: Entry, { conclusion, startedAt }: Session): Tombstone {
  return {
    sinceAt: gone?.sinceAt ?? conclusion?.concludedAt ?? startedAt,
    listings: (gone?.listings ?? 0) + 1,
  };
}

function spoken(gone: Tombstone | undefined): string {
  return gone === undefined ? 'none' : JSON.stringify(gone);
}

function isGraceOver({ gone }: Entry, { keeping, conclusion }: Session): boolean {
  if (gone === undefined || conclusion === undefined) return false;
  return (
    gone.listings + 1 >= keeping.graceListings &&
    conclusion.concludedAt - gone.sinceAt >= keeping.graceDays * DAY_MILLIS
  );
}

/** What was listed is known from then on, also what was only listed, or not selected. */
function judgeNamed({ world, session, is, listed }: Move): void {
  if (!session.listing.complete || session.retryOf !== undefined) return;
  const unknown = [...listed.ids].filter((id) => !is.has(id));
  if (unknown.length > 0)
    world.ledger.broken(session.id, `was told of ${unknown.join(', ')}, which its ledger does not name`);
}

/** What is accounted for as unchanged without having been asked for. */
function judgeWithoutBatch({ world, session, was, listed }: Move): void {
  if (!listed.isWhole || !session.listing.complete || session.retryOf !== undefined) return;
  let expected = 0;
  if (session.kind !== 'harvesting')
    expected += [...listed.ids].filter(isSelected(world, session, was)).length;
  if (listed.of === 'changes')
    for (const entry of was.values())
      if (isHeld(entry) && !entry.gone && !listed.ids.has(entry.id) && !listed.gone.has(entry.id))
        expected += 1;
  const { withoutBatch } = session.listing;
  if (withoutBatch !== expected)
    world.ledger.broken(
      session.id,
      `accounts for ${withoutBatch} resources without a batch; true is ${expected}`,
    );
}

/** All is ok only when all that the remote has is held as it is: also where only changes were asked for. */
function judgeFresh({ world, session, was, is }: Move): void {
  if (session.status !== 'finished-all-ok' || session.kind !== 'harvesting' || session.retryOf !== undefined)
    return;
  const openedAt = world.ledger.openedAt.get(session.id) ?? 0;
  const catalogue = catalogueSince(world, session.harvesterId, openedAt);
  const isWanted = isSelected(world, session, was);
  for (const { id, title } of catalogue ?? []) {
    if (!isWanted(id)) continue;
    const entry = is.get(id);
    const held = entry?.place && titleAt(world, session.harvesterId, entry.place, id);
    if (held !== title)
      world.ledger.broken(
        session.id,
        `is all ok and holds ${held ?? 'nothing'} where the remote has ${title}`,
      );
  }
}

/** What the remote has, and has had unchanged since; undefined when it has changed in between. */
function catalogueSince(
  { scenario, ledger }: SimulatedWorld,
  harvester: string,
  since: Instant,
): { id: string; title: string }[] | undefined {
  const { now } = ledger.engine;
  const remote = scenario.remotes.find((one) => one.harvester === harvester);
  const isQuiet = remote?.history?.every(({ atSeconds }) => {
    const at = BEGIN + atSeconds * 1_000;
    return at < since || at > now;
  });
  if (remote === undefined || remote.changes !== undefined || isQuiet === false) return undefined;
  return catalogueAt(remote, 0, now).resources.map((resource) => ({
    id: resource.id,
    title: titleOf(resource),
  }));
}

/** The title of the record that lies at this place. */
function titleAt(world: SimulatedWorld, harvester: string, place: Place, id: string): string | undefined {
  const bytes = world.stores.records.get(recordsKey(harvester, batchAt(place)));
  const records = (bytes === undefined ? [] : unpackLines(bytes)).map(
    (line) => JSON.parse(line) as { id: string; properties: { title: string } },
  );
  return records.find((record) => record.id === id)?.properties.title;
}
