// The harvester type waf: pages of several web servers, folders in folders, dates without a zone, and files of all kinds.
import { describe, expect, test } from 'vitest';
import type { RemoteReply } from '../../lib/harvesters/harvester.ts';
import { waf } from '../../lib/harvesters/waf.ts';
import { entriesOf } from '../../lib/harvesters/waf/folder.ts';
import { crawl } from './crawl.ts';
import { textReply, thrownBy } from './replies.ts';

const ROOT = 'https://files.example/records/';
const DATE = 'Thu, 26 Nov 2026 12:00:00 GMT';
const html = (body: string, url = ROOT): RemoteReply =>
  textReply(`<html><body>${body}</body></html>`, {
    url,
    headers: { 'content-type': 'text/html', date: DATE },
  });
const record = (id: string): string =>
  `<csw:Record><dc:identifier>${id}</dc:identifier><dc:title>Record ${id}</dc:title></csw:Record>`;

describe('the date of a file, as four kinds of servers write it', () => {
  test.each([
    ['Apache and nginx', '<a href="a.xml">a.xml</a>   12-Mar-2024 22:15   3.4K', '2024-03-12T22:15:00Z'],
    [
      'Apache with a table',
      '<td><a href="a.xml">a.xml</a></td><td align="right">2024-03-12 22:15  </td><td>3.4K</td>',
      '2024-03-12T22:15:00Z',
    ],
    ['IIS', '3/12/2024 10:15 PM       3412 <A HREF="/records/a.xml">a.xml</A><br>', '2024-03-12T22:15:00Z'],
    [
      'older IIS',
      'Tuesday, March 12, 2024 12:05 AM   3412 <A HREF="/records/a.xml">a.xml</A>',
      '2024-03-12T00:05:00Z',
    ],
    ['none', '<li><a href=a.xml>a.xml</a></li>', undefined],
    ['a date that is none', '<a href="a.xml">a.xml</a> 99-Xyz-2024 10:15', undefined],
  ])('%s', (_name, page, changed) => {
    expect(entriesOf(page, ROOT)).toMatchObject([{ url: `${ROOT}a.xml`, changed }]);
  });
});

test('what is not in the folder is passed over', () => {
  const page =
    '<a href="?C=M;O=A">Modified</a><a href="/">Up</a><a href="../">..</a><a href="https://other.example/records/x.xml">x</a><a href="a.xml?download=1">q</a><a href="#top">top</a><a href="a.xml">a</a><a href="./a.xml">again</a><a href="sub/deep/b.xml">deep</a><a href="sub/">sub</a><a href="b%20c.XML">b c</a>';
  expect(entriesOf(page, ROOT).map(({ url }) => url.slice(ROOT.length))).toEqual([
    'a.xml',
    'sub/',
    'b%20c.XML',
  ]);
});

