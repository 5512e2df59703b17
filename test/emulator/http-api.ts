/** Asks the deployed API as its callers do: over HTTPS, with a signature of version 4 for `execute-api`. */
import { request } from 'node:https';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Deployed } from './deployed.ts';

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Without a signature: nobody in particular. */
  readonly isUnsigned?: boolean;
}

/** What a problem says, as far as tests look. */
export interface Problem {
  readonly name: string;
  readonly detail: string;
  readonly faults?: readonly string[];
  readonly session?: string;
}

/** AWS gives an API a host of its own; the emulator serves it under a path as well, which needs no name to be resolved. */
const EMULATED = '/_aws/execute-api';

export function apiUrlOf(stack: Deployed): URL {
  const [id] = new URL(stack.output('ApiUrl')).hostname.split('.');
  return new URL(`${EMULATED}/${id}/$default`, stack.deployment.url);
}

/** @param path with its query */
export async function askApi<Body>(
  stack: Deployed,
  method: string,
  path: string,
  { body, headers = {}, isUnsigned = false }: Ask = {},
): Promise<ApiAnswer<Body>> {
  const { hostname, port } = new URL(stack.deployment.url);
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const target = new URL(`${apiUrlOf(stack).href}${path}`);
  const unsigned = {
    method,
    protocol: 'https:',
    hostname,
    port: Number(port),
    path: target.pathname,
    query: Object.fromEntries(target.searchParams),
    headers: {
      host: `${hostname}:${port}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(text === '' ? {} : { body: text }),
  };
  const signer = new SignatureV4({
    service: 'execute-api',
    region: stack.config.region,
    credentials: stack.config.credentials,
    sha256: stack.sfn.config.sha256,
  });
  const asked = isUnsigned ? unsigned : await signer.sign(unsigned);
  return send(stack.deployment.authority, { method, target, headers: asked.headers, text });
}

function send<Body>(
  authority: string,
  {
    method,
    target,
    headers,
    text,
  }: { method: string; target: URL; headers: Record<string, string>; text: string },
): Promise<ApiAnswer<Body>> {
  return new Promise((resolve, reject) => {
    const asked = request(target, { method, headers, ca: authority }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const said = Buffer.concat(parts).toString('utf8');
        const body = (said === '' ? undefined : JSON.parse(said)) as Body;
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
      });
    });
    asked.on('error', reject);
    asked.end(text);
  });
}
