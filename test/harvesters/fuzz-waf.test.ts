// Whatever happens to a folder's page or to a file in it: an error with a name, a listing or a reading, and nothing else.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCatalogue } from '../../lib/sample/catalogue.ts';
import { isoRecord } from '../../lib/sample/iso-record.ts';
import { waf } from '../../lib/harvesters/waf.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { textReply } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

const URL_OF_FOLDER = 'https://files.example/records/';
const PAGE = `<html><body><h1>Index of /records</h1><pre>
<a href="../">../</a>
<a href="sub/">sub/</a>  01-Jan-2024 10:00  -
<a href="roads.xml">roads.xml</a>  02-Jan-2024 10:00  12K
<a href="rivers.xml">rivers.xml</a>  2024-01-03 11:30  9K
</pre></body></html>`;
const FILE = isoRecord(makeCatalogue(1).dataset(1)!, 'http://x.example');
const RUNS = Number(process.env['REEVE_FUZZ_RUNS'] ?? 300);

const settings = waf.settings.parse({});
const context = { url: URL_OF_FOLDER, settings };

/** `undefined` when it was refused by name. */
function refusedOr<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReeveError && error.name !== 'InvariantBroken') return undefined;
    throw error;
  }
}

const spoilt = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        remove: fc.integer({ min: 0, max: 40 }),
        insert: fc.oneof(
          fc.string({ maxLength: 6 }),
          fc.constantFrom(
            '<a href="',
            '"',
            '>',
            '</a>',
            '../../',
            'javascript:',
            '&#x0;',
            '<!--',
            '%2e%2e/',
            '\0',
          ),
        ),
      }),
      { minLength: 1, maxLength: 5 },
    )
    .map((changes) =>
      changes.reduce((now, { at, remove, insert }) => {
        const index = Math.floor(at * now.length);
        return now.slice(0, index) + insert + now.slice(index + remove);
      }, text),
    );

test('a page changed in any places names only resources that have an id, and leads nowhere else', () => {
  fc.assert(
    fc.property(spoilt(PAGE), (text) => {
      const request = waf.firstListing(URL_OF_FOLDER, settings);
      const reply = textReply(text, { url: URL_OF_FOLDER, headers: { 'content-type': 'text/html' } });
      const page = refusedOr(() => waf.readListing({ ...context, request }, reply));
      for (const { id } of page?.resources ?? []) expect(id).not.toBe('');
      for (const { url } of page?.next ?? []) expect(url).toMatch(/^https?:/);
    }),
    { numRuns: RUNS },
  );
});

test('a file changed in any places is a valid record, or is said to be none', () => {
  fc.assert(
    fc.property(spoilt(FILE), (text) => {
      const reply = textReply(text, {
        url: `${URL_OF_FOLDER}roads.xml`,
        headers: { 'content-type': 'application/xml' },
      });
      const reading = refusedOr(() => waf.readResource(context, { id: 'roads.xml' }, reply));
      if (reading?.reading === 'record') expectValidRecord(reading.record);
    }),
    { numRuns: RUNS },
  );
});
