/** What the hostile server answers besides the list of bad inputs: faults of framing, redirects and headers that were thought of later. */
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Visitor } from './hostile-replies.ts';

type Misbehaviour = (visitor: Visitor) => unknown;

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n';
const raw =
  (text: string | Buffer): Misbehaviour =>
  ({ socket }) =>
    socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
const last =
  (text: string): Misbehaviour =>
  ({ socket }) =>
    socket.end(text, 'latin1');
const to = (location: string) =>
  raw(`HTTP/1.1 302 Found\r\nlocation: ${location}\r\ncontent-length: 0\r\n\r\n`);
const zipped = (body: Buffer) =>
  raw(
    Buffer.concat([
      Buffer.from(`${OK}content-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`),
      body,
    ]),
  );

/** One byte, again and again, for ever. */
const drip =
  (head: string, piece: string, millis: number): Misbehaviour =>
  async ({ socket }) => {
    socket.write(head);
    while (!socket.destroyed) {
      socket.write(piece);
      await pause(millis);
    }
  };

/** Each member is a bomb of its own, and none is over the bound by itself. */
const manyBombs = () => Buffer.concat(Array<Buffer>(64).fill(gzipSync(Buffer.alloc(1_048_576))));

export const UNLISTED: Readonly<Record<string, Misbehaviour>> = {
  '/slow-head': drip('HTTP/1.1 2', '0', 40),
  '/slow-header-value': drip('HTTP/1.1 200 OK\r\nx-slow: ', 'y', 40),
  '/slow-chunks': drip(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n', 40),
  '/slow-chunk-size': drip(`${OK}transfer-encoding: chunked\r\n\r\n`, '0', 40),
  '/chunk-huge': raw(`${OK}transfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nabc`),
  '/chunk-negative': raw(`${OK}transfer-encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n`),
  '/chunk-no-end': raw(`${OK}transfer-encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n`),
  '/chunked-twice': raw(`${OK}transfer-encoding: chunked, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
  '/chunked-gzip': raw(`${OK}transfer-encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
  '/trailer-length': raw(`${OK}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\ncontent-length: 9\r\n\r\n`),
  '/two-lengths': raw(`${OK}content-length: 3\r\ncontent-length: 5\r\n\r\nabcde`),
  '/length-list': raw(`${OK}content-length: 3, 3\r\n\r\nabc`),
  '/length-plus': raw(`${OK}content-length: +3\r\n\r\nabc`),
  '/length-space': raw(`${OK}content-length : 3\r\n\r\nabc`),
  '/many-bombs': zipped(manyBombs()),
  '/gzip-empty': zipped(Buffer.alloc(0)),
  '/gzip-of-gzip': zipped(gzipSync(gzipSync('inner'))),
  '/http10': last('HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\n\r\nold but good'),
  '/http2': raw('HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  '/no-reason': raw('HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok'),
  '/line-feeds': raw('HTTP/1.1 200 OK\ncontent-length: 2\n\nok'),
  '/folded': raw(`${OK}x-folded: one\r\n two\r\ncontent-length: 2\r\n\r\nok`),
  '/no-colon': raw(`${OK}no colon here\r\ncontent-length: 2\r\n\r\nok`),
  '/hints-then-answer': raw(
    `HTTP/1.1 103 Early Hints\r\nlink: </x>; rel=preload\r\n\r\n${OK}content-length: 2\r\n\r\nok`,
  ),
  '/continue-unasked': raw(`HTTP/1.1 100 Continue\r\n\r\n${OK}content-length: 2\r\n\r\nok`),
  '/long-value': raw(`${OK}x-long: ${'y'.repeat(15_000)}\r\ncontent-length: 2\r\n\r\nok`),
  '/many-headers': raw(`${OK}${'a: b\r\n'.repeat(2_000)}content-length: 2\r\n\r\nok`),
  '/to-itself-by-fragment': ({ socket, query }) =>
    to(`/to-itself-by-fragment#${Number(query.get('n') ?? 0) + 1}`)({ socket } as Visitor),
  '/two-locations': raw(
    'HTTP/1.1 302 Found\r\nlocation: /ok\r\nlocation: http://10.0.0.1/\r\ncontent-length: 0\r\n\r\n',
  ),
  '/to-nothing': to(''),
  '/to-data': to('data:text/xml,<WMS_Capabilities/>'),
  '/to-script': to('javascript:alert(1)'),
  '/to-backslashes': to('\\\\10.0.0.1\\x'),
  '/to-other-scheme-case': to('HtTp:\\\\10.0.0.1/'),
  '/to-zero': to('http://0/'),
  '/to-zone': to('http://[fe80::1%25eth0]/'),
  '/to-hidden-host': to('http://public.example@10.0.0.1/'),
  '/to-control': to('http://public.example\t.evil.example/'),
};
