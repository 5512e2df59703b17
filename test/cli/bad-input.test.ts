/** What is wrong outside gets one clear sentence and the right exit code, and loses nothing. In this process, against real servers. */
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import type { SessionView } from '../../lib/cli/session-view.ts';
import type { Fault, Trouble } from '../../lib/sample/faults.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, QUICK, reeve, type Ran } from './run.ts';

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function serverOf(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(listener))}`;
}

async function sampleWith(
  faults: readonly Fault[],
  datasets = 10,
): Promise<Awaited<ReturnType<typeof startSampleRemote>>> {
  const sample = await startSampleRemote({ datasets, faults });
  closing.push(() => sample.close());
  return sample;
}

/** Without a type nothing was opened: no session, exit code 1, one sentence and no stack. */
function expectCouldNotRun(ran: Ran, ...parts: (string | RegExp)[]): void {
  expect(ran.code).toBe(1);
  const { error } = ran.json() as { error: { name: string; message: string } };
  for (const part of parts) expect(error.message).toMatch(part);
  // One sentence; or, of what was tried of each type, a line each.
  expect(error.message).not.toMatch(/\n(?! {2}no )| {4}at /);
  expect(ran.err).not.toMatch(/ {4}at /);
}

/** The session is concluded as failed, with its cause and exact counts. */
function expectFailedSession(ran: Ran, cause: string | RegExp): void {
  expect(ran.code, ran.out + ran.err).toBe(2);
  const view = ran.json() as SessionView;
  expect(view).toMatchObject({
    status: 'finished-all-failed',
    finalizedBy: 'workflow',
    listingComplete: false,
  });
  expect(view.counts).toEqual({ total: 0, harvested: 0, unchanged: 0, failed: 0, skipped: 0, lost: 0 });
  expect(view.cause).toMatch(/^The remote is not available: /);
  expect(view.cause).toMatch(cause);
}

/** Each in a folder of its own, so that they can run beside each other: most of their time they wait before they try again. */
const harvest = (...args: string[]): Promise<Ran> => harvestInto(newFolder(), ...args);
const harvestInto = (folder: string, ...args: string[]): Promise<Ran> =>
  reeve('--data', folder, '--json', 'harvest', ...QUICK, ...args);

describe('what is typed wrong is refused before anything is opened', () => {
  test.each([
    [
      ['nonsense'],
      '"nonsense" is not a URL: allowed is an http or https URL such as https://example.org/geonode',
    ],
    [
      ['https://example.org/', '--type', 'wsm'],
      `"wsm" is no harvester type; allowed are ${HARVESTER_TYPES.map(({ type }) => type).join(', ')}`,
    ],
    [['https://example.org/', '--pace', 'batchsize=1'], 'did you mean batchSize?'],
    [['https://example.org/', '--tpye', 'wms'], "Unknown option '--tpye'; did you mean --type?"],
    [['https://example.org/', 'https://example.com/'], "Too many arguments for 'harvest'"],
  ])('%j', async (args, message) => {
    const folder = join(newFolder(), 'not-made');
    const ran = await reeve('--data', folder, '--json', 'harvest', ...args);
    expectCouldNotRun(ran, message);
    expect(existsSync(folder)).toBe(false);
  });

  test('an unknown command is answered with the nearest', async () => {
    expectCouldNotRun(await reeve('--json', 'harvets'), "Unknown command 'harvets'; did you mean harvest?");
  });

  test('for people it is one line on stderr, and nothing on stdout', async () => {
    const ran = await reeve('harvest', 'nonsense');
    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toBe(
      '"nonsense" is not a URL: allowed is an http or https URL such as https://example.org/geonode.\n',
    );
  });
});

describe.concurrent('a remote that cannot be asked', { timeout: 90_000 }, () => {
  test('by its name: without a type it is exit code 1 and no session', async () => {
    const folder = newFolder();
    const ran = await harvestInto(folder, 'http://nowhere.invalid/wms');
    expectCouldNotRun(ran, 'nowhere.invalid could not be asked: its name', 'no session was started');
    expect((await reeve('--data', folder, '--json', 'sessions')).json()).toEqual({ sessions: [] });
  });

  test('by its name: with a type it is a session that failed', async () => {
    expectFailedSession(
      await harvest('http://nowhere.invalid/wms', '--type', 'wms'),
      'nowhere.invalid could not be asked: its name',
    );
  });

  test('because the connection is refused', async () => {
    const server = createTcpServer();
    const url = `http://127.0.0.1:${await listening(server)}/geonode`;
    await new Promise((resolve) => server.close(resolve));
    expectCouldNotRun(await harvest(url), 'it refused the connection');
    expectFailedSession(await harvest(url, '--type', 'geonode'), 'it refused the connection');
  });

  test('because its certificate is not to be trusted', async () => {
    const port = await listening(createTlsServer({}));
    expectFailedSession(
      await harvest(`https://127.0.0.1:${port}/`, '--type', 'arcgis'),
      'its TLS certificate or protocol is refused',
    );
  });

  test('because it never answers', async () => {
    const url = `http://127.0.0.1:${await listening(createTcpServer())}/`;
    expectFailedSession(await harvest(url, '--type', 'geonode'), /too slow/);
  });
});

