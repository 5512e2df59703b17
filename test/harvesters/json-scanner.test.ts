// JSON taken apart while it is read: the same values as JSON.parse finds, however it is cut into slices, and no others.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonScanner, NotJson } from '../../lib/harvesters/json-scanner.ts';

function slicesOf(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

/** The document read by the scanner alone: its lists and objects to their bottom, all else by JSON.parse. */
function read(scanner: JsonScanner): unknown {
  const first = scanner.peek();
  if (first === '{') {
    const entries: [string, unknown][] = [];
    for (const key of scanner.keys()) entries.push([key, read(scanner)]);
    return Object.fromEntries(entries);
  }
  if (first === '[') {
    const values: unknown[] = [];
    for (const position of scanner.items()) values[position] = read(scanner);
    return values;
  }
  return JSON.parse(scanner.value(1_000) ?? '');
}

function readWhole(text: string, size = text.length): unknown {
  const scanner = new JsonScanner(slicesOf(text, Math.max(size, 1)));
  const value = read(scanner);
  scanner.end();
  return value;
}

test('whatever JSON comes, in slices of any length, is what JSON.parse says', () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 5 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(0, 2),
      (text, size, indent) => {
        const spaced = JSON.stringify(JSON.parse(text), null, indent);
        expect(readWhole(spaced, size)).toEqual(JSON.parse(spaced));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a value is handed over as it is written', () => {
  const text = '{"a": {"b": [1, "]}\\\\\\"", {}]}, "c": -1.5e3 , "d":null}';
  const scanner = new JsonScanner(slicesOf(text, 3));
  const found: Record<string, string | undefined> = {};
  for (const key of scanner.keys()) found[key] = scanner.value(100);
  expect(found).toEqual({ a: '{"b": [1, "]}\\\\\\"", {}]}', c: '-1.5e3', d: 'null' });
});

test('a value that is too long is stepped over, and what follows is read', () => {
  const scanner = new JsonScanner([`{"a": "${'x'.repeat(500)}", "b": 1}`]);
  const found: Record<string, string | undefined> = {};
  for (const key of scanner.keys()) found[key] = scanner.value(100);
  expect(found).toEqual({ a: undefined, b: '1' });
});

describe('what is no JSON says so', () => {
  test.each([
    ['', 'JSON that was cut off'],
    ['{', 'JSON that was cut off'],
    ['{"a"', 'JSON that was cut off'],
    ['{"a":', 'JSON that was cut off'],
    ['{"a": "x', 'JSON that was cut off'],
    ['[1, 2', 'JSON that was cut off'],
    ['[[1, 2]', 'JSON that was cut off'],
    ['[1 2]', 'something that is no JSON at character 4'],
    ['[1, ]', 'something that is no JSON at character 5'],
    ['{"a" 1}', 'something that is no JSON at character 6'],
    ['{a: 1}', 'something that is no JSON at character 2'],
    ['{"a": 1} x', 'something that is no JSON at character 10'],
  ])('%j', (text, because) => {
    for (const size of [1, 4, 100]) {
      let thrown: unknown;
      try {
        readWhole(text, size);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(NotJson);
      expect((thrown as NotJson).message).toBe(because);
    }
  });
});
