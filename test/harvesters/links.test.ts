// URLs that may be kept: what is taken out of them, and which are none.
import { describe, expect, test } from 'vitest';
import { publicUrl, shownUrl } from '../../lib/harvesters/links.ts';

describe('publicUrl', () => {
  test('an ordinary URL is kept to the letter', () => {
    const url = 'https://maps.example/wms?map=/data/ä%20b.map&LAYERS=a,b&bbox=1,2,3,4';
    expect(publicUrl(url)).toBe('https://maps.example/wms?map=/data/%C3%A4%20b.map&LAYERS=a,b&bbox=1,2,3,4');
  });

  test('a relative link is made absolute, and without a base it is none', () => {
    expect(publicUrl('/layers/roads', 'https://node.example/api/v2/resources/')).toBe(
      'https://node.example/layers/roads',
    );
    expect(publicUrl('/layers/roads')).toBeUndefined();
    expect(publicUrl('https://a.example/x', 'not a base')).toBe('https://a.example/x');
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'ftp://a.example/',
    'mailto:a@b.example',
    '',
    ' ',
    'http://',
    'http://[zz]/',
  ])('%j is no link', (href) => {
    expect(publicUrl(href)).toBeUndefined();
  });

  test('user info is left out', () => {
    expect(publicUrl('https://anna:secret@a.example/x')).toBe('https://a.example/x');
  });

  test.each([
    'token',
    'TOKEN',
    'access_token',
    'apikey',
    'api_key',
    'api-key',
    'key',
    'sig',
    'signature',
    'X-Amz-Signature',
    'X-Amz-Credential',
    'client_secret',
    'password',
    'authkey',
    'auth',
    'pwd',
    '%74oken',
  ])('the value of %s is redacted', (name) => {
    const kept = publicUrl(`https://a.example/x?a=1&${name}=hunter2&b=2`);
    expect(kept).toBe(`https://a.example/x?a=1&${name}=redacted&b=2`);
  });

  test.each(['keyword', 'monkey', 'author', 'design', 'sigma', 'layers'])('the value of %s stays', (name) => {
    expect(publicUrl(`https://a.example/x?${name}=1`)).toBe(`https://a.example/x?${name}=1`);
  });

  test('secrets in the fragment and session ids in the path are left out too', () => {
    expect(publicUrl('https://a.example/x;jsessionid=ABC/y;jsessionid=DEF?q=1#access_token=abc&b=1')).toBe(
      'https://a.example/x/y?q=1#access_token=redacted&b=1',
    );
    expect(publicUrl('https://a.example/x;jsessionid=ABC')).toBe('https://a.example/x');
  });

  test('a URL without an end is none', () => {
    expect(publicUrl(`https://a.example/?q=${'x'.repeat(9_000)}`)).toBeUndefined();
  });
});

test('a URL for a sentence is short and gives no secret away', () => {
  expect(shownUrl(`https://u:p@a.example/?token=t&q=${'x'.repeat(500)}`)).toMatch(
    /^https:\/\/a\.example\/\?token=redacted&q=x{100,}\.\.\.$/,
  );
  expect(shownUrl('gopher://x')).toBe('a URL that is not http or https');
});
