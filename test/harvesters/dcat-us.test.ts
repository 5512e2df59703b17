// DCAT-US: how one document becomes a listing, and what of it fails and why.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { dcatUs, DcatUsSettings } from '../../lib/harvesters/dcat-us.ts';
import type { ListedResource, RemoteReply } from '../../lib/harvesters/harvester.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { jsonReply, textReply, thrownBy } from './replies.ts';

const URL_OF_FILE = 'https://agency.example/data.json';
const settings = DcatUsSettings.parse({});
const context = { url: URL_OF_FILE, settings };
const HEAD = { conformsTo: 'https://project-open-data.cio.gov/v1.1/schema' };

const dataset = (number: number, more: object = {}) => ({
  identifier: `id-${number}`,
  title: `Dataset ${number}`,
  ...more,
});

interface Outcome {
  readonly resources: readonly ListedResource[];
  /** What broke the listing off. */
  readonly fault?: ReeveError;
}

/** Everything that comes of the stream, to its end or to what it throws. */
function listed(reply: RemoteReply, more: Partial<DcatUsSettings> = {}): Outcome {
  const request = dcatUs.firstListing(URL_OF_FILE, settings);
  const listing = dcatUs.readListing(
    { url: URL_OF_FILE, settings: { ...settings, ...more }, request },
    reply,
  );
  expect(listing).toMatchObject({ resources: [], next: [] });
  const resources: ListedResource[] = [];
  try {
    for (const resource of listing.stream ?? []) resources.push(resource);
  } catch (error) {
    if (error instanceof ReeveError) return { resources, fault: error };
    throw error;
  }
  return { resources };
}

const ids = ({ resources }: Outcome) => resources.map(({ id }) => id);

/** As it comes back from where it was staged. */
function read(resource: ListedResource) {
  return dcatUs.readResource(context, JSON.parse(JSON.stringify(resource)) as ListedResource, undefined);
}

const reasons = ({ resources }: Outcome) =>
  resources.flatMap((resource) => {
    const reading = read(resource);
    return reading.reading === 'record' ? [] : [[resource.id, reading.because]];
  });

describe('the document', () => {
  test.each([
    ['https://agency.example', URL_OF_FILE],
    ['https://agency.example/', URL_OF_FILE],
    [`${URL_OF_FILE}#top`, URL_OF_FILE],
    [
      'https://hub.example/api/feed/dcat-us/1.1.json?x=1',
      'https://hub.example/api/feed/dcat-us/1.1.json?x=1',
    ],
    ['https://hub.example/?format=dcat', 'https://hub.example/?format=dcat'],
  ])('of %s is %s, and may be long', (url, asked) => {
    expect(dcatUs.firstListing(url, settings)).toMatchObject({ url: asked, bodyBytesMax: 268_435_456 });
    expect(dcatUs.firstListing(url, { ...settings, fileBytesMax: 5_000 })).toMatchObject({
      bodyBytesMax: 5_000,
    });
  });

  test('at something that is no web address is refused', () => {
    expect(thrownBy(() => dcatUs.firstListing('ftp://agency.example/data.json', settings)).name).toBe(
      'InputInvalid',
    );
  });

  test.each([[{ fileBytesMax: 10 }], [{ kinds: [] }], [{ kinds: ['catalog'] }], [{ unknown: 1 }]])(
    'with settings %j is refused',
    (wrong) => {
      expect(DcatUsSettings.safeParse(wrong).success).toBe(false);
    },
  );
});

