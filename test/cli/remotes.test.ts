/** What a URL that was typed may do, and what it does not allow others. */
import { expect, test } from 'vitest';
import { createRemotes, policyFor } from '../../lib/cli/remotes.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { DEFAULT_PACE } from '../../lib/session/limits.ts';

const policy = (url: string, allowPrivate = false) => policyFor(url, DEFAULT_PACE, allowPrivate);

test.each([
  ['https://example.org/wms', false, false],
  ['http://127.0.0.1:8765/', true, false],
  ['http://localhost/geonode', true, false],
  ['http://[::1]:8080/', true, false],
  ['http://192.168.1.10/arcgis', false, true],
  ['http://geoserver:8080/wms', false, true],
  ['http://169.254.169.254/latest', false, false],
])('%s: loopback %s, private addresses %s', (url, allowLoopback, allowPrivate) => {
  expect(policy(url)).toMatchObject({ allowLoopback, allowPrivate });
});

test('--allow-private allows names that lead into a private network', () => {
  expect(policy('https://geo.example.org/', true).allowPrivate).toBe(true);
});

test('an unusual port is allowed because it was typed', () => {
  expect(policy('https://example.org:6443/arcgis').ports).toEqual([80, 443, 8080, 8443, 6443]);
  expect(policy('https://example.org/arcgis').ports).toEqual([80, 443, 8080, 8443]);
});

test('a harvester asks at its own pace', () => {
  const pace = {
    ...DEFAULT_PACE,
    requestSeconds: 7,
    requestsPerSecond: 3,
    batchesAtOnce: 2,
    resourcesAtOnce: 4,
  };
  expect(policyFor('https://example.org/', pace, false)).toMatchObject({
    requestSeconds: 7,
    requestsPerSecondMax: 3,
    requestsAtOnceMax: 8,
  });
});

test('that loopback was typed for one harvester opens it to no other', async () => {
  const sample = await startSampleRemote({ datasets: 1 });
  const remotes = createRemotes({ allowPrivate: false });
  remotes.grant(sample.url, DEFAULT_PACE);
  const request = { url: `${sample.url}/api/v2/resources/` };
  await expect(remotes.fetch(request, { timeSecondsMax: 5, following: sample.url })).resolves.toMatchObject({
    status: 200,
  });
  await expect(
    remotes.fetch(request, { timeSecondsMax: 5, following: 'https://example.org/' }),
  ).rejects.toMatchObject({ name: 'RemoteForbidden' });
  expect(sample.requestCount()).toBe(1);
  await remotes.close();
  await sample.close();
});
