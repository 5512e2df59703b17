/** The records that are held of a harvester's remote: of every resource in its ledger, the one record that the ledger names. */
import type { Ports } from '../ports.ts';
import { unpackLines } from '../records.ts';
import { familyOf } from '../session/errors.ts';
import { digest, recordsKey, recordsPrefix } from '../session/names.ts';
import type { Harvester, Session } from '../session/session.ts';
import { batchAt, isHeld, type Place } from './entry.ts';
import { entriesOf } from './store.ts';

type HeldPorts = Pick<Ports, 'harvesters' | 'records'>;

/** What of one published file is held. */
interface HeldOfFile {
  readonly place: Place;
  /** Digests of ids: these may be long, and there may be a million of them. */
  readonly ids: Set<string>;
}

/**
 * Each record as one line of JSON, file by file. A resource with a tombstone is still held.
 * @throws StoreBusy when the ledger changes again and again while it is read
 */
export async function* heldRecords(ports: HeldPorts, harvesterId: string): AsyncGenerator<string> {
  for (const { place, ids } of (await readPlaces(ports, harvesterId)).values()) {
    const bytes = await ports.records.read(recordsKey(harvesterId, batchAt(place)));
    for (const line of bytes === undefined ? [] : unpackLines(bytes)) {
      if (ids.delete(digest((JSON.parse(line) as { id: string }).id))) yield line;
    }
  }
}

/** The records that one session read anew, as they lie in its files, each one line of JSON. */
export async function* recordsOfSession(
  { records }: Pick<Ports, 'records'>,
  { harvesterId, id }: Session,
): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await records.list(recordsPrefix(harvesterId, id), cursor);
    for (const key of page.values) {
      const bytes = await records.read(key);
      if (bytes !== undefined) yield* unpackLines(bytes);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

const READINGS_MAX = 5;

/** A ledger that another takes the place of while it is read is read anew. */
async function readPlaces(ports: HeldPorts, harvesterId: string): Promise<Map<string, HeldOfFile>> {
  for (let readings = 1; ; readings += 1) {
    const harvester = await ports.harvesters.read(harvesterId);
    try {
      return await placesIn(ports, harvester);
    } catch (error) {
      if (familyOf(error) !== 'again' || readings === READINGS_MAX) throw error;
    }
  }
}

async function placesIn(
  ports: HeldPorts,
  harvester: Harvester | undefined,
): Promise<Map<string, HeldOfFile>> {
  const files = new Map<string, HeldOfFile>();
  if (harvester?.ledger === undefined) return files;
  for await (const entry of entriesOf(ports, harvester.id, harvester.ledger)) {
    if (!isHeld(entry)) continue;
    const key = recordsKey(harvester.id, batchAt(entry.place));
    const file = files.get(key) ?? { place: entry.place, ids: new Set<string>() };
    file.ids.add(digest(entry.id));
    files.set(key, file);
  }
  return files;
}
