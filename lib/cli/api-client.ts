/** Speaks to the API of a deployed stack, or of `reeve serve`: signed, with a token, or on this machine as it is. */
import type * as z from 'zod/mini';
import { createSigner, type Signer } from '../aws/signer.ts';
import { ROUTES, type Operation, type Route } from '../api/contract.ts';
import { Problem } from '../api/problem.ts';
import { BAD_INPUT_NAMES, ReeveError, sentenceOf, type ReeveErrorName } from '../session/errors.ts';

const REQUEST_MILLIS_MAX = 35_000;

export interface ApiAsk {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly key?: string;
}

/** An answer that the contract promises; every other one is thrown. */
export interface ApiSaid<T> {
  readonly status: number;
  readonly body: T;
}

export class ApiClient {
  readonly #base: URL;
  readonly #token: string | undefined;
  readonly #sign: Signer | undefined;

  /** @throws InputInvalid when the URL is not one of an API */
  constructor(typed: string, env: Readonly<Record<string, string | undefined>>) {
    this.#base = baseOf(typed);
    this.#token = env['REEVE_API_TOKEN'] === '' ? undefined : env['REEVE_API_TOKEN'];
    const region = signingRegion(this.#base, env);
    this.#sign = this.#token === undefined && region !== undefined ? createSigner(region) : undefined;
  }

  /** @throws NotFound | Conflict | InputInvalid in the API's own words, StoreBusy when it cannot be reached or is not ready */
  async ask<Schema extends z.ZodMiniType>(
    operation: Operation,
    schema: Schema,
    asked: ApiAsk = {},
  ): Promise<ApiSaid<z.output<Schema>>> {
    const route: Route = ROUTES[operation];
    const url = this.#urlOf(route, asked);
    const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
    const plain = {
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...(asked.key === undefined ? {} : { 'idempotency-key': asked.key }),
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
    };
    try {
      const headers = (await this.#sign?.({ method: route.method, url, headers: plain, body })) ?? plain;
      const response = await fetch(url, {
        method: route.method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(REQUEST_MILLIS_MAX),
        ...(body === '' ? {} : { body }),
      });
      const text = await response.text();
      if (!response.ok) throw refusalOf(url, response.status, text);
      return { status: response.status, body: schema.parse(text === '' ? undefined : JSON.parse(text)) };
    } catch (error) {
      if (error instanceof ReeveError) throw error;
      throw new ReeveError('StoreBusy', `The API at ${url.origin} could not be asked: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  #urlOf(route: Route, { params = {}, query = {} }: ApiAsk): URL {
    const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(params[name] ?? ''),
    );
    const url = new URL(`${this.#base.pathname.replace(/\/+$/, '')}${path}`, this.#base);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    return url;
  }
}

function baseOf(typed: string): URL {
  const allowed = 'allowed is the URL that the stack says as ApiUrl, or http://127.0.0.1:8470 of serve';
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '')
    throw new ReeveError(
      'InputInvalid',
      `--api ${JSON.stringify(typed.slice(0, 100))} is not the URL of an API; ${allowed}`,
    );
  return url;
}

/** `reeve serve` wants no signature; everybody else does, in the Region that the URL names or the environment. */
function signingRegion(url: URL, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const isDeployed = url.hostname.includes('.execute-api.');
  if (url.protocol === 'http:' && !isDeployed) return undefined;
  const region =
    /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(url.hostname)?.[1] ??
    env['AWS_REGION'] ??
    env['AWS_DEFAULT_REGION'];
  if (region !== undefined && region !== '') return region;
  throw new ReeveError(
    'InputInvalid',
    `The Region of ${url.hostname} is not in its name; allowed is to say it in AWS_REGION`,
  );
}

function refusalOf(url: URL, status: number, text: string): ReeveError {
  const problem = Problem.safeParse(jsonOf(text));
  if (status === 401 || status === 403)
    return new ReeveError(
      'InputInvalid',
      `The API at ${url.origin} refuses these credentials (${status}); allowed are those of a principal that may execute-api:Invoke it, or a token in REEVE_API_TOKEN`,
    );
  if (!problem.success)
    return new ReeveError('StoreBusy', `The API at ${url.origin} answered ${status}, and not as Reeve does`);
  const { name, detail } = problem.data;
  const known = (BAD_INPUT_NAMES as readonly string[]).includes(name) ? (name as ReeveErrorName) : undefined;
  return new ReeveError(known ?? (status >= 500 ? 'StoreBusy' : 'InputInvalid'), detail);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return sentenceOf(cause instanceof Error ? cause : error);
}
