/** Every answer of the list of bad inputs, served by a program of its own: the outcome, that the process lives, and that memory and time stay bounded. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRemote, type GuardedRemote, type RemoteSetup } from '../../lib/remote/remote.ts';
import { startHostile, type HostileServer } from '../servers/hostile.ts';
import { MISBEHAVIOURS } from '../servers/hostile-replies.ts';
import { BODY_AND_FRAME_ROWS } from './hostile-rows.ts';
import { STATUS_AND_REDIRECT_ROWS } from './status-rows.ts';
import { endOf, testPolicy, type Ended } from './remotes.ts';

const ROWS = [...BODY_AND_FRAME_ROWS, ...STATUS_AND_REDIRECT_ROWS];
let server: HostileServer;
let plain: string;
beforeAll(async () => {
  server = await startHostile();
  plain = `http://127.0.0.1:${server.ports.plain}`;
});
afterAll(() => server.stop());

async function withRemote<T>(
  act: (remote: GuardedRemote) => Promise<T>,
  setup: Partial<RemoteSetup> = {},
): Promise<T> {
  const remote = createRemote({ policy: testPolicy({ allowLoopback: true }), ...setup });
  try {
    return await act(remote);
  } finally {
    await remote.close();
  }
}

/** Fetches, and after it something good by the same remote: the bad answer must not have broken it. */
async function ask(path: string, setup: Partial<RemoteSetup> = {}): Promise<Ended> {
  return withRemote(async (remote) => {
    const ended = await endOf(remote, `${plain}${path}`);
    // More than once, because some rows have bounds so short that a busy machine may miss them.
    let next: Ended = {};
    for (let tries = 0; tries < 5 && next.status === undefined; tries += 1)
      next = await endOf(remote, `${plain}/json`);
    expect(next, 'the next request').toMatchObject({ status: 200, text: '{"ok":true}' });
    return ended;
  }, setup);
}

describe('answers that are bad', () => {
  for (const [row, what, path, expected, bounds = {}] of ROWS) {
    test(`${row}: ${what}`, async () => {
      const ended = await ask(path, { policy: testPolicy({ allowLoopback: true, ...bounds }) });
      if (expected instanceof RegExp) expect(ended.error).toMatch(expected);
      else expect(ended).toMatchObject(expected);
    });
  }

  test('every misbehaviour the server knows has a row or a test of its own', () => {
    const asked = new Set(ROWS.map(([, , path]) => path.split('?')[0]));
    const elsewhere = [
      '/ok',
      '/in-parts',
      '/ok-gzip',
      '/json',
      '/echo',
      '/redirect-09/b',
      '/redirect-11',
      '/http-body-01',
      '/http-status-03/200',
      '/secret-01',
    ];
    expect(
      Object.keys(MISBEHAVIOURS).filter((path) => !asked.has(path) && !elsewhere.includes(path)),
    ).toEqual([]);
  });

  test('redirect-08: hops 1 to 6 were asked for, and no seventh', async () => {
    await server.seen();
    await withRemote((remote) => endOf(remote, `${plain}/redirect-08`));
    expect((await server.seen()).map(({ line }) => line)).toEqual([
      'GET /redirect-08',
      ...[1, 2, 3, 4, 5].map((hop) => `GET /redirect-08?hop=${hop}`),
    ]);
  });

  test('http-frame-09: of a reply no cookie is kept, and a header named __proto__ pollutes nothing', async () => {
    const { reply } = await ask('/http-frame-09/cookies');
    expect(Object.keys(reply?.headers ?? {})).toEqual(['content-type', 'content-length']);
    const proto = (await ask('/http-frame-09/proto')).reply;
    expect(Object.keys(proto?.headers ?? {})).toContain('__proto__');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  test('http-body-15, http-frame-12: a connection that said too much is not used again', async () => {
    for (const path of ['/http-body-15', '/http-frame-12']) {
      await server.seen();
      await withRemote(async (remote) => {
        await endOf(remote, `${plain}${path}`);
        await endOf(remote, `${plain}/json`);
      });
      const [first, second] = await server.seen();
      expect(second?.connection, path).not.toBe(first?.connection);
    }
  });

  test('a good connection is used again', async () => {
    await server.seen();
    await withRemote(async (remote) => {
      for (const path of ['/ok', '/ok-gzip', '/json']) await endOf(remote, `${plain}${path}`);
    });
    const connections = (await server.seen()).map(({ connection }) => connection);
    expect(connections.length).toBe(3);
    expect(new Set(connections).size).toBeLessThan(3);
  });

  test('http-status-05: 304 to a conditional request and 206 to one for a range are answers', async () => {
    await withRemote(async (remote) => {
      const conditional = { url: `${plain}/http-status-05/304`, headers: { 'if-none-match': '"a"' } };
      expect(await endOf(remote, conditional)).toMatchObject({ status: 304, text: '' });
      const ranged = { url: `${plain}/http-status-05/206`, headers: { range: 'bytes=0-1' } };
      expect(await endOf(remote, ranged)).toMatchObject({ status: 206, text: 'ok' });
    });
  });

  test('http-frame-06: the header bound is the one of the settings', async () => {
    const policy = testPolicy({ allowLoopback: true, headerBytesMax: 2_000 });
    const { error } = await withRemote((remote) => endOf(remote, `${plain}/http-frame-09/long-name`), {
      policy,
    });
    expect(error).toMatch(/^RemoteUnreadable: .* 2000 bytes of headers or trailers \(headerBytesMax\)/);
  });

  test('a remote is not blamed for the time that this process was busy', async () => {
    const policy = testPolicy({ allowLoopback: true, firstByteSeconds: 0.15, idleSeconds: 0.15 });
    const ended = await withRemote(
      async (remote) => {
        await endOf(remote, `${plain}/json`);
        const asking = endOf(remote, `${plain}/in-parts`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        // After the look for new events and before the timers: those come first when this is over.
        await new Promise((resolve) => setImmediate(resolve));
        const until = performance.now() + 400;
        while (performance.now() < until);
        return asking;
      },
      { policy },
    );
    expect(ended).toMatchObject({ status: 200, text: 'one two' });
  });

  test('a caller that calls off gets its answer at once', async () => {
    const caller = new AbortController();
    setTimeout(() => caller.abort(), 30);
    const ended = await withRemote((remote) =>
      endOf(remote, `${plain}/http-body-12`, { signal: caller.signal }),
    );
    expect(ended.error).toMatch(/^RemoteTooSlow: .* was called off/);
    const before = await withRemote((remote) =>
      endOf(remote, `${plain}/ok`, { signal: AbortSignal.abort() }),
    );
    expect(before.error).toMatch(/^RemoteTooSlow: .* was called off/);
  });
});
