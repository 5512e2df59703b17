/** What a contract suite is given: a world's name, and how to open it. */
import { afterAll, beforeAll, test } from 'vitest';
import type { Batch, BatchKey, ResourceOutcome } from '../../lib/session/session.ts';
import type { Page, Ports } from '../../lib/ports.ts';

export interface ContractWorld {
  readonly name: string;
  open(): Promise<{ readonly ports: Ports; close(): Promise<void> }>;
}

export type Promised = (sentence: string, body: (ports: Ports) => Promise<void>) => void;

/** Opens the world once for the suite that calls this. */
export function promisesOf(world: ContractWorld): Promised {
  let opened: Awaited<ReturnType<ContractWorld['open']>> | undefined;
  beforeAll(async () => {
    opened = await world.open();
  });
  afterAll(() => opened?.close());
  return (sentence, body) => {
    test(sentence, () => body(opened!.ports));
  };
}

let count = 0;

/** A name that no other test of this run uses: the worlds are shared by the tests of a suite. */
export function fresh(prefix: string): string {
  count += 1;
  return `${prefix}-${Date.now().toString(36)}-${count}`;
}

/** Every value of a listing, and how many pages it took. */
export async function collect<T>(
  list: (cursor?: string) => Promise<Page<T>>,
): Promise<{ values: T[]; pages: number }> {
  const values: T[] = [];
  let pages = 0;
  let cursor: string | undefined;
  do {
    const page: Page<T> = await list(cursor);
    values.push(...page.values);
    pages += 1;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { values, pages };
}

export function makeBatch(key: BatchKey, more: Partial<Batch> = {}): Batch {
  return {
    key,
    state: 'planned',
    resources: [{ id: `r-${key.number}-0`, title: 'One' }, { id: `r-${key.number}-1` }],
    staged: false,
    tries: 0,
    outcomes: undefined,
    records: 0,
    committedBy: undefined,
    ...more,
  };
}

export const BOTH_HARVESTED: readonly ResourceOutcome[] = [
  { outcome: 'harvested' },
  { outcome: 'harvested' },
];
