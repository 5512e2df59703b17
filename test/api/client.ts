/** Asks the app as HTTP would, and holds every answer against the committed OpenAPI document. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { default as addFormats } from 'ajv-formats';
import { expect } from 'vitest';
import type { HttpAnswer, HttpRequest } from '../../lib/api/http.ts';

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}
interface DocumentedOperation {
  readonly operationId: string;
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly headers?: Readonly<Record<string, unknown>>;
        readonly content?: Readonly<Record<string, { readonly schema: object }>>;
      }
    >
  >;
}

export const DOCUMENT = JSON.parse(
  readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'),
) as Document & Record<string, unknown>;

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema(DOCUMENT, 'openapi.json');

export const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Ask {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `operation status` of every answer that was held against the document. */
export const SEEN = new Set<string>();

export function requestOf(method: string, target: string, { body, headers = {} }: Ask = {}): HttpRequest {
  const [path = '', query = ''] = target.split('?');
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  return {
    method,
    path,
    query,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: { base64: Buffer.from(text).toString('base64') },
  };
}

export function clientOf(api: (request: HttpRequest) => Promise<HttpAnswer>) {
  return async (method: string, target: string, more: Ask = {}): Promise<Answer> => {
    const answer = await api(requestOf(method, target, more));
    return checked(method, target.split('?')[0] ?? '', answer);
  };
}
export type Client = ReturnType<typeof clientOf>;

/** Fails unless the document says of this path and method that it may answer so. */
export function checked(method: string, path: string, answer: HttpAnswer): Answer {
  const { statusCode: status, headers, body: text } = answer;
  const body = text === '' ? undefined : (JSON.parse(text) as unknown);
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  const found = OPERATIONS.find(
    (one) =>
      one.method === method &&
      new RegExp(`^${one.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[\\w-]+')}$`).test(path),
  );
  if (found === undefined) return { status, headers, body };
  const { operationId, responses } = found.operation;
  const documented = responses[String(status)];
  expect(documented, `${operationId} answered ${status}: ${text}`).toBeDefined();
  for (const name of Object.keys(documented?.headers ?? {}))
    expect(headers[name.toLowerCase()], `${operationId} ${status} lacks ${name}`).toBeDefined();
  const [type] = Object.keys(documented?.content ?? {});
  if (type === undefined) expect(text).toBe('');
  else {
    expect(headers['content-type']).toBe(type);
    const pointer = [
      'paths',
      found.path,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      type,
      'schema',
    ]
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.getSchema(`openapi.json#/${pointer}`);
    expect(validate?.(body), `${operationId} ${status}: ${ajv.errorsText(validate?.errors)} in ${text}`).toBe(
      true,
    );
  }
  SEEN.add(`${operationId} ${status}`);
  return { status, headers, body };
}
