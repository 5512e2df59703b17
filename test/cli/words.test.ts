/** Numbers, times, durations and guesses as people read them; tables. */
import { describe, expect, test } from 'vitest';
import { shortened } from '../../lib/settings/shortened.ts';
import { didYouMean, nearest } from '../../lib/settings/nearest.ts';
import { table } from '../../lib/cli/tables.ts';
import { countOf, spokenDuration, spokenNumber, spokenTime, wrapped } from '../../lib/cli/words.ts';

test('numbers have separators, nouns their plural', () => {
  expect(spokenNumber(1_234_567)).toBe('1,234,567');
  expect([countOf(0, 'record'), countOf(1, 'record'), countOf(1_000, 'record')]).toEqual([
    '0 records',
    '1 record',
    '1,000 records',
  ]);
});

test.each([
  [-5, '0.0 s'],
  [1_240, '1.2 s'],
  [12_400, '12 s'],
  [59_600, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%i ms are spoken as %s', (millis, spoken) => {
  expect(spokenDuration(millis)).toBe(spoken);
});

test('times are ISO 8601 in UTC; long texts are cut with a mark', () => {
  expect(spokenTime(Date.UTC(2026, 0, 2, 3, 4, 5, 678))).toBe('2026-01-02T03:04:05Z');
  expect([shortened('abcdef', 6), shortened('abcdefg', 6)]).toEqual(['abcdef', 'abcde…']);
});

describe('what somebody may have meant', () => {
  const KNOWN = ['20260101-000000-abcd', '20260102-000000-efgh', 'example-org-12345678'];

  test('is what differs in few letters, or begins alike', () => {
    expect(nearest('20260101-000000-abce', KNOWN)[0]).toBe('20260101-000000-abcd');
    expect(nearest('20260102', KNOWN)).toContain('20260102-000000-efgh');
    expect(nearest('example-org', KNOWN)).toEqual(['example-org-12345678']);
  });

  test('is nothing when nothing is near', () => {
    expect(nearest('completely-different', KNOWN)).toEqual([]);
    expect(didYouMean('zzz', KNOWN)).toBe('');
  });
});

describe('a table', () => {
  test('keeps to the width that it is given, and breaks the column that gives way', () => {
    const text = table(
      [
        ['a', 'word '.repeat(40)],
        ['b', `https://example.org/${'z'.repeat(200)}`],
      ],
      { head: ['id', 'because'], columns: 60, flexible: 1 },
    );
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(text.replaceAll(/[^z]/g, '')).toHaveLength(200);
  });

  test('measures colours as nothing, and does not break them', () => {
    const text = table([['\u001b[32m40\u001b[39m']], { head: ['harvested'], right: [0] });
    expect(text).toContain('│        \u001b[32m40\u001b[39m │');
  });

  test('words are broken only when they are longer than a line', () => {
    expect(wrapped('one two three', 7)).toBe('one two\nthree');
    expect(wrapped('abcdefghij', 4)).toBe('abcd\nefgh\nij');
  });
});
