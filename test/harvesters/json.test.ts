// JSON from strangers: what is read, what is mended, what is refused, and that none of it takes long or leaves a trace.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { at, isList, isObject, listAt, manyAt, numberAt, textAt } from '../../lib/harvesters/json-fields.ts';
import { readJson } from '../../lib/harvesters/json.ts';
import type { Json } from '../../lib/json.ts';
import { textReply, thrownBy } from './replies.ts';

function read(text: string | Uint8Array): Json {
  return readJson(textReply(text), 'the listing');
}

function refusal(text: string | Uint8Array): string {
  const error = thrownBy(() => read(text));
  expect(error.name).toBe('RemoteUnreadable');
  return error.message.replace('https://remote.example/api answered the listing with ', '');
}

describe('readJson reads', () => {
  test.each([
    ['an object', '{"a":[1,"x",null,true]}', { a: [1, 'x', null, true] }],
    ['with a byte order mark', '\ufeff{"a":1}', { a: 1 }],
    ['with white space around', ' \n{"a":1}\n ', { a: 1 }],
    [
      'text that holds brackets and quotes',
      String.raw`{"a":"]}\"[{","b\\":"\\\""}`,
      { a: ']}"[{', 'b\\': '\\"' },
    ],
    ['a bare null, which the readers of fields then refuse', 'null', null],
    [
      'numbers as they are',
      '[0, -1.5, 1e3, 123456789012345, -0.12345678901234567]',
      [0, -1.5, 1000, 123456789012345, -0.12345678901234567],
    ],
  ])('%s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  test('64 levels, and not one more', () => {
    expect(isList(read('['.repeat(64) + ']'.repeat(64)))).toBe(true);
    expect(refusal('['.repeat(65) + ']'.repeat(65))).toBe('JSON nested deeper than 64; JSON was expected');
  });

  test('whole numbers of 16 digits and more as text: two ids never become one', () => {
    expect(
      read(
        '{"ids":[9007199254740993, 9007199254740992, -12345678901234567890, "9007199254740993"],"x":1234567890123456.5}',
      ),
    ).toEqual({
      ids: ['9007199254740993', '9007199254740992', '-12345678901234567890', '9007199254740993'],
      x: 1234567890123456.5,
    });
  });

  test('raw control characters in texts, as ArcGIS writes them, as spaces', () => {
    expect(read('{"a":"one\n\u0001two\u000b","b":9007199254740993}')).toEqual({
      a: 'one  two ',
      b: '9007199254740993',
    });
  });

  test('other charsets than UTF-8, when they are named', () => {
    const reply = textReply(Buffer.from('{"a":"Zürich"}', 'latin1'), {
      headers: { 'content-type': 'application/json; charset=iso-8859-1' },
    });
    expect(readJson(reply, 'the listing')).toEqual({ a: 'Zürich' });
  });
});

