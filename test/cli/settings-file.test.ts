/** The settings file of `serve`: every fault is named with its place, its value and what is allowed. */
import { describe, expect, test } from 'vitest';
import { HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import { parseSettingsFile } from '../../lib/cli/settings-file.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';

const TYPES = HARVESTER_TYPES.map(({ type }) => type).join(', ');
const COUNTY = { name: 'County', url: 'https://example.org/geonode', every: '1h' };

function parse(value: unknown): ReturnType<typeof parseSettingsFile> {
  return parseSettingsFile(
    typeof value === 'string' ? value : JSON.stringify(value),
    'reeve.json',
    DEFAULT_LIMITS,
  );
}

function faultOf(value: unknown): string {
  try {
    parse(value);
  } catch (error) {
    expect(error).toBeInstanceOf(ReeveError);
    expect((error as ReeveError).name).toBe('SettingsInvalid');
    return (error as ReeveError).message;
  }
  throw new Error('it was accepted');
}

const withCounty = (more: object): unknown => ({ harvesters: [{ ...COUNTY, ...more }] });

describe('a settings file', () => {
  test('gives its harvesters, with what is not said left to be found or usual', () => {
    const settings = parse({
      data: 'kept',
      harvesters: [
        COUNTY,
        {
          ...COUNTY,
          id: 'basemap',
          name: 'Other',
          url: 'http://example.org/wms',
          type: 'wms',
          pace: { batchSize: 5 },
          every: '0 3 * * *',
        },
      ],
    });
    expect(settings).toEqual({
      data: 'kept',
      harvesters: [
        {
          id: 'example-org-9c80c83e',
          name: 'County',
          url: 'https://example.org/geonode',
          type: undefined,
          settings: {},
          pace: {},
          keeping: {},
          every: { every: 'duration', seconds: 3_600 },
        },
        {
          id: 'basemap',
          name: 'Other',
          url: 'http://example.org/wms',
          type: 'wms',
          settings: {},
          pace: { batchSize: 5 },
          keeping: {},
          every: { every: 'cron', expression: '0 3 * * *' },
        },
      ],
      remotePolicy: {},
    });
  });

  test('may begin with a byte order mark, as editors on Windows write it', () => {
    expect(parse(`\uFEFF${JSON.stringify(withCounty({}))}`).harvesters).toHaveLength(1);
  });
});

describe('a broken settings file is refused', () => {
  test('that is not JSON: with line and column', () => {
    expect(faultOf('{\n  "harvesters": [\n    { "name": "a" "url": "b" }\n  ]\n}')).toBe(
      'reeve.json is not valid JSON: line 3, column 19: expected a comma or }, found "\\""',
    );
  });

  test.each([
    ['an empty list', { harvesters: [] }, 'harvesters is []; allowed is at least one harvester'],
    ['a list instead of an object', [], 'it is []; allowed is an object'],
    [
      'a missing member',
      { harvesters: [{ name: 'a', url: 'http://a.example' }] },
      'harvesters[0].every is missing; allowed is a duration',
    ],
    [
      'a misspelt member',
      withCounty({ evry: '1h' }),
      'harvesters[0]: it has "evry"; allowed are id, name, url, type, settings, credentials, pace, keeping, every, timezone; did you mean every?',
    ],
    [
      'a member of the wrong kind',
      withCounty({ name: 5 }),
      'harvesters[0].name is 5; allowed is a text of 1 to 100 characters',
    ],
    [
      'a URL that is not one',
      withCounty({ url: 'example.org' }),
      'harvesters[0].url: "example.org" is not a URL: allowed is an http or https URL such as',
    ],
    [
      'an unknown type',
      withCounty({ type: 'arcgsi' }),
      `harvesters[0].type is "arcgsi"; allowed are ${TYPES}; did you mean arcgis?`,
    ],
    [
      'a setting that its type does not have',
      withCounty({ type: 'geonode', settings: { pageSize: 0 } }),
      'harvesters[0].settings: pageSize is 0; ',
    ],
    [
      'a pace out of bounds',
      withCounty({ pace: { batchSize: 3000 } }),
      'harvesters[0].pace: batchSize is 3000; allowed is at most 200',
    ],
    [
      'a pace out of order',
      withCounty({ pace: { requestSeconds: 500 } }),
      'harvesters[0].pace: requestSeconds (500) must be less than resourceSeconds (120)',
    ],
    ['a misspelt part of a pace', withCounty({ pace: { batchsize: 3 } }), 'did you mean batchSize?'],
    [
      'a pace of the wrong kind',
      withCounty({ pace: { batchSize: '5' } }),
      'harvesters[0].pace.batchSize is "5"; allowed is a number',
    ],
    [
      'a time that never comes',
      withCounty({ every: '0 0 30 2 *' }),
      'harvesters[0].every is "0 0 30 2 *"; allowed is a duration',
    ],
    [
      'too often',
      withCounty({ every: '5s' }),
      'harvesters[0].every is "5s"; allowed is a duration from "1m"',
    ],
    [
      'the same URL twice',
      { harvesters: [COUNTY, { ...COUNTY, name: 'Other' }] },
      'harvesters: url "https://example.org/geonode" is there twice',
    ],
    [
      'the same id twice',
      {
        harvesters: [
          { ...COUNTY, id: 'county' },
          { ...COUNTY, id: 'county', name: 'Other', url: 'https://example.org/wms' },
        ],
      },
      'harvesters: id "county" is there twice',
    ],
    [
      'an id that is none',
      withCounty({ id: '../county' }),
      'harvesters[0].id is "../county"; allowed are 1 to 64',
    ],
    [
      'the same name twice',
      { harvesters: [COUNTY, { ...COUNTY, url: 'https://example.org/wms' }] },
      'harvesters: name "County" is there twice',
    ],
  ])('for %s', (_, value, fault) => {
    expect(faultOf(value)).toContain(fault);
  });

  test('every fault is named, not only the first', () => {
    const message = faultOf({
      harvesters: [
        { ...COUNTY, every: '1x', type: 'x' },
        { ...COUNTY, name: 'Other', url: 'nowhere' },
      ],
    });
    expect(message).toMatch(/^reeve\.json is not valid in 3 places: /);
    for (const place of ['harvesters[0].every', 'harvesters[0].type', 'harvesters[1].url'])
      expect(message).toContain(place);
  });
});
