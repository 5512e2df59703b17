/** The rows xml-* of the list of bad inputs, read as a WMS reads its capabilities: the outcome, the processor's time, the memory. */
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Listing } from '../../lib/harvesters/harvester.ts';
import { wms } from '../../lib/harvesters/wms.ts';
import { textReply } from '../harvesters/replies.ts';
import { setConnectTrap } from '../servers/connect-trap.ts';
import { measured, type Measured } from './measured.ts';

const URL_HARVESTED = 'https://maps.example.org/wms';
const settings = wms.settings.parse({});

function listing(body: string | Uint8Array, contentType = 'text/xml'): Listing {
  const request = wms.firstListing(URL_HARVESTED, settings);
  const reply = textReply(body, { url: URL_HARVESTED, headers: { 'content-type': contentType } });
  return wms.readListing({ url: URL_HARVESTED, settings, request }, reply);
}

/** Capabilities with these layers; `before` stands in front of the root element. */
const capabilities = (layers: string, before = ''): string =>
  `${before}<WMS_Capabilities version="1.3.0"><Service><Title>S</Title></Service><Capability>${layers}</Capability></WMS_Capabilities>`;
const layer = (title: string, more = ''): string =>
  `<Layer><Name>a</Name><Title>${title}</Title>${more}</Layer>`;
/** What would be stored of the first layer. */
function stored(read: Listing): { title: string; json: string } {
  const [first] = read.resources;
  const reading = wms.readResource({ url: URL_HARVESTED, settings }, first!, undefined);
  if (reading.reading !== 'record') throw new Error(`the layer is ${reading.reading}`);
  return { title: reading.record.properties.title, json: JSON.stringify(reading.record) };
}

const MILLION = 1_000_000;
const LAUGHS = Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level};`.repeat(10)}">`,
).join('');
const QUADRATIC = `<!DOCTYPE WMS_Capabilities [<!ENTITY a "${'a'.repeat(50_000)}">]>`;
const OWN_ENTITIES = /declares entities of its own/;

const BOMBS: readonly (readonly [row: string, what: string, body: () => string, error: RegExp])[] = [
  [
    'xml-01',
    'billion laughs',
    () => capabilities(layer('&lol9;'), `<!DOCTYPE WMS_Capabilities [<!ENTITY lol0 "lol">${LAUGHS}]>`),
    OWN_ENTITIES,
  ],
  [
    'xml-02',
    'quadratic blow-up in text',
    () => capabilities(layer('&a;'.repeat(20_000)), QUADRATIC),
    OWN_ENTITIES,
  ],
  [
    'xml-02',
    'quadratic blow-up in an attribute',
    () => capabilities(`<Layer queryable="${'&a;'.repeat(20_000)}"/>`, QUADRATIC),
    OWN_ENTITIES,
  ],
  [
    'xml-07',
    '5,000 nested elements, each with a new prefix',
    () => capabilities(Array.from({ length: 5_000 }, (_, n) => `<n${n}:a xmlns:n${n}="n">`).join('')),
    /nest deeper than 200/,
  ],
  [
    'xml-08',
    '300,000 attributes on one element',
    () => capabilities(`<Layer ${Array.from({ length: 300_000 }, (_, n) => `a${n}="1"`).join(' ')}/>`),
    /more than 256 attributes/,
  ],
  [
    'xml-08',
    '50,000 declarations of namespaces',
    () => capabilities(`<Layer ${Array.from({ length: 50_000 }, (_, n) => `xmlns:a${n}="1"`).join(' ')}/>`),
    /more than 256 attributes/,
  ],
  ['xml-11', 'a million comments never closed', () => capabilities('<!--'.repeat(MILLION)), /faults/],
  ['xml-11', 'a million CDATA never closed', () => capabilities('<![CDATA['.repeat(MILLION)), /faults/],
  ['xml-11', 'a million tags never closed', () => capabilities('<a '.repeat(MILLION)), /faults/],
  ['xml-11', 'a million elements never closed', () => capabilities('<a>'.repeat(MILLION)), /nest deeper/],
  ['xml-11', 'a million quotes never closed', () => capabilities('<a b="'.repeat(MILLION)), /faults/],
];