describe('the listing', () => {
  test('is every dataset in the order of the document, whole, with its title', () => {
    const outcome = listed(jsonReply({ ...HEAD, dataset: [dataset(1), dataset(2)] }));
    expect(outcome.fault).toBeUndefined();
    expect(outcome.resources.map(({ id, title }) => [id, title])).toEqual([
      ['id-1', 'Dataset 1'],
      ['id-2', 'Dataset 2'],
    ]);
    expect(dcatUs.resourceRequest(context, outcome.resources[0]!)).toBeUndefined();
    expect(read(outcome.resources[0]!)).toMatchObject({ reading: 'record', record: { id: 'id-1' } });
  });

  test.each([
    ['a bare list, as before version 1.1', [dataset(1)]],
    ['one dataset where a list of them should be', { dataset: dataset(1) }],
    ['names with prefixes', { 'dcat:dataset': [{ 'dct:identifier': 'id-1', 'dct:title': 'Dataset 1' }] }],
    [
      'names spelt out',
      { 'http://www.w3.org/ns/dcat#dataset': [{ 'http://purl.org/dc/terms/identifier': 'id-1' }] },
    ],
    ['a number for an identifier', { dataset: [{ identifier: 'id-1' }] }],
    ['an address for an identifier', { dataset: [{ identifier: { '@id': 'id-1' } }] }],
    [
      'an identifier with a scheme',
      { dataset: [{ identifier: { '@type': 'Identifier', notation: 'id-1' } }] },
    ],
    ['only an address', { dataset: [{ '@id': 'id-1', title: 'x' }] }],
    ['a catalogue in a catalogue', { catalog: [{ catalog: { dataset: [dataset(1)] } }] }],
  ])('is read of %s', (_, document) => {
    expect(ids(listed(jsonReply(document)))).toEqual(['id-1']);
  });

  test('of version 3 has services and series too, unless the settings want only some', () => {
    const document = {
      catalog: [{ dataset: [dataset(2)], service: null }],
      dataset: [dataset(1)],
      service: [dataset(3)],
      datasetSeries: [dataset(4)],
      record: [{ title: 'a record about a dataset' }],
    };
    const outcome = listed(jsonReply(document));
    expect(outcome.resources.map((resource) => [resource.id, read(resource)])).toMatchObject([
      ['id-2', { record: { properties: { type: 'dataset' } } }],
      ['id-1', { record: { properties: { type: 'dataset' } } }],
      ['id-3', { record: { properties: { type: 'service' } } }],
      ['id-4', { record: { properties: { type: 'series' } } }],
    ]);
    expect(ids(listed(jsonReply(document), { kinds: ['service'] }))).toEqual(['id-3']);
  });

  test.each([[{ dataset: [] }], [[]], [{ ...HEAD, dataset: [], title: 'None yet' }]])(
    'of %j is empty and whole',
    (document) => {
      expect(listed(jsonReply(document))).toEqual({ resources: [] });
    },
  );

  test('is the same in UTF-8 with a mark, in UTF-16, and in Latin-1 that says so', () => {
    const text = JSON.stringify({ dataset: [dataset(1, { title: 'Genève' })] });
    const headers = { 'content-type': 'application/json; charset=iso-8859-1' };
    const bodies = [
      textReply(Buffer.from(`\ufeff${text}`)),
      textReply(Buffer.from(`\ufeff${text}`, 'utf16le')),
      textReply(Buffer.from(text, 'latin1'), { headers }),
    ];
    for (const body of bodies) expect(listed(body).resources[0]?.title).toBe('Genève');
  });

  test('keeps identifiers apart that are numbers of many digits', () => {
    const text = '{"dataset":[{"identifier":12345678901234567890},{"identifier":12345678901234567891}]}';
    expect(ids(listed(textReply(text)))).toEqual(['12345678901234567890', '12345678901234567891']);
  });
});

