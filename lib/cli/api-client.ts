/** Speaks to the API of a deployed stack, or of `reeve serve`: signed, with a token, or on this machine as it is. */
import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { createSigner, type Signer } from '../aws/signer.ts';
import type { Operation } from '../api/contract.ts';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import { readAnswer, requestOf, type Api, type ApiAsk, type ApiSaid } from './api.ts';

const REQUEST_MILLIS_MAX = 35_000;
/** A gateway that has too much to do (429) has done nothing, so anything may be asked of it again. */
const TOO_MANY = 429;
const TRIES_MAX = 6;
const PAUSE_MILLIS = 250;

export class ApiClient implements Api {
  readonly where: string;
  readonly #base: URL;
  readonly #token: string | undefined;
  readonly #sign: Signer | undefined;

  /** @throws InputInvalid when the URL is not one of an API */
  constructor(typed: string, env: Readonly<Record<string, string | undefined>>) {
    this.#base = baseOf(typed);
    this.where = `The API at ${this.#base.origin}`;
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
    try {
      for (let tries = 1; ; tries += 1) {
        const response = await this.#send(requestOf(operation, asked));
        const text = await response.text();
        if (response.status !== TOO_MANY || tries === TRIES_MAX) {
          const tag = response.headers.get('etag') ?? undefined;
          return readAnswer(schema, { status: response.status, text, tag }, this.where);
        }
        await pause(PAUSE_MILLIS * 2 ** (tries - 1));
      }
    } catch (error) {
      if (error instanceof ReeveError) throw error;
      throw new ReeveError('StoreBusy', `${this.where} could not be asked: ${reasonOf(error)}`, {
        cause: error,
      });
    }
  }

  async #send({ method, path, query, headers, body }: ReturnType<typeof requestOf>): Promise<Response> {
    const url = new URL(`${this.#base.pathname.replace(/\/+$/, '')}${path}`, this.#base);
    // A signature is over %20, and for whoever checks it a + is another character.
    url.search = query.toString().replaceAll('+', '%20');
    const plain = {
      ...headers,
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
    };
    return fetch(url, {
      method,
      headers: (await this.#sign?.({ method, url, headers: plain, body })) ?? plain,
      redirect: 'error',
      signal: AbortSignal.timeout(REQUEST_MILLIS_MAX),
      ...(body === '' ? {} : { body }),
    });
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

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return sentenceOf(cause instanceof Error ? cause : error);
}
