/** How a remote may be asked, as it is typed; and that what is secret stays where it lies. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { typedCredentials, typedPolicy } from '../../lib/cli/remote-options.ts';
import { parseSettingsFile } from '../../lib/cli/settings-file.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { newFolder, QUICK, reeve } from './run.ts';

describe('--credentials', () => {
  test('are read from their parts, and without any there are none', () => {
    expect(typedCredentials(['kind=bearer', 'secret=env:A'])).toEqual({ kind: 'bearer', secret: 'env:A' });
    expect(typedCredentials([])).toBeUndefined();
  });

  test.each([
    ['c4n4ry', 'A --credentials is not valid; allowed is --credentials key=value'],
    ['secret=c4n4ry', 'The credentials are not valid: secret: allowed is where the secret lies'],
    ['c4n4ry=1', 'there is a member that this kind does not have; allowed are kind, secret, '],
  ])('%s is refused and not repeated', (typed, message) => {
    const read = () => typedCredentials(['kind=bearer', typed]);
    expect(read).toThrow(message);
    expect(read).not.toThrow('c4n4ry');
  });
});

describe('--remote-policy', () => {
  test('reads numbers, booleans, texts and lists as the policy wants them', () => {
    expect(
      typedPolicy([
        'respectRobots=true',
        'retriesMax=0',
        'contact=12',
        'ports=443,8443',
        'allowedOrigins=https://a.example,https://b.example',
      ]),
    ).toEqual({
      respectRobots: true,
      retriesMax: 0,
      contact: '12',
      ports: [443, 8443],
      allowedOrigins: ['https://a.example', 'https://b.example'],
    });
  });

  test.each([
    ['respectrobots=true', 'respectrobots is not known; allowed are connectSeconds, '],
    ['respectrobots=true', 'did you mean respectRobots?'],
    ['respectRobots=maybe', 'The policy for remotes is not valid: respectRobots: '],
    ['allowedOrigins=ftp://a.example', 'The policy for remotes is not valid: allowedOrigins.0: '],
    ['allowLoopback=true', 'allowLoopback is not set here: it follows from the URL that is typed'],
    ['requestsPerSecondMax=5', 'requestsPerSecondMax is not set here: that is requestsPerSecond of the pace'],
  ])('%s is refused', (typed, message) => {
    expect(() => typedPolicy([typed])).toThrow(message);
  });
});

describe('the settings file', () => {
  const file = (more: object, entry: object = {}) =>
    parseSettingsFile(
      JSON.stringify({
        harvesters: [{ name: 'County', url: 'https://example.org/', every: '1h', ...entry }],
        ...more,
      }),
      'reeve.json',
      DEFAULT_LIMITS,
    );

  test('may have credentials for each harvester, and a policy for all', () => {
    const credentials = { kind: 'basic', secret: 'file:/run/secrets/county' };
    const read = file({ remotePolicy: { respectRobots: true } }, { credentials });
    expect(read).toMatchObject({ remotePolicy: { respectRobots: true }, harvesters: [{ credentials }] });
  });

  test('is refused with where it is wrong, and nothing that could be the secret', () => {
    const read = () => file({}, { credentials: { kind: 'basic', secret: 'anna:c4n4ry' } });
    expect(read).toThrow(
      'reeve.json is not valid: harvesters[0].credentials: secret: allowed is where the secret lies',
    );
    expect(read).not.toThrow('c4n4ry');
    expect(() => file({ remotePolicy: { robots: true } })).toThrow(
      'reeve.json: remotePolicy: robots is not known',
    );
  });
});

/** A WMS for those who know the word, which it says back; with a robots.txt that allows nothing. */
async function lockedWms(): Promise<{ url: string; asked: IncomingHttpHeaders[] }> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/robots.txt') return response.end('User-agent: *\nDisallow: /');
    asked.push(request.headers);
    const sent = request.headers.authorization ?? 'nothing';
    if (sent !== 'Bearer c4n4ry-s3cr3t-word') return response.writeHead(401).end(sent);
    return response
      .writeHead(200, { 'content-type': 'text/xml' })
      .end(
        `<WMS_Capabilities version="1.3.0"><Service><Title>${sent}</Title></Service><Capability><Request/><Layer><Name>a</Name><Title>${sent}</Title></Layer></Capability></WMS_Capabilities>`,
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/wms`, asked };
}

const contentOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .map((bytes) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1'))
    .join('\n');

test('a harvest with credentials: they are sent, and are in no file, output or log', async () => {
  const { url, asked } = await lockedWms();
  const folder = newFolder();
  const secret = join(newFolder(), 'word');
  writeFileSync(secret, 'c4n4ry-s3cr3t-word\n');
  const credentials = ['--credentials', 'kind=bearer', '--credentials', `secret=file:${secret}`];
  const ran = await reeve('harvest', url, '--data', folder, '--verbose', ...credentials, ...QUICK);
  expect([ran.code, ran.err]).toEqual([0, expect.any(String)]);
  const shown = await reeve('sessions', '--data', folder, '--json');
  expect(asked.at(-1)?.authorization).toBe('Bearer c4n4ry-s3cr3t-word');
  for (const text of [ran.out, ran.err, shown.out, contentOf(folder)]) expect(text).not.toContain('c4n4ry');
});

test('without them the remote is refused for lack of them; with a wrong reference nothing is asked', async () => {
  const { url, asked } = await lockedWms();
  const none = await reeve('harvest', url, '--data', newFolder(), '--type', 'wms', '--json', ...QUICK);
  expect(none.out).toContain('it wants credentials, and the harvester has none');
  asked.splice(0);
  const credentials = ['--credentials', 'kind=bearer', '--credentials', 'secret=env:MISSING'];
  const wrong = await reeve('probe', url, '--json', ...credentials);
  expect(wrong.json()).toEqual({
    error: {
      name: 'SettingsInvalid',
      message: 'The variable MISSING of the environment is not set; the credentials env:MISSING need it',
    },
  });
  expect(asked).toEqual([]);
});

test('robots.txt is heeded by those who set it', async () => {
  const { url, asked } = await lockedWms();
  const ran = await reeve('probe', url, '--json', '--remote-policy', 'respectRobots=true');
  expect(ran.out).toContain('robots.txt of 127.0.0.1');
  expect(ran.out).toContain('disallows /wms for Reeve (respectRobots)');
  expect(asked).toEqual([]);
});
