/** Politeness and retries, as the server on the other side sees them. */
import { afterEach, describe, expect, test } from 'vitest';
import type { RequestListener } from 'node:http';
import { createGate } from '../../lib/remote/gate.ts';
import { REAL_WORLD } from '../../lib/remote/world.ts';
import { closeAll, endOf, remoteWith, statuses, watched } from './remotes.ts';

afterEach(closeAll);

const later =
  (millis: number): RequestListener =>
  (_, response) =>
    void setTimeout(() => response.end('ok'), millis);

describe('a host is never asked', () => {
  test('by more requests at once than requestsAtOnceMax', async () => {
    const server = await watched(later(5));
    const remote = remoteWith({ requestsAtOnceMax: 3 });
    const ends = await Promise.all(
      Array.from({ length: 30 }, (_, page) => endOf(remote, `${server.origin}/${page}`)),
    );
    expect(ends.filter(({ status }) => status === 200).length).toBe(30);
    expect(server.mostAtOnce).toBe(3);
  });

  test('by more requests at once than the harvester of the session allows, whatever the installation allows', async () => {
    const server = await watched(later(5));
    const remote = remoteWith({ requestsAtOnceMax: 30 });
    const politeness = { requestsAtOnce: 2, requestsPerSecond: 0, workers: 1 };
    await Promise.all(
      Array.from({ length: 20 }, (_, page) => endOf(remote, `${server.origin}/${page}`, { politeness })),
    );
    expect(server.at).toHaveLength(20);
    expect(server.mostAtOnce).toBe(2);
  });

  test('url-13: by more than that from two harvesters that share a gate, of a thousand requests', async () => {
    const server = await watched(later(1));
    const gate = createGate(REAL_WORLD.clock);
    const remotes = [
      remoteWith({ requestsAtOnceMax: 4 }, { gate }),
      remoteWith({ requestsAtOnceMax: 4 }, { gate }),
    ];
    const ends = await Promise.all(
      Array.from({ length: 1_000 }, (_, page) => endOf(remotes[page % 2]!, `${server.origin}/${page}`)),
    );
    expect(ends.filter(({ status }) => status === 200).length).toBe(1_000);
    expect(server.mostAtOnce).toBe(4);
  });

  test('more often than requestsPerSecondMax', async () => {
    const server = await watched(statuses(200));
    const remote = remoteWith({ requestsPerSecondMax: 25, requestsAtOnceMax: 50 });
    await Promise.all(Array.from({ length: 16 }, (_, page) => endOf(remote, `${server.origin}/${page}`)));
    expect(server.at.length).toBe(16);
    // 15 gaps of 40 ms; the first request may have been on its way a little longer than the last.
    expect(server.at.at(-1)! - server.at[0]!).toBeGreaterThan(15 * 40 - 100);
  });

  test('sooner than it said with Retry-After, neither by this request nor by another', async () => {
    const server = await watched(statuses([503, { 'retry-after': '1' }], 200));
    const remote = remoteWith({ retriesMax: 1 });
    const [first, second] = await Promise.all([
      endOf(remote, `${server.origin}/first`),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => endOf(remote, `${server.origin}/second`)),
    ]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(server.at.slice(1).map((at) => at - server.at[0]! > 950)).toEqual([true, true]);
  });

  test('as often as before while it struggles: the pause doubles', async () => {
    const server = await watched(statuses(503));
    await endOf(remoteWith({ retriesMax: 3, pauseSecondsMin: 0.05, pauseSecondsMax: 10 }), server.origin);
    const gaps = server.at.slice(1).map((at, index) => at - server.at[index]!);
    expect(gaps.map((gap, index) => gap > 50 * 2 ** index - 10)).toEqual([true, true, true]);
  });
});

describe('a request is tried again', () => {
  test.each([503, 500, 408, 429])(
    'http-status-02: after %i, so often as retriesMax says, and then that is the answer',
    async (status) => {
      const server = await watched(statuses(status));
      expect(await endOf(remoteWith({ retriesMax: 3 }), server.origin)).toMatchObject({ status });
      expect(server.lines.length).toBe(4);
    },
  );

  test('and its answer is taken when it comes', async () => {
    const server = await watched(statuses(503, 500, 200));
    expect(await endOf(remoteWith({ retriesMax: 3 }), server.origin)).toMatchObject({
      status: 200,
      text: 'body',
    });
    expect(server.lines.length).toBe(3);
  });

  test('after a reset', async () => {
    let resets = 0;
    const server = await watched((request, response) => {
      if ((resets += 1) < 3) request.socket.resetAndDestroy();
      else response.end('ok');
    });
    expect(await endOf(remoteWith({ retriesMax: 3 }), server.origin)).toMatchObject({ status: 200 });
    expect(server.lines.length).toBe(3);
  });

  test.each([400, 401, 403, 404, 410, 501])('never after %i', async (status) => {
    const server = await watched(statuses(status));
    expect(await endOf(remoteWith({ retriesMax: 3 }), server.origin)).toMatchObject({ status });
    expect(server.lines.length).toBe(1);
  });

  test('when it is a POST only if that does no harm', async () => {
    const server = await watched(statuses(503));
    const post = { url: server.origin, method: 'POST', body: '<q/>' } as const;
    await endOf(remoteWith({ retriesMax: 2 }), post);
    expect(server.lines.length).toBe(1);
    await endOf(remoteWith({ retriesMax: 2 }), { ...post, repeatable: true });
    expect(server.lines.length).toBe(4);
  });

  test('only within the time given for all tries', async () => {
    const server = await watched(statuses([503, { 'retry-after': '5' }]));
    expect(await endOf(remoteWith({ retriesMax: 3 }), server.origin, { timeSecondsMax: 2 })).toMatchObject({
      status: 503,
    });
    expect(server.lines.length).toBe(1);
    const hanging = await watched(() => undefined);
    const remote = remoteWith({ retriesMax: 20, requestSeconds: 0.1 });
    const before = performance.now();
    expect((await endOf(remote, hanging.origin, { timeSecondsMax: 0.5 })).error).toMatch(/^RemoteTooSlow/);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(hanging.lines.length).toBeGreaterThan(1);
  });

  test('not when its caller calls off while it waits', async () => {
    const server = await watched(statuses([503, { 'retry-after': '10' }]));
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 50);
    expect(
      (await endOf(remoteWith({ retriesMax: 3 }), server.origin, { signal: caller.signal })).error,
    ).toMatch(/called off/);
    expect(server.lines.length).toBe(1);
  });
});

