// The registry of harvester types.
import { expect, test } from 'vitest';
import { HARVESTER_TYPES, harvesterType } from '../../lib/harvesters/index.ts';
import { loadHarvesterType, LOADINGS } from '../../lib/harvesters/loading.ts';
import { thrownBy } from './replies.ts';

test('every type is found by its name, and names are unique', () => {
  const names = HARVESTER_TYPES.map(({ type }) => type);
  expect(names.slice(0, 3)).toEqual(['geonode', 'wms', 'arcgis']);
  expect(new Set(names).size).toBe(names.length);
  for (const type of HARVESTER_TYPES) expect(harvesterType(type.type)).toBe(type);
});

test('every type can be loaded alone, and is the same one', async () => {
  expect([...LOADINGS.keys()]).toEqual(HARVESTER_TYPES.map(({ type }) => type));
  for (const type of HARVESTER_TYPES) {
    expect(await loadHarvesterType(type.type)).toBe(type);
    expect(await loadHarvesterType(type.type)).toBe(type);
  }
});

test.each(['no-such', '', 'WMS', '__proto__', 'toString'])(
  '%j is refused, with the names that are allowed',
  async (name) => {
    const error = thrownBy(() => harvesterType(name));
    expect(error.name).toBe('InputInvalid');
    expect(error.message).toBe(
      `${JSON.stringify(name)} is no harvester type; allowed are ${HARVESTER_TYPES.map(({ type }) => type).join(', ')}`,
    );
    await expect(loadHarvesterType(name)).rejects.toMatchObject({
      name: 'InputInvalid',
      message: error.message,
    });
  },
);

test('every type has settings that need nothing said, says what it is for, and asks at most three questions', () => {
  for (const type of HARVESTER_TYPES) {
    expect(type.settings.safeParse({}).success).toBe(true);
    expect(type.settings.safeParse({ noSuchSetting: 1 }).success).toBe(false);
    expect(type.describes).not.toBe('');
    const requests = type.probeRequests('https://remote.example/x');
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.length).toBeLessThanOrEqual(3);
  }
});
