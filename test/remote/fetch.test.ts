/** What is sent where: methods, headers, redirects, links; the servers' own logs are the witnesses. */
import { describe, expect, test } from 'vitest';
import type { RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { endOf, serve, testPolicy } from './remotes.ts';
import { ask, BEARER, leadingTo, log, one, TOKEN, two } from './two-origins.ts';

describe('what is sent', () => {
  test('is an honest User-Agent, gzip or nothing, and no cookie that was set before', async () => {
    const remote = createRemote({
      policy: testPolicy({ allowLoopback: true, contact: 'mailto:gis@example.org' }),
    });
    await endOf(remote, one.origin);
    await endOf(remote, one.origin);
    await remote.close();
    expect(log.one[1]?.headers).toMatchObject({
      'user-agent': 'Reeve/0.1 (harvester of geospatial catalogues) (+mailto:gis@example.org)',
      'accept-encoding': 'gzip, identity',
      accept: '*/*',
    });
    expect(log.one[1]?.headers.cookie).toBeUndefined();
  });

  test('of a URL is its path and query, never its fragment', async () => {
    await ask(`${one.origin}/a%20b?x=%C3%A9#fragment`);
    expect(log.one[0]?.line).toBe('GET /a%20b?x=%C3%A9');
  });

  const post = (status: number): RemoteRequest => ({
    url: leadingTo(one, '/next', status),
    method: 'POST',
    headers: { 'content-type': 'text/xml' },
    body: '<q/>',
  });

  test.each([301, 302, 307, 308])('a POST stays a POST over a %i: it is a search', async (status) => {
    await ask(post(status));
    expect(log.one[1]).toMatchObject({
      line: 'POST /next',
      body: '<q/>',
      headers: { 'content-type': 'text/xml' },
    });
  });

  test('a POST becomes a GET over a 303', async () => {
    await ask(post(303));
    expect(log.one[1]).toMatchObject({ line: 'GET /next', body: '' });
    expect(log.one[1]?.headers['content-type']).toBeUndefined();
  });

  test('a location in UTF-8 is understood', async () => {
    const remote = createRemote({ policy: testPolicy({ allowLoopback: true }) });
    const server = await serve((request, response) => {
      if (request.url === '/')
        response.socket?.end(
          Buffer.from(
            'HTTP/1.1 302 Found\r\nlocation: /café\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
          ),
        );
      else response.end(request.url);
    });
    expect(await endOf(remote, server.origin)).toMatchObject({ status: 200, text: '/caf%C3%A9' });
    await remote.close();
    await server.stop();
  });
});

describe('json-12: links that an answer named', () => {
  test('to another origin are not fetched, unless the settings allow it', async () => {
    const following = { following: `${one.origin}/csw` };
    expect((await ask(`${two.origin}/x`, { options: following })).error).toMatch(
      /^RemoteForbidden: .* on another origin \(to allow it: allowedOrigins, with the value http/,
    );
    expect(log.two).toEqual([]);
    expect(
      await ask(`${two.origin}/x`, { options: following, settings: { allowedOrigins: [two.origin] } }),
    ).toMatchObject({ status: 200 });
    expect(await ask(`${one.origin}/x`, { options: following })).toMatchObject({ status: 200 });
  });

  test('to the origin that the remote moved to are fetched, without its credentials; to a third they are not', async () => {
    const options = { following: `${one.origin}/csw`, movedTo: two.origin };
    expect((await ask(`${two.origin}/x`, { options, credentials: BEARER })).reply).toMatchObject({
      status: 200,
      credentials: 'withheld',
    });
    expect(JSON.stringify(log.two)).not.toContain(TOKEN);
    expect((await ask('http://127.0.0.1:1/', { options })).error).toMatch(
      /^RemoteForbidden: .* on another origin/,
    );
    expect(
      (await ask('http://10.0.0.1/', { options: { ...options, movedTo: 'http://10.0.0.1' } })).error,
    ).toMatch(/^RemoteForbidden: .* private address/);
  });
});
