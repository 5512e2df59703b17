/** What the ledgers hold in the end: the newest record of everything that was ever harvested, but for what is truly gone. */
import { isHeld, batchAt, type Entry } from '../../lib/ledger/entry.ts';
import { unpackLines } from '../../lib/records.ts';
import { recordsKey } from '../../lib/session/names.ts';
import type { Harvester, Session } from '../../lib/session/session.ts';
import { decidedIn } from './choosing.ts';
import type { Engine } from './engine.ts';
import { entriesIn } from './judge-ledger.ts';
import type { SimulatedWorld } from './world.ts';

export function judgeHeld(engine: Engine, world: SimulatedWorld): void {
  for (const harvester of world.stores.harvesters.values()) {
    const entries = entriesIn(world, harvester, (sentence) => engine.violate(sentence));
    judgePlaces(engine, world, { harvester, entries });
    judgeNewest(engine, world, { harvester, entries });
    judgeLeftovers(engine, world, harvester);
    judgeChoices(engine, world, harvester);
  }
}

interface Ledger {
  readonly harvester: Harvester;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What is said to be held can be read where it is said to be. */
function judgePlaces(engine: Engine, world: SimulatedWorld, { harvester, entries }: Ledger): void {
  for (const entry of entries.values()) {
    if (!isHeld(entry)) continue;
    const bytes = world.stores.records.get(recordsKey(harvester.id, batchAt(entry.place)));
    const ids = (bytes === undefined ? [] : unpackLines(bytes)).map(
      (line) => (JSON.parse(line) as { id: string }).id,
    );
    if (!ids.includes(entry.id))
      engine.violate(
        `the ledger of ${harvester.id} holds ${entry.id} in session ${entry.place.session}, where it is not`,
      );
  }
}

/** Nothing that was harvested is lost, and the newest session's is held. */
function judgeNewest(engine: Engine, world: SimulatedWorld, { harvester, entries }: Ledger): void {
  const newest = new Map<string, Session>();
  const removed = new Map<string, number>();
  const sessions = [...world.stores.sessions.values()]
    .filter((session) => session.harvesterId === harvester.id && session.sequence > 0)
    .sort((one, other) => one.sequence - other.sequence);
  for (const session of sessions) {
    for (const batch of world.ledger.batchesOf(session)) {
      batch.resources.forEach((id, index) => {
        if (batch.state === 'committed' && batch.outcomes[index]?.outcome === 'harvested')
          newest.set(id, session);
      });
    }
    removed.set(harvester.id, (removed.get(harvester.id) ?? 0) + (session.difference?.removed ?? 0));
  }
  const missing = [...newest].filter(([id]) => {
    const entry = entries.get(id);
    return entry === undefined || !isHeld(entry);
  });
  if (missing.length > (removed.get(harvester.id) ?? 0))
    engine.violate(
      `harvester ${harvester.id} does not hold ${missing.map(([id]) => id).join(', ')}, which it harvested`,
    );
  for (const [id, session] of newest) {
    const held = entries.get(id)?.place;
    if (held !== undefined && held.session !== session.id)
      engine.violate(
        `harvester ${harvester.id} holds ${id} of session ${held.session}; session ${session.id} harvested it later`,
      );
  }
}

/**
 * No ledger is left behind but the one that the harvester points at, and what a write that was taken for failed put back after its clean-up: nobody is
 * there any more to remove that, and it counts for nothing.
 */
function judgeLeftovers(engine: Engine, world: SimulatedWorld, harvester: Harvester): void {
  const prefix = `ledgers/harvester=${harvester.id}/session=`;
  const sessions = new Set<string>();
  for (const key of world.stores.records.keys()) {
    if (key.startsWith(prefix)) sessions.add(key.slice(prefix.length).split('/')[0] ?? '');
  }
  sessions.delete(harvester.ledger?.sessionId ?? '');
  if (sessions.size > (engine.injected['takes effect after it failed'] ?? 0))
    engine.violate(`ledgers of ${harvester.id} are left over: ${[...sessions].join(', ')}`);
}

/** What somebody was told is decided on is decided on. */
function judgeChoices(engine: Engine, world: SimulatedWorld, { id, keeping }: Harvester): void {
  const bytes = keeping.choices === undefined ? undefined : world.stores.records.get(keeping.choices);
  if (keeping.choices !== undefined && bytes === undefined)
    return engine.violate(`harvester ${id} points at choices that are not there`);
  const others = [...world.stores.records.keys()].filter(
    (key) => key.startsWith(`ledgers/harvester=${id}/choices/`) && key !== keeping.choices,
  );
  if (others.length > 0 && Object.keys(engine.injected).length === 0)
    engine.violate(`choices of ${id} are left over: ${others.join(', ')}`);
  const fault = world.choosing.faultOf(id, bytes === undefined ? new Map() : decidedIn(bytes));
  if (fault !== undefined) engine.violate(`of harvester ${id} ${fault}`);
}
