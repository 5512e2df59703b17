/** What is asked of an API and what it says, whoever carries it: HTTP to a stack or to `serve`, or a call in this process. */
import type * as z from 'zod/mini';
import { ROUTES, type Operation, type Route } from '../api/contract.ts';
import { Problem } from '../api/problem.ts';
import { BAD_INPUT_NAMES, ReeveError, type ReeveErrorName } from '../session/errors.ts';

export interface ApiAsk {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  /** The tag of the settings that are to be replaced. */
  readonly match?: string;
}

/** An answer that the contract promises; every other one is thrown. */
export interface ApiSaid<T> {
  readonly status: number;
  readonly body: T;
  /** Names the settings of a harvester; the answers about one harvester have it. */
  readonly tag: string | undefined;
}

export interface Api {
  /** How people are told of it: `the API at https://…`, `the folder /…`. */
  readonly where: string;
  /** @throws NotFound | Conflict | InputInvalid in the API's own words, StoreBusy when it cannot be reached or is not ready */
  ask<Schema extends z.ZodMiniType>(
    operation: Operation,
    schema: Schema,
    asked?: ApiAsk,
  ): Promise<ApiSaid<z.output<Schema>>>;
}

/** The same request, in whichever way it travels. */
export interface PlainRequest {
  readonly method: Route['method'];
  /** With its leading slash, encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; empty when there is none. */
  readonly body: string;
}

export function requestOf(operation: Operation, asked: ApiAsk): PlainRequest {
  const { method, path }: Route = ROUTES[operation];
  const { params = {}, match } = asked;
  const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked.query ?? {}))
    if (value !== undefined) query.set(name, value);
  return {
    method,
    path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? '')),
    query,
    headers: {
      ...(body === '' ? {} : { 'content-type': 'application/json' }),
      ...(match === undefined ? {} : { 'if-match': match }),
    },
    body,
  };
}

/** What came back, in whichever way it travelled. */
export interface PlainAnswer {
  readonly status: number;
  readonly text: string;
  readonly tag: string | undefined;
}

/** @throws as `Api.ask`, for an answer that is a refusal; ZodError | SyntaxError for one that is not as the contract says */
export function readAnswer<Schema extends z.ZodMiniType>(
  schema: Schema,
  { status, text, tag }: PlainAnswer,
  where: string,
): ApiSaid<z.output<Schema>> {
  if (status < 200 || status > 299) throw refusalOf(where, status, text);
  return { status, body: schema.parse(text === '' ? undefined : JSON.parse(text)), tag };
}

function refusalOf(where: string, status: number, text: string): ReeveError {
  const problem = Problem.safeParse(jsonOf(text)).data;
  if (problem !== undefined) return new ReeveError(nameOf(problem), sentenceOf(problem));
  if (status === 401 || status === 403)
    return new ReeveError(
      'InputInvalid',
      `${where} refuses these credentials (${status}); allowed are those of a principal that may execute-api:Invoke it, or a token in REEVE_API_TOKEN`,
    );
  return new ReeveError('StoreBusy', `${where} answered ${status}, and not as Reeve does`);
}

function nameOf({ name, status }: Problem): ReeveErrorName {
  if (name === 'PreconditionFailed') return 'Conflict';
  if (name === 'RemoteFailed') return 'RemoteUnreachable';
  const known = BAD_INPUT_NAMES.find((one) => one === name);
  return known ?? (status >= 500 ? 'StoreBusy' : 'InputInvalid');
}

/** Of many faults each has a line; that they lay in the body of a request is nothing to somebody who typed options. */
function sentenceOf({ detail, faults = [] }: Problem): string {
  const [only = detail, ...others] = faults.map((fault) => fault.replace(/^body: /, ''));
  if (others.length === 0) return faults.length === 0 ? detail : `It is not valid: ${only}`;
  return [`It is not valid in ${others.length + 1} places:`, only, ...others].join('\n  ');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
