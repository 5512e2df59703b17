// The gate of every record: what is cleaned, what is noted, what is refused, and that nothing invalid passes.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultOfId, keepRecord } from '../../lib/harvesters/keep-record.ts';
import { RECORD_LIMITS } from '../../lib/harvesters/record-parts.ts';
import type { CatalogueRecord, RecordDraft } from '../../lib/harvesters/record.ts';
import { expectValidRecord } from './valid-record.ts';

function kept(more: Partial<RecordDraft>): CatalogueRecord {
  const reading = keepRecord({ id: 'roads', type: 'dataset', title: 'Roads', ...more });
  if (!reading.kept) throw new Error(`not kept: ${reading.because}`);
  expectValidRecord(reading.record);
  return reading.record;
}

function notesOf(more: Partial<RecordDraft>): readonly string[] {
  return kept(more).properties.notes ?? [];
}

test('a draft of an id and a title is a record without empty fields', () => {
  expect(kept({})).toStrictEqual({
    type: 'Feature',
    id: 'roads',
    conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'],
    geometry: null,
    time: null,
    properties: { type: 'dataset', title: 'Roads' },
    links: [],
  });
});

test('a full draft is kept whole', () => {
  const record = kept({
    description: '<p>All roads</p>',
    keywords: ['roads', ' roads ', undefined, '', 'streets'],
    language: 'eng',
    created: '2021-01-21T18:57:00Z',
    updated: '2022-02-02',
    bbox: [6, 46, 8, 47],
    interval: ['2020-01-01', null],
    contacts: [
      { name: 'Anna', emails: ['mailto:anna@a.example', 'nobody'], roles: ['author'], phones: [''] },
    ],
    license: 'CC-BY-4.0',
    rights: '&copy; Office',
    formats: ['GeoTIFF', 'GeoTIFF'],
    crs: ['EPSG:4326'],
    externalIds: [{ scheme: 'doi', value: '10.1/x' }],
    links: [
      {
        href: '/roads',
        rel: 'service',
        protocol: 'OGC:WMS',
        name: 'a:roads',
        type: 'text/xml',
        title: 'WMS',
      },
    ],
    base: 'https://a.example/api/v2/',
  });
  expect(record).toStrictEqual({
    type: 'Feature',
    id: 'roads',
    conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'],
    geometry: {
      type: 'Polygon',
      coordinates: [
        [
          [6, 46],
          [8, 46],
          [8, 47],
          [6, 47],
          [6, 46],
        ],
      ],
    },
    bbox: [6, 46, 8, 47],
    time: { interval: ['2020-01-01', '..'] },
    properties: {
      type: 'dataset',
      title: 'Roads',
      description: 'All roads',
      keywords: ['roads', 'streets'],
      language: 'en',
      created: '2021-01-21T18:57:00Z',
      updated: '2022-02-02',
      contacts: [{ name: 'Anna', emails: ['anna@a.example'], roles: ['author'] }],
      license: 'CC-BY-4.0',
      rights: '© Office',
      formats: ['GeoTIFF'],
      crs: ['EPSG:4326'],
      externalIds: [{ scheme: 'doi', value: '10.1/x' }],
    },
    links: [
      {
        href: 'https://a.example/roads',
        rel: 'service',
        type: 'text/xml',
        title: 'WMS',
        protocol: 'OGC:WMS',
        name: 'a:roads',
      },
    ],
  });
});

describe('the id', () => {
  test.each(['', '  ', '\n'])('%j is none', (id) => {
    expect(keepRecord({ id, type: 'dataset', title: 'x' })).toEqual({ kept: false, because: 'it has no id' });
  });

  test('of more than 2,048 bytes is refused, however few characters they are', () => {
    expect(faultOfId('é'.repeat(1_024))).toBeUndefined();
    expect(faultOfId('é'.repeat(1_025))).toBe('its id has 2050 bytes; allowed are 2048');
  });

  test.each(['a\u0000', 'a\nb', '\ud800', 'a\u009b'])(
    '%j is refused, not mended: mending could make one of two',
    (id) => {
      expect(faultOfId(id)).toMatch(/has control characters or broken ones/);
    },
  );

  test.each(['../../etc', 'a#b', 'Ä', 'A\u0308', '😀', '\u200fab', ' a ', '__proto__', "=cmd|' /C calc'!A0"])(
    '%j stays to the letter',
    (id) => {
      expect(kept({ id }).id).toBe(id);
    },
  );
});

