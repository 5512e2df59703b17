/** A table behind a way to it that can be made to fail: the store is real, its requests and answers get lost as told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { tableDefinition } from '../../../lib/aws/dynamodb/definition.ts';
import { openTable, type Table } from '../../../lib/aws/dynamodb/table.ts';
import { clientConfigOf, openDynamo, type Dynamo } from '../../../lib/local/embedded/dynamo.ts';

/** `lost`: the request never arrives; `unanswered`: it arrives, its answer does not; else what is answered instead. */
export type Fate = 'lost' | 'unanswered' | { readonly status: number; readonly type: string };

export interface FaultyTable {
  readonly table: Table;
  /** Fates of the next requests of an operation, e.g. `PutItem`; when there is none left, all goes well. */
  readonly fates: Map<string, Fate[]>;
  /** The operations that arrived, in order. */
  readonly arrived: string[];
  /** How many requests of the next batch write are told back as not done, and are not. */
  undone: number;
}

export async function faultyTable(): Promise<FaultyTable> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-table-'));
  const dynamo = await openDynamo(folder, tableDefinition('reeve'));
  onTestFinished(async () => {
    await dynamo.close();
    rmSync(folder, { recursive: true });
  });
  const fates = new Map<string, Fate[]>();
  const arrived: string[] = [];
  const writeSome = async (target: string, body: string): ReturnType<Dynamo['call']> => {
    const { RequestItems } = JSON.parse(body) as { RequestItems: { reeve: unknown[] } };
    const left = RequestItems.reeve.splice(0, faultyTable.undone);
    faultyTable.undone = 0;
    const answer = await dynamo.call(target, JSON.stringify({ RequestItems }));
    return left.length === 0
      ? answer
      : { status: 200, body: JSON.stringify({ UnprocessedItems: { reeve: left } }) };
  };
  const faulty: Dynamo = {
    close: () => dynamo.close(),
    broken: dynamo.broken,
    call: async (target, body) => {
      const operation = target.split('.')[1] ?? '';
      const fate = fates.get(operation)?.shift();
      if (fate === 'lost') throw connectionReset();
      if (typeof fate === 'object')
        return {
          status: fate.status,
          body: JSON.stringify({ __type: fate.type, message: 'as told by the test' }),
        };
      arrived.push(operation);
      const answer =
        operation === 'BatchWriteItem' ? await writeSome(target, body) : await dynamo.call(target, body);
      if (fate === 'unanswered') throw connectionReset();
      return answer;
    },
  };
  const faultyTable: FaultyTable = {
    table: openTable('reeve', clientConfigOf(faulty)),
    fates,
    arrived,
    undone: 0,
  };
  return faultyTable;
}

function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
