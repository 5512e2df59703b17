/** Every URL of the list of bad inputs is judged, by itself and with a trap under the sockets: what is refused opens none. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { buildConnector } from 'undici';
import { createConnect } from '../../lib/remote/connect.ts';
import { REAL_WORLD } from '../../lib/remote/world.ts';
import { judgedUrl, refusalOfAddress } from '../../lib/remote/address.ts';
import { DEFAULT_REMOTE_POLICY, remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote, type GuardedRemote } from '../../lib/remote/remote.ts';
import { setConnectTrap, type ConnectTrap } from '../servers/connect-trap.ts';
import { endOf, serve, testPolicy, type TestServer } from './remotes.ts';
import { ALLOWED, REFUSED } from './urls.ts';

describe('URLs that may not be fetched', () => {
  for (const [row, urls] of Object.entries(REFUSED)) {
    for (const url of urls) {
      test(`${row}: ${JSON.stringify(url.slice(0, 60))} is refused`, () => {
        expect(() => judgedUrl(url, DEFAULT_REMOTE_POLICY)).toThrow(
          expect.objectContaining({ name: 'RemoteForbidden' }),
        );
      });
    }
  }
  for (const [row, urls] of Object.entries(ALLOWED)) {
    for (const url of urls) {
      test(`${row}: ${url} is allowed`, () => {
        expect(judgedUrl(url, DEFAULT_REMOTE_POLICY).href).toBe(new URL(url).href);
      });
    }
  }

  test('a refusal says what is wrong, which value, and what is allowed, and shows no password', () => {
    const why = (url: string) => {
      try {
        return judgedUrl(url, DEFAULT_REMOTE_POLICY).href;
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(why('http://169.254.169.254/latest')).toBe(
      'http://169.254.169.254/latest may not be fetched: its host is 169.254.169.254, which is a link-local address (cloud metadata)',
    );
    expect(why('http://public.example:22/')).toContain(
      'its port is 22 and allowed are 80, 443, 8080, 8443 (setting ports)',
    );
    expect(why('http://me:hunter2@public.example/')).not.toContain('hunter2');
    expect(why(`http://a.example/${'x'.repeat(10_000)}`).length).toBeLessThan(500);
    expect(why('http://10.0.0.1/')).toContain('setting allowPrivate');
  });

  test('ssrf-dns-12: a mixed-script host is stored in its ASCII form', () => {
    expect(judgedUrl('http://раypal.example/', DEFAULT_REMOTE_POLICY).hostname).toBe(
      'xn--ypal-43d9g.example',
    );
  });
});

describe('with a trap under the sockets', () => {
  let canary: TestServer;
  let trap: ConnectTrap;
  let remote: GuardedRemote;
  beforeAll(async () => {
    canary = await serve((_, response) => response.end('canary'));
    trap = setConnectTrap(canary.port);
    remote = createRemote({ policy: testPolicy(), resolver: () => Promise.resolve(['93.184.215.14']) });
  });
  afterEach(() => trap.clear());
  afterAll(async () => {
    await remote.close();
    trap.remove();
    await canary.stop();
  });

  for (const [row, urls] of Object.entries(REFUSED)) {
    test(`${row}: no socket is opened`, async () => {
      for (const url of urls) expect((await endOf(remote, url)).error).toMatch(/^RemoteForbidden: /);
      expect(trap.opened).toEqual([]);
    });
  }
  for (const [row, urls] of Object.entries(ALLOWED)) {
    test(`${row}: control: the trap sees the connection and its answer arrives`, async () => {
      for (const url of urls) expect(await endOf(remote, url)).toMatchObject({ status: 200, text: 'canary' });
      expect(trap.opened.length).toBeGreaterThan(0);
      expect(trap.opened.join()).not.toContain('127.0.0.1');
    });
  }

  test('the connector judges a literal address by itself, whoever hands it over', async () => {
    const connect = createConnect({ ...REAL_WORLD, policy: testPolicy() });
    const error = await new Promise((resolve) =>
      connect({ hostname: '127.0.0.1', protocol: 'http:', port: '80' }, ((failure: Error | null) =>
        resolve(failure)) as unknown as buildConnector.Callback),
    );
    expect(String(error)).toMatch(/^RemoteForbidden: /);
    expect(trap.opened).toEqual([]);
  });
});

describe('what the settings grant', () => {
  const loopback = remotePolicy({ allowLoopback: true });
  const own = remotePolicy({ allowPrivate: true });

  test('allowLoopback grants loopback addresses, on any port, and nothing else', () => {
    for (const url of [
      'http://127.0.0.1:9001/',
      'http://localhost:3000/',
      'http://[::1]:5000/',
      'http://127.9.9.9/',
    ]) {
      expect(judgedUrl(url, loopback).href).toBe(url);
    }
    for (const url of [
      'http://10.0.0.1/',
      'http://169.254.169.254/',
      'http://[::ffff:127.0.0.1]/',
      'http://0.0.0.0/',
      'http://public.example:9001/',
      'http://localhost.example:9001/',
    ]) {
      expect(() => judgedUrl(url, loopback)).toThrow(/may not be fetched/);
    }
  });

  test('allowPrivate grants private networks and their names, never metadata, link-local or loopback', () => {
    for (const url of [
      'http://10.1.2.3/',
      'http://192.168.0.1:8080/',
      'http://[fd12::1]/',
      'http://geonode/',
    ]) {
      expect(judgedUrl(url, own).href).toBe(url);
    }
    for (const url of [
      'http://127.0.0.1/',
      'http://169.254.170.2/',
      'http://[fd00:ec2::254]/',
      'http://100.64.0.1/',
      'http://10.1.2.3:22/',
      'http://localhost/',
    ]) {
      expect(() => judgedUrl(url, own)).toThrow(/may not be fetched/);
    }
  });

  test('an address is judged by its parts, never by its text', () => {
    for (const address of [
      'fe80::1%eth0',
      '2606:4700::1%eth0',
      '::ffff:8.8.8.8',
      '1.2.3',
      '',
      'example.org',
      '0x7f.1',
      '2001:20::1',
      '4000::1',
      '5f00::1',
    ]) {
      expect(refusalOfAddress(address, DEFAULT_REMOTE_POLICY), address).toBeTypeOf('string');
    }
    for (const address of ['8.8.8.8', '2606:4700:4700::1111', '2a00:1450::1', '223.255.255.254']) {
      expect(refusalOfAddress(address, DEFAULT_REMOTE_POLICY), address).toBeUndefined();
    }
  });
});

describe('json-12: links found in answers', () => {
  const remoteUrl = 'https://geo.example/csw';
  const follow = (url: string, changes = {}) => judgedUrl(url, remotePolicy(changes), remoteUrl).href;

  test('on the origin of the remote they are followed', () => {
    expect(follow('https://geo.example/csw?page=2')).toBe('https://geo.example/csw?page=2');
    expect(follow('HTTPS://GEO.example:443/x')).toBe('https://geo.example/x');
  });

  test('on another origin, port or subdomain they are refused, with the setting that would allow them', () => {
    for (const url of [
      'https://evil.example/',
      'https://geo.example:8443/',
      'https://www.geo.example/',
      'http://geo.example:8080/',
    ]) {
      expect(() => follow(url)).toThrow(
        /an answer of https:\/\/geo\.example led to it, and it is on another origin \(to allow it: allowedOrigins, with the value https?:\/\/\S+\)/,
      );
    }
    expect(follow('https://data.example/x', { allowedOrigins: ['https://data.example/'] })).toBe(
      'https://data.example/x',
    );
    expect(follow('https://evil.example/', { sameOriginOnly: false })).toBe('https://evil.example/');
  });

  test('to 127.0.0.1 they are refused whatever is allowed', () => {
    expect(() => follow('http://127.0.0.1/', { sameOriginOnly: false })).toThrow(/loopback/);
    expect(() => follow('http://127.0.0.1/', { allowedOrigins: ['http://127.0.0.1'] })).toThrow(/loopback/);
  });

  test('the own host named by http, as behind a proxy, is taken as https; never the other way', () => {
    expect(follow('http://geo.example/csw?page=2')).toBe('https://geo.example/csw?page=2');
    expect(judgedUrl('https://geo.example/x', DEFAULT_REMOTE_POLICY, 'http://geo.example/').href).toBe(
      'https://geo.example/x',
    );
    expect(judgedUrl('http://geo.example/x', DEFAULT_REMOTE_POLICY, 'http://geo.example/').href).toBe(
      'http://geo.example/x',
    );
  });
});
