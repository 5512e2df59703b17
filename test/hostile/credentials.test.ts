/** Whole sessions with credentials, against remotes that want to see them elsewhere or to give them away: sent to one origin, written nowhere. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sessionView } from '../../lib/cli/session-view.ts';
import type { CredentialsReference } from '../../lib/session/credentials.ts';
import { hostileWorld, type HostileWorld } from './world.ts';

const SECRET = 'c4n4ry&s3cr3t<4711>';
const SECRETS = { 'env:TOKEN': 'c4n4ry-s3cr3t-4711', 'env:LOGIN': `anna:${SECRET}` };
/** In whatever spelling. */
const TRACE = /c4n4ry|s3cr3t|YW5uYTpjNG40cn/i;

interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

async function serverThat(answer: (asked: Asked) => Answer): Promise<{ origin: string; asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const one = { url: request.url ?? '', headers: request.headers };
    asked.push(one);
    const { status = 200, headers = {}, body = '' } = answer(one);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Everything that was written or said: the sessions with all that they hold, logs, records, cursors, batches, events, views. */
function everything({ world }: HostileWorld): Readonly<Record<string, string>> {
  const whole = (value: unknown) =>
    inspect(value, { depth: 20, maxStringLength: null, maxArrayLength: null, showHidden: false });
  const sessions = [...world.sessions.values()];
  return {
    log: whole(world.log),
    sessions: whole(sessions),
    harvesters: whole([...world.harvesters.values()]),
    batches: whole([...world.batches.values()]),
    files: [...world.records].map(([key, bytes]) => `${key} ${gunzipSync(bytes).toString()}`).join('\n'),
    events: whole(world.events),
    views: whole(sessions.map((session) => sessionView(session, '/records'))),
  };
}

const KINDS: readonly CredentialsReference[] = [
  { kind: 'basic', secret: 'env:LOGIN' },
  { kind: 'bearer', secret: 'env:TOKEN' },
  { kind: 'api-key', secret: 'env:TOKEN', in: 'header', name: 'X-API-Key' },
  { kind: 'api-key', secret: 'env:TOKEN', in: 'query', name: 'subscription' },
  { kind: 'arcgis-token', secret: 'env:TOKEN', in: 'header' },
  { kind: 'arcgis-token', secret: 'env:TOKEN', in: 'query' },
];
const spoken = (credentials: CredentialsReference) =>
  'in' in credentials ? `${credentials.kind} in the ${credentials.in}` : credentials.kind;

/** What the server was sent, as a text that it can say back. */
const sentTo = ({ url, headers }: Asked): string =>
  `${url} ${headers.authorization ?? ''} ${String(headers['x-api-key'])} ${String(headers['x-esri-authorization'])}`;
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const CAPABILITIES = (said: string) =>
  `<?xml version="1.0"?><WMS_Capabilities version="1.3.0"><Service><Title>${escaped(said)}</Title></Service><Capability><Request/>` +
  `<Layer><Title>all</Title><Layer><Name>a</Name><Title>${escaped(said)}</Title><Abstract>${escaped(said)}</Abstract></Layer></Layer></Capability></WMS_Capabilities>`;

async function harvested(url: string, credentials: CredentialsReference, type = 'wms') {
  const hostile = await hostileWorld(url, { type, settings: {}, credentials, secrets: SECRETS });
  const session = await hostile.harvest();
  for (const [place, text] of Object.entries(everything(hostile))) expect(text, place).not.toMatch(TRACE);
  expect(session.remote.credentials).toEqual(credentials);
  return { session, hostile };
}

describe.each(KINDS.map((credentials) => [spoken(credentials), credentials] as const))(
  '%s',
  (_what, credentials) => {
    test('a remote that says back what it was sent: harvested, and it is in no record, log or item', async () => {
      const { origin, asked } = await serverThat((one) => ({
        headers: { 'content-type': 'text/xml', 'x-echo': encodeURIComponent(sentTo(one)) },
        body: CAPABILITIES(sentTo(one)),
      }));
      const { session, hostile } = await harvested(`${origin}/wms`, credentials);
      expect(session.status).toBe('finished-all-ok');
      expect(hostile.published()).toHaveLength(1);
      expect(sentTo(asked[0]!)).toMatch(TRACE);
    });

    test('a remote that says it back in UTF-16 gains nothing by it', async () => {
      const { origin } = await serverThat((one) => ({
        headers: { 'content-type': 'text/xml; charset=utf-16' },
        body: Buffer.from(`\ufeff${CAPABILITIES(sentTo(one))}`, 'utf16le'),
      }));
      expect((await harvested(`${origin}/wms`, credentials)).session.status).toBe('finished-all-ok');
    });

    test.each([401, 403])('a remote that answers %i and repeats them', async (status) => {
      const { origin } = await serverThat((one) => ({ status, body: sentTo(one) }));
      const { session } = await harvested(`${origin}/wms`, credentials);
      expect(session.status).toBe('finished-all-failed');
      expect(session.conclusion?.cause).toMatch(
        status === 401
          ? /with status 401.*: it does not accept the credentials that were sent/
          : /with status 403.*: it does not allow us this, although credentials were sent/,
      );
    });

    test('a redirect to another origin takes none along, and the refusal there says so', async () => {
      const other = await serverThat(() => ({ status: 401 }));
      const { origin, asked } = await serverThat(({ url }) => ({
        status: 302,
        headers: { location: `${other.origin}${url.split('?')[0] ?? ''}` },
      }));
      const { session } = await harvested(`${origin}/wms`, credentials);
      expect(sentTo(asked[0]!)).toMatch(TRACE);
      expect(other.asked).toHaveLength(1);
      expect(JSON.stringify(other.asked)).not.toMatch(TRACE);
      expect(session.conclusion?.cause).toContain(
        "it wants credentials, and the harvester's were not sent: it is on another origin than the harvester's URL",
      );
    });
  },
);

test('without credentials a 401 says that the harvester has none', async () => {
  const { origin } = await serverThat(() => ({ status: 401 }));
  const hostile = await hostileWorld(`${origin}/wms`, { type: 'wms', settings: {} });
  expect((await hostile.harvest()).conclusion?.cause).toContain(
    'it wants credentials, and the harvester has none',
  );
});

test('a listing whose links lead to another origin: nothing is asked there, with or without credentials', async () => {
  const other = await serverThat(() => ({ body: '{}' }));
  const { origin, asked } = await serverThat(({ url }) => ({
    headers: { 'content-type': 'application/json' },
    body: url.startsWith('/arcgis/rest/services?')
      ? JSON.stringify({
          currentVersion: 11,
          folders: [],
          services: [{ name: 'Roads', type: 'MapServer', url: `${other.origin}/arcgis/rest/services/Roads` }],
        })
      : '{"error":{"code":499,"message":"Token Required"}}',
  }));
  const credentials = { kind: 'arcgis-token', secret: 'env:TOKEN', in: 'header' } as const;
  await harvested(`${origin}/arcgis/rest/services`, credentials, 'arcgis');
  expect(asked.length).toBeGreaterThan(0);
  expect(other.asked).toEqual([]);
});

test('a secret that is missing ends the session with its reference', async () => {
  const { origin, asked } = await serverThat(() => ({}));
  const hostile = await hostileWorld(`${origin}/wms`, {
    type: 'wms',
    settings: {},
    credentials: { kind: 'bearer', secret: 'env:NOTHING' },
    secrets: SECRETS,
  });
  const session = await hostile.harvest();
  expect(session.conclusion?.cause).toContain('There is no secret env:NOTHING');
  expect(asked).toEqual([]);
});
