/** What the owner of a folder answers to other processes of the same user, over a socket: reads of the table, and aborts. */
import { chmod } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Session } from '../../session/session.ts';
import { ReeveError, sentenceOf } from '../../session/errors.ts';
import type { Dynamo } from './dynamo.ts';

export interface AbortAnswer {
  readonly said: 'aborting' | 'already' | 'over' | 'gone';
  readonly session: Session | undefined;
}

/** What the owner answers when it could not abort. */
export interface Fault {
  readonly fault: string;
}

export const ABORT_PATH = '/abort';
const BODY_BYTES_MAX = 1_000_000;
/** Guests read; what changes a session goes through the owner. */
const NOT_FOR_GUESTS = {
  __type: 'com.amazon.coral.service#AccessDeniedException',
  message: 'only the process that has the folder open may write',
};
const READS: ReadonlySet<string> = new Set(
  ['GetItem', 'Query', 'BatchGetItem'].map((name) => `DynamoDB_20120810.${name}`),
);

export interface Served {
  close(): Promise<void>;
}

export async function serve(
  socket: string,
  dynamo: Dynamo,
  abort: (sessionId: string) => Promise<AbortAnswer>,
): Promise<Served> {
  const server = createServer((request, response) => {
    void answer(request, { dynamo, abort }).then(
      ({ status, body }) => reply(response, status, body),
      (error: unknown) => reply(response, 500, JSON.stringify({ fault: sentenceOf(error) } satisfies Fault)),
    );
  });
  await listening(server, socket);
  await chmod(socket, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socket, resolve);
  });
}

interface Answering {
  readonly dynamo: Dynamo;
  readonly abort: (sessionId: string) => Promise<AbortAnswer>;
}

async function answer(
  request: IncomingMessage,
  { dynamo, abort }: Answering,
): Promise<{ status: number; body: string }> {
  const body = await bodyOf(request);
  if (request.url === ABORT_PATH) {
    const { session } = JSON.parse(body) as { session: string };
    return { status: 200, body: JSON.stringify(await abort(session)) };
  }
  const target = String(request.headers['x-amz-target']);
  return READS.has(target)
    ? dynamo.call(target, body)
    : { status: 400, body: JSON.stringify(NOT_FOR_GUESTS) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX)
      throw new ReeveError('InputInvalid', `A request is longer than ${BODY_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function reply(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