describe('what is mended is noted', () => {
  test('a missing title', () => {
    expect(kept({ title: ' \u0000' }).properties.title).toBe('roads');
    expect(notesOf({ title: undefined })).toEqual(['it has no title; its id stands in']);
  });

  test('texts that are too long', () => {
    const record = kept({
      title: 'x'.repeat(1_001),
      description: 'y'.repeat(100_001),
      keywords: ['k'.repeat(201)],
    });
    expect(record.properties.title).toHaveLength(1_000);
    expect(record.properties.description).toHaveLength(100_000);
    expect(record.properties.keywords?.[0]).toHaveLength(200);
    expect(record.properties.notes).toEqual([
      'the title was cut at 1000 characters',
      'the description was cut at 100000 characters',
      'keywords were cut at 200 characters',
    ]);
  });

  test('lists that are too long', () => {
    const many = Array.from({ length: 2_000 }, (_, index) => String(index));
    const record = kept({
      keywords: many,
      formats: many,
      crs: many,
      contacts: many.map((name) => ({ name })),
      externalIds: many.map((value) => ({ value })),
      links: many.map((n) => ({ href: `https://a.example/${n}`, rel: 'item' })),
    });
    expect(record.properties.keywords).toHaveLength(RECORD_LIMITS.keywordsMax);
    expect(record.links).toHaveLength(RECORD_LIMITS.linksMax);
    expect(record.properties.notes).toEqual([
      'only the first 1000 keywords were kept',
      'only the first 50 contacts were kept',
      'only the first 50 formats were kept',
      'only the first 50 coordinate systems were kept',
      'only the first 50 identifiers were kept',
      'only the first 500 links were kept',
    ]);
  });

  test('a box that is none', () => {
    expect(kept({ bbox: [500000, 5000000, 600000, 5100000] })).toMatchObject({ geometry: null });
    expect(notesOf({ bbox: [0, 10, 5, 9] })).toEqual(['the box 0, 10, 5, 9 is inverted and was left out']);
    expect(notesOf({ bbox: [] })).toEqual([]);
  });

  test('dates that are none', () => {
    expect(notesOf({ created: 'yesterday', updated: '2021' })).toEqual([
      'the creation date, "yesterday", is no date and was left out',
      'of the date of the last change, only the year of 2021-01-01 is known',
    ]);
    expect(notesOf({ interval: ['2020-01-02', '2020-01-01'] })).toEqual([
      'of the time it is about: the interval ends at 2020-01-01, before it begins at 2020-01-02',
    ]);
  });

  test('links that nobody should follow', () => {
    const links = [
      'javascript:alert(1)',
      'ftp://a.example/',
      'https://u:p@a.example/?token=t',
      undefined,
      '',
    ].map((href) => ({ href, rel: 'item' }));
    const record = kept({ links });
    expect(record.links).toEqual([{ href: 'https://a.example/?token=redacted', rel: 'item' }]);
    expect(record.properties.notes).toEqual([
      'a link held a credential, which was left out',
      '2 links were left out: not http or https',
    ]);
  });

  test('a language that is none', () => {
    expect(notesOf({ language: 'English, please' })).toEqual([
      'the language "English, please" is no language tag and was left out',
    ]);
    expect(kept({ language: 'ger' }).properties.language).toBe('de');
    expect(kept({ language: 'en_us' }).properties.language).toBe('en-US');
  });

  test('and what the reader noted comes first, each sentence once', () => {
    expect(notesOf({ notes: ['a\nb', 'a b', '', 'c'], title: '' })).toEqual([
      'a b',
      'c',
      'it has no title; its id stands in',
    ]);
  });
});

test('text that would be code elsewhere is kept as the text it is', () => {
  const title = `=cmd|' /C calc'!A0 <script>alert(1)</script>`;
  expect(kept({ title }).properties.title).toBe(title);
});

test('a contact of whom nothing is known is left out, and the same one is kept once', () => {
  const anna = { name: 'Anna', links: [{ href: 'https://a.example/anna', rel: 'about' }] };
  expect(kept({ contacts: [{ roles: ['author'] }, { name: ' ' }, anna, anna] }).properties.contacts).toEqual([
    anna,
  ]);
});

const text = fc.option(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string(),
    fc.webUrl(),
    fc.constantFrom('<p>', '2021-01-01', '2020', 'eng', '\ud800', '..'),
  ),
  { nil: undefined },
);
const texts = fc.option(fc.array(fc.string({ unit: 'binary' })), { nil: undefined });
const number = fc.option(fc.oneof(fc.double(), fc.integer({ min: -400, max: 400 })), { nil: undefined });
const link = fc.record({
  href: text,
  rel: fc.string(),
  title: fc.string({ unit: 'binary' }),
  name: fc.string(),
});
const hrefLink = fc.record({ href: fc.string(), rel: fc.string() });
const anyDraft: fc.Arbitrary<RecordDraft> = fc.record({
  id: fc.string({ unit: 'binary' }),
  type: fc.string(),
  title: text,
  description: text,
  keywords: fc.option(fc.array(text), { nil: undefined }),
  language: text,
  created: text,
  updated: text,
  bbox: fc.option(fc.array(number, { maxLength: 6 }), { nil: undefined }),
  interval: fc.option(fc.tuple(text, fc.option(text, { nil: null })), { nil: undefined }),
  contacts: fc.option(
    fc.array(
      fc.record({
        name: fc.string(),
        emails: fc.array(fc.string()),
        roles: fc.array(fc.string()),
        links: fc.array(hrefLink),
      }),
    ),
    { nil: undefined },
  ),
  license: text,
  rights: text,
  formats: texts,
  crs: texts,
  externalIds: fc.option(fc.array(fc.record({ scheme: fc.string(), value: fc.string({ unit: 'binary' }) })), {
    nil: undefined,
  }),
  links: fc.option(fc.array(link), { nil: undefined }),
  base: text,
  notes: texts,
});

test('whatever a reader found, it is a valid record or a reason', () => {
  fc.assert(
    fc.property(anyDraft, (draft) => {
      const reading = keepRecord(draft);
      if (reading.kept) expectValidRecord(reading.record);
      else expect(reading.because).not.toBe('');
    }),
    { numRuns: 1_000 },
  );
});
