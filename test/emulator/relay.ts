/**
 * Stands between the Lambdas of a stack and the emulator: counts what they ask of AWS, and when a test says so has the table throttled, or keeps
 * a call waiting.
 *
 * The SDK takes the address of each service from its own variable (`AWS_ENDPOINT_URL_DYNAMODB` ...), so a Lambda is led here by its environment
 * and does not know.
 */
import { Agent, createServer, request, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import type { TestContext } from 'vitest';
import type { FunctionName } from '../../lib/infra/function-names.ts';
import type { Deployed, Deployment } from './deployed.ts';

/** As `dynamodb GetItem`, `s3 PUT`: how often it was asked. */
export type Calls = Readonly<Record<string, number>>;

export interface Relay {
  readonly url: string;
  /** What was asked since it was last told. */
  takeCalls(): Calls;
  /** From now on so many requests of the table in a hundred are refused as DynamoDB refuses them when it is asked too much. */
  throttle(percent: number): void;
  throttled(): number;
  /** Keeps such calls waiting, as `states StartExecution`. @returns what lets them go on */
  hold(call: string): () => void;
  close(): Promise<void>;
}

const SERVICES = ['DYNAMODB', 'S3', 'SFN', 'SCHEDULER', 'LAMBDA', 'EVENTBRIDGE'] as const;

/** For one test: the Lambdas that are named ask AWS through it until the test is over. */
export async function relayFor(
  { onTestFinished }: TestContext,
  stack: Deployed,
  names: readonly FunctionName[],
): Promise<Relay> {
  const relay = await startRelay(stack.deployment);
  onTestFinished(() => relay.close());
  const leadBack = await leadBy(relay, stack, names);
  onTestFinished(leadBack);
  return relay;
}

async function startRelay({ url, authority, certificate }: Deployment): Promise<Relay> {
  const agent = new Agent({ ca: authority, keepAlive: true });
  const calls = new Map<string, number>();
  const held = new Map<string, Promise<void>>();
  let percent = 0;
  let asked = 0;
  let refused = 0;
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (incoming, outgoing) => {
    const call = callOf(incoming);
    calls.set(call, (calls.get(call) ?? 0) + 1);
    if (call.startsWith('dynamodb ')) {
      asked += 1;
      // Evenly: of 30 in a hundred the 4th, the 7th, the 10th ...
      if (Math.floor((asked * percent) / 100) > Math.floor(((asked - 1) * percent) / 100)) {
        refused += 1;
        refuse(incoming, outgoing);
        return;
      }
    }
    void (held.get(call) ?? Promise.resolve()).then(() => forward(incoming, outgoing, new URL(url), agent));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    takeCalls() {
      const taken = Object.fromEntries([...calls].sort(([a], [b]) => (a < b ? -1 : 1)));
      calls.clear();
      return taken;
    },
    throttle(share) {
      percent = share;
    },
    throttled: () => refused,
    hold(call) {
      let letGo = (): void => undefined;
      held.set(call, new Promise((resolve) => (letGo = resolve)));
      return () => {
        held.delete(call);
        letGo();
      };
    },
    close: () => closed(server, agent),
  };
}

/** The service is in the signature's scope, the operation in a header or, of REST, in the method. */
function callOf({ headers, method = '', url = '' }: IncomingMessage): string {
  const service =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unsigned';
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return `${service} ${target.split('.').at(-1) ?? ''}`;
  if (service !== 's3') return `${service} ${method}`;
  if (headers['x-amz-copy-source'] !== undefined) return 's3 CopyObject';
  if (url.includes('list-type=2')) return 's3 ListObjectsV2';
  return { PUT: 's3 PutObject', GET: 's3 GetObject', POST: 's3 DeleteObjects' }[method] ?? `s3 ${method}`;
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume();
  const __type = 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException';
  const message = 'The level of configured provisioned throughput for the table was exceeded';
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify({ __type, message }));
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, to: URL, agent: Agent): void {
  const { method, url, headers } = incoming;
  const onward = request(
    { host: to.hostname, port: to.port, method, path: url, headers, agent },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}

function closed(server: Server, agent: Agent): Promise<void> {
  agent.destroy();
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Leads these Lambdas to AWS by way of the relay. @returns what leads them back */
async function leadBy(
  relay: Relay,
  stack: Deployed,
  names: readonly FunctionName[],
): Promise<() => Promise<void>> {
  const before = await Promise.all(
    names.map(async (name) => {
      const FunctionName = stack.functionArn(name);
      return stack.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    }),
  );
  const endpoints = Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, relay.url]));
  const set = (more: Record<string, string>) =>
    Promise.all(
      before.map(({ FunctionArn, Environment }: FunctionConfiguration) =>
        stack.lambda.send(
          new UpdateFunctionConfigurationCommand({
            FunctionName: FunctionArn,
            Environment: { Variables: { ...Environment?.Variables, ...more } },
          }),
        ),
      ),
    );
  await set(endpoints);
  return async () => {
    await set({});
  };
}
