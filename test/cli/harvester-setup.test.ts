/** A harvester is made as it is said, and changed only when something else is said. */
import { expect, test } from 'vitest';
import { saveHarvester } from '../../lib/cli/harvester-setup.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { DEFAULT_PACE } from '../../lib/session/limits.ts';
import { makeHarvester, T0 } from '../session/make.ts';

const WANTED = {
  id: 'county',
  name: 'County',
  url: 'https://example.org/',
  type: 'wms',
  settings: { version: '1.3.0', maxStoredCrs: 50 },
  pace: DEFAULT_PACE,
};
const newWorld = () => createMemoryWorld({ startAt: T0, seed: 1 });

test('a new harvester is made', async () => {
  const { ports } = newWorld();
  const harvester = await saveHarvester(ports, WANTED);
  expect(harvester).toEqual(
    makeHarvester({ remote: { type: 'wms', url: WANTED.url, settings: WANTED.settings } }),
  );
  expect(await ports.harvesters.read('county')).toEqual(harvester);
});

test('one that is as it should be is not written again, in whatever order its members are kept', async () => {
  const { ports } = newWorld();
  await saveHarvester(ports, WANTED);
  const again = await saveHarvester(ports, { ...WANTED, settings: { maxStoredCrs: 50, version: '1.3.0' } });
  expect(again.revision).toBe(1);
});

test('a change keeps lease and sequence, also when another writes in between', async () => {
  const world = newWorld();
  await world.ports.harvesters.create(makeHarvester());
  const { harvesters } = world.ports;
  let reads = 0;
  const raced = {
    ...harvesters,
    read: async (id: string) => {
      const there = await harvesters.read(id);
      reads += 1;
      if (reads === 1 && there) await harvesters.save({ ...there, lease: 's1', sequence: 1 });
      return there;
    },
  };
  const changed = await saveHarvester(
    { harvesters: raced },
    { ...WANTED, pace: { ...DEFAULT_PACE, batchSize: 7 } },
  );
  expect(changed).toMatchObject({ lease: 's1', sequence: 1, pace: { batchSize: 7 }, revision: 3 });
  expect(await harvesters.read('county')).toEqual(changed);
});
