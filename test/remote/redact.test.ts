/** What may not be read in a log, an error or a record. */
import { describe, expect, test } from 'vitest';
import { formsOf, redact, redactBytes, redactUrl } from '../../lib/remote/redact.ts';

const SECRET = 's3cr3t/with+odd=chars';

describe('text', () => {
  test.each([
    ['a user name and password', 'cannot reach https://me:hunter2@a.example/x', 'hunter2'],
    ['a token in a query', 'GET https://a.example/wms?token=abc123&request=x failed', 'abc123'],
    ['a key in a query', 'see http://a.example/?apikey=abc123#top', 'abc123'],
    ['a signature', 'https://b.s3.amazonaws.com/k?X-Amz-Signature=deadbeef01', 'deadbeef01'],
    ['an Authorization header', 'sent Authorization: Bearer eyJhbGciOi.eyJzdWIi.c2ln', 'eyJzdWIi'],
    ['a header in JSON', '{"authorization":"Basic bWU6aHVudGVyMg=="}', 'bWU6aHVudGVyMg'],
    ['a cookie', 'Set-Cookie: sid=abc123; Path=/', 'abc123'],
    ['an API key header', 'x-api-key: abc123', 'abc123'],
    ['a bearer token by itself', 'said Bearer abc123def456', 'abc123def456'],
    ['a named password', 'password=hunter2 was wrong', 'hunter2'],
    ['an AWS key', 'with AKIAIOSFODNN7EXAMPLE', 'AKIAIOSFODNN7EXAMPLE'],
    ['an AWS secret', 'AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'wJalrXUtnFEMI'],
  ])('%s is taken out', (_, text, secret) => {
    const clean = redact(text);
    expect(clean).not.toContain(secret);
    expect(clean.slice(0, 4)).toBe(text.slice(0, 4));
  });

  test('a secret in use is taken out in every spelling', () => {
    const spellings = [
      SECRET,
      encodeURIComponent(SECRET),
      Buffer.from(SECRET).toString('base64'),
      Buffer.from(SECRET).toString('base64url'),
      encodeURIComponent(SECRET).replace(/%../g, (hex) => hex.toLowerCase()),
    ];
    for (const spelling of spellings)
      expect(redact(`you sent ${spelling}!`, formsOf([SECRET]))).toBe('you sent redacted!');
    expect(redact('quote " and \\" of it', formsOf(['quote " and']))).toBe('redacted \\" of it');
  });

  test('what is harmless stays as it is', () => {
    for (const text of [
      'https://a.example/csw?request=GetRecords&keyword=water&author=me&sortBy=title answered 503',
      'Basic authentication is not configured for this server',
      'the tokenizer stopped; a secretary signed it',
    ]) {
      expect(redact(text)).toBe(text);
    }
  });

  test('an empty or tiny secret does not blank everything', () => {
    expect(redact('a b c', formsOf(['', 'a']))).toBe('a b c');
  });
});

test('a URL keeps its address and loses its secrets, also when it is broken', () => {
  expect(redactUrl('https://me:pw@a.example/x?b=1&access_token=t')).toBe(
    'https://a.example/x?b=1&access_token=redacted',
  );
  expect(redactUrl('http://me:hunter2@[broken/?token=abc123')).not.toMatch(/hunter2|abc123/);
});

test('in markup and in forms a secret is spelled otherwise', () => {
  const forms = formsOf([`a&b <"c's">`]);
  for (const spelling of [
    `a&amp;b &lt;"c's">`,
    'a&amp;b &lt;&quot;c&#39;s&quot;&gt;',
    "a%26b+%3C%22c's%22%3E",
    "a%26b+%3c%22c's%22%3e",
  ])
    expect(redact(spelling, forms)).toBe('redacted');
});

describe('bytes', () => {
  test.each(['le', 'be'])('lose the secret in UTF-16%s too', (order) => {
    const encode = (text: string) => {
      const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
      return order === 'le' ? bytes : bytes.swap16();
    };
    const clean = redactBytes(encode(`you sent ${SECRET}!`), formsOf([SECRET]));
    expect(Buffer.compare(clean, encode('you sent redacted!'))).toBe(0);
  });

  test('without a secret are the very same', () => {
    const bytes = Buffer.from('nothing here');
    expect(redactBytes(bytes, formsOf([SECRET]))).toBe(bytes);
  });

  test('lose the secret and nothing else', () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0x00, 0x80]), Buffer.from(SECRET), Buffer.from([0xfe])]);
    const expected = Buffer.concat([
      Buffer.from([0xff, 0x00, 0x80]),
      Buffer.from('redacted'),
      Buffer.from([0xfe]),
    ]);
    expect(Buffer.compare(redactBytes(bytes, formsOf([SECRET])), expected)).toBe(0);
    expect(
      Buffer.from(redactBytes(Buffer.from('geheim für'), formsOf(['für dich', 'geheim für']))).toString(),
    ).toBe('redacted');
  });
});
