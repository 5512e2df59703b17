/** What a URL that was typed may do, and what it does not allow others. */
import { describe, expect, test } from 'vitest';
import { createRemotes, policyFor } from '../../lib/cli/remotes.ts';
import { localSecrets } from '../../lib/local/secrets.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import type { CredentialsReference } from '../../lib/session/credentials.ts';
import { DEFAULT_PACE } from '../../lib/session/limits.ts';

const policy = (url: string, allowPrivate = false) =>
  policyFor(url, DEFAULT_PACE, { allowPrivate, policy: {} });

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
  expect(policyFor('https://example.org/', pace, { allowPrivate: false, policy: {} })).toMatchObject({
    requestSeconds: 7,
    requestsPerSecondMax: 3,
    requestsAtOnceMax: 8,
  });
});

test('that loopback was typed for one harvester opens it to no other', async () => {
  const sample = await startSampleRemote({ datasets: 1 });
  const remotes = createRemotes({ allowPrivate: false, secrets: localSecrets({}), policy: {} });
  await remotes.grant(sample.url, DEFAULT_PACE);
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

test('the policy is what was typed of it; the port of a URL is added to the ports', () => {
  const policy = { respectRobots: true, ports: [443], retriesMax: 0 };
  expect(policyFor('https://example.org:6443/', DEFAULT_PACE, { allowPrivate: false, policy })).toMatchObject(
    { respectRobots: true, ports: [443, 6443], retriesMax: 0 },
  );
});

describe('credentials', () => {
  const TOKEN = 'c4n4ry-s3cr3t-t0ken';
  const granted = { kind: 'bearer', secret: 'env:TOKEN' } as const;
  const fetching = async (credentials: CredentialsReference, grants: CredentialsReference | undefined) => {
    const sample = await startSampleRemote({ datasets: 1 });
    const remotes = createRemotes({
      allowPrivate: false,
      secrets: localSecrets({ TOKEN, AWS_SECRET_ACCESS_KEY: 'another-secret' }),
      policy: {},
    });
    try {
      await remotes.grant(sample.url, DEFAULT_PACE, grants);
      const url = `${sample.url}/api/v2/resources/`;
      const options = { timeSecondsMax: 5, following: sample.url, credentials };
      return await remotes.fetch({ url }, options);
    } finally {
      await remotes.close();
      await sample.close();
    }
  };

  test('that were granted are sent', async () => {
    expect(await fetching(granted, granted)).toMatchObject({ status: 200, credentials: 'sent' });
  });

  test.each<[string, CredentialsReference | undefined]>([
    ['none were granted', undefined],
    ['others were granted', granted],
  ])('that a harvester in the store names are refused when %s', async (_what, grants) => {
    const theirs = { kind: 'bearer', secret: 'env:AWS_SECRET_ACCESS_KEY' } as const;
    await expect(fetching(theirs, grants)).rejects.toThrow(
      'The credentials of env:AWS_SECRET_ACCESS_KEY are not used: allowed are those of the command line or the settings file of this process',
    );
  });

  test('that cannot be used are told when they are granted, by their reference', async () => {
    await expect(fetching(granted, { kind: 'bearer', secret: 'env:MISSING' })).rejects.toThrow(
      'The variable MISSING of the environment is not set; the credentials env:MISSING need it',
    );
    await expect(fetching(granted, { kind: 'basic', secret: 'env:TOKEN' })).rejects.toThrow(
      'The secret env:TOKEN is not what basic credentials need; allowed is user:password',
    );
  });
});