describe('a remote that was harvested before and is down now', () => {
  test('is a session that failed, without asking for its type again', async () => {
    const folder = newFolder();
    const sample = await sampleWith([]);
    const first = await harvestInto(folder, sample.geonodeUrl);
    expect(first.code, first.err).toBe(0);
    await sample.close();
    const ran = await harvestInto(folder, sample.geonodeUrl);
    expectFailedSession(ran, 'it refused the connection');
    // What is held is not taken away by it.
    expect((await reeve('--data', folder, 'export')).out.trim().split('\n')).toHaveLength(10);
  });
});

describe.concurrent('an answer that is none', { timeout: 90_000 }, () => {
  test.each([
    [401, 'it wants credentials'],
    [403, 'it does not allow us this'],
    [404, 'there is nothing at that address'],
    [429, ''],
    [500, ''],
    [503, ''],
  ])('status %i', async (status, cause) => {
    const sample = await sampleWith([{ match: 'any', fault: { kind: 'status', status } }]);
    // Enough time for all tries, so that it is the last answer that is told.
    const ran = await harvest(sample.geonodeUrl, '--type', 'geonode', '--pace', 'resourceSeconds=30');
    expectFailedSession(ran, `status ${status}${cause === '' ? '' : `: ${cause}`}`);
  });

  test.each<[Trouble['kind'], string | RegExp, string | RegExp]>([
    ['html', 'an HTML page \\("Sign in"\\); JSON was expected', 'an HTML page \\("Sign in"\\)'],
    ['empty', 'with nothing; JSON was expected', 'with nothing'],
    ['truncated', 'JSON that was cut off', 'XML that was cut off'],
    ['truncated-gzip', 'a body that is cut off', 'a body that is cut off'],
    ['service-exception', '', 'an exception: The layer database is not available'],
  ])('%s', async (kind, geonodeCause, wmsCause) => {
    const sample = await sampleWith([{ match: 'any', fault: { kind } as Trouble }]);
    expectFailedSession(await harvest(sample.geonodeUrl, '--type', 'geonode'), new RegExp(geonodeCause));
    expectFailedSession(await harvest(sample.wmsUrl, '--type', 'wms'), new RegExp(wmsCause));
  });

  test('an HTML page is of no type: why, for each type, in one sentence', async () => {
    const url = await serverOf((_, response) =>
      response.setHeader('content-type', 'text/html').end('<html><title>Welcome</title></html>'),
    );
    expectCouldNotRun(
      await harvest(url),
      'is none of the remotes that Reeve can harvest',
      ...HARVESTER_TYPES.map(({ type }) => `no ${type}: `),
    );
    const probed = await reeve('--json', 'probe', url);
    expect(probed.code).toBe(1);
    expect(probed.json()).toMatchObject({
      type: null,
      verdicts: HARVESTER_TYPES.map(({ type }) => ({ type, match: false })),
    });
  });
});

