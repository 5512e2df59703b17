/** What may be written of a harvester's credentials; a refusal never repeats what was refused. */
import { describe, expect, test } from 'vitest';
import { shownReference } from '../../lib/session/credentials.ts';
import { credentialsFrom, readCredentials } from '../../lib/settings/credentials.ts';

const ARN = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:reeve/county-AbCdEf';

describe('a reference', () => {
  test.each<[string, unknown, unknown?]>([
    ['a variable', { kind: 'bearer', secret: 'env:COUNTY_TOKEN' }],
    ['a file', { kind: 'basic', secret: 'file:/run/secrets/county login' }],
    ['a secret of Secrets Manager', { kind: 'bearer', secret: 'secret:reeve/county' }],
    ['its ARN', { kind: 'bearer', secret: ARN }],
    ['a key in a header', { kind: 'api-key', secret: 'env:K', in: 'header', name: 'X-API-Key' }],
    ['a key in the query', { kind: 'api-key', secret: 'env:K', in: 'query', name: 'apikey' }],
    [
      'an ArcGIS token, in the header when nothing is said',
      { kind: 'arcgis-token', secret: 'env:K' },
      { kind: 'arcgis-token', secret: 'env:K', in: 'header' },
    ],
    [
      'an ArcGIS login',
      { kind: 'arcgis-login', secret: 'env:K', in: 'query', tokenUrl: 'https://gis.example.org/t' },
    ],
  ])('%s is read', (_what, written, read = written) => {
    expect(credentialsFrom(written)).toEqual(read);
  });

  test.each<[string, unknown, RegExp]>([
    ['the secret itself', { kind: 'bearer', secret: 'c4n4ry' }, /^secret: allowed is where the secret lies/],
    ['a secret that has a colon', { kind: 'basic', secret: 'anna:c4n4ry' }, /^secret: allowed is where/],
    ['a relative file', { kind: 'bearer', secret: 'file:c4n4ry' }, /^secret: allowed is where/],
    ['a line end', { kind: 'bearer', secret: 'env:A\nc4n4ry' }, /^secret: allowed is where/],
    ['an ARN of something else', { kind: 'bearer', secret: 'arn:aws:s3:::c4n4ry' }, /^secret: allowed/],
    ['no secret', { kind: 'bearer' }, /^secret: allowed is where/],
    ['another kind', { kind: 'c4n4ry', secret: 'env:A' }, /^kind: allowed are basic, bearer, api-key/],
    [
      'a member too many',
      { kind: 'bearer', secret: 'env:A', token: 'c4n4ry' },
      /a member that this kind does not have/,
    ],
    ['no place', { kind: 'api-key', secret: 'env:A', name: 'k' }, /^in: allowed are header and query/],
    [
      'a header of the connection',
      { kind: 'api-key', secret: 'env:A', in: 'header', name: 'Host' },
      /^name is host, a header that carries no key/,
    ],
    [
      'a header with a line end',
      { kind: 'api-key', secret: 'env:A', in: 'header', name: 'x\r\nc4n4ry' },
      /^name is not the name of a header/,
    ],
    [
      'a parameter that would be two',
      { kind: 'api-key', secret: 'env:A', in: 'query', name: 'a&b' },
      /^name is not the name of a query parameter/,
    ],
    [
      'a token URL with a password',
      { kind: 'arcgis-login', secret: 'env:A', tokenUrl: 'https://me:c4n4ry@a.example/' },
      /^tokenUrl: allowed is an http or https URL without a user name/,
    ],
    ['a text', 'c4n4ry', /^(it|kind): /],
    ['nothing', null, /^(it|kind): /],
  ])('%s is refused and not repeated', (_what, written, fault) => {
    const read = readCredentials(written);
    const faults = 'faults' in read ? read.faults.join('; ') : '';
    expect(faults).toMatch(fault);
    expect(faults).not.toContain('c4n4ry');
    expect(() => credentialsFrom(written)).toThrow(expect.objectContaining({ name: 'SettingsInvalid' }));
  });

  test('is told by name: an ARN names account and region, which are nobody’s business', () => {
    expect(shownReference(ARN)).toBe('secret:reeve/county-AbCdEf');
    expect(shownReference('env:A')).toBe('env:A');
  });
});
