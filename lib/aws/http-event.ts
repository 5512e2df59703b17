/** The event of an HTTP API (payload format 2.0) as a request. */
import type { HttpRequest } from '../api/http.ts';

interface HttpEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
  readonly requestContext: { readonly http: { readonly method: string }; readonly stage?: string };
}

export function isHttpEvent(event: unknown): event is HttpEvent {
  const { version, rawPath, requestContext } = (event ?? {}) as {
    version?: unknown;
    rawPath?: unknown;
    requestContext?: { http?: { method?: unknown } };
  };
  return version === '2.0' && typeof rawPath === 'string' && typeof requestContext?.http?.method === 'string';
}

export function httpRequestOf(event: HttpEvent): HttpRequest {
  const { rawPath, rawQueryString = '', headers = {}, body, isBase64Encoded, requestContext } = event;
  const { stage } = requestContext;
  // The path of a stage with a name begins with that name.
  const isStaged = stage !== undefined && stage !== '$default' && `${rawPath}/`.startsWith(`/${stage}/`);
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  return {
    method: requestContext.http.method,
    path: isStaged ? rawPath.slice(stage.length + 1) : rawPath,
    query: rawQueryString,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: { base64: bytes.toString('base64') },
  };
}
