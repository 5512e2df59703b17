import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lean } from '../../lib/infra/lean.ts';
import * as whole from './clients.ts';

interface Answer {
  /** Who answers so, and the name of the error that its client makes of it. */
  readonly of?: readonly [service: keyof typeof whole.CALLS, name: string];
  readonly status: number;
  /** In the header. */
  readonly type?: string;
  readonly body: string;
}

/** What the services answer, as their documentation shows it. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'a condition that is not met': {
    of: ['dynamodb', 'ConditionalCheckFailedException'],
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}',
  },
  'a throttled table': {
    of: ['dynamodb', 'ProvisionedThroughputExceededException'],
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"Slow down"}',
  },
  'a key that is not there': {
    of: ['s3', 'NoSuchKey'],
    status: 404,
    body: '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>k</Key></Error>',
  },
  'an object that may not be read': {
    of: ['s3', 'AccessDenied'],
    status: 403,
    body: '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>',
  },
  'a function that is not there': {
    of: ['lambda', 'ResourceNotFoundException'],
    status: 404,
    type: 'ResourceNotFoundException',
    body: '{"Type":"User","Message":"Function not found: x"}',
  },
  'too many calls of a function': {
    of: ['lambda', 'TooManyRequestsException'],
    status: 429,
    type: 'TooManyRequestsException:http://internal.amazon.com/coral/com.amazonaws.awsgirapi/',
    body: '{"Reason":"ConcurrentInvocationLimitExceeded","Type":"User","message":"Rate Exceeded."}',
  },
  'an execution that is there': {
    of: ['sfn', 'ExecutionAlreadyExists'],
    status: 400,
    body: '{"__type":"ExecutionAlreadyExists","message":"Execution Already Exists"}',
  },
  'a schedule that is there': {
    of: ['scheduler', 'ConflictException'],
    status: 409,
    type: 'ConflictException',
    body: '{"Message":"Schedule x already exists."}',
  },
  'a bus that has no time': {
    of: ['events', 'InternalException'],
    status: 500,
    body: '{"__type":"InternalException","message":"wait"}',
  },
  'a secret that is not there': {
    of: ['secrets', 'ResourceNotFoundException'],
    status: 400,
    body: '{"__type":"ResourceNotFoundException","Message":"Secrets Manager can\u0027t find the specified secret."}',
  },
  'something that is no answer of AWS': { status: 502, body: '<html>Bad gateway</html>' },
};

const folder = mkdtempSync(join(tmpdir(), 'reeve-lean-'));
let answer = ANSWERS['a throttled table']!;
const server = createServer((request, response) => {
  request.resume();
  const headers = answer.type === undefined ? {} : { 'x-amzn-errortype': answer.type };
  response.writeHead(answer.status, headers).end(answer.body);
});
let bundled: typeof whole;
let endpoint = '';

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const outfile = join(folder, 'clients.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'clients.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    banner: {
      js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
    },
    plugins: [lean()],
  });
  bundled = (await import(pathToFileURL(outfile).href)) as typeof whole;
}, 60_000);
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function thrown(call: () => Promise<unknown>): Promise<unknown> {
  const error = await call().then(
    () => undefined,
    (rejected: unknown) => rejected,
  );
  const { name, message, $fault } = error as Error & { $fault?: string };
  return { isError: error instanceof Error, name, message, $fault };
}

test.each(Object.keys(ANSWERS))(
  '%s is the same error in a bundle as in the whole SDK, for every client',
  async (what) => {
    answer = ANSWERS[what]!;
    for (const service of Object.keys(whole.CALLS) as (keyof typeof whole.CALLS)[]) {
      const there = await thrown(() => bundled.CALLS[service](endpoint));
      expect(there, service).toEqual(await thrown(() => whole.CALLS[service](endpoint)));
      expect(there, service).toMatchObject({ isError: true });
      if (answer.of?.[0] === service) expect(there).toMatchObject({ name: answer.of[1] });
    }
  },
);
