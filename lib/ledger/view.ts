/** What a listing looks up in the ledger: what is held of a resource, whether it is selected, what may be asked of the remote. */
import type { Asked } from '../harvesters/harvester.ts';
import { READER_REVISION } from '../harvesters/fingerprint.ts';
import type { Ports } from '../ports.ts';
import { readJson } from '../records.ts';
import { ReeveError } from '../session/errors.ts';
import { digest } from '../session/names.ts';
import type { Held, Instant, Session } from '../session/session.ts';
import { entryOf, isHeld, type Entry } from './entry.ts';
import { readManifest, readShard, type Manifest } from './store.ts';

export interface LedgerView {
  /** What is known of a resource. */
  entry(id: string): Entry | undefined;
  /** What is held of it, if it can tell whether the resource has changed. */
  held(id: string): Held | undefined;
  isSelected(id: string): boolean;
  /** The ids of all resources of which a record is held that has no tombstone. */
  heldIds(): Iterable<string>;
  readonly manifest: Manifest | undefined;
}

/** Records made by another reader or with other settings say nothing of what would be made now. */
export function madeByOf({ remote }: Pick<Session, 'remote'>): string {
  return digest(JSON.stringify([READER_REVISION, remote.type, remote.url, sorted(remote.settings)]));
}

/** By which reader a session's records were made, part of which another version of Reeve made: by none that a later session has. */
export function madeByBoth(one: string | undefined, other: string): string {
  return one === undefined || one === other ? other : digest(JSON.stringify([one, other]));
}

export function selectedByOf({ keeping }: Pick<Session, 'keeping'>): string {
  const { filter, choices, harvestNewResourcesByDefault } = keeping;
  return digest(JSON.stringify([sorted(filter ?? null), choices ?? null, harvestNewResourcesByDefault]));
}

/** The store may hand members out in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)]);
}

export async function openLedgerView(ports: Pick<Ports, 'records'>, session: Session): Promise<LedgerView> {
  const { harvesterId, ledger, asks, keeping } = session;
  const manifest = ledger && (await readManifest(ports, harvesterId, ledger));
  const lines = new Map<string, string>();
  for (let shard = 0; ledger && shard < (manifest?.shards ?? 0); shard += 1) {
    for (const line of await readShard(ports, harvesterId, ledger, shard)) lines.set(idOf(line), line);
  }
  const choices = await readChoices(ports, keeping.choices);
  if (choices === undefined)
    throw new ReeveError(
      'StoreBusy',
      `What was decided on resources of harvester ${harvesterId} is not there (${keeping.choices ?? ''}); perhaps newer decisions have taken its place`,
    );
  const entry = (id: string): Entry | undefined => {
    const line = lines.get(id);
    return line === undefined ? undefined : entryOf(line);
  };
  const isComparable = manifest?.madeBy === madeByOf(session);
  return {
    manifest,
    entry,
    held: (id) => {
      const known = isComparable ? entry(id) : undefined;
      if (known === undefined || !isHeld(known) || known.gone !== undefined) return undefined;
      // Asked for everything anew, only what comes is compared.
      if (asks.full) return { fingerprint: known.made.fingerprint };
      return { ...known.made, ...(known.version === undefined ? {} : { version: known.version }) };
    },
    isSelected: (id) => {
      const chosen = choices.get(id);
      if (chosen !== undefined) return chosen;
      const known = entry(id);
      return known === undefined ? keeping.harvestNewResourcesByDefault : known.leftOut !== true;
    },
    *heldIds() {
      for (const [id, line] of lines) {
        const known = entryOf(line);
        if (isHeld(known) && known.gone === undefined) yield id;
      }
    },
  };
}

function idOf(line: string): string {
  return (JSON.parse(line) as { i: string }).i;
}

/** Resources that somebody has decided on: true is selected. `undefined` when the object is not there. */
export async function readChoices(
  { records }: { readonly records: Pick<Ports['records'], 'read'> },
  key: string | undefined,
): Promise<ReadonlyMap<string, boolean> | undefined> {
  if (key === undefined) return new Map();
  const json = await readJson(records, key);
  return json === undefined ? undefined : new Map(Object.entries(json as Record<string, boolean>));
}

/** How the remote is asked: for everything, or for what has changed since the last session that left nothing open. */
export interface Question {
  readonly of: 'all' | 'changes';
  readonly asked: Asked;
  readonly validators?: NonNullable<Manifest['validators']>;
}

/**
 * A session asks for changes only where its harvester wants that, the type can say it, everything was listed not long ago, and what was
 * selected and made then is what would be now.
 */
export function questionOf(
  session: Pick<Session, 'keeping' | 'asks' | 'remote' | 'kind'>,
  view: Pick<LedgerView, 'manifest'>,
  { listsChanges, now }: { listsChanges: boolean; now: Instant },
): Question {
  const { keeping, asks } = session;
  const { filter } = keeping;
  const all: Question = { of: 'all', asked: filter === undefined ? {} : { filter } };
  const { manifest } = view;
  const isComparable =
    manifest?.madeBy === madeByOf(session) && manifest.selectedBy === selectedByOf(session);
  if (manifest === undefined || !isComparable || asks.full || session.kind !== 'harvesting') return all;
  const { changesSinceAt, listedAllAt, state, validators } = manifest;
  const conditional = validators === undefined ? all : { ...all, validators };
  const isFresh = listedAllAt !== null && now - listedAllAt < keeping.fullListingDays * 86_400_000;
  if (keeping.listing !== 'changes' || !isFresh || changesSinceAt === null) return conditional;
  const asked = { ...all.asked, ...(state === undefined ? {} : { state }) };
  if (!listsChanges) return { ...conditional, asked };
  const changedSinceAt = changesSinceAt - keeping.changesOverlapSeconds * 1_000;
  return { of: 'changes', asked: { ...asked, changedSinceAt } };
}
