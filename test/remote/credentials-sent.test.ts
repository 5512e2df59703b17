/** Credentials and secrets: sent to one origin, told to nobody; the servers' own logs are the witnesses. */
import { describe, expect, test } from 'vitest';
import { ReeveError } from '../../lib/session/errors.ts';
import type { CredentialsReference } from '../../lib/session/credentials.ts';
import { serve } from './remotes.ts';
import { ask, BEARER, IN_QUERY, leadingTo, log, one, TOKEN, two } from './two-origins.ts';

describe('credentials', () => {
  test.each<[string, CredentialsReference, string, Record<string, string>]>([
    [
      'basic',
      { kind: 'basic', secret: 'env:LOGIN' },
      '/csw?a=1',
      { authorization: `Basic ${Buffer.from(`anna:${TOKEN}`).toString('base64')}` },
    ],
    ['bearer', BEARER, '/csw?a=1', { authorization: `Bearer ${TOKEN}` }],
    [
      'a key in a header',
      { kind: 'api-key', secret: 'env:TOKEN', in: 'header', name: 'X-Api-Key' },
      '/csw?a=1',
      { 'x-api-key': TOKEN },
    ],
    ['a key in the query', IN_QUERY, `/csw?a=1&subscription=${TOKEN}`, {}],
    [
      'an ArcGIS token in the header',
      { kind: 'arcgis-token', secret: 'env:TOKEN', in: 'header' },
      '/csw?a=1',
      { 'x-esri-authorization': `Bearer ${TOKEN}` },
    ],
    [
      'an ArcGIS token in the query',
      { kind: 'arcgis-token', secret: 'env:TOKEN', in: 'query' },
      `/csw?a=1&token=${TOKEN}`,
      {},
    ],
  ])('%s are sent to their origin, and the answer says so', async (_what, credentials, target, headers) => {
    const { reply } = await ask(`${one.origin}/csw?a=1`, { credentials });
    expect(log.one[0]).toMatchObject({ line: `GET ${target}`, headers });
    expect(reply).toMatchObject({ url: `${one.origin}/csw?a=1`, credentials: 'sent' });
  });

  test('in the query take the place of what is there, and leave the rest as it was spelled', async () => {
    await ask(`${one.origin}/csw?a=%7e+b&subscription=redacted&Subscription=x`, { credentials: IN_QUERY });
    expect(log.one[0]?.line).toBe(`GET /csw?a=%7e+b&Subscription=x&subscription=${TOKEN}`);
  });

  test.each([BEARER, IN_QUERY])(
    '%j are sent nowhere else, not even to another port of the same host that is allowed',
    async (credentials) => {
      const settings = { allowedOrigins: [two.origin] };
      const { reply } = await ask(`${two.origin}/csw`, { credentials, settings });
      expect(reply).toMatchObject({ status: 200, credentials: 'withheld' });
      expect(log.two).toHaveLength(1);
      expect(JSON.stringify(log.two)).not.toContain(TOKEN);
    },
  );

  test('without any the answer does not speak of them', async () => {
    expect((await ask(`${one.origin}/csw`)).reply).not.toHaveProperty('credentials');
  });

  test('redirect-11: are not sent on to another origin, nor is any header that could be one', async () => {
    const request = {
      url: leadingTo(one, `${two.origin}/x`),
      headers: { accept: 'text/xml', 'x-token': 'mine', 'if-none-match': '"a"' },
    };
    expect(await ask(request, { credentials: BEARER })).toMatchObject({
      status: 200,
      reply: { url: `${two.origin}/x`, credentials: 'withheld' },
    });
    expect(log.one[0]?.headers).toMatchObject({ authorization: `Bearer ${TOKEN}`, 'x-token': 'mine' });
    const sent = log.two[0]?.headers ?? {};
    expect(Object.keys(sent).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ]);
    expect(sent.accept).toBe('text/xml');
  });

  test.each([BEARER, IN_QUERY])(
    '%j are sent on within their origin, but not when another origin leads back to it',
    async (credentials) => {
      await ask(leadingTo(one, '/x'), { credentials });
      expect(JSON.stringify(log.one[1])).toContain(TOKEN);
      log.one.splice(0);
      await ask(leadingTo(one, leadingTo(two, `${one.origin}/back`)), { credentials });
      expect(log.one[1]?.line).toBe('GET /back');
      expect(JSON.stringify([log.one[1], log.two])).not.toContain(TOKEN);
    },
  );

  test('that the remote itself puts into a redirect to another origin end the request', async () => {
    const ended = await ask(leadingTo(one, `${two.origin}/?stolen=${TOKEN}`), { credentials: IN_QUERY });
    expect(ended.error).toMatch(/^RemoteForbidden: .* redirects to .* and would take credentials there$/);
    expect(ended.error).not.toContain(TOKEN);
    expect(log.two).toEqual([]);
  });

  test('may not be given with a request, nor what belongs to the connection', async () => {
    for (const name of ['authorization', 'Cookie', 'host', 'transfer-encoding', 'content-length']) {
      expect((await ask({ url: one.origin, headers: { [name]: 'x' } })).error).toMatch(
        new RegExp(`^InputInvalid: .* header ${name}`),
      );
    }
    expect(log.one).toEqual([]);
  });

  test('whose header a request brings itself are not sent twice', async () => {
    const credentials: CredentialsReference = {
      kind: 'api-key',
      secret: 'env:TOKEN',
      in: 'header',
      name: 'X-Key',
    };
    const ended = await ask({ url: one.origin, headers: { 'x-key': 'mine' } }, { credentials });
    expect(ended.error).toMatch(/^InputInvalid: .* header x-key/);
  });

  test('whose secret is not there end the request with its reference', async () => {
    const ended = await ask(one.origin, { credentials: { kind: 'bearer', secret: 'env:NOTHING' } });
    expect(ended.error).toBe('SettingsInvalid: There is no secret env:NOTHING');
    expect(log.one).toEqual([]);
  });

  test('url-10: a header with line ends does not reach the wire', async () => {
    expect((await ask({ url: one.origin, headers: { accept: 'a\r\nx-injected: 1' } })).error).toMatch(
      /^InputInvalid/,
    );
    expect(log.one).toEqual([]);
  });
});

