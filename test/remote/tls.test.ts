/** TLS that is not what it should be: refused, with no way around. */
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memorySecrets } from '../../lib/local/memory/secrets.ts';
import { createRemote, type GuardedRemote } from '../../lib/remote/remote.ts';
import { startHostile, type HostilePorts, type HostileServer } from '../servers/hostile.ts';
import { endOf, testPolicy } from './remotes.ts';

let server: HostileServer;
beforeAll(async () => {
  server = await startHostile();
});
afterAll(() => server.stop());

describe('TLS that is not in order', () => {
  let trusting: GuardedRemote;
  beforeAll(() => {
    const policy = testPolicy({ allowLoopback: true, retriesMax: 2 });
    trusting = createRemote({ policy, authorities: [server.ports.authority] });
  });
  afterAll(() => trusting.close());

  const ask = async (name: keyof HostilePorts, { host = '127.0.0.1', remote = trusting } = {}) => {
    await server.seen();
    const ended = await endOf(remote, `https://${host}:${server.ports[name]}/json`);
    return { ended, requests: (await server.seen()).length };
  };

  test('control: a certificate of an authority that we trust is taken', async () => {
    expect(await ask('trusted')).toMatchObject({ ended: { status: 200, text: '{"ok":true}' }, requests: 1 });
    expect(await ask('trusted', { host: 'localhost' })).toMatchObject({ ended: { status: 200 } });
  });

  for (const [row, what, name, code] of [
    ['tls-01', 'a self-signed certificate', 'selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['tls-03', 'an expired certificate', 'expired', 'CERT_HAS_EXPIRED'],
    ['tls-03', 'a certificate that is not valid yet', 'notYetValid', 'CERT_NOT_YET_VALID'],
    ['tls-04', 'an unknown authority', 'unknownAuthority', 'SELF_SIGNED_CERT_IN_CHAIN'],
    ['tls-04', 'an incomplete chain', 'incompleteChain', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['not in the list', 'a certificate for another host', 'wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['tls-06', 'plain HTTP on the TLS port', 'plainInstead', 'ERR_SSL_'],
  ] as const) {
    test(`${row}: ${what} is refused, and nothing is asked`, async () => {
      const { ended, requests } = await ask(name);
      expect(ended.error).toContain('RemoteUnreachable: 127.0.0.1:');
      expect(ended.error).toContain(`its TLS certificate or protocol is refused (${code}`);
      expect(requests).toBe(0);
    });
  }

  test('tls-04: without our word the same authority is unknown', async () => {
    const remote = createRemote({ policy: testPolicy({ allowLoopback: true }) });
    expect((await ask('trusted', { remote })).ended.error).toMatch(/^RemoteUnreachable: .* TLS/);
    await remote.close();
  });

  test('tls-07: a handshake that is never answered ends with the connect bound', async () => {
    const remote = createRemote({ policy: testPolicy({ allowLoopback: true, connectSeconds: 0.2 }) });
    expect((await ask('silent', { remote })).ended.error).toMatch(
      /^RemoteTooSlow: No connection to 127.0.0.1:\d+ \(name, TCP and TLS\) within 0.2 s \(connectSeconds\)/,
    );
    await remote.close();
  });

  test('redirect-12: https never falls to http, with or without credentials', async () => {
    const origin = `https://127.0.0.1:${server.ports.trusted}`;
    const to = encodeURIComponent(`http://127.0.0.1:${server.ports.plain}/echo`);
    const credentials = { kind: 'bearer', secret: 'env:TOKEN' } as const;
    for (const options of [{}, { credentials }]) {
      const policy = testPolicy({ allowLoopback: true });
      const remote = createRemote({
        policy,
        authorities: [server.ports.authority],
        secrets: memorySecrets(new Map([['env:TOKEN', 't0ps3cret']])),
      });
      expect((await endOf(remote, `${origin}/redirect?to=${to}`, options)).error).toMatch(
        /^RemoteForbidden: .* redirects from https to http:/,
      );
      await remote.close();
    }
    expect((await server.seen()).map(({ line }) => line.split('?')[0])).not.toContain('GET /echo');
  });

  test('tls-01: no source file turns verification off', async () => {
    const roots = ['lib', 'lambdas', 'bin'];
    const names = (await Promise.all(roots.map((root) => readdir(root, { recursive: true })))).map(
      (found, index) => found.filter((name) => name.endsWith('.ts')).map((name) => `${roots[index]}/${name}`),
    );
    for (const name of names.flat()) {
      expect(await readFile(name, 'utf8'), name).not.toMatch(
        /rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity/,
      );
    }
  });
});
