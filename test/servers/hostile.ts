/**
 * A server that misbehaves, path by path, on loopback only: `node --import tsx test/servers/hostile.ts` prints its ports as one line of JSON.
 * A program of its own, so that what it costs is not counted as ours. Raw sockets, because no HTTP library would send this.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { makeCertificate, type Certificate } from './certificates.ts';
import { MISBEHAVIOURS, reply } from './hostile-replies.ts';
import { UNLISTED } from './unlisted-replies.ts';

export interface HostilePorts {
  readonly plain: number;
  readonly elsewhere: number;
  /** A TLS server whose certificate `authority` signs. */
  readonly trusted: number;
  readonly selfSigned: number;
  readonly expired: number;
  readonly notYetValid: number;
  readonly unknownAuthority: number;
  readonly incompleteChain: number;
  readonly wrongHost: number;
  /** Answers a TLS greeting in plain HTTP, as servers do. */
  readonly plainInstead: number;
  /** Takes connections and says nothing. */
  readonly silent: number;
  readonly authority: string;
}

export interface HostileServer {
  readonly ports: HostilePorts;
  /** What was asked since the last call: `GET /path`, in order, with the port of the connection it came by. */
  seen(): Promise<readonly Seen[]>;
  stop(): void;
}

export interface Seen {
  readonly line: string;
  readonly connection: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Starts it as a process of its own. */
export async function startHostile(): Promise<HostileServer> {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(import.meta.url)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('no output');
  const ports = await new Promise<HostilePorts>((resolve, reject) => {
    createInterface({ input: stdout }).once('line', (line) => resolve(JSON.parse(line) as HostilePorts));
    child.once('exit', (code) => reject(new Error(`the hostile server ended with ${code}`)));
  });
  return {
    ports,
    seen: async () => (await (await fetch(`http://127.0.0.1:${ports.plain}/seen`)).json()) as Seen[],
    stop: () => child.kill(),
  };
}

async function serve(): Promise<HostilePorts> {
  const elsewhere = { port: 0 };
  const seen: Seen[] = [];
  const talk = (socket: Socket) => converse(socket, seen, () => `http://127.0.0.1:${elsewhere.port}`);
  elsewhere.port = await listen(createServer(talk));
  const tls = (certificate: Certificate, chain: readonly Certificate[] = []) =>
    listen(
      createTlsServer(
        { key: certificate.key, cert: [certificate, ...chain].map(({ cert }) => cert).join('') },
        talk,
      ).on('tlsClientError', () => undefined),
    );
  const authority = makeCertificate({ name: 'test authority', authority: true });
  const stranger = makeCertificate({ name: 'unknown authority', authority: true });
  const between = makeCertificate({ name: 'between', issuer: authority, authority: true });
  const day = 86_400_000;
  const leaf = { name: 'leaf', issuer: authority };
  return {
    plain: await listen(createServer(talk)),
    elsewhere: elsewhere.port,
    trusted: await tls(makeCertificate(leaf)),
    selfSigned: await tls(makeCertificate({ name: 'alone' })),
    expired: await tls(
      makeCertificate({
        ...leaf,
        notBefore: new Date(Date.now() - 2 * day),
        notAfter: new Date(Date.now() - day),
      }),
    ),
    notYetValid: await tls(
      makeCertificate({
        ...leaf,
        notBefore: new Date(Date.now() + day),
        notAfter: new Date(Date.now() + 2 * day),
      }),
    ),
    unknownAuthority: await tls(makeCertificate({ name: 'leaf', issuer: stranger }), [stranger]),
    incompleteChain: await tls(makeCertificate({ name: 'leaf', issuer: between })),
    wrongHost: await tls(makeCertificate({ ...leaf, hosts: ['other.example'] })),
    plainInstead: await listen(
      createServer((socket) => {
        socket
          .on('error', () => undefined)
          .once('data', () => socket.end(reply('400 Bad Request', '', 'plain HTTP, please')));
      }),
    ),
    silent: await listen(createServer((socket) => void socket.on('error', () => undefined))),
    authority: authority.cert,
  };
}

/** Reads requests off a connection and misbehaves after each. */
function converse(socket: Socket, seen: Seen[], elsewhere: () => string): void {
  let unread = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    unread += bytes.toString('latin1');
    for (let end = unread.indexOf('\r\n\r\n'); end >= 0; end = unread.indexOf('\r\n\r\n')) {
      const [line = '', ...fields] = unread.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(
        fields.map((field) => [
          field.slice(0, field.indexOf(':')).toLowerCase(),
          field.slice(field.indexOf(':') + 1).trim(),
        ]),
      );
      unread = unread.slice(end + 4 + Number(headers['content-length'] ?? 0));
      const url = new URL(line.split(' ')[1] ?? '/', 'http://127.0.0.1');
      if (url.pathname === '/seen') {
        socket.end(
          reply(
            '200 OK',
            'content-type: application/json\r\nconnection: close\r\n',
            JSON.stringify(seen.splice(0)),
          ),
        );
        return;
      }
      seen.push({ line: line.replace(/ HTTP.*$/, ''), connection: socket.remotePort ?? 0, headers });
      const visitor = {
        socket,
        path: url.pathname,
        query: url.searchParams,
        headers,
        elsewhere: elsewhere(),
      };
      const misbehave = MISBEHAVIOURS[url.pathname] ?? UNLISTED[url.pathname];
      if (misbehave === undefined) socket.write(reply('404 Not Found', '', 'no such misbehaviour'));
      else void misbehave(visitor);
    }
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdin.on('end', () => process.exit(0)).resume();
  console.log(JSON.stringify(await serve()));
}
