/** No row of the list of bad inputs is without a proof: each is named by a test, or said to belong to something that is not there yet. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROWS } from './rows.ts';

const TESTS = resolve(import.meta.dirname, '..');
const LIST = resolve(TESTS, '..', process.env['REEVE_REFERENCE'] ?? '../shared/reference', 'bad-inputs.tsv');
const missing = existsSync(LIST)
  ? undefined
  : `no bad-inputs.tsv (set REEVE_REFERENCE to the folder that has it)`;

/** A test file and the tables of rows that it imports: names of tests are made of both. */
function textsOf(file: string): readonly string[] {
  const path = join(TESTS, file);
  const text = readFileSync(path, 'utf8');
  const tables = [...text.matchAll(/from '(\.[^']+)'/g)]
    .map(([, from = '']) => resolve(dirname(path), from))
    .filter(
      (imported) => imported.startsWith(TESTS) && !imported.includes('/servers/') && imported.endsWith('.ts'),
    );
  return [text, ...tables.map((table) => readFileSync(table, 'utf8'))];
}

/** As the beginning of a test's name (`'xml-01: ...'`), or as a key or cell of a table of rows. */
const names = (text: string, row: string): boolean =>
  new RegExp(`['"\`](?:[\\w-]+, )*${row}(?:, [\\w-]+)*(?:['"\`]|: )`).test(text);

describe('every row has its proof', () => {
  for (const [row, what] of Object.entries(ROWS)) {
    test(`${row} (${what.outcome}) is named by ${what.proof}`, () => {
      expect(textsOf(what.proof).some((text) => names(text, row))).toBe(true);
    });
  }

  test('no test names a row that the table does not have', () => {
    const named = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.test.ts'))
      .flatMap((file) => [
        ...readFileSync(join(TESTS, file), 'utf8').matchAll(
          /['`]((?:ssrf-\w+|redirect|url|http-\w+|tls|xml|json|record|secret|api)-\d\d): /g,
        ),
      ])
      .map(([, row = '']) => row);
    expect(named.length).toBeGreaterThan(0);
    expect([...new Set(named)].filter((row) => !(row in ROWS))).toEqual([]);
  });

  test.skipIf(missing !== undefined)(
    `the table has every row of the list${missing === undefined ? '' : `: ${missing}`}`,
    () => {
      const listed = readFileSync(LIST, 'utf8')
        .split('\n')
        .slice(1)
        .flatMap((line) => (line === '' ? [] : [line.split('\t')[0] ?? '']));
      expect(Object.keys(ROWS).sort()).toEqual(listed.sort());
    },
  );
});
