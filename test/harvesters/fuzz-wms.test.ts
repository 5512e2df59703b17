// Whatever happens to a capabilities document on its way: an error with a name or a listing, and never a shorter one that looks complete.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Listing } from '../../lib/harvesters/harvester.ts';
import { wms } from '../../lib/harvesters/wms.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import {
  capabilities11,
  capabilities13,
  GEOGRAPHIC,
  href,
  SETTINGS,
  URL_HARVESTED,
} from './wms/documents.ts';

const LAYERS =
  `<Layer><Title>root &amp; caf&eacute;</Title><CRS>EPSG:4326</CRS><!-- a comment -->${GEOGRAPHIC('1', '2', '3', '4')}` +
  `<Layer queryable="1"><Name>a</Name><Title><![CDATA[A & <b>B</b>]]></Title><Style><Name>s</Name><LegendURL>${href('http://x.example.org/?a=1&amp;b=2')}</LegendURL></Style></Layer>` +
  '<Layer><Title>folder</Title><Layer><Name>b</Name><Dimension name="time">2000-01-01/2010-01-01/P1Y</Dimension></Layer><Layer><Name>c</Name></Layer></Layer></Layer>';
const DOCUMENTS = [
  `<?xml version="1.0" encoding="UTF-8"?>\n${capabilities13(LAYERS)}`,
  capabilities11(LAYERS),
].flatMap((text) => [
  Buffer.from(text),
  Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]),
]);

/** Reads all that there is to read; `undefined` when the document was refused. Anything thrown that has no name of ours is a failure. */
function readAll(body: Uint8Array): Listing | undefined {
  try {
    const request = wms.firstListing(URL_HARVESTED, SETTINGS);
    const reply = { url: URL_HARVESTED, status: 200, headers: {}, body };
    const listing = wms.readListing({ url: URL_HARVESTED, settings: SETTINGS, request }, reply);
    for (const resource of listing.resources)
      wms.readResource({ url: URL_HARVESTED, settings: SETTINGS }, resource, undefined);
    return listing;
  } catch (error) {
    if (error instanceof ReeveError && error.name !== 'InvariantBroken') return undefined;
    throw error;
  }
}

/** As many as cost a second or two; `REEVE_FUZZ_RUNS=50000` for a long look. */
const RUNS = Number(process.env['REEVE_FUZZ_RUNS'] ?? 400);

const ids = (listing: Listing | undefined) => listing?.resources.map(({ id }) => id);

test.each(DOCUMENTS)('document %#, whole, has its three layers', (document) => {
  expect(ids(readAll(document))).toEqual(['a', 'b', 'c']);
});

test.each(DOCUMENTS)('document %#, cut at any byte, is refused', (document) => {
  const end = document.length - Buffer.byteLength('>', document[0] === 0xff ? 'utf16le' : 'utf8');
  // In UTF-16 the cuts fall on whole characters and halves of them in turn.
  const step = document[0] === 0xff ? 3 : 1;
  const read = (bytes: number) => readAll(document.subarray(0, bytes));
  const survivors = Array.from({ length: Math.ceil(end / step) }, (_, index) => index * step).filter(
    (bytes) => read(bytes) !== undefined,
  );
  expect(survivors).toEqual([]);
  expect([read(end), read(document.length - 1)]).toEqual([undefined, undefined]);
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
        "'",
        '&',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '<?',
        '?>',
        '<!DOCTYPE',
        '</',
        '/>',
        '<Layer>',
        '</Layer>',
        '\0',
        '&#0;',
        '[',
        ']',
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
        expect(listing === undefined || listing.matched === listing.resources.length).toBe(true);
      },
    ),
    { numRuns: RUNS },
  );
});

test('bytes without any sense are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (body) => {
      expect(readAll(body)).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test('a document that lost one character of its markup has all of its layers, is not complete, or is refused', () => {
  const text = capabilities13(LAYERS);
  const silent: string[] = [];
  for (let index = 0; index < text.length; index += 1) {
    if (!'<>/!?"=[]-'.includes(text[index] ?? '')) continue;
    const listing = readAll(Buffer.from(text.slice(0, index) + text.slice(index + 1)));
    const complete = listing !== undefined && listing.incomplete !== true;
    if (complete && listing.resources.length < 3)
      silent.push(`${text.slice(index - 20, index)}[${text[index]}]${text.slice(index + 1, index + 20)}`);
  }
  expect(silent).toEqual([]);
});
