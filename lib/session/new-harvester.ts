/** A harvester that was never harvested. */
import type { Harvester } from './session.ts';

/** What of a harvester somebody says; the rest is its state. */
export type Said = Pick<Harvester, 'name' | 'remote' | 'pace' | 'keeping' | 'schedule'>;

export function newHarvester(id: string, said: Said): Harvester {
  return {
    id,
    ...said,
    ledger: undefined,
    lease: undefined,
    sequence: 0,
    lastSessionId: undefined,
    revision: 1,
  };
}
