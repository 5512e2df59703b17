/** Reads a request by its route: which it is, and every fault of its query, headers and body at once. */
import type * as z from 'zod/mini';
import { faultsOf } from '../settings/faults.ts';
import { jsonFaultOf } from '../settings/json-fault.ts';
import { ROUTES, type Asked, type Operation, type Route } from './contract.ts';
import { BODY_BYTES_MAX, type HttpRequest } from './http.ts';
import { badRequest, ProblemError } from './problem.ts';
import { Id } from './schemas.ts';

export interface Found {
  readonly operation: Operation;
  readonly params: Readonly<Record<string, string>>;
}

const ROUTE_LIST = Object.entries(ROUTES) as unknown as readonly (readonly [Operation, Route])[];

/** @throws ProblemError 404 for a path that is none of ours, 405 for another method of one that is */
export function findRoute({ method, path }: Pick<HttpRequest, 'method' | 'path'>): Found {
  const matching = ROUTE_LIST.flatMap(([operation, route]) => {
    const params = paramsOf(route.path, path);
    return params === undefined ? [] : [{ operation, route, params }];
  });
  if (matching.length === 0) throw new ProblemError('NotFound', 'There is nothing at this path');
  const asked = method === 'HEAD' ? 'GET' : method;
  const found = matching.find(({ route }) => route.method === asked);
  if (found !== undefined) return found;
  const methods = matching.map(({ route }) => route.method);
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
  throw new ProblemError('MethodNotAllowed', `The methods of this path are ${allowed}`, {
    headers: { allow: allowed },
  });
}

/** What is no id names nothing that is there. */
function paramsOf(template: string, path: string): Record<string, string> | undefined {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined && part !== value) return undefined;
    if (name !== undefined && !Id.safeParse(value).success) return undefined;
    if (name !== undefined) params[name] = value;
  }
  return params;
}

/** @throws ProblemError 413, 415, or 400 with every fault */
export function readRequest<O extends Operation>(
  operation: O,
  params: Readonly<Record<string, string>>,
  request: HttpRequest,
): Asked<O> {
  const route: Route = ROUTES[operation];
  const json = route.body === undefined ? undefined : readBody(route, request);
  const faults: string[] = [];
  const judged = (schema: z.ZodMiniType | undefined, where: string, input: unknown): unknown => {
    const parsed = schema?.safeParse(input);
    if (parsed?.success === false)
      faults.push(...faultsOf(parsed.error, input).map((fault) => `${where}: ${fault}`));
    return parsed?.data;
  };
  const query = judged(route.query, 'query', readQuery(request.query, faults));
  const headers = judged(route.headers, 'header', request.headers);
  if (json !== undefined && 'fault' in json) faults.push(json.fault);
  const body = json !== undefined && 'value' in json ? judged(route.body, 'body', json.value) : undefined;
  if (faults.length > 0) throw badRequest(faults);
  // Each part is what its schema made of it.
  return { params, query, headers, body } as Asked<O>;
}

function readQuery(query: string, faults: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (Object.hasOwn(values, name))
      faults.push(`query: ${name.slice(0, 60)} is there twice; allowed is once`);
    Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return values;
}

function readBody(route: Route, { headers, body }: HttpRequest): { value: unknown } | { fault: string } {
  const bytes = body === 'too large' ? undefined : Buffer.from(body.base64, 'base64');
  if (bytes === undefined || bytes.length > BODY_BYTES_MAX)
    throw new ProblemError('TooLarge', `The body is longer than ${BODY_BYTES_MAX} bytes, which is allowed`);
  if (bytes.length === 0 && route.bodyMayLack === true) return { value: {} };
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? ''))
    throw new ProblemError('UnsupportedMediaType', 'A body is read as application/json and nothing else');
  const text = decoded(bytes);
  if (text === undefined) return { fault: 'body: it is not UTF-8' };
  const broken = jsonFaultOf(text);
  if (broken !== undefined)
    return { fault: `body: it is not JSON: line ${broken.line}, column ${broken.column}: ${broken.what}` };
  return { value: JSON.parse(text) as unknown };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
