/**
 * A harvester's ledger in the record store: what is held of every resource, in shards by the id's digest, and a manifest that is written last.
 * A session writes a ledger of its own, and never into another's; the harvester points at the one that counts.
 */
import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import type { Page, Records } from '../ports.ts';
import { packLines, putJson, readJson, unpackLines } from '../records.ts';
import { ReeveError } from '../session/errors.ts';
import { digest, ledgerManifestKey, ledgerShardKey } from '../session/names.ts';
import type { Difference, LedgerPointer, Session } from '../session/session.ts';
import { entryOf, lineOf, type Entry } from './entry.ts';

/** How many entries a shard has, about. */
const SHARD_ENTRIES = 2_000;
const SHARDS_MAX = 4_096;

const Count = z.int().check(z.minimum(0));
const ManifestShape = z.object({
  shards: z.int().check(z.minimum(1), z.maximum(SHARDS_MAX)),
  entries: Count,
  /** What the records were made by and of: another reader, or other settings, make other records of the same answers. */
  madeBy: z.string(),
  /** What was selected: changes since a session that selected otherwise say nothing of what is new to the selection. */
  selectedBy: z.string(),
  /** When the last session began that left nothing open: what changed since then is all that can have changed. */
  changesSinceAt: z.nullable(z.number()),
  /** When the last of those began that listed everything. */
  listedAllAt: z.nullable(z.number()),
  /** What the listing of that session gave to be asked with next time. */
  state: z.optional(z.custom<Json>()),
  validators: z.optional(
    z.object({ url: z.string(), etag: z.optional(z.string()), modified: z.optional(z.string()) }),
  ),
  difference: z.object({
    new: Count,
    changed: Count,
    unchanged: Count,
    gone: Count,
    restored: Count,
    removed: Count,
    held: Count,
    goneRefused: z.optional(z.string()),
  }),
});
export type Manifest = Omit<z.infer<typeof ManifestShape>, 'difference'> & {
  readonly difference: Difference;
};

type ReadPort = { readonly records: Pick<Records, 'read'> };
type WritePort = { readonly records: Pick<Records, 'put'> };

export async function readManifest(
  { records }: ReadPort,
  harvesterId: string,
  { sessionId }: LedgerPointer,
): Promise<Manifest | undefined> {
  const json = await readJson(records, ledgerManifestKey(harvesterId, sessionId));
  if (json === undefined) return undefined;
  const manifest = ManifestShape.parse(json);
  const { goneRefused } = manifest.difference;
  return { ...manifest, difference: { ...manifest.difference, goneRefused } };
}

export async function writeManifest(
  { records }: WritePort,
  harvesterId: string,
  sessionId: string,
  manifest: Manifest,
): Promise<void> {
  await putJson(records, ledgerManifestKey(harvesterId, sessionId), manifest);
}

/** @throws StoreBusy when it is not there: a ledger is removed only when another has taken its place */
export async function readShard(
  { records }: ReadPort,
  harvesterId: string,
  { sessionId }: LedgerPointer,
  shard: number,
): Promise<string[]> {
  const bytes = await records.read(ledgerShardKey(harvesterId, sessionId, shard));
  if (bytes === undefined)
    throw new ReeveError(
      'StoreBusy',
      `Shard ${shard} of the ledger that session ${sessionId} made of harvester ${harvesterId} is not there; perhaps a newer ledger has taken its place`,
    );
  return unpackLines(bytes);
}

export async function writeShard(
  { records }: WritePort,
  { id, harvesterId }: Pick<Session, 'id' | 'harvesterId'>,
  shard: number,
  entries: Iterable<Entry>,
): Promise<void> {
  await records.put(ledgerShardKey(harvesterId, id, shard), packLines(Array.from(entries, lineOf)));
}

/** How many shards so many entries get: a power of two, so that the shards of a small ledger are made of whole shards of a large one. */
export function shardsFor(entries: number): number {
  let shards = 1;
  while (shards < SHARDS_MAX && shards * SHARD_ENTRIES < entries) shards *= 2;
  return shards;
}

export function shardOf(id: string, shards: number): number {
  return Math.floor((Number.parseInt(digest(id, 8), 16) / 0x1_0000_0000) * shards);
}

/** All entries of a ledger, one after the other. */
export async function* entriesOf(
  ports: ReadPort,
  harvesterId: string,
  pointer: LedgerPointer,
): AsyncGenerator<Entry> {
  const manifest = await readManifest(ports, harvesterId, pointer);
  for (let shard = 0; shard < (manifest?.shards ?? 0); shard += 1) {
    for (const line of await readShard(ports, harvesterId, pointer, shard)) yield entryOf(line);
  }
}

/** The same as a listing that comes in pages, one a shard. @throws InputInvalid for the page of a ledger that another has taken the place of */
export async function ledgerPage(
  ports: ReadPort,
  harvesterId: string,
  pointer: LedgerPointer,
  cursor: string | undefined,
): Promise<Page<Entry>> {
  const [sessionId = pointer.sessionId, number = '0'] = cursor?.split('/') ?? [];
  const shard = Number(number);
  if (sessionId !== pointer.sessionId || !Number.isSafeInteger(shard))
    throw new ReeveError(
      'InputInvalid',
      `What is held of harvester ${harvesterId} has changed since that page was given; begin without a cursor`,
    );
  const { shards = 0 } = (await readManifest(ports, harvesterId, pointer)) ?? {};
  if (shard >= shards) return { values: [] };
  const values = (await readShard(ports, harvesterId, pointer, shard)).map(entryOf);
  return { values, ...(shard + 1 < shards ? { cursor: `${pointer.sessionId}/${shard + 1}` } : {}) };
}