describe('secrets', () => {
  test('secret-01: what a remote echoes of them is taken out of its answer', async () => {
    const ended = await ask(`${one.origin}/?echo=authorization`, { credentials: BEARER });
    expect(ended).toMatchObject({
      status: 401,
      text: 'you sent Bearer redacted',
      reply: { headers: { 'x-echo': 'Bearer redacted' } },
    });
    expect(JSON.stringify(ended)).not.toContain('c4n4ry');
  });

  test('are not in an error either, wherever the remote puts them', async () => {
    const ended = await ask(leadingTo(one, `http://10.0.0.1/${TOKEN}`), {
      credentials: BEARER,
    });
    expect(ended.error).toBe(
      'RemoteForbidden: http://10.0.0.1/redacted may not be fetched: its host is 10.0.0.1, which is a private address (setting allowPrivate)',
    );
  });

  test('url-11: of a URL are in no error, and the URL is asked for as it is', async () => {
    const gone = await serve((_, response) => response.end('ok'));
    await gone.stop();
    const ended = await ask(`${gone.origin}/?token=SECRET123`);
    expect(ended.error).toMatch(
      /^RemoteUnreachable: 127.0.0.1:\d+ could not be asked: it refused the connection/,
    );
    expect(ended.error).not.toContain('SECRET123');
    await ask(`${one.origin}/?token=SECRET123`);
    expect(log.one[0]?.line).toBe('GET /?token=SECRET123');
  });

  test('are in no error property: there is no cause and no stack of the client', async () => {
    const { thrown } = await ask('http://10.0.0.1/?token=SECRET123', {
      credentials: BEARER,
      options: { following: 'http://10.0.0.1/?token=SECRET123' },
    });
    expect(thrown).toBeInstanceOf(ReeveError);
    expect((thrown as Error).cause).toBeUndefined();
    expect(JSON.stringify(thrown) + String((thrown as Error).stack)).not.toContain('SECRET123');
  });
});
