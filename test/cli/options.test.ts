/** What was typed, read and judged. */
import { describe, expect, test } from 'vitest';
import { HARVESTER_TYPES, harvesterType } from '../../lib/harvesters/index.ts';
import { remoteUrl } from '../../lib/settings/url.ts';
import { typedCount, typedPace, typedSettings, USUAL_PACE } from '../../lib/cli/options.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE } from '../../lib/session/limits.ts';

describe('a URL', () => {
  test('is kept absolute and without its fragment', () => {
    expect(remoteUrl('  HTTPS://Example.org/a?b=c#d ')).toBe('https://example.org/a?b=c');
  });

  test.each([
    [
      'nonsense',
      '"nonsense" is not a URL: allowed is an http or https URL such as https://example.org/geonode',
    ],
    ['', '"" is not a URL'],
    ['example.org/wms', 'did you mean https://example.org/wms?'],
    ['ftp://example.org/', 'its scheme is ftp; allowed is an http or https URL'],
    ['file:///etc/passwd', 'its scheme is file'],
    [`https://example.org/${'x'.repeat(3_000)}`, 'has 3020 characters; allowed are 2048'],
  ])('%.60s is refused', (typed, message) => {
    expect(() => remoteUrl(typed)).toThrow(
      expect.objectContaining({ name: 'InputInvalid', message: expect.stringContaining(message) as string }),
    );
  });

  test('with a password in it is refused without repeating the password', () => {
    expect(() => remoteUrl('https://me:s3cret@example.org/')).toThrow(
      'The URL of example.org holds a user name or password',
    );
    expect(() => remoteUrl('https://me:s3cret@example.org/')).not.toThrow('s3cret');
  });
});

describe('--pace', () => {
  test('changes any part, over what is usual', () => {
    const typed = ['batchSize=10', 'extendWhileProgressing=true', 'requestsPerSecond=0.5'];
    expect(typedPace(typed, DEFAULT_LIMITS)).toEqual({
      ...USUAL_PACE,
      batchSize: 10,
      extendWhileProgressing: true,
      requestsPerSecond: 0.5,
    });
  });

  test('every part of a pace can be set', () => {
    for (const [name, value] of Object.entries(DEFAULT_PACE)) {
      expect(typedPace([`${name}=${String(value)}`], DEFAULT_LIMITS)).toHaveProperty(name, value);
    }
  });

  test.each([
    ['batchSize', '--pace "batchSize" is not valid; allowed is --pace key=value'],
    ['batchsize=3', '--pace batchsize is not known; allowed are estimatedDurationPerResourceSeconds, '],
    ['batchsize=3', 'did you mean batchSize?'],
    ['batchSize=many', '--pace batchSize is "many"; allowed is a number'],
    ['batchSize=2.5', 'batchSize is 2.5; allowed is a whole number'],
    ['batchSize=500', 'batchSize is 500; allowed is at most 200'],
    ['requestSeconds=0', 'requestSeconds is 0; allowed is a number above 0'],
    ['requestSeconds=600', 'requestSeconds (600) must be less than resourceSeconds (120)'],
    ['extendWhileProgressing=yes', '--pace extendWhileProgressing is "yes"; allowed are true and false'],
  ])('%s is refused', (typed, message) => {
    expect(() => typedPace([typed], DEFAULT_LIMITS)).toThrow(
      expect.objectContaining({ name: 'InputInvalid', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('--set', () => {
  const geonode = harvesterType('geonode');

  test('reads numbers and lists where the type wants them, and gives the usual for the rest', () => {
    expect(typedSettings(['pageSize=50', 'resourceTypes=["map"]'], geonode)).toMatchObject({
      pageSize: 50,
      resourceTypes: ['map'],
      keywords: [],
    });
  });

  test('reads a text that looks like a number as text where the type wants a text', () => {
    expect(typedSettings(['titleContains=2024'], geonode)).toMatchObject({ titleContains: '2024' });
  });

  test.each([
    ['pageSize=0', 'The settings for harvester type geonode are not valid: pageSize is 0; '],
    ['pagesize=5', 'it has "pagesize"; allowed are pageSize, resourceTypes, '],
    ['pagesize=5', '; did you mean pageSize?'],
    ['pageSize', '--set "pageSize" is not valid; allowed is --set key=value'],
  ])('%s is refused', (typed, message) => {
    expect(() => typedSettings([typed], geonode)).toThrow(message);
  });
});

test('every type tells which settings it knows', () => {
  for (const type of HARVESTER_TYPES)
    expect(() => typedSettings(['nobodyHasThis=1'], type), type.type).toThrow(
      /it has "nobodyHasThis"; allowed are \w+/,
    );
});

test('a count is a whole number within bounds', () => {
  expect(typedCount('--limit', '20', 100)).toBe(20);
  for (const typed of ['0', '101', '1.5', '-3', 'x', ''])
    expect(() => typedCount('--limit', typed, 100)).toThrow('--limit is');
});
