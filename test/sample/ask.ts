// Asks the sample remote with nothing in between: whole headers, bytes as they came, and what became of the connection.
import { type IncomingHttpHeaders, request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

/** @throws the socket's own error; `timed out` when nothing came for `millis` */
export function ask(url: string, headers: Record<string, string> = {}, millis = 10_000): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, timeout: millis, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(parts);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          bytes,
          text: bytes.toString('utf8'),
        });
      });
    });
    sent.on('timeout', () => sent.destroy(new Error('timed out')));
    sent.on('error', reject);
    sent.end();
  });
}

/** The answer's JSON, taken to be what the test says it is. */
export async function json<T>(url: string): Promise<T> {
  return JSON.parse((await ask(url)).text) as T;
}
