/** Remotes with a door: one keeps whoever asks for a dataset waiting until it is opened, the other lets in who has a token. */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'vitest';
import type { SampleRemote } from '../../lib/sample/remote.ts';

export interface GatedRemote {
  readonly url: string;
  /** How many have waited so far. */
  waiting(): number;
  open(): void;
}

/** What is behind the gate is the sample remote; its listing may always be read. */
export async function gatedRemote(
  { onTestFinished }: TestContext,
  behind: SampleRemote,
): Promise<GatedRemote> {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let waiting = 0;
  const server = createServer((incoming, outgoing) => {
    const isDataset = /\/datasets\/\d+/.test(incoming.url ?? '');
    if (isDataset) waiting += 1;
    void (isDataset ? gate : Promise.resolve()).then(() => forward(incoming, outgoing, behind.url));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    open();
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    waiting: () => waiting,
    open: () => open(),
  };
}

/** Answers 401 to whoever has not the token; what is behind it is the sample remote. */
export async function lockedRemote(
  { onTestFinished }: TestContext,
  behind: SampleRemote,
  token: string,
): Promise<{ readonly url: string }> {
  const server = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization === `Bearer ${token}`) forward(incoming, outgoing, behind.url);
    else outgoing.writeHead(401).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, to: string): void {
  const onward = request(
    new URL(incoming.url ?? '/', to),
    { headers: { ...incoming.headers, host: new URL(to).host } },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    },
  );
  onward.on('error', () => outgoing.destroy());
  onward.end();
}
