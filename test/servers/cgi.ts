// Runs a CGI program (RFC 3875) behind a Node HTTP server: one process a request, its header read, its body passed on.
import { type ChildProcess, spawn } from 'node:child_process';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

const HEADER_BYTES_MAX = 65_536;

export interface CgiServer {
  readonly port: number;
  /** Of the processes that answer just now. */
  pids(): readonly number[];
  /** Ends the processes that run, then the server. */
  stop(): Promise<void>;
}

export async function startCgi(
  program: string,
  environment: Readonly<Record<string, string>>,
): Promise<CgiServer> {
  const running = new Set<ChildProcess>();
  const server: Server = createServer((request, response) => {
    const child = spawn(program, {
      env: { ...environment, ...variablesOf(request, server) },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    running.add(child);
    child.once('close', () => running.delete(child));
    child.once('error', (error) => refuse(response, `${program} could not be started: ${error.message}`));
    response.once('close', () => child.kill());
    passOn(child, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    pids: () => [...running].flatMap(({ pid }) => pid ?? []),
    stop: async () => {
      const ended = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
      for (const child of running) child.kill('SIGKILL');
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.all(ended);
    },
  };
}

function variablesOf(request: IncomingMessage, server: Server): Record<string, string> {
  const { pathname, search } = new URL(request.url ?? '/', 'http://127.0.0.1');
  // `/cgi-bin/mapserv` is the program, what follows is for it (RFC 3875, 4.1.5).
  const script = /^\/cgi-bin\/[^/]+/.exec(pathname)?.[0] ?? pathname;
  return {
    GATEWAY_INTERFACE: 'CGI/1.1',
    SERVER_PROTOCOL: 'HTTP/1.1',
    SERVER_NAME: '127.0.0.1',
    SERVER_PORT: String((server.address() as AddressInfo).port),
    REQUEST_METHOD: request.method ?? 'GET',
    SCRIPT_NAME: script,
    PATH_INFO: pathname.slice(script.length),
    QUERY_STRING: search.slice(1),
    HTTP_ACCEPT: request.headers.accept ?? '*/*',
    HTTP_HOST: request.headers.host ?? '127.0.0.1',
  };
}

/** RFC 3875, 6: a header, an empty line, the body; `Status` is for the server. */
function passOn(child: ChildProcess, response: ServerResponse): void {
  let held = Buffer.alloc(0);
  child.stdout?.on('data', (part: Buffer) => {
    if (response.headersSent) {
      response.write(part);
      return;
    }
    held = Buffer.concat([held, part]);
    const end = /\r?\n\r?\n/.exec(held.toString('latin1'));
    if (end === null) {
      if (held.length > HEADER_BYTES_MAX) refuse(response, 'the program sent no header');
      return;
    }
    const lines = held.toString('latin1', 0, end.index).split(/\r?\n/);
    const fields = lines.map(
      (line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const,
    );
    const status = Number.parseInt(
      fields.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200',
      10,
    );
    response.writeHead(
      status,
      Object.fromEntries(fields.filter(([name]) => name.toLowerCase() !== 'status')),
    );
    response.write(held.subarray(end.index + end[0].length));
  });
  child.once('close', () => {
    if (response.headersSent) response.end();
    else refuse(response, 'the program ended without an answer');
  });
}

function refuse(response: ServerResponse, sentence: string): void {
  if (!response.headersSent) response.writeHead(502, { 'content-type': 'text/plain' });
  response.end(`${sentence}\n`);
}
