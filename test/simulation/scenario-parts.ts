/** What the scenarios of the list have in common. */
import type { SimulatedRemote, UserStep } from './scenario.ts';

export const start = (more: Partial<UserStep> = {}): UserStep => ({
  when: { seconds: 0 },
  does: 'start',
  harvester: 'h',
  key: 'first',
  ...more,
});
export const remote = (more: Partial<SimulatedRemote> = {}): SimulatedRemote => ({
  harvester: 'h',
  resources: 2,
  pageSize: 10,
  pace: { batchSize: 1 },
  ...more,
});
