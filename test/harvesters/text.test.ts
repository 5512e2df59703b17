// Bytes become text by the stated rules, whatever mark, header or declaration they come with.
import { describe, expect, test } from 'vitest';
import { decodeSlices, decodeText } from '../../lib/harvesters/text.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const utf16be = (text: string): Buffer => utf16le(text).swap16();
const declared = (label: string, text: string): string =>
  `<?xml version="1.0" encoding="${label}"?><a>${text}</a>`;

describe('the charset is found', () => {
  test('without any hint it is UTF-8', () => {
    const { text, charset, warnings } = decodeText(Buffer.from('<a>café €</a>'));
    expect([text, charset, warnings]).toEqual(['<a>café €</a>', 'utf-8', []]);
  });

  test.each([
    ['UTF-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"a":"é"}')]), 'utf-8'],
    ['UTF-16LE', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16le('{"a":"é"}')]), 'utf-16le'],
    ['UTF-16BE', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be('{"a":"é"}')]), 'utf-16be'],
  ])('a byte order mark of %s wins over the header, and is no part of the text', (_name, body, charset) => {
    expect(decodeText(body, 'application/json; charset=iso-8859-1')).toEqual({
      text: '{"a":"é"}',
      charset,
      warnings: [],
    });
  });

  test.each([
    ['UTF-16LE', utf16le(declared('utf-16', 'é')), 'utf-16le'],
    ['UTF-16BE', utf16be(declared('utf-16', 'é')), 'utf-16be'],
  ])('%s without a mark is seen from its zeros', (_name, body, charset) => {
    expect(decodeText(body)).toMatchObject({ charset, text: declared('utf-16', 'é'), warnings: [] });
  });

  test('the header wins over the XML declaration (RFC 7303, 3)', () => {
    const body = latin1(declared('utf-8', 'café'));
    expect(decodeText(body, 'text/xml; charset="ISO-8859-1"').text).toContain('café');
  });

  test.each([
    ['windows-1251', [0xcf, 0xf0, 0xe8], 'При'],
    ['ISO-8859-15', [0xa4, 0xbd], '€œ'],
    ['ISO-8859-2', [0xb3], 'ł'],
    ['KOI8-R', [0xf0], 'П'],
    ['cp-1251', [0xcf], 'П'],
    ['latin-9', [0xa4], '€'],
  ])('the declaration of %s is obeyed', (label, bytes, expected) => {
    const body = Buffer.concat([
      latin1(`<?xml version='1.0' encoding='${label}'?><a>`),
      Buffer.from(bytes),
      latin1('</a>'),
    ]);
    expect(decodeText(body).text).toContain(`<a>${expected}</a>`);
  });

  test.each(['iso-8859-1', 'us-ascii', 'windows-1252', 'latin-1'])(
    '%s keeps the euro and the quotes of windows-1252',
    (label) => {
      const every = Buffer.from(Array.from({ length: 0x20 }, (_, index) => 0x80 + index));
      const { text, charset } = decodeText(every, `text/plain; charset=${label}`);
      expect(charset).toBe('windows-1252');
      expect(text).toBe('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');
    },
  );

  test('a declaration behind blank lines is read as well', () => {
    expect(decodeText(latin1(`\r\n\n${declared('iso-8859-1', 'é')}`)).text).toContain('<a>é</a>');
  });
});

describe('a lie is stepped over and said', () => {
  test('FF FE before text of single bytes is no UTF-16', () => {
    const body = Buffer.concat([Buffer.from([0xff, 0xfe]), latin1(declared('ISO-8859-1', 'café'))]);
    const { text, charset, warnings } = decodeText(body);
    expect(text).toBe(declared('ISO-8859-1', 'café'));
    expect(charset).toBe('windows-1252');
    expect(warnings).toEqual([
      'it begins with the byte order mark of utf-16le, which it is not in; the mark was ignored',
    ]);
  });

  test('utf-16 in the header of what is UTF-8', () => {
    const { text, warnings } = decodeText(Buffer.from('<a>é</a>'), 'text/xml; charset=utf-16');
    expect(text).toBe('<a>é</a>');
    expect(warnings).toEqual(['it is not in the charset "utf-16" of its Content-Type']);
  });

  test.each(['utf-7', 'x-user-defined', 'klingon', 'iso-2022-kr'])(
    'the label %s, which cannot be decoded',
    (label) => {
      const { text, charset, warnings } = decodeText(Buffer.from('<a>é</a>'), `text/xml; charset=${label}`);
      expect([text, charset]).toEqual(['<a>é</a>', 'utf-8']);
      expect(warnings).toEqual([`the charset "${label}" of its Content-Type is not known and was ignored`]);
    },
  );

  test('an empty label is none', () => {
    expect(decodeText(Buffer.from('é'), 'text/xml; charset=""')).toEqual({
      text: 'é',
      charset: 'utf-8',
      warnings: [],
    });
  });
});

describe('broken bytes are a value', () => {
  test('they become U+FFFD and are counted', () => {
    const { text, warnings } = decodeText(latin1('<a>caf\u00e9 na\u00efve</a>'), 'text/xml; charset=utf-8');
    expect(text).toBe('<a>caf\ufffd na\ufffdve</a>');
    expect(warnings).toEqual(['2 characters could not be read as utf-8 and became U+FFFD']);
  });

  test('a body that ends within a character says so', () => {
    const whole = Buffer.from('<a>€');
    expect(decodeText(whole.subarray(0, -1)).warnings).toEqual([
      '1 character could not be read as utf-8 and became U+FFFD',
    ]);
  });

  test('an empty body is an empty text', () => {
    expect(decodeText(new Uint8Array())).toEqual({ text: '', charset: 'utf-8', warnings: [] });
    expect(decodeText(Uint8Array.of(0xff, 0xfe))).toMatchObject({ text: '', warnings: [] });
  });
});

describe('slices', () => {
  test('no character is cut in two, wherever the slices meet', () => {
    for (const padding of [0, 1, 2, 3]) {
      const text = 'x'.repeat(65_536 * 2 - 5 + padding) + '😀é€'.repeat(10);
      const slices = [...decodeSlices(Buffer.from(text)).slices];
      expect(slices.length).toBeGreaterThan(1);
      expect(slices.every((slice) => slice.isWellFormed())).toBe(true);
      expect(slices.join('')).toBe(text);
    }
  });

  test('bytes that are a window on a larger buffer are read as that window', () => {
    const large = latin1('before<a>é</a>after');
    expect(decodeText(large.subarray(6, 14), 'text/xml; charset=latin1').text).toBe('<a>é</a>');
  });
});
