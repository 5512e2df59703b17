/** A second process in the folder of an embedded Reeve: it reads, and asks the owner to abort. Without an owner it reads by itself. */
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createStore, type Store } from '../../aws/dynamodb/store.ts';
import { openTable } from '../../aws/dynamodb/table.ts';
import type { Log, Ports } from '../../ports.ts';
import { abortSession } from '../../protocol/abort.ts';
import { ReeveError } from '../../session/errors.ts';
import { pauseMillis } from '../timers.ts';
import { clientConfigOf, LOCAL_CLIENT, type Dynamo } from './dynamo.ts';
import { prepareFolder, writeOwner, type Folder, type Owner } from './folder.ts';
import { conflict, TABLE, takeFolder } from './lock.ts';
import { createRecords } from './records.ts';
import { ABORT_PATH, type AbortAnswer, type Fault } from './serve.ts';

export interface Guest {
  readonly ports: Store & Pick<Ports, 'records' | 'clock'>;
  /** The process that works in the folder, if any. */
  readonly owner: Owner | undefined;
  /** Without an owner nothing runs: the session is marked, and concluded as aborted when the folder is opened for work again. */
  abort(sessionId: string): Promise<AbortAnswer>;
  close(): Promise<void>;
}

const OWNER_WAIT_MILLIS = 5_000;
const LOOK_AGAIN_MILLIS = 100;
/** An owner may be stopped (Ctrl-Z) and answer nothing. */
const PATIENCE = { requestTimeout: 10_000, throwOnRequestTimeout: true };

/** @throws Conflict when the owner cannot be reached, FolderUnusable as `openEmbedded` */
export async function openGuest(path: string, { log }: { log: Log }): Promise<Guest> {
  const folder = await prepareFolder(path);
  const giveUpAt = performance.now() + OWNER_WAIT_MILLIS;
  for (;;) {
    const taken = await takeFolder(folder);
    if ('dynamo' in taken) return readAlone(folder, taken.dynamo, log);
    const { takenBy: owner } = taken;
    if (owner?.socket !== undefined && (await answers(owner.socket)))
      return visit(folder, owner, owner.socket);
    if (performance.now() >= giveUpAt) throw conflict(folder, owner);
    await pauseMillis(LOOK_AGAIN_MILLIS);
  }
}

const clock: Ports['clock'] = { now: () => Date.now() };

async function readAlone(folder: Folder, dynamo: Dynamo, log: Log): Promise<Guest> {
  // In the place of an owner that died: the next one to work here concludes what that left, whatever is written here.
  await writeOwner(folder, { pid: process.pid, startedAt: new Date().toISOString(), doing: 'reading' });
  const table = openTable(TABLE, clientConfigOf(dynamo));
  const store = createStore(table);
  const checks: Ports['checks'] = { arm: () => Promise.resolve('armed'), disarm: () => Promise.resolve() };
  return {
    ports: { ...store, records: createRecords(folder), clock },
    owner: undefined,
    abort: (sessionId) => abortSession({ ...store, checks, clock, log }, sessionId),
    close: async () => {
      table.close();
      await rm(folder.owner, { force: true });
      await dynamo.close();
    },
  };
}

function visit(folder: Folder, owner: Owner, socket: string): Guest {
  const agent = new Agent({ socketPath: socket, keepAlive: true, maxSockets: 10 } as ConstructorParameters<
    typeof Agent
  >[0]);
  const table = openTable(TABLE, {
    ...LOCAL_CLIENT,
    requestHandler: new NodeHttpHandler({ httpAgent: agent, ...PATIENCE }),
  });
  return {
    ports: { ...createStore(table), records: createRecords(folder), clock },
    owner,
    abort: async (sessionId) => {
      const answer = JSON.parse(await ask(socket, ABORT_PATH, { session: sessionId })) as AbortAnswer | Fault;
      if ('fault' in answer)
        throw new ReeveError(
          'StoreBusy',
          `Process ${owner.pid} could not abort session ${sessionId}: ${answer.fault}`,
        );
      return answer;
    },
    close: () => {
      table.close();
      agent.destroy();
      return Promise.resolve();
    },
  };
}

/** Whether somebody listens: an owner that died leaves its socket behind. */
async function answers(socket: string): Promise<boolean> {
  try {
    await ask(socket, '/', {});
    return true;
  } catch {
    return false;
  }
}

function ask(socketPath: string, path: string, body: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: 'POST' }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts).toString('utf8')));
      response.on('error', reject);
    });
    asking.on('error', reject);
    asking.end(JSON.stringify(body));
  });
}