describe('a catalogue with flaws', () => {
  test('with nothing in it is all ok, and says so', async () => {
    const sample = await sampleWith([], 0);
    const ran = await harvest(sample.geonodeUrl);
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      status: 'finished-all-ok',
      cause: 'The remote lists no resources.',
      listingComplete: true,
    });
  });

  test('with duplicate ids, missing titles and absurd boxes is harvested; each broken resource costs itself only', async () => {
    const sample = await sampleWith(
      [
        { match: 'listing', fault: { kind: 'duplicates', count: 3 } },
        { match: 'dataset', ids: [3], fault: { kind: 'missing-title' } },
        { match: 'dataset', every: 5, fault: { kind: 'absurd-box' } },
        { match: 'dataset', ids: [7], fault: { kind: 'truncated' } },
        { match: 'dataset', ids: [8], fault: { kind: 'status', status: 404 } },
      ],
      30,
    );
    const folder = newFolder();
    const ran = await harvestInto(folder, sample.geonodeUrl);
    expect(ran.code).toBe(2);
    const view = ran.json() as SessionView;
    expect(view).toMatchObject({
      status: 'finished-some-failed',
      duplicates: 3,
      counts: { total: 30, harvested: 28, failed: 2, lost: 0 },
    });
    expect(view.reasons.map(({ count }) => count)).toEqual([1, 1]);
    const features = (await reeve('--data', folder, 'export', view.id)).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { properties: { title: string } });
    expect(features).toHaveLength(28);
    expect(features.every(({ properties }) => properties.title !== '')).toBe(true);
  });
});

describe('a folder that cannot be used', () => {
  test('because it may not be written to', async () => {
    // Root may write everywhere but into the file system of the kernel.
    const folder = process.getuid?.() === 0 ? '/sys/reeve' : newFolder();
    if (!folder.startsWith('/sys')) chmodSync(folder, 0o500);
    const ran = await reeve('--data', folder, '--json', 'harvest', 'http://127.0.0.1:1/', '--type', 'wms');
    expectCouldNotRun(ran, folder, /may not be written to|read-only/, 'choose another folder');
    if (!folder.startsWith('/sys')) chmodSync(folder, 0o700);
  });

  test('because a part of its path is a file', async () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expectCouldNotRun(
      await reeve('--data', join(file, 'data'), '--json', 'harvest', 'http://127.0.0.1:1/', '--type', 'wms'),
      'a part of its path is a file',
    );
  });

  test('because it is not there, for those who only look', async () => {
    const folder = join(newFolder(), 'nothing');
    for (const command of [['sessions'], ['show', 'x'], ['export'], ['abort', 'x']]) {
      expectCouldNotRun(
        await reeve('--data', folder, '--json', ...command),
        'There are no sessions in',
        'nothing was harvested here',
      );
    }
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a broken settings file', () => {
  test('is named with line and column, or with the member that is wrong', async () => {
    const file = join(newFolder(), 'reeve.json');
    expectCouldNotRun(
      await reeve('--json', '--settings', file, 'serve'),
      'reeve.json could not be used: it does not exist',
    );
    writeFileSync(file, '{\n  "harvesters": [,]\n}');
    expectCouldNotRun(
      await reeve('--json', '--settings', file, 'serve'),
      'reeve.json is not valid JSON: line 2, column 18',
    );
    writeFileSync(file, '{ "harvesters": [{ "name": "a", "url": "b", "every": "c" }] }');
    expectCouldNotRun(
      await reeve('--json', '--settings', file, 'serve'),
      'harvesters[0].url',
      'harvesters[0].every is "c"; allowed is a duration',
    );
  });
});
