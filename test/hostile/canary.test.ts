/** A secret in the URL that was typed: it is sent to the remote and found nowhere else, whether the session goes well or badly. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { sessionView } from '../../lib/cli/session-view.ts';
import { hostileWorld, type HostileWorld } from './world.ts';

const CANARY = 'cAnArY-4711-s3cr3t';
const LAYERS =
  '<Layer><Title>folder</Title><Layer><Name>a</Name><Title>Roads</Title></Layer><Layer><Name>b</Name><Title>Rail</Title></Layer></Layer>';

/** A WMS that says back what it was asked, in its own links. */
async function wmsThat(
  answers: (href: string) => { status: number; body: string },
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const href = `http://${request.headers.host ?? ''}${request.url ?? ''}`;
    const { status, body } = answers(href.replaceAll('&', '&amp;'));
    response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/wms?map=/a.map&token=${CANARY}`, asked };
}

const GOOD = (href: string) => ({
  status: 200,
  body:
    `<WMS_Capabilities version="1.3.0"><Service><Title>S</Title></Service><Capability><Request><GetMap><DCPType><HTTP><Get>` +
    `<OnlineResource xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="${href}"/></Get></HTTP></DCPType></GetMap></Request>${LAYERS}</Capability></WMS_Capabilities>`,
});

/** Everything that was kept or said, but for the two places that hold the URL in order to ask it. */
function everywhere({ world }: HostileWorld): Record<string, string> {
  const sessions = [...world.sessions.values()];
  return {
    log: inspect(world.log, { depth: 12, maxStringLength: null, maxArrayLength: null }),
    records: [...world.records.values()].map((bytes) => gunzipSync(bytes).toString()).join('\n'),
    batches: JSON.stringify([...world.batches.values()]),
    sessions: JSON.stringify(
      sessions.map(({ remote: { type, settings }, ...session }) => ({ ...session, type, settings })),
    ),
    views: JSON.stringify(sessions.map((session) => sessionView(session, '/records'))),
  };
}

test.each<[string, (href: string) => { status: number; body: string }, string, number]>([
  ['goes well', GOOD, 'finished-all-ok', 2],
  ['meets a refusal', () => ({ status: 403, body: 'no' }), 'finished-all-failed', 0],
  ['meets a page', () => ({ status: 200, body: '<html>' }), 'finished-all-failed', 0],
  [
    'meets an exception that repeats the request',
    (href) => ({ status: 200, body: `<ServiceException>you asked ${href}</ServiceException>` }),
    'finished-all-failed',
    0,
  ],
  ['meets a busy remote', () => ({ status: 503, body: '' }), 'finished-all-failed', 0],
])(
  'url-11: a secret in the query of a session that %s is asked with and never kept or told',
  async (_what, answers, status, records) => {
    const { url, asked } = await wmsThat(answers);
    const hostile = await hostileWorld(url, { type: 'wms', settings: {} });
    const session = await hostile.harvest();
    expect(session.status).toBe(status);
    expect(hostile.published()).toHaveLength(records);
    expect(asked[0]).toContain(CANARY);
    for (const [place, text] of Object.entries(everywhere(hostile))) {
      expect(text, place).not.toContain(CANARY);
    }
  },
);

test('xml-20: an exception that repeats a secret of the URL is told without it', async () => {
  const { url } = await wmsThat(() => ({
    status: 200,
    body: `<ServiceException>the key ${CANARY} is not known here</ServiceException>`,
  }));
  const hostile = await hostileWorld(url, { type: 'wms', settings: {} });
  const { conclusion } = await hostile.harvest();
  expect(conclusion?.cause).toContain('is not known here');
  for (const [place, text] of Object.entries(everywhere(hostile))) expect(text, place).not.toContain(CANARY);
});
