/** Memory under hostile answers. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RemotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { startHostile, type HostileServer } from '../servers/hostile.ts';
import { endOf, testPolicy, type Ended } from './remotes.ts';

let server: HostileServer;
beforeAll(async () => {
  server = await startHostile();
});
afterAll(() => server.stop());

// What a process holds is noisy: the collector decides when.
describe('memory', { retry: 2 }, () => {
  const MB = 1_048_576;

  async function growthOf(
    path: string,
    changes: Partial<RemotePolicy>,
  ): Promise<{ ended: Ended; growth: number }> {
    const remote = createRemote({
      policy: testPolicy({ allowLoopback: true, ...changes }),
    });
    const ask = () => endOf(remote, `http://127.0.0.1:${server.ports.plain}${path}`);
    await endOf(remote, `http://127.0.0.1:${server.ports.plain}/ok-gzip`);
    const before = process.memoryUsage().rss;
    let peak = before;
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 5);
    const ended = await ask();
    clearInterval(watch);
    await remote.close();
    return { ended, growth: Math.max(peak, process.memoryUsage().rss) - before };
  }

  test('http-body-01: a bomb of 1 GiB in 1 MB is refused, at less than twice the bound of a body', async () => {
    const { ended, growth } = await growthOf('/http-body-01', { bodyBytesMax: 64 * MB });
    expect(ended.error).toMatch(
      /^RemoteTooBig: .* inflates to more than 67108864 bytes; allowed are 67108864 \(bodyBytesMax\)/,
    );
    expect(growth).toBeLessThan(128 * MB);
  });

  for (const [row, path] of [
    ['http-body-09', '/http-body-09'],
    ['http-body-10', '/http-body-10'],
  ] as const) {
    test(`${row}: an endless body costs less than twice the bound of a body`, async () => {
      const { ended, growth } = await growthOf(path, { bodyBytesMax: 64 * MB });
      expect(ended.error).toMatch(/^RemoteTooBig/);
      expect(growth).toBeLessThan(128 * MB);
    });
  }

  for (const [row, path] of [
    ['http-body-12', '/http-body-12'],
    ['http-frame-02', '/http-frame-02'],
    ['http-frame-05', '/http-frame-05'],
    ['early hints', '/early-hints'],
  ] as const) {
    test(`${row}: what never ends costs little memory while it is waited for`, async () => {
      const { ended, growth } = await growthOf(path, { requestSeconds: 0.6, firstByteSeconds: 0.6 });
      expect(ended.error).toMatch(/^RemoteTooSlow/);
      expect(growth).toBeLessThan(64 * MB);
    });
  }
});