describe('a dataset that is none fails with its reason, and the others are listed', () => {
  test('without an identifier', () => {
    const outcome = listed(
      jsonReply({ dataset: [{ title: 'Roads' }, dataset(1), { title: 'Roads', identifier: '' }, {}] }),
    );
    expect(outcome.fault).toBeUndefined();
    expect(reasons(outcome)).toEqual([
      ['Roads (dataset without an identifier)', 'it has no identifier'],
      ['Roads (dataset without an identifier) 2', 'it has no identifier'],
      ['dataset number 4', 'it has no identifier'],
    ]);
    expect(ids(outcome)).toContain('id-1');
  });

  test('with the identifier of another: the first is kept', () => {
    const outcome = listed(jsonReply({ dataset: [dataset(1), dataset(1, { title: 'Other' }), dataset(1)] }));
    expect(ids(outcome)).toEqual(['id-1', 'id-1 (again)', 'id-1 (again) 2']);
    expect(reasons(outcome)).toEqual([
      ['id-1 (again)', 'it has the identifier of dataset number 1, "id-1"'],
      ['id-1 (again) 2', 'it has the identifier of dataset number 1, "id-1"'],
    ]);
  });

  test('with an identifier that cannot be one', () => {
    const outcome = listed(jsonReply({ dataset: [dataset(1, { identifier: 'x'.repeat(3_000) })] }));
    expect(reasons(outcome)).toEqual([
      ['Dataset 1 (dataset without an identifier)', 'its id has 3000 bytes; allowed are 2048'],
    ]);
  });

  test('40,000 of them without an identifier take no time to speak of', () => {
    const before = process.cpuUsage().user;
    const outcome = listed(jsonReply({ dataset: Array.from({ length: 40_000 }, () => ({ title: 'Same' })) }));
    expect(new Set(ids(outcome)).size).toBe(40_000);
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
  });

  test.each([
    ['"x"', 'it is no object'],
    ['null', 'it is no object'],
    ['{"identifier": "id-1" "title": "x"}', 'it is something else'],
    ['{"identifier": NaN}', 'it is NaN or Infinity, which JSON does not have'],
    [`{"x": ${'['.repeat(70)}${']'.repeat(70)}}`, 'it is JSON nested deeper than 64'],
  ])('that is %s, and the listing is not whole: which dataset it was nobody knows', (text, because) => {
    const outcome = listed(textReply(`{"dataset": [${text}, {"identifier": "id-2"}]}`));
    expect(ids(outcome)).toEqual(['dataset number 1, which cannot be read', 'id-2']);
    expect(reasons(outcome)).toEqual([['dataset number 1, which cannot be read', because]]);
    expect(outcome.fault?.name).toBe('RemoteUnreadable');
    expect(outcome.fault?.message).toContain(
      `answered the catalogue with a dataset number 1 that ${because.slice(3)}`,
    );
  });
});

describe('a document that breaks off', () => {
  const whole = JSON.stringify({ ...HEAD, dataset: [dataset(1), dataset(2), dataset(3)] });

  test('is listed as far as it goes, and the listing is not whole', () => {
    const outcome = listed(textReply(whole.slice(0, whole.indexOf('id-3'))));
    expect(ids(outcome)).toEqual(['id-1', 'id-2']);
    expect(outcome.fault?.message).toBe(
      'https://remote.example/api answered the catalogue with JSON that was cut off; JSON was expected',
    );
  });

  test('at any byte is never taken for a whole one', () => {
    for (let bytes = 0; bytes < whole.length; bytes += 1) {
      let fault: unknown;
      try {
        ({ fault } = listed(textReply(whole.slice(0, bytes))));
      } catch (error) {
        fault = error;
      }
      expect(fault).toBeInstanceOf(ReeveError);
    }
  });

  test.each([
    [
      '{"dataset": [{"identifier": "id-1"} {"identifier": "id-2"}]}',
      'something that is no JSON at character 37',
    ],
    ['{"dataset": [{"identifier": "id-1"}]} and more', 'something that is no JSON at character 39'],
    ['{"dataset": [{"identifier": "id-1"}], oops}', 'something that is no JSON at character 39'],
  ])('%s', (text, because) => {
    const outcome = listed(textReply(text));
    expect(ids(outcome)).toEqual(['id-1']);
    expect(outcome.fault?.message).toContain(because);
  });
});

test('40,000 datasets are read in a heap that could not hold them', async () => {
  const script = fileURLToPath(new URL('dcat-us/large.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-old-space-size=48',
    '--import',
    'tsx',
    script,
    '40000',
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    records: 40_000,
    failures: 0,
    bytes: expect.any(Number) as number,
  });
}, 120_000);
