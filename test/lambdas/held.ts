/** Sessions of one harvester, one after the other, and what is held after each. */
import { heldRecords } from '../../lib/ledger/held-records.ts';
import type { Keeping } from '../../lib/session/keeping.ts';
import type { Session } from '../../lib/session/session.ts';
import { makeRig, type Rig } from './rig.ts';

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

export async function held(rig: Rig): Promise<string[]> {
  const ids: string[] = [];
  for await (const line of heldRecords(rig.ports, 'county'))
    ids.push((JSON.parse(line) as { id: string }).id);
  return ids.sort();
}

export async function keep(rig: Rig, keeping: Partial<Keeping>): Promise<void> {
  const harvester = (await rig.ports.harvesters.read('county'))!;
  await rig.ports.harvesters.save({ ...harvester, keeping: { ...harvester.keeping, ...keeping } });
}

/** A session, some time after the one before. */
export async function later(rig: Rig, more: Parameters<Rig['session']>[0] = {}): Promise<Session> {
  rig.pass(60);
  return rig.session(more);
}

export async function rigOf(datasets: readonly number[], keeping: Partial<Keeping> = {}): Promise<Rig> {
  const rig = await makeRig({ datasets: datasets.length, pageSize: 40, pace: { batchSize: 25 } });
  await keep(rig, keeping);
  return rig;
}
