/** What a secret must be to be sent; a refusal never repeats it. */
import { describe, expect, test } from 'vitest';
import { boundTo, loginIn } from '../../lib/remote/bound-credentials.ts';

describe('a secret', () => {
  const basic = { kind: 'basic', secret: 'env:LOGIN' } as const;
  const bearer = { kind: 'bearer', secret: 'env:TOKEN' } as const;
  const header = { kind: 'api-key', secret: 'env:K', in: 'header', name: 'Authorization' } as const;

  test.each([
    ['a pair', 'anna:pa:ss:word'],
    ['a pair with a line end', 'anna:pa:ss:word\r\n'],
    ['JSON', '{"username":"anna","password":"pa:ss:word"}'],
    ['JSON with a mark before it', '\ufeff{"password":"pa:ss:word","username":"anna","host":"h"}\n'],
  ])('of user and password may be %s', (_what, text) => {
    expect(loginIn(basic, text)).toEqual({ user: 'anna', password: 'pa:ss:word' });
  });

  test('of a token may be a word, or JSON with one text', () => {
    for (const text of ['t0ken', 't0ken\n', '{"token":"t0ken"}', '{"any":"t0ken","expires":1}'])
      expect(boundTo('https://a.example', bearer, text).headers).toEqual({ authorization: 'Bearer t0ken' });
  });

  test('for a header may be two words, of which the second is secret by itself', () => {
    const { headers, forms } = boundTo('https://a.example', header, 'ApiKey s3cr3t');
    expect(headers).toEqual({ authorization: 'ApiKey s3cr3t' });
    expect(forms).toEqual(expect.arrayContaining(['ApiKey s3cr3t', 's3cr3t']));
  });

  test.each<[string, Parameters<typeof boundTo>[1], string]>([
    ['a login without a colon', basic, 'c4n4ryannapassword'],
    ['a login without a user', basic, ':c4n4rypassword'],
    [
      'a user with a colon, which RFC 7617 does not allow',
      basic,
      '{"username":"a:c4n4ry","password":"long"}',
    ],
    ['a password too short to be taken out of answers', basic, 'c4n4ry:abc'],
    ['a password with a line end', basic, 'anna:c4n4ry\nx'],
    ['JSON that lacks the password', basic, '{"username":"c4n4ry"}'],
    ['a token of two words', bearer, 'Bearer c4n4ry'],
    ['a token with a line end inside', bearer, 'c4n4ry\nx-injected: 1'],
    ['a token that is not ASCII', bearer, 'c4n4ryé'],
    ['JSON with two texts', bearer, '{"a":"c4n4ry","b":"c4n4ry"}'],
    ['a token of three characters', bearer, 'abc'],
    ['a token beyond all headers', bearer, 'c4n4ry'.repeat(2_000)],
    ['a key with a control character', header, 'c4n4ry\u0000'],
  ])('%s is refused and not repeated', (_what, credentials, text) => {
    let said = '';
    try {
      boundTo('https://a.example', credentials, text);
    } catch (error) {
      said = String(error);
    }
    expect(said).toMatch(/^SettingsInvalid: The secret env:\w+ is not what [\w-]+ credentials need/);
    expect(said).not.toContain('c4n4ry');
  });
});