// What a process holds is noisy: the collector decides when.
describe('bombs are refused, cheaply', { retry: 2 }, () => {
  test.each(BOMBS)('%s: %s', (_row, _what, body, error) => {
    const text = Buffer.from(body());
    const outcome = measured(() => listing(text));
    expect(outcome.error).toMatch(/^RemoteUnreadable: /);
    expect(outcome.error).toMatch(error);
    expectCheap(outcome);
  });

  test('xml-10: four million numeric references are read as what they mean, cut at the limit and noted', () => {
    const text = Buffer.from(capabilities(layer('A', `<Abstract>${'&#65;'.repeat(4 * MILLION)}</Abstract>`)));
    const outcome = measured(() => stored(listing(text)));
    expect(outcome.value?.json).toContain('was cut at');
    expect(outcome.value?.json.length).toBeLessThan(200_000);
    expectCheap(outcome);
  });

  test('xml-22: 100,000 layers are listed, each once', () => {
    const layers = Array.from(
      { length: 100_000 },
      (_, n) => `<Layer><Name>l${n}</Name><Title>L</Title></Layer>`,
    );
    const text = Buffer.from(capabilities(`<Layer>${layers.join('')}</Layer>`));
    expect(listing(text).resources).toHaveLength(100_000);
  });
});

function expectCheap({ cpuSeconds, growthMegabytes }: Measured<unknown>): void {
  expect(cpuSeconds).toBeLessThan(3);
  expect(growthMegabytes).toBeLessThan(128);
}

test('xml-04: whatever a document refers to, no socket is opened', async () => {
  const canary = createServer();
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve));
  const { port } = canary.address() as { port: number };
  const trap = setConnectTrap(port);
  const there = `http://127.0.0.1:${port}/x`;
  const secret = 'file:///etc/passwd';
  try {
    for (const subset of [
      `<!ENTITY x SYSTEM "${there}">`,
      `<!ENTITY x SYSTEM "${secret}">`,
      `<!ENTITY % x SYSTEM "${there}"> %x;`,
    ]) {
      const body = capabilities(layer('&x;'), `<!DOCTYPE WMS_Capabilities [${subset}]>`);
      expect(measured(() => listing(body)).error).toMatch(OWN_ENTITIES);
    }
    for (const [before, title] of [
      [`<!DOCTYPE WMS_Capabilities SYSTEM "${there}">`, '&x;'],
      [`<?xml-stylesheet type="text/xsl" href="${there}"?>`, 'a'],
      ['', `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${secret}" parse="text"/>a`],
    ] as const) {
      const { json } = stored(listing(capabilities(layer(title), before)));
      expect(json).not.toContain('root:');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(trap.opened).toEqual([]);
  } finally {
    trap.remove();
    canary.close();
  }
});

test('xml-05: a document type passes while it declares no entity, as WMS 1.1.1 has one with declarations of elements', () => {
  for (const subset of ['', ' [<!ELEMENT VendorSpecificCapabilities EMPTY>]']) {
    const body = capabilities(
      layer('a'),
      `<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://x.example/a.dtd"${subset}>`,
    );
    expect(listing(body)).toMatchObject({ resources: [{ id: 'a' }] });
  }
  const html = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>';
  expect(measured(() => listing(html)).error).toMatch(/^RemoteUnreadable: .* an HTML page/);
});

test.each([
  ['two roots', capabilities('') + capabilities(''), 'a second root element'],
  ['an empty document', '', 'with nothing'],
  ['an HTML page', '<html><title>Sign in</title></html>', 'an HTML page ("Sign in")'],
  ['a root that is never closed', capabilities(layer('a')).replace('</WMS_Capabilities>', ''), 'cut off'],
])('xml-13: %s with status 200 is refused', (_what, body, because) => {
  const { error } = measured(() => listing(body));
  expect(error).toMatch(/^RemoteUnreadable: /);
  expect(error).toContain(because);
});

test.each([
  ['xml-13', 'mismatched tags', '<Layer><Name>a</Nome></Layer>'],
  ['xml-14', 'an attribute that stands twice', '<Layer queryable="1" queryable="0"><Name>a</Name></Layer>'],
  ['xml-14', 'an attribute without quotes', '<Layer queryable=1><Name>a</Name></Layer>'],
])('%s: %s makes the listing incomplete, and says so', (_row, _what, layers) => {
  const read = listing(capabilities(layers));
  expect(read.incomplete).toBe(true);
  expect(read.warnings?.[0]).toMatch(/^its XML has (a fault|\d+ faults), so something may be missing/);
});

