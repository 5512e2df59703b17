// Whatever happens to a page of records on its way: an error with a name or a listing, and never a shorter one that looks complete.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeCatalogue } from '../../lib/sample/catalogue.ts';
import { dublinCoreRecord, isoRecord } from '../../lib/sample/iso-record.ts';
import { csw } from '../../lib/harvesters/csw.ts';
import type { HarvesterType, Listing } from '../../lib/harvesters/harvester.ts';
import { oaiPmh } from '../../lib/harvesters/oai-pmh.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { results } from './csw/catalogue.ts';

const URL_HARVESTED = 'https://catalogue.example/x';
const [first, second, third] = [1, 2, 3].map((pk) => makeCatalogue(3).dataset(pk)!);
const records = [
  isoRecord(first!, 'http://x.example'),
  dublinCoreRecord(second!, 'http://x.example'),
  isoRecord(third!, 'http://x.example'),
];
const OAI = `<OAI-PMH><ListRecords>${records.map((record, index) => `<record><header><identifier>r${index}</identifier><datestamp>2026-01-01</datestamp></header><metadata>${record}</metadata></record>`).join('')}<resumptionToken completeListSize="3"/></ListRecords></OAI-PMH>`;

const CASES = [
  {
    name: 'csw',
    type: csw as HarvesterType<never>,
    settings: csw.settings.parse({ version: '2.0.2', schema: 'gmd', method: 'get', sortBy: 'none' }),
    text: results(records, { matched: 3, returned: 3, next: 0 }),
  },
  {
    name: 'oai-pmh',
    type: oaiPmh as HarvesterType<never>,
    settings: oaiPmh.settings.parse({ metadataPrefix: 'oai_dc' }),
    text: OAI,
  },
] as const;

/** `undefined` when the document was refused. Anything thrown that has no name of ours is a failure. */
function readAll({ type, settings }: (typeof CASES)[number], body: Uint8Array): Listing | undefined {
  const context = { url: URL_HARVESTED, settings: settings as never };
  try {
    const request = type.firstListing(URL_HARVESTED, settings as never);
    const listing = type.readListing(
      { ...context, request },
      { url: URL_HARVESTED, status: 200, headers: {}, body },
    );
    for (const resource of listing.resources) type.readResource(context, resource, undefined);
    return listing;
  } catch (error) {
    if (error instanceof ReeveError && error.name !== 'InvariantBroken') return undefined;
    throw error;
  }
}

/** As many as cost a second or two; `REEVE_FUZZ_RUNS=50000` for a long look. */
const RUNS = Number(process.env['REEVE_FUZZ_RUNS'] ?? 300);
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  remove: fc.integer({ min: 0, max: 60 }),
  insert: fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    fc
      .constantFrom(
        '<',
        '>',
        '"',
        '&',
        '<!--',
        '-->',
        '<![CDATA[',
        ']]>',
        '</',
        '/>',
        '<gmd:MD_Metadata>',
        '</csw:Record>',
        '\0',
        '<record>',
        '=',
      )
      .map((text) => Buffer.from(text)),
  ),
});

describe.each(CASES)('$name', (one) => {
  const document = Buffer.from(one.text);

  test('whole, it has its three records', () => {
    expect(readAll(one, document)).toMatchObject({ matched: 3, resources: { length: 3 } });
  });

  test('cut anywhere, it is refused', () => {
    const cuts = Array.from({ length: Math.ceil((document.length - 1) / 37) }, (_, index) => index * 37);
    expect(cuts.filter((bytes) => readAll(one, document.subarray(0, bytes)) !== undefined)).toEqual([]);
  });

  test('changed in any places, it is read or refused with a name, and gives no other error', () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 5 }), (mutations) => {
        let body: Buffer = document;
        for (const { at, remove, insert } of mutations) {
          const index = Math.floor(at * body.length);
          body = Buffer.concat([body.subarray(0, index), insert, body.subarray(index + remove)]);
        }
        for (const { id } of readAll(one, body)?.resources ?? []) expect(id).not.toBe('');
      }),
      { numRuns: RUNS },
    );
  });
});
