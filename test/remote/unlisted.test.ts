/** Bad answers and addresses that are not on the list of bad inputs: each is refused for what it is, within its bounds, and the remote goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgedUrl } from '../../lib/remote/address.ts';
import { DEFAULT_REMOTE_POLICY, type RemotePolicy } from '../../lib/remote/policy.ts';
import { retryAfterSecondsOf } from '../../lib/remote/polite.ts';
import { createRemote, type GuardedRemote } from '../../lib/remote/remote.ts';
import { startHostile, type HostileServer } from '../servers/hostile.ts';
import { UNLISTED } from '../servers/unlisted-replies.ts';
import { endOf, testPolicy } from './remotes.ts';

type Row = readonly [what: string, path: string, expected: RegExp | string, bounds?: Partial<RemotePolicy>];

const ROWS: readonly Row[] = [
  ['a status line that never ends', '/slow-head', /^Remote(TooSlow|Unreadable)/, { firstByteSeconds: 0.5 }],
  ['a header that never ends', '/slow-header-value', /\(firstByteSeconds\)/, { firstByteSeconds: 0.5 }],
  ['chunks of one byte for ever', '/slow-chunks', /\(requestSeconds/, { requestSeconds: 0.7 }],
  ['a chunk size that never ends', '/slow-chunk-size', /^Remote(TooSlow|Unreadable)/, { idleSeconds: 0.5 }],
  ['a chunk beyond all numbers', '/chunk-huge', /^RemoteUnreadable: .* broke the HTTP protocol/],
  ['a chunk of negative size', '/chunk-negative', /^RemoteUnreadable: .*chunk size/],
  ['a chunk longer than its size', '/chunk-no-end', /^RemoteUnreadable: .*chunk data/],
  ['chunks of chunks', '/chunked-twice', /^RemoteUnreadable: .*Transfer-Encoding is not chunked/],
  [
    'compression as a transfer coding',
    '/chunked-gzip',
    /^RemoteUnreadable: .*Transfer-Encoding is not chunked/,
  ],
  ['a Content-Length behind the body', '/trailer-length', /^RemoteUnreadable: .*Content-Length/],
  ['two Content-Lengths that differ', '/two-lengths', /^RemoteUnreadable: .*Content-Length is no length/],
  ['a list of Content-Lengths', '/length-list', /^RemoteUnreadable: .*Content-Length is no length/],
  ['a Content-Length of +3', '/length-plus', /^RemoteUnreadable: .*Content-Length/],
  ['a space before the colon, as smugglers write it', '/length-space', /^RemoteUnreadable: .*header field/],
  ['many bombs in one body', '/many-bombs', /^RemoteTooBig: .* inflates to more than 4000000 bytes/],
  ['gzip of nothing', '/gzip-empty', ''],
  ['gzip in gzip, announced as one, is unpacked once', '/gzip-of-gzip', '\u001f'],
  ['HTTP/1.0, ended by the connection', '/http10', 'old but good'],
  ['HTTP/2.0 in the words of 1.1', '/http2', 'ok'],
  ['a status without a reason', '/no-reason', 'ok'],
  ['line feeds alone', '/line-feeds', /^RemoteUnreadable: .*Missing expected CR/],
  ['a folded header', '/folded', /^RemoteUnreadable: .*whitespace after header value/],
  ['a header without a colon', '/no-colon', /^RemoteUnreadable: .*Invalid header token/],
  ['103 Early Hints before the answer', '/hints-then-answer', 'ok'],
  ['100 Continue that nobody asked for', '/continue-unasked', /^RemoteUnreadable: .*bad response/],
  ['a header value of 15 KB', '/long-value', 'ok'],
  ['2,000 headers within the bound', '/many-headers', 'ok'],
  ['a redirect to itself with another fragment', '/to-itself-by-fragment', /redirects in a circle/],
  ['a redirect to nothing', '/to-nothing', /redirects in a circle/],
  ['two locations', '/two-locations', 'no such misbehaviour'],
  ['a redirect to data:', '/to-data', /^RemoteForbidden: .* its scheme is data:/],
  ['a redirect to a script', '/to-script', /^RemoteForbidden: .* its scheme is javascript:/],
  ['a redirect by backslashes', '/to-backslashes', /^RemoteForbidden: .* private address/],
  ['a redirect by backslashes and a scheme', '/to-other-scheme-case', /^RemoteForbidden: .* must start with/],
  ['a redirect to http://0/', '/to-zero', /^RemoteForbidden: .* "this network"/],
  ['a redirect to a zone id', '/to-zone', /^RemoteUnreadable: .* something that is not a URL/],
  ['a redirect that hides its host behind a name', '/to-hidden-host', /^RemoteForbidden: .* user name/],
  ['a redirect with a tab', '/to-control', /^RemoteForbidden: .* control characters/],
];

let server: HostileServer;
let plain: string;
beforeAll(async () => {
  server = await startHostile();
  plain = `http://127.0.0.1:${server.ports.plain}`;
});
afterAll(() => server.stop());

async function with1<T>(
  bounds: Partial<RemotePolicy>,
  act: (remote: GuardedRemote) => Promise<T>,
): Promise<T> {
  const remote = createRemote({ policy: testPolicy({ allowLoopback: true, ...bounds }) });
  return act(remote).finally(() => remote.close());
}

describe('answers', () => {
  for (const [what, path, expected, bounds = {}] of ROWS) {
    test(what, async () => {
      const [ended, next] = await with1(bounds, async (remote) => {
        const first = await endOf(remote, `${plain}${path}`);
        let good = await endOf(remote, `${plain}/json`);
        // Some bounds are so short that a busy machine may miss them.
        for (let tries = 0; tries < 5 && good.status === undefined; tries += 1)
          good = await endOf(remote, `${plain}/json`);
        return [first, good] as const;
      });
      if (typeof expected === 'string') expect(ended.text?.slice(0, expected.length)).toBe(expected);
      else expect(ended.error).toMatch(expected);
      expect(next).toMatchObject({ status: 200, text: '{"ok":true}' });
    });
  }

  test('each that the server knows has its row', () => {
    expect(ROWS.map(([, path]) => path).sort()).toEqual(Object.keys(UNLISTED).sort());
  });
});

describe('addresses', () => {
  test.each([
    'http://0/',
    'http://0x7f.1/',
    'http://127.1:80/',
    'http://[fe80::1%25eth0]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://①②⑦.⓪.⓪.①/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
    'http://localhost。/',
    'http://sub.LOCALHOST./',
    'http://a..example/',
    'http://.example/',
    'http://example.org:0/',
    'http://example.org:99999/',
    'http://exa%00mple.org/',
    'http://exa\u00admple\u200b/',
    'data:text/xml,<a/>',
    'blob:https://example.org/1',
    'view-source:http://example.org/',
    'about:blank',
    '//example.org/',
    'http://metadata.google.internal:8888/',
    `http://${'a.'.repeat(200)}example/`,
    `http://${'a'.repeat(64)}.example/`,
  ])('%s may not be fetched', (url) => {
    expect(() => judgedUrl(url, DEFAULT_REMOTE_POLICY)).toThrow(
      expect.objectContaining({ name: 'RemoteForbidden' }),
    );
  });

  test('what comes before an @ behind the host is a path, for us as for the client', () => {
    const url = judgedUrl('https://example.org\\@10.0.0.1/', DEFAULT_REMOTE_POLICY);
    expect([url.hostname, url.pathname]).toEqual(['example.org', '/@10.0.0.1/']);
  });

  test('a homograph is another host than what it looks like, and is told in ASCII', () => {
    const url = judgedUrl('https://еxample.org/', DEFAULT_REMOTE_POLICY);
    expect(url.hostname).toBe('xn--xample-2of.org');
    expect(() => judgedUrl('https://еxample.org/', DEFAULT_REMOTE_POLICY, 'https://example.org/')).toThrow(
      'on another origin',
    );
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(2026, 0, 1);
  const after = (value: string, date?: string) =>
    retryAfterSecondsOf(
      {
        url: 'https://a.example/',
        status: 503,
        headers: { 'retry-after': value, ...(date !== undefined && { date }) },
        body: new Uint8Array(),
      },
      now,
    );

  test.each<[string, number | undefined]>([
    ['99999999999999999999', undefined],
    ['999999999', 86_400],
    ['-5', undefined],
    ['1e9', undefined],
    ['0x10', undefined],
    ['1.5', undefined],
    ['NaN', undefined],
    ['', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 86_400],
    ['5, 10', undefined],
  ])('%j is %s seconds: bounded, never negative, and nothing where it is no time', (value, seconds) => {
    const read = after(value);
    expect(read === undefined || (read >= 0 && read <= 86_400)).toBe(true);
    expect(read).toBe(seconds);
  });

  test('by a clock of the remote that is wrong it is bounded too', () => {
    expect(after('Thu, 01 Jan 2026 01:00:00 GMT', 'Mon, 01 Jan 1900 00:00:00 GMT')).toBe(86_400);
    expect(after('Thu, 01 Jan 2026 01:00:00 GMT', 'not a date')).toBeUndefined();
  });
});