test('xml-14: a raw < in an attribute loses nothing', () => {
  const body = capabilities('<Layer queryable="<1"><Name>a</Name></Layer><Layer><Name>b</Name></Layer>');
  expect(listing(body).resources.map(({ id }) => id)).toEqual(['a', 'b']);
});

test.each([
  ['a raw NUL', 'a\0b'],
  ['&#0;', 'a&#0;b'],
  ['&#xFFFF;', 'a&#xFFFF;b'],
  ['&#x110000;', 'a&#x110000;b'],
  ['the reference to half a surrogate pair', 'a&#xD800;b'],
  ['bytes of half a surrogate pair', Buffer.from([0x61, 0xed, 0xa0, 0x80, 0x62])],
  ['an escape sequence', 'a\u001b[31mb'],
])('xml-16: %s is never stored raw', (_what, title) => {
  const [before, after] = capabilities(layer('|')).split('|') as [string, string];
  const body = Buffer.concat([Buffer.from(before), Buffer.from(title as string), Buffer.from(after)]);
  const { json, title: kept } = stored(listing(body));
  expect(kept).toMatch(/^a.*b$/);
  expect(json.isWellFormed()).toBe(true);
  expect(json).not.toMatch(/[\u0000-\u001f\u007f-\u009f\uffff]|\\u0000|\\u001b|\\ud[89a-f]/i);
});

const CAFE = capabilities(layer('café'));
const utf16le = Buffer.from(`\ufeff${CAFE}`, 'utf16le');
test.each([
  ['UTF-16LE with a mark', utf16le, 'text/xml'],
  ['UTF-16BE with a mark', Buffer.from(utf16le).swap16(), 'text/xml'],
  [
    'ISO-8859-1 declared',
    Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${CAFE}`, 'latin1'),
    'text/xml',
  ],
  [
    'windows-1252 declared',
    Buffer.from(`<?xml version="1.0" encoding="windows-1252"?>${CAFE}`, 'latin1'),
    'text/xml',
  ],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${CAFE}`), 'text/xml'],
  [
    'a header that disagrees with the declaration, and is right',
    Buffer.from(`<?xml version="1.0" encoding="ISO-8859-1"?>${CAFE}`),
    'text/xml; charset=utf-8',
  ],
])('xml-17: %s: café is café', (_what, body, contentType) => {
  expect(stored(listing(body, contentType)).title).toBe('café');
});

test('xml-17: a mark and nothing more is an empty answer', () => {
  for (const mark of ['\ufeff', Buffer.from([0xff, 0xfe])])
    expect(measured(() => listing(mark)).error).toMatch(/^RemoteUnreadable: .* with nothing/);
});

test('xml-19: bytes that are no UTF-8 become U+FFFD, with a warning', () => {
  const [before, after] = capabilities(layer('|')).split('|') as [string, string];
  const read = listing(
    Buffer.concat([Buffer.from(before), Buffer.from([0x61, 0xff, 0xfe]), Buffer.from(after)]),
  );
  expect(stored(read).title).toBe('a\ufffd\ufffd');
  expect(read.warnings?.join()).toMatch(/U\+FFFD|not UTF-8|broken/i);
});

test('xml-20: an exception report with status 200 is a failure with the words of the remote, cut', () => {
  for (const report of [
    `<ServiceExceptionReport><ServiceException code="X">no table ${'x'.repeat(2_000)}</ServiceException></ServiceExceptionReport>`,
    `<ows:ExceptionReport><ows:Exception exceptionCode="X"><ows:ExceptionText>no table ${'x'.repeat(2_000)}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`,
  ]) {
    const { error } = measured(() => listing(report));
    expect(error).toMatch(/^RemoteException: .* X: no table xxx/);
    expect(error.length).toBeLessThan(700);
  }
});

test('xml-22: layers in each other with one name are one, with a warning; none at all is a warning', () => {
  const cycle = '<Layer><Name>a</Name>'.repeat(50) + '</Layer>'.repeat(50);
  expect(listing(capabilities(cycle))).toMatchObject({
    resources: [{ id: 'a' }],
    warnings: ['of layers with the same name only the first was kept: a'],
  });
  for (const none of ['', '<Layer/>', '<Layer><Title>folder</Title></Layer>']) {
    const { resources, warnings } = listing(capabilities(none));
    expect([resources, warnings?.join()]).toEqual([[], expect.stringContaining('no layer with a name')]);
  }
});
