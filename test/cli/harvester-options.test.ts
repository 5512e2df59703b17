/** What is typed of a harvester, over one that is there; and in what two harvesters differ. */
import { expect, test } from 'vitest';
import { differencesBetween, hidesSecret, viewOfSettings } from '../../lib/cli/harvester-differences.ts';
import { changedSettings, newSettings, typedHarvester } from '../../lib/cli/harvester-options.ts';
import { paceHelp } from '../../lib/cli/repeatable-options.ts';
import { DEFAULT_PACE } from '../../lib/session/limits.ts';

const COUNTY = viewOfSettings(
  'county',
  newSettings(
    typedHarvester({
      every: '0 3 * * 1',
      timezone: 'Europe/Berlin',
      set: ['pageSize=5'],
      pace: ['batchSize=9'],
      keep: ['graceDays=4'],
      filter: ['keywords=roads,rail'],
      credentials: ['kind=bearer', 'secret=env:TOKEN'],
    }),
    'https://county.example/',
    'geonode',
  ),
);

const after = (flags: Parameters<typeof typedHarvester>[0]) =>
  viewOfSettings('county', changedSettings(COUNTY, typedHarvester(flags)));

test('what is not typed stays, all of it', () => {
  expect(after({})).toEqual(COUNTY);
  expect(differencesBetween(COUNTY, after({}))).toEqual([]);
});

test.each([
  [{ name: 'County' }, ['name: https://county.example/ → County']],
  [{ pace: ['batchSize=3'] }, ['pace.batchSize: 9 → 3']],
  [{ set: ['pageSize=6'] }, ['settings.pageSize: 5 → 6']],
  [{ every: 'none' }, ['every: 0 3 * * 1 → none', 'timezone: Europe/Berlin → none']],
  [{ every: '1d' }, ['every: 0 3 * * 1 → 1d']],
  [{ filter: ['none'] }, ['keeping.filter: {"keywords":["roads","rail"]} → none']],
  [{ filter: ['title=x'] }, ['keeping.filter: {"keywords":["roads","rail"]} → {"title":"x"}']],
  [{ credentials: ['none'] }, ['credentials.kind: bearer → none', 'credentials.secret: env:TOKEN → none']],
  [{ url: 'https://new.example/x' }, ['url: https://county.example/ → https://new.example/x']],
])('%j changes that and nothing else', (flags, differences) => {
  expect(differencesBetween(COUNTY, after(flags))).toEqual(differences);
});

test('what is secret in a URL is not seen by comparing', () => {
  expect(hidesSecret('https://a.example/?token=x')).toBe(true);
  expect(hidesSecret('https://a.example/?map=x')).toBe(false);
});

test('each part of the pace is explained', () => {
  const lines = paceHelp().split('\n');
  expect(lines).toHaveLength(Object.keys(DEFAULT_PACE).length);
  for (const line of lines) expect(line).toMatch(/^ {2}\w+=\S+ {2,}\S.+$/);
});
