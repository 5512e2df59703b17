/** The ports that lie in the table, all over one client. */
import { createBatches } from './dynamodb/batches.ts';
import { createHarvesters } from './dynamodb/harvesters.ts';
import { createSessions } from './dynamodb/sessions.ts';
import { openTable, type Table } from './dynamodb/table.ts';
import type { Adapter } from './world.ts';

const opened = new Map<string, Table>();

function tableOf(name: string): Table {
  const table = opened.get(name) ?? openTable(name);
  opened.set(name, table);
  return table;
}

export const sessions: Adapter<'sessions'> = ({ REEVE_TABLE }) => createSessions(tableOf(REEVE_TABLE));
export const harvesters: Adapter<'harvesters'> = ({ REEVE_TABLE }) => createHarvesters(tableOf(REEVE_TABLE));
export const batches: Adapter<'batches'> = ({ REEVE_TABLE }) => createBatches(tableOf(REEVE_TABLE));
