/** The same promises, kept by every world. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../lib/local/embedded/embedded.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { idleHandlers, NO_REMOTE, silentLog } from '../local/stand-ins.ts';
import { T0 } from '../session/make.ts';
import { batchesContract } from './batches.ts';
import { checksContract, executionsContract, schedulesContract } from './executions.ts';
import { harvestersContract } from './harvesters.ts';
import { recordsContract } from './records.ts';
import { sessionsContract } from './sessions.ts';
import type { ContractWorld } from './world.ts';

const memory: ContractWorld = {
  name: 'memory',
  open: () =>
    Promise.resolve({
      ports: createMemoryWorld({ startAt: T0, seed: 1 }).ports,
      close: () => Promise.resolve(),
    }),
};

const embedded: ContractWorld = {
  name: 'the embedded world',
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'reeve-contract-'));
    const world = await openEmbedded({
      folder,
      limits: DEFAULT_LIMITS,
      handlers: idleHandlers(),
      remote: NO_REMOTE,
      log: silentLog(),
    });
    return {
      ports: world.ports,
      async close() {
        await world.close({ waitMillis: 0 });
        rmSync(folder, { recursive: true });
      },
    };
  },
};

for (const world of [memory, embedded]) {
  sessionsContract(world);
  harvestersContract(world);
  batchesContract(world);
  recordsContract(world);
  executionsContract(world);
  checksContract(world);
  schedulesContract(world);
}
