/** What makes a record another one, and what does not. */
import { describe, expect, test } from 'vitest';
import { fingerprintOf, isSameState } from '../../lib/harvesters/fingerprint.ts';
import { keepRecord } from '../../lib/harvesters/keep-record.ts';
import type { RecordDraft } from '../../lib/harvesters/record.ts';

const DRAFT: RecordDraft = {
  id: 'roads',
  type: 'dataset',
  title: 'Roads',
  description: 'All roads of the county',
  keywords: ['Transport', 'roads'],
  bbox: [5, 45, 10, 47],
  contacts: [{ name: 'A' }, { name: 'B', emails: ['b@x.example'] }],
  links: [
    { href: 'https://x.example/wms?layers=roads&_ts=1', rel: 'service' },
    { href: 'https://x.example/roads.zip', rel: 'enclosure' },
  ],
};

function printOf(more: Partial<RecordDraft>): string {
  const kept = keepRecord({ ...DRAFT, ...more });
  if (!kept.kept) throw new Error(kept.because);
  return fingerprintOf(kept.record);
}

test.each<[string, Partial<RecordDraft>]>([
  ['the order of keywords', { keywords: ['roads', 'Transport'] }],
  ['the case of keywords', { keywords: ['transport', 'Roads'] }],
  ['the order of contacts', { contacts: [...(DRAFT.contacts ?? [])].reverse() }],
  ['the order of links', { links: [...(DRAFT.links ?? [])].reverse() }],
  ['white space', { description: '  All  roads\tof the county ' }],
  ['how letters are composed', { title: 'Roads'.normalize('NFD') }],
  [
    'a parameter against caches',
    { links: [{ ...DRAFT.links![0]!, href: 'https://x.example/wms?layers=roads&_ts=2' }, DRAFT.links![1]!] },
  ],
  ['what Reeve notes of the reading', { notes: ['the box was mended'] }],
])('it is blind to %s', (_what, more) => {
  expect(printOf(more)).toBe(printOf({}));
});

test.each<[string, Partial<RecordDraft>]>([
  ['the title', { title: 'Streets' }],
  ['the case of the title', { title: 'ROADS' }],
  ['a keyword more', { keywords: ['Transport', 'roads', 'traffic'] }],
  ['the box', { bbox: [5, 45, 10, 48] }],
  ['the box turned round', { bbox: [10, 45, 5, 47] }],
  ['a link', { links: [DRAFT.links![0]!] }],
  ['the e-mail of a contact', { contacts: [{ name: 'A' }, { name: 'B', emails: ['c@x.example'] }] }],
  ['the date of the last change', { updated: '2026-01-01' }],
])('it sees %s', (_what, more) => {
  expect(printOf(more)).not.toBe(printOf({}));
});

describe('where the remote says that nothing has changed', () => {
  const same = (more: Partial<RecordDraft>, sameVersion: boolean): boolean =>
    isSameState(printOf(more), printOf({ license: 'ODbL-1.0' }), { sameVersion });

  test('a licence that one answer tells and the next does not is no change', () => {
    expect(same({}, true)).toBe(true);
    expect(same({}, false)).toBe(false);
  });

  test('another title is one all the same', () => {
    expect(same({ license: 'ODbL-1.0', title: 'Streets' }, true)).toBe(false);
  });
});
