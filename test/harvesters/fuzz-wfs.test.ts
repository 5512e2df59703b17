// Whatever happens to the capabilities of a WFS on their way: an error with a name or a listing, and never a shorter one that looks complete.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Listing } from '../../lib/harvesters/harvester.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { featureType, listingOf, recordsOf, wfs2, wgs84 } from './wfs/documents.ts';

const TEXT = wfs2(
  `<!-- three -->${featureType('a', `<Abstract><![CDATA[A & <b>B</b>]]></Abstract>${wgs84('1 2', '3 4')}`)}${featureType('b', '<DefaultCRS>EPSG:4326</DefaultCRS>')}${featureType('c')}`,
);
const DOCUMENTS = [
  Buffer.from(TEXT),
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(TEXT, 'utf16le')]),
];
const RUNS = Number(process.env['REEVE_FUZZ_RUNS'] ?? 400);

/** Reads all that there is to read; `undefined` when the document was refused. Anything thrown that has no name of ours is a failure. */
function readAll(body: Uint8Array): Listing | undefined {
  try {
    const listing = listingOf(body);
    recordsOf({ ...listing, resources: listing.resources.filter(({ id }) => !/\p{Cc}/u.test(id)) });
    return listing;
  } catch (error) {
    if (error instanceof ReeveError && error.name !== 'InvariantBroken') return undefined;
    throw error;
  }
}

test.each(DOCUMENTS)('document %#, whole, has its three feature types', (document) => {
  expect(readAll(document)?.resources.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test.each(DOCUMENTS)('document %#, cut anywhere, is refused', (document) => {
  const survivors = Array.from(
    { length: Math.floor((document.length - 2) / 5) },
    (_, index) => index * 5,
  ).filter((bytes) => readAll(document.subarray(0, bytes)) !== undefined);
  expect(survivors).toEqual([]);
});

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  remove: fc.integer({ min: 0, max: 40 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .constantFrom(
        '<',
        '>',
        '"',
        '&',
        '<!--',
        ']]>',
        '<?',
        '<!DOCTYPE',
        '</',
        '/>',
        '<FeatureType>',
        '</FeatureType>',
        '\0',
        '<!ENTITY',
        '=',
      )
      .map((text) => Buffer.from(text)),
  ),
});

test('a document changed in any places is read or refused with a name, and gives no other error', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...DOCUMENTS),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      (document, mutations) => {
        let body: Buffer = document;
        for (const { at, remove, insert } of mutations) {
          const index = Math.floor(at * body.length);
          body = Buffer.concat([body.subarray(0, index), insert, body.subarray(index + remove)]);
        }
        const listing = readAll(body);
        expect(
          listing === undefined || listing.next.length > 0 || listing.matched === listing.resources.length,
        ).toBe(true);
      },
    ),
    { numRuns: RUNS },
  );
});

test('a document that lost one character of its markup has all of its feature types, is not complete, or is refused', () => {
  const silent: string[] = [];
  const from = TEXT.indexOf('<FeatureTypeList>');
  for (let index = from; index < TEXT.length; index += 1) {
    if (!'<>/!?"=[]-'.includes(TEXT[index] ?? '')) continue;
    const listing = readAll(Buffer.from(TEXT.slice(0, index) + TEXT.slice(index + 1)));
    if (listing !== undefined && listing.incomplete !== true && listing.resources.length < 3)
      silent.push(`${TEXT.slice(index - 20, index)}[${TEXT[index]}]${TEXT.slice(index + 1, index + 20)}`);
  }
  expect(silent).toEqual([]);
});
