/** What is otherwise in one ledger than in another, resource by resource. */
import type { Ports } from '../ports.ts';
import type { LedgerPointer } from '../session/session.ts';
import { isHeld, type Entry } from './entry.ts';
import { entriesOf } from './store.ts';

export const CHANGES = ['new', 'changed', 'restored', 'gone', 'removed'] as const;
export type Change = (typeof CHANGES)[number];

export interface Changed {
  readonly change: Change;
  readonly id: string;
  readonly title?: string;
}

interface Side {
  readonly ports: Pick<Ports, 'records'>;
  readonly harvesterId: string;
  readonly ledger: LedgerPointer | undefined;
}

export interface Compared {
  readonly changes: readonly Changed[];
  readonly unchanged: number;
}

/** @throws StoreBusy when a ledger goes while it is read */
export async function compareLedgers(before: Side, after: Side): Promise<Compared> {
  const was = await heldIn(before);
  const changes: Changed[] = [];
  let unchanged = 0;
  for (const entry of (await heldIn(after)).values()) {
    const change = changeOf(was.get(entry.id), entry);
    was.delete(entry.id);
    if (change === undefined) unchanged += entry.gone === undefined ? 1 : 0;
    else changes.push(toldOf(change, entry));
  }
  for (const entry of was.values()) changes.push(toldOf('removed', entry));
  return { changes, unchanged };
}

async function heldIn({ ports, harvesterId, ledger }: Side): Promise<Map<string, Entry>> {
  const held = new Map<string, Entry>();
  if (ledger === undefined) return held;
  for await (const entry of entriesOf(ports, harvesterId, ledger)) {
    if (isHeld(entry)) held.set(entry.id, entry);
  }
  return held;
}

function changeOf(before: Entry | undefined, after: Entry): Change | undefined {
  if (before === undefined) return 'new';
  if (before.gone === undefined && after.gone !== undefined) return 'gone';
  if (before.gone !== undefined && after.gone === undefined) return 'restored';
  return before.made?.fingerprint === after.made?.fingerprint ? undefined : 'changed';
}

function toldOf(change: Change, { id, title }: Entry): Changed {
  return { change, id, ...(title === undefined ? {} : { title }) };
}