test('a repetition whose turn does not come in time leaves the answer that it was to repeat', async () => {
  const server = await watched(statuses(503));
  const remote = remoteWith({ retriesMax: 3, pauseSecondsMin: 60, pauseSecondsMax: 60 });
  expect(await endOf(remote, server.origin, { timeSecondsMax: 2 })).toMatchObject({ status: 503 });
  expect((await endOf(remote, server.origin, { timeSecondsMax: 2 })).error).toMatch(
    /^RemoteTooSlow: .* did not come in the time given, for it struggles: status 503 Service Unavailable /,
  );
  expect(server.lines.length).toBe(1);
});

describe('the breaker', () => {
  test('ends the asking after breakerFailures requests in a row, with the cause', async () => {
    const server = await watched(statuses(503));
    const remote = remoteWith({ breakerFailures: 3 });
    const ends = [];
    for (let page = 0; page < 10; page += 1) ends.push(await endOf(remote, `${server.origin}/${page}`));
    expect(server.lines.length).toBe(3);
    const sentence = `The breaker for host 127.0.0.1:${server.port} is open after 3 failures in a row, the last: status 503 Service Unavailable`;
    expect(ends.slice(3).map(({ error }) => error)).toEqual(Array(7).fill(`RemoteUnreachable: ${sentence}`));
    expect(remote.refusal(server.origin)).toBe(sentence);
  });

  test('stays shut when the host answers, though the answers be bad', async () => {
    const server = await watched(statuses(404));
    const remote = remoteWith({ breakerFailures: 2 });
    for (let page = 0; page < 6; page += 1)
      expect(await endOf(remote, `${server.origin}/${page}`)).toMatchObject({ status: 404 });
    expect(remote.refusal(server.origin)).toBeUndefined();
  });

  test('does not count what was our own decision', async () => {
    const server = await watched(statuses(200));
    const remote = remoteWith({ breakerFailures: 2 });
    for (let page = 0; page < 4; page += 1) {
      await endOf(remote, server.origin, { signal: AbortSignal.abort() });
      await endOf(remote, `${server.origin}/`, { following: 'http://other.example/' });
    }
    expect(await endOf(remote, server.origin)).toMatchObject({ status: 200 });
  });
});

test('what was called off before it was connected is never sent', async () => {
  const server = await watched(statuses(200));
  let resolve: (addresses: readonly string[]) => void = () => undefined;
  const resolver = () => new Promise<readonly string[]>((done) => (resolve = done));
  const remote = remoteWith({ ports: [server.port] }, { resolver });
  const caller = new AbortController();
  const asking = endOf(remote, `http://slow.test:${server.port}/never`, { signal: caller.signal });
  await new Promise((done) => setTimeout(done, 20));
  caller.abort();
  expect((await asking).error).toMatch(/called off/);
  resolve(['127.0.0.1']);
  await endOf(remoteWith(), `${server.origin}/after`);
  await new Promise((done) => setTimeout(done, 50));
  expect(server.lines).toEqual(['GET /after']);
});

test('an answer may be as long as its request allows, where that says more or less than the installation', async () => {
  const server = await watched((_, response) => response.end('x'.repeat(2_000)));
  const remote = remoteWith({ bodyBytesMax: 1_000 });
  const url = server.origin;
  expect((await endOf(remote, url)).error).toMatch(/^RemoteTooBig: .* allowed are 1000 \(bodyBytesMax\)/);
  expect(await endOf(remote, { url, bodyBytesMax: 2_000 })).toMatchObject({ status: 200 });
  expect((await endOf(remote, { url, bodyBytesMax: 500 })).error).toMatch(/allowed are 500/);
});

test('closing gives up what is under way', async () => {
  const server = await watched(() => undefined);
  const remote = remoteWith();
  const asking = endOf(remote, server.origin);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await remote.close();
  expect((await asking).error).toMatch(/^RemoteUnreachable: .* because Reeve stops/);
});
