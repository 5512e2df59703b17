// Stands before a server and counts what it is asked, so that a test can say how many requests a session makes.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Counting {
  /** The server's URL, by way of the counter. */
  urlOf(url: string): string;
  /** Requests since this was asked last. */
  taken(): number;
  stop(): Promise<void>;
}

/** Addresses in answers are those of the counter, so that a client that follows them stays with it. */
export async function startCounting(origin: string): Promise<Counting> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void pass(request.url ?? '/', request).then(
      ({ status, type, body }) => response.writeHead(status, { 'content-type': type }).end(body),
      () => response.destroy(),
    );
  });
  const pass = async (path: string, request: IncomingMessage) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const method = request.method ?? 'GET';
    const type = request.headers['content-type'];
    const answer = await fetch(`${origin}${path}`, {
      method,
      ...(method === 'POST' ? { body: Buffer.concat(parts) } : {}),
      headers: type === undefined ? {} : { 'content-type': type },
    });
    const text = (await answer.text()).replaceAll(origin, here());
    return { status: answer.status, type: answer.headers.get('content-type') ?? 'text/plain', body: text };
  };
  const here = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    urlOf: (url) => url.replace(origin, here()),
    taken: () => {
      const taken = requests;
      requests = 0;
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
