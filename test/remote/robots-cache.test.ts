/** robots.txt in use, as the server on the other side sees it. */
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { closeAll, endOf, remoteWith, statuses, watched } from './remotes.ts';

afterEach(closeAll);

describe('robots.txt, when it is respected', () => {
  const robots =
    (text: string): RequestListener =>
    (request, response) =>
      response.end(request.url === '/robots.txt' ? text : 'ok');

  test('is asked for once, and what it disallows is not fetched', async () => {
    const server = await watched(
      robots('User-agent: *\nDisallow: /\n\nUser-agent: Reeve\nDisallow: /private\n'),
    );
    const remote = remoteWith({ respectRobots: true });
    const [open, closed] = await Promise.all([
      endOf(remote, `${server.origin}/csw`),
      endOf(remote, `${server.origin}/private/x`),
    ]);
    expect(open).toMatchObject({ status: 200 });
    expect(closed.error).toMatch(
      /^RemoteForbidden: The robots.txt of 127.0.0.1:\d+ disallows \/private\/x for Reeve \(respectRobots\)/,
    );
    expect(server.lines.sort()).toEqual(['GET /csw', 'GET /robots.txt']);
  });

  test('may space the requests', async () => {
    const server = await watched(robots('User-agent: *\nCrawl-delay: 0.2\n'));
    const remote = remoteWith({ respectRobots: true });
    for (const page of ['a', 'b', 'c']) await endOf(remote, `${server.origin}/${page}`);
    expect(server.at.at(-1)! - server.at[1]!).toBeGreaterThan(350);
  });

  test('that cannot be read stops the fetching, for now, and within the time of the request', async () => {
    const broken = await watched(statuses(500));
    expect((await endOf(remoteWith({ respectRobots: true }), `${broken.origin}/csw`)).error).toMatch(
      /^RemoteBusy: The robots.txt of/,
    );
    const mute = await watched(() => undefined);
    const slow = await endOf(remoteWith({ respectRobots: true }), `${mute.origin}/csw`, {
      timeSecondsMax: 0.2,
    });
    expect(slow.error).toMatch(/^RemoteTooSlow: The robots.txt of .* was not there in the time given/);
    const around = await watched((request, response) => {
      response
        .writeHead(request.url === '/robots.txt' ? 302 : 200, { location: '/elsewhere' })
        .end('User-agent: *\nDisallow: /csw');
    });
    expect((await endOf(remoteWith({ respectRobots: true }), `${around.origin}/csw`)).error).toMatch(
      /^RemoteForbidden/,
    );
  });

  test('that could not be read is asked for again by the next request', async () => {
    let asked = 0;
    const server = await watched((request, response) => {
      response.writeHead(request.url === '/robots.txt' && (asked += 1) === 1 ? 503 : 200).end('');
    });
    const remote = remoteWith({ respectRobots: true });
    expect((await endOf(remote, `${server.origin}/csw`)).error).toMatch(/^RemoteBusy/);
    expect(await endOf(remote, `${server.origin}/csw`)).toMatchObject({ status: 200 });
    expect(await endOf(remote, `${server.origin}/csw`)).toMatchObject({ status: 200 });
    expect(asked).toBe(2);
  });

  test('is not asked for when it is not', async () => {
    const server = await watched(robots('User-agent: *\nDisallow: /'));
    expect(await endOf(remoteWith(), `${server.origin}/csw`)).toMatchObject({ status: 200 });
    expect(server.lines).toEqual(['GET /csw']);
  });
});
