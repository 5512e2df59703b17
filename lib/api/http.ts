/** HTTP as plain data: what the app is asked and what it answers, whoever speaks HTTP for it (API Gateway, or `reeve serve`). */
import * as z from 'zod/mini';

/** A longer body is answered 413. */
export const BODY_BYTES_MAX = 262_144;

export const HttpRequest = z.object({
  method: z.string().check(z.maxLength(50)),
  /** With its leading slash, as it was sent. */
  path: z.string().check(z.maxLength(8_192)),
  /** Without the question mark. */
  query: z.string().check(z.maxLength(16_384)),
  /** Names in lower case; several values joined with a comma. */
  headers: z.record(z.string(), z.string()),
  /** Base64, empty when there was none; `too large` when it was not read for being over `BODY_BYTES_MAX`. */
  body: z.union([z.object({ base64: z.string() }), z.literal('too large')]),
});
export type HttpRequest = z.infer<typeof HttpRequest>;

/** In the shape that API Gateway wants of a Lambda (payload format 2.0). */
export interface HttpAnswer {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8; empty where there is none. */
  readonly body: string;
}

/** What every answer carries: it is data, nobody's page, and nobody may keep it. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

export function answerOf(
  statusCode: number,
  value: unknown,
  {
    headers = {},
    type = 'application/json',
  }: { headers?: Readonly<Record<string, string>>; type?: string } = {},
): HttpAnswer {
  if (value === undefined) return { statusCode, headers: { ...ALWAYS, ...headers }, body: '' };
  return {
    statusCode,
    headers: { ...ALWAYS, 'content-type': type, ...headers },
    body: JSON.stringify(value),
  };
}
