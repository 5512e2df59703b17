/** One process at a time: opening the table takes LevelDB's lock, which the operating system frees when the process dies, however it dies. */
import { tableDefinition } from '../../aws/dynamodb/definition.ts';
import type { Clock } from '../../ports.ts';
import { ReeveError, sentenceOf } from '../../session/errors.ts';
import { pauseMillis } from '../timers.ts';
import { openDynamo, type Dynamo } from './dynamo.ts';
import { codeOf, diskReasonOf, folderFault, readOwner, type Folder, type Owner } from './folder.ts';

export const TABLE = 'reeve';

export type Taken = { readonly dynamo: Dynamo } | { readonly takenBy: Owner | undefined };

/** @throws FolderUnusable when the table is there but cannot be read */
export async function takeFolder(folder: Folder): Promise<Taken> {
  try {
    return { dynamo: await openDynamo(folder.table, tableDefinition(TABLE)) };
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
    if (codeOf(reason) === 'LEVEL_LOCKED') return { takenBy: await readOwner(folder) };
    if (diskReasonOf(reason) !== undefined) throw folderFault(reason, folder.path);
    throw new ReeveError(
      'FolderUnusable',
      `The table in ${folder.table} cannot be opened: ${sentenceOf(reason)}; move that folder away to begin anew (records in ${folder.path}/records stay as they are), or restore it from a copy`,
      { cause: error },
    );
  }
}

const LOOK_AGAIN_MILLIS = 100;

/**
 * Takes the folder, waiting a little for owners who only read or are just coming or going.
 * @throws Conflict when another process works in it
 */
export async function takeFolderSoon(
  folder: Folder,
  { clock, waitMillis }: { clock: Clock; waitMillis: number },
): Promise<Dynamo> {
  const giveUpAt = clock.now() + waitMillis;
  for (;;) {
    const taken = await takeFolder(folder);
    if ('dynamo' in taken) return taken.dynamo;
    const owner = taken.takenBy;
    if (owner?.socket !== undefined && isAlive(owner.pid)) throw conflict(folder, owner);
    if (clock.now() >= giveUpAt) throw conflict(folder, owner);
    await pauseMillis(LOOK_AGAIN_MILLIS);
  }
}

export function conflict(folder: Folder, owner: Owner | undefined): ReeveError {
  const who = owner ? `process ${owner.pid} (since ${owner.startedAt}, ${owner.doing})` : 'another process';
  return new ReeveError(
    'Conflict',
    `The folder ${folder.path} is in use by ${who}: wait until that ends, stop it, or use another folder`,
  );
}

/** A process of another user is alive too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
