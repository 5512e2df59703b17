/** Where a text stops being JSON. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFaultOf } from '../../lib/settings/json-fault.ts';

describe('the place where a text stops being JSON', () => {
  test.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, 3, 'expected a comma or }, found "\\""'],
    ['{ "a": 1, }', 1, 11, 'expected a name in double quotes, found "}"'],
    ['[1, 2', 1, 6, 'expected a comma or ], found the end of the file'],
    ["{ 'a': 1 }", 1, 3, 'expected a name in double quotes, found "\'"'],
    ['{ "a" 1 }', 1, 7, 'expected a colon, found "1"'],
    ['{ "a": yes }', 1, 8, 'expected a value, found "y"'],
    ['"abc', 1, 5, 'expected the end of the string, found the end of the file'],
    ['{} // settings', 1, 4, 'expected the end, found "/"'],
    ['', 1, 1, 'expected a value, found the end of the file'],
    ['[01]', 1, 3, 'expected a comma or ], found "1"'],
  ])('%j breaks at line %i, column %i', (text, line, column, what) => {
    expect(jsonFaultOf(text)).toEqual({ line, column, what });
  });

  test('a text nested without end is refused, not followed', () => {
    expect(jsonFaultOf('['.repeat(100_000))?.what).toBe('it is nested deeper than 500 levels');
  });

  test('property: what JSON.stringify writes has no fault', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 8 }),
        fc.constantFrom(undefined, 2, '\t'),
        (value, indent) => jsonFaultOf(JSON.stringify(value, undefined, indent)) === undefined,
      ),
    );
  });

  test('property: it says what JSON.parse says, whatever one does to a text', () => {
    const spoilt = fc.tuple(
      fc.jsonValue({ maxDepth: 3 }),
      fc.nat(),
      fc.constantFrom('', ',', '}', ']', '"', 'x', ' ', '\n', '\\', '0', '-', '\u0001'),
    );
    fc.assert(
      fc.property(spoilt, ([value, at, insert]) => {
        const whole = JSON.stringify(value);
        const cut = at % (whole.length + 1);
        const text = whole.slice(0, cut) + insert + whole.slice(cut + 1);
        expect(jsonFaultOf(text) === undefined).toBe(isJson(text));
      }),
      { numRuns: 500 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
