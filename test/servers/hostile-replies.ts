/** What the hostile server answers, by path: one entry per row (and variant) of the list of bad inputs that is a response. */
import { setTimeout as pause } from 'node:timers/promises';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';

export interface Visitor {
  readonly socket: Socket;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  /** The other port of the same server: another origin. */
  readonly elsewhere: string;
}

type Misbehaviour = (visitor: Visitor) => unknown;

const PLAIN = 'content-type: text/plain\r\n';
export const WORDS = 'the good body, '.repeat(400);
const LOGIN = '<!DOCTYPE html><html><body><form action="/login">Sign in</form></body></html>';
const zipped = gzipSync(WORDS);

export function reply(status: string, headers: string, body: string | Buffer = ''): Buffer {
  const length = `content-length: ${Buffer.byteLength(body)}\r\n`;
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${headers}${length}\r\n`), Buffer.from(body)]);
}

const send =
  (status: string, headers: string, body: string | Buffer = ''): Misbehaviour =>
  ({ socket }) =>
    socket.write(reply(status, headers, body));
const raw =
  (text: string): Misbehaviour =>
  ({ socket }) =>
    socket.write(text, 'latin1');
const encoded = (coding: string, body: Buffer) =>
  send('200 OK', `${PLAIN}content-encoding: ${coding}\r\n`, body);
const to = (location: string, status = '302 Found') => send(status, `location: ${location}\r\n`);

/** Writes for ever, as fast as it is read or every `millis`. */
const endless =
  (head: string, piece: string | Buffer, millis = 0): Misbehaviour =>
  async ({ socket }) => {
    socket.write(head, 'latin1');
    while (!socket.destroyed) {
      const full = !socket.write(piece);
      if (millis > 0) await pause(millis);
      else if (full) await room(socket);
    }
  };

function room(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

/** One stream of 1 GiB of spaces in 1 MB: the same flushed block again and again. */
function bomb(): Buffer {
  const block = deflateRawSync(Buffer.alloc(1_048_576, ' '), { finishFlush: constants.Z_FULL_FLUSH });
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([
    head,
    ...Array<Buffer>(1_024).fill(block),
    Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
  ]);
}

const damaged = Buffer.from(zipped);
damaged[damaged.length - 6] = (damaged[damaged.length - 6] ?? 0) ^ 0xff;
const half = zipped.subarray(0, zipped.length / 2);
const chunk = (bytes: Buffer) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);
const CHUNKED = `HTTP/1.1 200 OK\r\n${PLAIN}transfer-encoding: chunked\r\n`;
const OPEN_ENDED = `HTTP/1.1 200 OK\r\n${PLAIN}`;

export const MISBEHAVIOURS: Readonly<Record<string, Misbehaviour>> = {
  '/ok': send('200 OK', PLAIN, WORDS),
  '/ok-gzip': encoded('gzip', zipped),
  '/json': send('200 OK', 'content-type: application/json\r\n', '{"ok":true}'),
  '/in-parts': async ({ socket }) => {
    socket.write(`${OPEN_ENDED}content-length: 7\r\n\r\none`);
    await pause(50);
    socket.write(' two');
  },
  '/echo': ({ socket, headers }) =>
    socket.write(reply('200 OK', 'content-type: application/json\r\n', JSON.stringify(headers))),

  '/redirect': ({ socket, query }) =>
    socket.write(reply(`${query.get('status') ?? '302'} Go`, `location: ${query.get('to') ?? ''}\r\n`)),
  '/redirect-08': ({ socket, query }) => {
    const hop = Number(query.get('hop') ?? '0');
    socket.write(reply('302 Found', `location: /redirect-08?hop=${hop + 1}\r\n`));
  },
  '/redirect-09/a': to('/redirect-09/b'),
  '/redirect-09/b': to('/redirect-09/a'),
  '/redirect-11': ({ socket, elsewhere }) =>
    socket.write(reply('302 Found', `location: ${elsewhere}/echo\r\n`)),
  '/redirect-endless-body': endless(
    'HTTP/1.1 302 Found\r\nlocation: /ok\r\ntransfer-encoding: chunked\r\n\r\n',
    chunk(Buffer.alloc(4_096, 'x')),
  ),

  '/http-body-01': ({ socket }) =>
    socket.write(reply('200 OK', `${PLAIN}content-encoding: gzip\r\n`, bomb())),
  '/http-body-03/zstd': encoded('zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0])),
  '/http-body-03/compress': encoded('compress', Buffer.from([0x1f, 0x9d, 0x90, 0x61, 0])),
  '/http-body-03/br': encoded('br', Buffer.from([0x8b, 0, 0x80, 0x61, 3])),
  '/http-body-03/gzip-identity': encoded('GZIP , identity', zipped),
  '/http-body-04': ({ socket }) =>
    socket.write(reply('200 OK', `${PLAIN}content-encoding: gzip, gzip\r\n`, gzipSync(bomb()))),
  '/http-body-06': ({ socket }) =>
    socket.write(
      Buffer.concat([
        Buffer.from(`${CHUNKED}content-encoding: gzip\r\n\r\n`),
        chunk(half),
        Buffer.from('0\r\n\r\n'),
      ]),
    ),
  '/http-body-07/crc': encoded('gzip', damaged),
  '/http-body-07/trash': encoded('gzip', Buffer.concat([zipped, Buffer.from('trash')])),
  '/http-body-07/zeros': encoded('gzip', Buffer.concat([zipped, Buffer.alloc(9)])),
  '/http-body-07/multi': encoded('gzip', Buffer.concat([gzipSync('one '), gzipSync('two')])),
  '/http-body-09': endless(`${OPEN_ENDED}\r\n`, Buffer.alloc(65_536, 'x')),
  '/http-body-10': endless(`${CHUNKED}\r\n`, chunk(Buffer.alloc(65_536, 'x'))),
  '/http-body-12': endless(`${OPEN_ENDED}\r\n`, Buffer.alloc(1_024, 'x'), 100),
  '/http-body-13': raw(`${OPEN_ENDED}content-length: 1000\r\n\r\nhalf`),
  '/http-body-15': raw(`${OPEN_ENDED}content-length: 3\r\n\r\nabcdef`),
  '/http-body-16/tera': endless(
    `${OPEN_ENDED}content-length: 1099511627776\r\n\r\n`,
    Buffer.alloc(65_536, 'x'),
  ),
  '/http-body-16/huge': raw(`${OPEN_ENDED}content-length: 99999999999999999999\r\n\r\nabc`),
  '/http-body-16/negative': raw(`${OPEN_ENDED}content-length: -1\r\n\r\nabc`),
  '/http-body-16/abc': raw(`${OPEN_ENDED}content-length: abc\r\n\r\nabc`),
  '/http-body-18': raw(`${CHUNKED}content-length: 5\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
  '/http-body-19/empty': send('200 OK', PLAIN),
  '/http-body-19/204': raw('HTTP/1.1 204 No Content\r\ncontent-length: 5\r\n\r\nhello'),

  '/http-frame-02': endless(`${CHUNKED}\r\n`, `1;${'e'.repeat(16_384)}\r\nx\r\n`),
  '/http-frame-03': endless(`${CHUNKED}\r\n3\r\nabc\r\n0\r\n`, 'x-trailer: again\r\n'),
  '/http-frame-05': endless('HTTP/1.1 200 OK\r\n', 'x-slow: y\r\n', 50),
  '/http-frame-06/headers': endless('HTTP/1.1 200 OK\r\n', `x-more: ${'y'.repeat(100)}\r\n`),
  '/http-frame-06/line': endless('HTTP/1.1 200 OK\r\nx-long: ', 'y'.repeat(1_000)),
  '/http-frame-08/http09': raw('<html>no head at all</html>'),
  '/http-frame-08/status-999999': raw('HTTP/1.1 999999 What\r\ncontent-length: 0\r\n\r\n'),
  '/http-frame-08/status-000': raw('HTTP/1.1 000 What\r\ncontent-length: 0\r\n\r\n'),
  '/http-frame-08/status-999': raw('HTTP/1.1 999 What\r\ncontent-length: 0\r\n\r\n'),
  '/http-frame-09/cr': raw(`${OPEN_ENDED}x-bare: a\rb\r\ncontent-length: 2\r\n\r\nok`),
  '/http-frame-09/nul': raw(`${OPEN_ENDED}x-nul: a\0b\r\ncontent-length: 2\r\n\r\nok`),
  '/http-frame-09/cookies': send('200 OK', `${PLAIN}${'set-cookie: a=b\r\n'.repeat(300)}`, 'ok'),
  '/http-frame-09/long-name': send('200 OK', `${PLAIN}${'x'.repeat(8_192)}: y\r\n`, 'ok'),
  '/http-frame-09/proto': send('200 OK', `${PLAIN}__proto__: a\r\n__proto__: b\r\nconstructor: c\r\n`, 'ok'),
  '/http-frame-11/rst-middle': async ({ socket }) => {
    socket.write(`${OPEN_ENDED}content-length: 1000\r\n\r\nhalf`);
    await pause(20);
    socket.resetAndDestroy();
  },
  '/http-frame-11/rst-head': ({ socket }) => socket.resetAndDestroy(),
  '/http-frame-11/fin': ({ socket }) => socket.end(),
  '/http-frame-11/fin-middle': ({ socket }) => socket.end(`${OPEN_ENDED}content-length: 1000\r\n\r\nhalf`),
  '/http-frame-11/fin-chunked': ({ socket }) => socket.end(`${CHUNKED}connection: close\r\n\r\n3\r\nabc\r\n`),
  '/http-frame-11/fin-close': ({ socket }) =>
    socket.end(`${OPEN_ENDED}connection: close\r\ncontent-length: 1000\r\n\r\nhalf`),
  '/http-frame-12': ({ socket }) =>
    socket.write(Buffer.concat([reply('200 OK', PLAIN, 'first'), reply('200 OK', PLAIN, 'smuggled')])),
  '/http-frame-12/late': async ({ socket }) => {
    socket.write(reply('200 OK', PLAIN, 'first'));
    await pause(30);
    socket.write(reply('200 OK', PLAIN, 'smuggled'));
  },
  '/early-hints': endless('', 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'),
  '/switch': raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),

  '/http-status-02/503': send('503 Service Unavailable', PLAIN, 'later'),
  '/http-status-02/500': send('500 Internal Server Error', PLAIN, 'broken'),
  '/http-status-02/408': send('408 Request Timeout', PLAIN, 'slow'),
  '/http-status-03/401': send('401 Unauthorized', 'content-type: text/html\r\n', LOGIN),
  '/http-status-03/403': send('403 Forbidden', 'content-type: text/html\r\n', LOGIN),
  '/http-status-03/200': send('200 OK', 'content-type: text/html\r\n', LOGIN),
  '/http-status-05/304': raw('HTTP/1.1 304 Not Modified\r\netag: "a"\r\n\r\n'),
  '/http-status-05/206': send('206 Partial Content', `${PLAIN}content-range: bytes 0-1/9\r\n`, 'ok'),

  '/secret-01': ({ socket, headers }) =>
    socket.write(
      reply(
        '401 Unauthorized',
        `${PLAIN}x-echo: ${headers['authorization'] ?? ''}\r\n`,
        `you sent ${headers['authorization'] ?? 'nothing'}`,
      ),
    ),
};
