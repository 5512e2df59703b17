// The harvester type oai-pmh: tokens that are exclusive, expire, repeat or are missing; what is deleted; what changed; formats.
import { describe, expect, test } from 'vitest';
import type { Asked, RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { oaiPmh, type OaiSettings } from '../../lib/harvesters/oai-pmh.ts';
import type { ReeveError } from '../../lib/session/errors.ts';
import { crawl } from './crawl.ts';
import { textReply, thrownBy } from './replies.ts';

const URL_HARVESTED = 'https://repository.example/oai?key=1';
const xml = (body: string, status = 200): RemoteReply =>
  textReply(`<OAI-PMH><responseDate>2026-01-01T00:00:00Z</responseDate><request/>${body}</OAI-PMH>`, {
    status,
    url: URL_HARVESTED,
    headers: {},
  });
const record = (id: string, datestamp = '2026-01-01'): string =>
  `<record><header><identifier>${id}</identifier><datestamp>${datestamp}</datestamp></header><metadata><oai_dc:dc><dc:title>Record ${id}</dc:title><dc:identifier>https://a.example/${id}</dc:identifier></oai_dc:dc></metadata></record>`;
const deleted = (id: string): string =>
  `<record><header status="deleted"><identifier>${id}</identifier><datestamp>2026-01-01</datestamp></header></record>`;
const list = (records: readonly string[], token?: string): string =>
  `<ListRecords>${records.join('')}${token ?? ''}</ListRecords>`;
const token = (value: string, size?: number): string =>
  `<resumptionToken${size === undefined ? '' : ` completeListSize="${size}"`}>${value}</resumptionToken>`;
const error = (code: string, said = ''): string => `<error code="${code}">${said}</error>`;

const queryOf = (request: RemoteRequest): Record<string, string> =>
  Object.fromEntries(new URL(request.url).searchParams);

function harvest(
  answer: (query: Record<string, string>, index: number) => string,
  { settings = { metadataPrefix: 'oai_dc' }, asked }: { settings?: Partial<OaiSettings>; asked?: Asked } = {},
) {
  const queries: Record<string, string>[] = [];
  const gone: string[] = [];
  const type = {
    ...oaiPmh,
    firstListing: (url: string, given: OaiSettings) => oaiPmh.firstListing(url, given, asked),
    readListing: (context: Parameters<typeof oaiPmh.readListing>[0], reply: RemoteReply) => {
      const listing = oaiPmh.readListing(context, reply);
      gone.push(...(listing.gone ?? []));
      return listing;
    },
  };
  const context = { url: URL_HARVESTED, settings: oaiPmh.settings.parse(settings) };
  const result = crawl(type, context, (request) => {
    const { key, ...query } = queryOf(request);
    expect(key).toBe('1');
    queries.push(query);
    return xml(answer(query, queries.length - 1));
  });
  return { ...result, queries, gone, ids: result.resources.map(({ id }) => id) };
}

describe('tokens', () => {
  test('go alone with their verb, encoded, and end when they are empty', () => {
    const { ids, queries, listing } = harvest((query) =>
      query['resumptionToken'] === undefined
        ? list([record('a')], token('x/1 &=ü', 2))
        : list([record('b')], token('', 2)),
    );
    expect(ids).toEqual(['a', 'b']);
    expect(queries).toEqual([
      { verb: 'ListRecords', metadataPrefix: 'oai_dc' },
      { verb: 'ListRecords', resumptionToken: 'x/1 &=ü' },
    ]);
    expect(listing).toMatchObject({ complete: true, matched: 2 });
  });

  test('that are missing are the end, on a page with one record too', () => {
    expect(harvest(() => list([record('a')]))).toMatchObject({ ids: ['a'], listing: { complete: true } });
  });

  test('with no record before them are the end', () => {
    const { ids, queries } = harvest((_query, index) =>
      index === 0 ? list([record('a')], token('1')) : list([], token('2')),
    );
    expect([ids, queries.length]).toEqual([['a'], 2]);
  });

  test('that repeat end the list, and it is not complete', () => {
    const { ids, queries, listing } = harvest((_query, index) => list([record(`r${index}`)], token('SAME')));
    expect([ids, queries.length]).toEqual([['r0', 'r1'], 2]);
    expect(listing).toMatchObject({
      complete: false,
      fault: expect.stringContaining('the resumption token "SAME" again') as string,
    });
  });

  test('go with all other arguments where a repository wants that, as pycsw does', () => {
    const { ids, queries } = harvest(
      (query) => {
        if (query['resumptionToken'] === undefined) return list([record('a')], token('11'));
        return query['metadataPrefix'] === undefined
          ? error('badArgument', 'Missing metadataPrefix parameter')
          : list([record('b')], token(''));
      },
      { settings: { metadataPrefix: 'oai_dc', set: 'maps' } },
    );
    expect(ids).toEqual(['a', 'b']);
    expect(queries.at(-1)).toEqual({
      verb: 'ListRecords',
      metadataPrefix: 'oai_dc',
      set: 'maps',
      resumptionToken: '11',
    });
    expect(queries).toHaveLength(3);
  });

  test('that expired: the list is begun again at the last datestamp, and not from zero', () => {
    const { ids, queries, listing } = harvest((query) => {
      if (query['resumptionToken'] !== undefined) return error('badResumptionToken', 'expired');
      return query['from'] === undefined
        ? list([record('a', '2026-01-01'), record('b', '2026-01-02')], token('t', 3))
        : list([record('b', '2026-01-02'), record('c', '2026-01-03')], token('', 2));
    });
    expect(ids).toEqual(['a', 'b', 'c']);
    expect(queries.at(-1)).toEqual({ verb: 'ListRecords', metadataPrefix: 'oai_dc', from: '2026-01-02' });
    expect(listing).toMatchObject({ complete: true, duplicates: 1 });
    expect(listing.warnings).toContain(
      'a resumption token had expired; the list was begun again at 2026-01-02',
    );
  });

  test('that expired where datestamps come in no order: from the beginning, once', () => {
    const { queries } = harvest((query, index) => {
      if (query['resumptionToken'] !== undefined)
        return index < 3 ? error('badResumptionToken') : list([record('c')], token(''));
      return list([record('a', '2026-05-01'), record('b', '2026-01-02')], token('t'));
    });
    expect(queries[2]).toEqual({ verb: 'ListRecords', metadataPrefix: 'oai_dc' });
  });

  test('that expire at the same place for ever end in a failure', () => {
    const settings = oaiPmh.settings.parse({ metadataPrefix: 'oai_dc' });
    let request = oaiPmh.firstListing(URL_HARVESTED, settings);
    const read = (): ReeveError =>
      thrownBy(() => {
        for (let turn = 0; turn < 50; turn += 1) {
          const query = queryOf(request);
          const body =
            query['resumptionToken'] === undefined
              ? list([record('a')], token('t'))
              : error('badResumptionToken', 'expired');
          request = oaiPmh.readListing({ url: URL_HARVESTED, settings, request }, xml(body)).next[0]!;
        }
      });
    expect(read()).toMatchObject({
      name: 'RemoteException',
      message: expect.stringContaining('badResumptionToken: expired') as string,
    });
  });
});

describe('deleted records', () => {
  test('are gone, are no resources, and do not make the listing incomplete', () => {
    const { ids, gone, listing } = harvest((query) =>
      query['resumptionToken'] === undefined
        ? list([record('a'), deleted('x')], token('t', 4))
        : list([deleted('y'), record('b')], token('', 4)),
    );
    expect([ids, gone]).toEqual([
      ['a', 'b'],
      ['x', 'y'],
    ]);
    expect(listing).toMatchObject({ complete: true, matched: 2 });
  });

  test('a list that is shorter than the repository says is not complete', () => {
    expect(harvest(() => list([record('a')], token('', 5))).listing).toMatchObject({
      complete: false,
      matched: 5,
    });
  });
});

describe('what changed', () => {
  const asked = { changedSinceAt: Date.parse('2026-03-04T05:06:07Z') };
  const identify = (granularity: string): string =>
    `<Identify><repositoryName>R</repositoryName><granularity>${granularity}</granularity></Identify>`;

  test.each([
    ['YYYY-MM-DD', '2026-03-03'],
    ['YYYY-MM-DDThh:mm:ssZ', '2026-03-03T00:00:00Z'],
    ['', '2026-03-03'],
  ])('is asked for in the granularity %j, a day back', (granularity, from) => {
    const { queries } = harvest(
      (query) => (query['verb'] === 'Identify' ? identify(granularity) : list([record('a')])),
      { asked },
    );
    expect(queries).toEqual([{ verb: 'Identify' }, { verb: 'ListRecords', metadataPrefix: 'oai_dc', from }]);
  });

  test('nothing is no error', () => {
    const { ids, listing } = harvest(
      (query) => (query['verb'] === 'Identify' ? identify('YYYY-MM-DD') : error('noRecordsMatch')),
      { asked },
    );
    expect([ids, listing.ended]).toEqual([[], true]);
  });

  test('the beginning of a filter is asked for too, the later of both', () => {
    const { queries } = harvest(
      (query) => (query['verb'] === 'Identify' ? identify('YYYY-MM-DD') : list([record('a')])),
      { asked: { ...asked, filter: { updatedFrom: '2026-06-30' } } },
    );
    expect(queries[1]).toMatchObject({ from: '2026-06-29' });
  });
});

describe('formats', () => {
  const formats = (...namespaces: readonly [string, string][]): string =>
    `<ListMetadataFormats>${namespaces.map(([prefix, uri]) => `<metadataFormat><metadataPrefix>${prefix}</metadataPrefix><schema>x</schema><metadataNamespace>${uri}</metadataNamespace></metadataFormat>`).join('')}</ListMetadataFormats>`;
  const DC: [string, string] = ['oai_dc', 'http://www.openarchives.org/OAI/2.0/oai_dc/'];

  test.each([
    ['ISO 19139, whatever its prefix', [DC, ['iso', 'http://www.isotc211.org/2005/gmd']], 'iso'],
    ['ISO 19115-3', [DC, ['i3', 'http://standards.iso.org/iso/19115/-3/mdb/2.0']], 'i3'],
    [
      'Dublin Core where there is nothing richer',
      [['datacite', 'http://datacite.org/schema/kernel-4'], DC],
      'oai_dc',
    ],
    ['Dublin Core where nothing is said', [], 'oai_dc'],
  ] as [string, [string, string][], string][])('%s', (_name, offered, prefix) => {
    const { queries } = harvest(
      (query) => (query['verb'] === 'ListMetadataFormats' ? formats(...offered) : list([record('a')])),
      { settings: {} },
    );
    expect(queries.map(({ verb, metadataPrefix }) => [verb, metadataPrefix])).toEqual([
      ['ListMetadataFormats', undefined],
      ['ListRecords', prefix],
    ]);
  });
});

describe('resources', () => {
  test('are known by the header; what they call themselves stays, and the datestamp stands in for a date', () => {
    const { readings } = harvest(() => list([record('oai:r:1', '2026-02-03T04:05:06Z')]));
    expect(readings[0]).toMatchObject({
      reading: 'record',
      record: {
        id: 'oai:r:1',
        properties: { title: 'Record oai:r:1', updated: '2026-02-03T04:05:06Z' },
        links: [{ href: 'https://a.example/oai:r:1', rel: 'about' }],
      },
    });
  });

  test('without metadata, or of a kind that is not read, fail with the reason', () => {
    const bare = '<record><header><identifier>a</identifier></header></record>';
    const other =
      '<record><header><identifier>b</identifier></header><metadata><resource><titles/></resource></metadata></record>';
    expect(harvest(() => list([bare, other])).readings).toEqual([
      { reading: 'invalid', because: 'the repository lists it without any metadata' },
      {
        reading: 'invalid',
        because: 'it is a DataCite record; allowed are ISO 19139, ISO 19115-3 and Dublin Core',
      },
    ]);
  });

  test('that the listing did not carry are asked for alone', () => {
    const context = { url: URL_HARVESTED, settings: oaiPmh.settings.parse({}) };
    const resource = { id: 'oai:r:1', hint: { prefix: 'iso' } };
    expect(queryOf(oaiPmh.resourceRequest(context, resource)!)).toEqual({
      key: '1',
      verb: 'GetRecord',
      metadataPrefix: 'iso',
      identifier: 'oai:r:1',
    });
    const read = (body: string) => oaiPmh.readResource(context, resource, xml(body));
    expect(read(`<GetRecord>${record('oai:r:1')}</GetRecord>`)).toMatchObject({ reading: 'record' });
    expect(read(`<GetRecord>${deleted('oai:r:1')}</GetRecord>`)).toMatchObject({ reading: 'gone' });
    expect(read(error('idDoesNotExist'))).toMatchObject({ reading: 'gone' });
    expect(read(`<GetRecord>${record('other')}</GetRecord>`)).toMatchObject({ reading: 'invalid' });
    expect(thrownBy(() => read(error('cannotDisseminateFormat', 'no'))).name).toBe('RemoteException');
    expect(thrownBy(() => read('<GetRecord/>')).name).toBe('RemoteUnreadable');
  });
});

test('an error of the repository is told in its own words, whatever the status', () => {
  const settings = oaiPmh.settings.parse({ metadataPrefix: 'nope' });
  const request = oaiPmh.firstListing(URL_HARVESTED, settings);
  const read = (reply: RemoteReply) =>
    thrownBy(() => oaiPmh.readListing({ url: URL_HARVESTED, settings, request }, reply));
  expect(read(xml(error('cannotDisseminateFormat', 'nope is not supported')))).toMatchObject({
    name: 'RemoteException',
    message: expect.stringContaining('cannotDisseminateFormat: nope is not supported') as string,
  });
  expect(read({ ...xml(''), status: 503, headers: { 'retry-after': '7' } })).toMatchObject({
    name: 'RemoteBusy',
    retryAfterSeconds: 7,
  });
});
