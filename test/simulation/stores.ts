/** The stores of a run: the memory ones as they are shipped, over maps that the judges look into. */
import { memoryBatches } from '../../lib/local/memory/batches.ts';
import { memoryRecords } from '../../lib/local/memory/records.ts';
import { memoryHarvesters, memorySessions } from '../../lib/local/memory/sessions.ts';
import type { Batch, Harvester, Session } from '../../lib/session/session.ts';

/** An effect of a store that a mutant gets wrong: given the right one, it does another. */
export type Tampering = Readonly<
  Record<string, (stores: Stores, args: readonly unknown[]) => Promise<unknown> | undefined>
>;

export interface Stores {
  readonly sessions: Map<string, Session>;
  readonly harvesters: Map<string, Harvester>;
  readonly batches: Map<string, Batch>;
  readonly records: Map<string, Uint8Array>;
}

type Method = (...args: readonly unknown[]) => Promise<unknown>;
export type StorePorts = Readonly<Record<string, Readonly<Record<string, Method>>>>;

export function portsOver({ sessions, harvesters, batches, records }: Stores, pageSize: number): StorePorts {
  return {
    sessions: memorySessions(sessions, pageSize),
    harvesters: memoryHarvesters(harvesters, pageSize),
    batches: memoryBatches(batches, pageSize),
    records: memoryRecords(records, pageSize),
  } as unknown as StorePorts;
}