function harvest(
  pages: Readonly<Record<string, string | RemoteReply>>,
  settings = waf.settings.parse({}),
  changedSinceAt?: number,
) {
  const type = {
    ...waf,
    firstListing: (url: string, given: typeof settings) =>
      waf.firstListing(url, given, changedSinceAt === undefined ? undefined : { changedSinceAt }),
  };
  return crawl(type, { url: ROOT, settings }, ({ url }) => {
    const plain = url.replace(/#.*/, '');
    const page = pages[plain.slice(ROOT.length)];
    if (page === undefined) return textReply('no', { url: plain, status: 404 });
    if (typeof page !== 'string') return page;
    return plain.endsWith('.xml') ? textReply(page, { url: plain }) : html(page, plain);
  });
}

test('folders are followed, each record is known by its path, and its own identifier stays', () => {
  const { resources, readings, listing } = harvest({
    '': '<a href="a.xml">a</a> <a href="sub/">sub</a> <a href="readme.txt">r</a>',
    'sub/': '<a href="../">up</a> <a href="b.xml">b</a>',
    'a.xml': record('A'),
    'sub/b.xml': record('B'),
  });
  expect(resources.map(({ id }) => id)).toEqual(['a.xml', 'sub/b.xml']);
  expect(listing.complete).toBe(true);
  expect(readings[1]).toMatchObject({
    reading: 'record',
    record: { id: 'sub/b.xml', properties: { title: 'Record B', externalIds: [{ value: 'B' }] } },
  });
});

test('folders that lie too deep, or are closed, leave the listing incomplete', () => {
  const deep = harvest(
    { '': '<a href="sub/">sub</a>', 'sub/': '<a href="b.xml">b</a>', 'sub/b.xml': record('B') },
    waf.settings.parse({ depthMax: 0 }),
  );
  expect(deep.listing).toMatchObject({
    complete: false,
    fault: expect.stringContaining('setting depthMax') as string,
  });
  const closed = harvest({
    '': '<a href="a.xml">a</a><a href="sub/">sub</a>',
    'a.xml': record('A'),
    'sub/': textReply('no', { status: 403 }),
  });
  expect(closed.resources.map(({ id }) => id)).toEqual(['a.xml']);
  expect(closed.listing).toMatchObject({
    complete: false,
    fault: expect.stringContaining('could not be listed') as string,
  });
});

test('a file has a version only where its date is over in every zone', () => {
  const page =
    '<a href="old.xml">o</a> 24-Nov-2026 12:00 1K <a href="new.xml">n</a> 26-Nov-2026 09:00 1K <a href="none.xml">x</a>';
  const { resources } = harvest({ '': page });
  expect(resources.map(({ version }) => version)).toEqual(['24-Nov-2026 12:00 1K', undefined, undefined]);
});

test('what changed is told by the dates, in every zone, and of files without one by nobody', () => {
  const page =
    '<a href="old.xml">o</a> 24-Nov-2026 12:00 <a href="new.xml">n</a> 26-Nov-2026 09:00 <a href="none.xml">x</a>';
  const ids = (at: string) => harvest({ '': page }, undefined, Date.parse(at)).resources.map(({ id }) => id);
  expect(ids('2026-11-26T12:00:00Z')).toEqual(['new.xml', 'none.xml']);
  expect(ids('2026-11-25T02:00:00Z')).toEqual(['old.xml', 'new.xml', 'none.xml']);
});

test('files: gone, of another kind, or no XML', () => {
  const context = { url: ROOT, settings: waf.settings.parse({}) };
  const read = (body: string, status = 200) =>
    waf.readResource(context, { id: 'a.xml' }, textReply(body, { status }));
  expect(read('', 404)).toMatchObject({ reading: 'gone' });
  expect(read('<metadata><idinfo/></metadata>')).toMatchObject({
    reading: 'invalid',
    because: 'it is an FGDC record; allowed are ISO 19139, ISO 19115-3 and Dublin Core',
  });
  expect(thrownBy(() => read('<html></html>')).name).toBe('RemoteUnreadable');
  expect(waf.resourceRequest(context, { id: 'sub/b%20c.xml' })).toEqual({ url: `${ROOT}sub/b%20c.xml` });
});

test('a URL of a folder, of its page or of a file in it is the folder', () => {
  for (const url of ['https://files.example/records', `${ROOT}index.html`, `${ROOT}a.xml?x=1`])
    expect(waf.firstListing(url, waf.settings.parse({})).url).toBe(ROOT);
});

test('the probe wants XML files in the folder', () => {
  expect(waf.readProbe(ROOT, html('<a href="a.xml">a</a>'))).toEqual({ match: true });
  expect(waf.readProbe(ROOT, html('<a href="/sitemap.xml">s</a><a href="page.html">p</a>'))).toMatchObject({
    match: false,
  });
  expect(waf.readProbe(ROOT, textReply('{"a": 1}', { url: ROOT }))).toMatchObject({ match: false });
});
