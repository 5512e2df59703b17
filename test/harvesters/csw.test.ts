// The harvester type csw: how it is asked by settings and capabilities, what it does when it is refused, and whose answers it takes for its own.
import { describe, expect, test } from 'vitest';
import { csw } from '../../lib/harvesters/csw.ts';
import type { RemoteRequest } from '../../lib/harvesters/harvester.ts';
import {
  capabilities,
  CSW_URL,
  DC,
  exception,
  GMD,
  harvest,
  numbered,
  pageOf,
  record,
  results,
  xmlReply,
} from './csw/catalogue.ts';
import { thrownBy } from './replies.ts';

const IDS = numbered(3);
const queryOf = (request: RemoteRequest | undefined): Record<string, string> =>
  Object.fromEntries(new URL(request?.url ?? 'https://nothing.example').searchParams);
const list = (more: Parameters<typeof harvest>[1] = {}) => harvest((request) => pageOf(IDS, request), more);

describe('how it asks', () => {
  test('the capabilities first, on the URL as it was given, then whole records in order', () => {
    const { asked, requests } = list();
    expect(asked[0]).toBe(
      'https://catalogue.example/csw?config=county&service=CSW&request=GetCapabilities&version=2.0.2&acceptVersions=2.0.2',
    );
    expect(queryOf(requests[0])).toMatchObject({
      config: 'county',
      version: '2.0.2',
      request: 'GetRecords',
      resultType: 'results',
      typeNames: 'gmd:MD_Metadata',
      outputSchema: GMD,
      elementSetName: 'full',
      sortBy: 'apiso:Identifier:A',
      startPosition: '1',
      maxRecords: '100',
    });
  });

  test('on the host that was configured, whatever the capabilities call themselves', () => {
    expect(new Set(list().asked.map((url) => new URL(url).host))).toEqual(new Set(['catalogue.example']));
  });

  test.each([
    [
      'Dublin Core when that is all',
      [DC],
      { outputSchema: DC, typeNames: 'csw:Record', sortBy: 'dc:identifier:A' },
    ],
    [
      'ISO 19115-3 of any edition',
      [DC, 'http://standards.iso.org/iso/19115/-3/mdb/1.0'],
      { outputSchema: 'http://standards.iso.org/iso/19115/-3/mdb/1.0' },
    ],
    ['gmd before ISO 19115-3', ['http://standards.iso.org/iso/19115/-3/mdb/2.0', GMD], { outputSchema: GMD }],
    ['Dublin Core when nothing is said', [], { outputSchema: DC }],
  ])('takes the richest schema: %s', (_name, schemas, expected) => {
    expect(queryOf(list({ offer: { schemas } }).requests[0])).toMatchObject(expected);
  });

  test('3.0.0 where that is spoken, without what 3.0 has no more', () => {
    const query = queryOf(list({ offer: { version: '3.0.0' } }).requests[0]);
    expect(query).toMatchObject({ version: '3.0.0', request: 'GetRecords' });
    expect(query).not.toHaveProperty('resultType');
  });

  test('names of properties as the capabilities spell them', () => {
    const { requests } = list({
      offer: { queryables: ['Title', 'Identifier', 'Modified'] },
      asked: { changedSinceAt: Date.parse('2026-03-04T05:00:00Z') },
    });
    expect(queryOf(requests[0])).toMatchObject({
      sortBy: 'Identifier:A',
      constraint: "Modified >= '2026-03-03'",
    });
  });

  test('no capabilities when the settings leave nothing open', () => {
    const { asked, requests } = list({ settings: { version: '3.0.0', schema: 'dublin-core' } });
    expect([asked.length, queryOf(requests[0])['outputSchema']]).toEqual([
      1,
      'http://www.opengis.net/cat/csw/3.0',
    ]);
  });

  test.each(['2.0.2', '3.0.0'] as const)(
    'by XML in %s where that is set: a search that may be sent again',
    (version) => {
      const { requests, ids } = list({
        settings: { version, method: 'post', schema: 'gmd', cql: "dc:type = 'a<b' OR dc:type = 'c'" },
        asked: { changedSinceAt: Date.parse('2026-03-04T23:00:00Z') },
      });
      const [request] = requests;
      expect(ids).toEqual(IDS);
      expect(request).toMatchObject({ method: 'POST', repeatable: true });
      expect(request?.body).toContain(`version="${version}"`);
      expect(request?.body).toContain(
        "<csw:CqlText>(dc:type = 'a&lt;b' OR dc:type = 'c') AND apiso:Modified &gt;= '2026-03-04'</csw:CqlText>",
      );
      expect(request?.body).toContain('<ogc:SortOrder>ASC</ogc:SortOrder>');
    },
  );

  test('by XML where the capabilities offer no GET', () => {
    expect(list({ offer: { methods: ['Post'] } }).requests[0]?.method).toBe('POST');
  });

  test('parameters of a request that was pasted are replaced, others stay as they are spelt', () => {
    const settings = csw.settings.parse({});
    const url = 'https://a.example/csw?SERVICE=CSW&REQUEST=GetRecordById&ID=7&key=%2Fa&Version=2.0.0#top';
    expect(csw.firstListing(url, settings).url.replace(/#.*/, '')).toBe(
      'https://a.example/csw?key=%2Fa&service=CSW&request=GetCapabilities&version=2.0.2&acceptVersions=2.0.2',
    );
    expect(thrownBy(() => csw.firstListing('catalogue', settings)).name).toBe('InputInvalid');
  });
});

describe('what changed', () => {
  const constraintFor = (asked: Parameters<typeof harvest>[1]) =>
    queryOf(list(asked).requests[0])['constraint'];

  test('is asked for by days, twelve hours back, because servers keep times without a zone', () => {
    expect(constraintFor({ asked: { changedSinceAt: Date.parse('2026-03-04T13:00:00Z') } })).toBe(
      "apiso:Modified >= '2026-03-04'",
    );
    expect(constraintFor({ asked: { changedSinceAt: Date.parse('2026-03-04T11:00:00Z') } })).toBe(
      "apiso:Modified >= '2026-03-03'",
    );
    expect(constraintFor({})).toBeUndefined();
  });

  test('the dates of a filter are asked for as well, the later of two beginnings', () => {
    const filter = { updatedFrom: '2026-01-31', updatedTo: '2026-02-10T12:00:00Z' };
    expect(constraintFor({ asked: { filter } })).toBe(
      "apiso:Modified >= '2026-01-30' AND apiso:Modified <= '2026-02-12'",
    );
    expect(constraintFor({ asked: { filter, changedSinceAt: 0 } })).toMatch(
      /^apiso:Modified >= '2026-01-30'/,
    );
  });

  test('the filter goes with every page', () => {
    const { requests } = harvest((request) => pageOf(numbered(5), request), {
      settings: { pageSize: 2 },
      asked: { changedSinceAt: Date.parse('2026-03-04T13:00:00Z') },
    });
    expect(requests.map((request) => queryOf(request)['constraint'])).toEqual(
      Array.from({ length: 3 }, () => "apiso:Modified >= '2026-03-04'"),
    );
  });
});

describe('resources', () => {
  test('a record without an identifier is listed and fails with the reason', () => {
    const { resources, readings, listing } = harvest(() =>
      results(['<csw:Record><dc:title>Nameless</dc:title></csw:Record>', record('r1')], {
        matched: 2,
        returned: 2,
        next: 0,
      }),
    );
    expect(listing.complete).toBe(true);
    expect(resources[0]?.id).toMatch(/^without identifier, [\da-f]{16}$/);
    expect(readings).toMatchObject([
      { reading: 'invalid', because: 'it has no identifier ("Nameless")' },
      { reading: 'record' },
    ]);
  });

  test('a record of a kind that is not read is listed and fails with the kinds that are', () => {
    const { readings } = harvest(() =>
      results(['<rdf:RDF><dcat:Dataset/></rdf:RDF>', '<gfc:FC_FeatureCatalogue/>', '<x:other/>'], {
        matched: 3,
      }),
    );
    expect(readings.map((reading) => 'because' in reading && reading.because)).toEqual([
      'it is RDF (DCAT); allowed are ISO 19139, ISO 19115-3 and Dublin Core',
      'it is a feature catalogue (ISO 19110); allowed are ISO 19139, ISO 19115-3 and Dublin Core',
      'it is an element <other>; allowed are ISO 19139, ISO 19115-3 and Dublin Core',
    ]);
  });

  test('what the listing did not carry is asked for by its identifier', () => {
    const context = { url: CSW_URL, settings: csw.settings.parse({ schema: 'gmd' }) };
    const request = csw.resourceRequest(context, { id: 'a b' });
    expect(queryOf(request)).toMatchObject({ request: 'GetRecordById', id: 'a b', outputSchema: GMD });
    const answer = (inside: string) =>
      xmlReply(`<csw:GetRecordByIdResponse>${inside}</csw:GetRecordByIdResponse>`);
    const read = (inside: string) => csw.readResource(context, { id: 'a b' }, answer(inside));
    expect(read(record('a b'))).toMatchObject({ reading: 'record', record: { id: 'a b' } });
    expect(read('')).toMatchObject({ reading: 'gone' });
    expect(read(record('c'))).toMatchObject({
      reading: 'invalid',
      because: 'asked for the record a b, the remote answered with c',
    });
  });

  test('carries no version: date stamps are often days, or not touched by a change', () => {
    const { resources } = harvest(() =>
      results(
        [
          record('r1').replace(
            '</csw:Record>',
            '<dct:modified>2026-01-01T00:00:00Z</dct:modified></csw:Record>',
          ),
        ],
        { matched: 1 },
      ),
    );
    expect(resources[0]).not.toHaveProperty('version');
  });
});

describe('probe', () => {
  const probe = (body: string, status = 200) => csw.readProbe(CSW_URL, xmlReply(body, status));

  test('knows a catalogue service by its GetRecords, with its title', () => {
    expect(probe(capabilities())).toEqual({ match: true, title: 'The county' });
    expect(queryOf(csw.probeRequests(CSW_URL)[0])).toMatchObject({
      service: 'CSW',
      request: 'GetCapabilities',
    });
  });

  test.each([
    [
      'a WMTS, whose root is called the same',
      '<Capabilities version="1.0.0"><ows:OperationsMetadata><ows:Operation name="GetTile"/></ows:OperationsMetadata></Capabilities>',
      'offer no GetRecords',
    ],
    ['a WMS', '<WMS_Capabilities version="1.3.0"/>', '<WMS_Capabilities>'],
    ['an exception', exception('NoApplicableCode', 'no'), 'NoApplicableCode: no'],
    ['a page', '<html><title>Welcome</title></html>', 'an HTML page'],
  ])('is not fooled by %s', (_name, body, because) => {
    expect(probe(body)).toMatchObject({ match: false, because: expect.stringContaining(because) as string });
  });
});

test.each([
  [{ pageSize: 0 }],
  [{ pageSize: 1_001 }],
  [{ version: '2.0.1' }],
  [{ schema: 'iso' }],
  [{ sortBy: "a'b" }],
  [{ cql: '' }],
  [{ typeNames: '<x>' }],
])('settings refuse %j', (settings) => {
  expect(csw.settings.safeParse(settings).success).toBe(false);
});