describe('readJson leaves out', () => {
  test.each(['__proto__', String.raw`\u005f_proto__`, String.raw`__pr\u006fto__`])('the key %s', (key) => {
    const json = read(`{"a":1,"${key}":{"polluted":true}}`);
    expect(Object.keys(json as object)).toEqual(['a']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect((Object.assign({}, json) as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a constructor with a prototype, and no other', () => {
    expect(read('{"constructor":{"prototype":{"polluted":true}},"b":{"constructor":"Anna"}}')).toEqual({
      b: { constructor: 'Anna' },
    });
  });
});

describe('readJson refuses', () => {
  test.each([
    ['nothing', '', 'nothing; JSON was expected'],
    ['white space', ' \n ', 'nothing; JSON was expected'],
    ['a mark and nothing', '\ufeff', 'nothing; JSON was expected'],
    [
      'an HTML page',
      '<!DOCTYPE html><html><title> Sign\n in </title>',
      'an HTML page ("Sign in"); JSON was expected',
    ],
    ['an HTML page without a title', '\n<HTML><body>x', 'an HTML page; JSON was expected'],
    ['XML', '<?xml version="1.0"?><ServiceExceptionReport/>', 'XML; JSON was expected'],
    ['an object that was cut', '{"a":[1,2', 'JSON that was cut off; JSON was expected'],
    ['a text that was cut', '{"a":"on', 'JSON that was cut off; JSON was expected'],
    [
      'a text that was cut behind a backslash',
      String.raw`{"a":"on\"`,
      'JSON that was cut off; JSON was expected',
    ],
    ['NaN', '{"bbox":[NaN,1]}', 'NaN or Infinity, which JSON does not have; JSON was expected'],
    ['Infinity', '{"bbox":[-Infinity]}', 'NaN or Infinity, which JSON does not have; JSON was expected'],
    ['a second document', '{"a":1}{"b":2}', 'something else; JSON was expected'],
    ['comments', '{"a":1} // x', 'something else; JSON was expected'],
    ['prose', 'Service unavailable', 'something else; JSON was expected'],
    ['too many closing brackets', '[]]', 'something else; JSON was expected'],
  ])('%s', (_, text, because) => {
    expect(refusal(text)).toBe(because);
  });

  test('twenty million brackets before they are built', () => {
    expect(refusal(Buffer.alloc(20_000_000, '['))).toBe('JSON nested deeper than 64; JSON was expected');
    expect(refusal(Buffer.from('{"a":'.repeat(1_000_000)))).toBe(
      'JSON nested deeper than 64; JSON was expected',
    );
  });
});

test.each([
  ['a text of 20 MB', `"${'a'.repeat(20_000_000)}"`],
  ['escapes of 10 MB', `"${'\\\\'.repeat(5_000_000)}"`],
  ['a number of 5 MB', '1'.repeat(5_000_000)],
  ['an exponent of 1 MB', `1e${'9'.repeat(1_000_000)}`],
])('%s is read in its stride', (_, text) => {
  expect(textAt(read(text)) ?? 'none').not.toBe('');
});

test('whatever JSON comes, it is read as JSON.parse reads it, or refused', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'medium' }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/\d{16}|__proto__|constructor/.test(text));
      expect(read(text)).toEqual(JSON.parse(text));
      const cut = text.slice(0, -1);
      if (text.startsWith('{') || text.startsWith('[') || text.startsWith('"'))
        expect(refusal(cut)).not.toBe('');
    }),
    { numRuns: 500 },
  );
});

describe('fields', () => {
  const json: Json = {
    a: { b: [1, 'x'] },
    text: ' y ',
    blank: ' ',
    unseen: '\u0000\ufeff\n',
    number: 1.5,
    word: 'NaN',
    digits: ' -1.5e2 ',
    yes: true,
    none: null,
    then: 1,
  };

  test('at follows own keys only', () => {
    expect(at(json, 'a', 'b')).toEqual([1, 'x']);
    for (const path of [
      ['a', 'c'],
      ['none', 'x'],
      ['a', 'b', '0'],
      ['toString'],
      ['__proto__'],
      ['a', 'constructor'],
    ]) {
      expect(at(json, ...path)).toBeUndefined();
    }
  });

  test('textAt gives texts that say something, and numbers as texts', () => {
    expect([textAt(json, 'text'), textAt(json, 'number'), textAt(json, 'then')]).toEqual([' y ', '1.5', '1']);
    for (const key of ['blank', 'unseen', 'yes', 'none', 'a', 'missing'])
      expect(textAt(json, key)).toBeUndefined();
  });

  test('numberAt gives finite numbers, also from texts', () => {
    expect([
      numberAt(json, 'number'),
      numberAt(json, 'digits'),
      numberAt('1e400'),
      numberAt('0x10'),
      numberAt('1,5'),
      numberAt(''),
    ]).toEqual([1.5, -150, undefined, undefined, undefined, undefined]);
    for (const key of ['word', 'yes', 'none', 'a', 'missing', 'blank'])
      expect(numberAt(json, key)).toBeUndefined();
  });

  test('lists, and what may be one or many', () => {
    expect([
      listAt(json, 'a', 'b'),
      listAt(json, 'text'),
      manyAt(json, 'a', 'b'),
      manyAt(json, 'text'),
      manyAt(json, 'none'),
    ]).toEqual([[1, 'x'], [], [1, 'x'], [' y '], []]);
    expect([isObject(json), isObject([]), isObject(null), isList([]), isList({})]).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});
