import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLambdaRemote, shareOf } from '../../lib/aws/remote.ts';
import { systemClock } from '../../lib/aws/ambient.ts';

const server = createServer((request, response) => {
  response
    .writeHead(request.url === '/missing' ? 404 : 200, { 'content-type': 'application/json' })
    .end('{}');
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test('a worker takes its share of what the session may ask, and never nothing', () => {
  expect(shareOf({ requestsAtOnce: 10, requestsPerSecond: 9, workers: 2 })).toEqual({
    requestsAtOnce: 5,
    requestsPerSecond: 4.5,
    workers: 1,
  });
  expect(shareOf({ requestsAtOnce: 2, requestsPerSecond: 1, workers: 8 })).toEqual({
    requestsAtOnce: 1,
    requestsPerSecond: 0.125,
    workers: 1,
  });
});

test('every request is measured by how it ended', async () => {
  const outcomes: unknown[] = [];
  const measure = (name: string, millis: number, dimensions?: object): void => {
    expect([name, millis >= 0]).toEqual(['RemoteMillis', true]);
    outcomes.push(dimensions);
  };
  const remote = createLambdaRemote(
    { REEVE_REMOTE_POLICY: '{"allowLoopback":true,"retriesMax":0}', REEVE_SECRETS_PREFIX: 'reeve/' },
    { clock: systemClock, metrics: { measure } },
  );
  expect((await remote.fetch({ url }, { timeSecondsMax: 5 })).status).toBe(200);
  await expect(remote.fetch({ url: 'http://127.0.0.1:1/' }, { timeSecondsMax: 5 })).rejects.toMatchObject({
    name: 'RemoteUnreachable',
  });
  expect(outcomes).toEqual([{ outcome: 'answered' }, { outcome: 'RemoteUnreachable' }]);
});

test('without the setting for emulators loopback is out of reach', async () => {
  const remote = createLambdaRemote(
    { REEVE_REMOTE_POLICY: '{}', REEVE_SECRETS_PREFIX: 'reeve/' },
    { clock: systemClock, metrics: { measure: () => undefined } },
  );
  await expect(remote.fetch({ url }, { timeSecondsMax: 5 })).rejects.toMatchObject({
    name: 'RemoteForbidden',
  });
});
