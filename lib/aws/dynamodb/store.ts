/** The three ports that lie in the table. */
import type { Ports } from '../../ports.ts';
import { createBatches } from './batches.ts';
import { createHarvesters } from './harvesters.ts';
import { createSessions } from './sessions.ts';
import type { Table } from './table.ts';

export type Store = Pick<Ports, 'sessions' | 'harvesters' | 'batches'>;

export function createStore(table: Table): Store {
  return {
    sessions: createSessions(table),
    harvesters: createHarvesters(table),
    batches: createBatches(table),
  };
}
