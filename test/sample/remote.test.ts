import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { ask } from './ask.ts';
import { started } from './started.ts';

test('the index page lists the three services', async () => {
  const remote = await started();
  const { text, headers } = await ask(remote.url);
  expect(headers['content-type']).toContain('text/html');
  for (const url of [remote.geonodeUrl, remote.wmsUrl, remote.arcgisUrl]) expect(text).toContain(url);
});

test('gzip is spoken when asked and not when refused, in small and in streamed answers', async () => {
  const remote = await started({ datasets: 3_000 });
  for (const url of [
    `${remote.url}/api/v2/datasets/6/`,
    `${remote.wmsUrl}?service=WMS&request=GetCapabilities`,
  ]) {
    const zipped = await ask(url, { 'accept-encoding': 'br;q=1.0, gzip;q=0.8' });
    const plain = await ask(url, { 'accept-encoding': 'gzip;q=0' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gunzipSync(zipped.bytes).equals(plain.bytes)).toBe(true);
    expect(zipped.bytes.length).toBeLessThan(plain.bytes.length / 2);
  }
});

test('it remembers what it was asked, in order', async () => {
  const remote = await started();
  await ask(`${remote.url}/api/v2/resources?page=2`, { 'user-agent': 'a test' });
  await ask(`${remote.wmsUrl}?service=WMS&request=GetCapabilities`);
  await ask(`${remote.arcgisUrl}/County/MapServer/14?f=json`);
  expect(remote.requests().map(({ service, kind, number }) => [service, kind, number])).toEqual([
    ['geonode', 'listing', 2],
    ['wms', 'capabilities', undefined],
    ['arcgis', 'dataset', 7],
  ]);
  expect(remote.requests()[0]).toMatchObject({
    method: 'GET',
    path: '/api/v2/resources?page=2',
    userAgent: 'a test',
    concurrent: 1,
  });
  expect(remote.requestCount()).toBe(3);
});

test('writing is not allowed', async () => {
  const remote = await started();
  expect((await fetch(`${remote.url}/api/v2/datasets/1/`, { method: 'DELETE' })).status).toBe(405);
});

test('latency delays each answer and not the others', async () => {
  const remote = await started({ latencyMillis: 400 });
  const before = performance.now();
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => ask(`${remote.url}/api/v2/datasets/${index + 1}/`)),
  );
  expect(performance.now() - before).toBeGreaterThanOrEqual(399);
  expect(Math.max(...remote.requests().map(({ concurrent }) => concurrent))).toBeGreaterThan(1);
});

test('closing ends requests that wait, and frees the port', async () => {
  const remote = await startSampleRemote({ latencyMillis: 60_000 });
  const waiting = ask(remote.url);
  while (remote.requestCount() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const refused = expect(waiting).rejects.toThrow();
  await remote.close();
  await refused;
  await remote.close();
  await started({ port: Number(new URL(remote.url).port) });
});

test('a port that is taken, and settings out of bounds, are refused in one sentence', async () => {
  const remote = await started();
  const port = Number(new URL(remote.url).port);
  await expect(startSampleRemote({ port })).rejects.toThrow(
    `the sample remote cannot listen on port ${port}`,
  );
  await expect(startSampleRemote({ port: 65_536 })).rejects.toThrow('allowed is 0 to 65535');
  await expect(startSampleRemote({ latencyMillis: -1 })).rejects.toThrow('allowed is 0 to 600000');
  await expect(startSampleRemote({ datasets: NaN })).rejects.toThrow('allowed is 0 to 1000000');
});
