/** `reeve harvesters`: the same words of a folder and over an API. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { harvesterIdOf } from '../../lib/session/names.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';
import { newFolder, QUICK, reeve, startReeve, type Ran } from './run.ts';

let sample: SampleRemote;
let api: ApiWorld;
/** What comes between a command's read of a harvester and its write. */
let meanwhile: (() => Promise<void>) | undefined;

beforeAll(async () => {
  sample = await startSampleRemote({ datasets: 4 });
  api = await openApiWorld(async ({ method }) => {
    const other = meanwhile;
    if (method !== 'PUT' || other === undefined) return;
    meanwhile = undefined;
    await other();
  });
});
afterAll(async () => {
  await api.close();
  await sample.close();
});

interface Listed {
  readonly harvesters: readonly {
    readonly id: string;
    readonly session: { readonly status: string } | null;
  }[];
}

function refusal(ran: Ran): string {
  expect(ran.code).toBe(1);
  const { error } = ran.json() as { error: { message: string } };
  expect(error.message).not.toMatch(/ {4}at /);
  return error.message;
}

const folder = newFolder();
const WORLDS = [
  ['in a folder', (...args: string[]) => reeve('--data', folder, ...args)],
  ['over an API', (...args: string[]) => api.over(...args)],
] as const;

describe.each(WORLDS)('%s', (_, run) => {
  const COUNTY = ['--id', 'county', '--name', 'County', '--every', '1d'];

  test('a harvester is added once, its type found by asking, listed, shown, changed, harvested and deleted', async () => {
    const add = ['harvesters', 'add', sample.geonodeUrl, ...COUNTY, '--keep', 'graceDays=2', ...QUICK];
    const added = await run(...add);
    expect(added.out).toContain(`Harvester county was added: ${sample.geonodeUrl}/ (geonode), every 1d.`);
    expect((await run(...add)).out).toContain('was there already, and is as it was typed');

    const shown = await run('harvesters', 'show', 'County');
    expect(shown.out).toMatch(/^Harvester county ready$/m);
    for (const text of ['(geonode)', 'Schedule     1d', 'graceDays=2', 'requestsPerSecond=1000', 'none yet'])
      expect(shown.out).toContain(text);

    const changed = await run('harvesters', 'change', 'county', '--every', '12h', '--pace', 'batchSize=3');
    expect(changed.out).toContain('  every: 1d → 12h\n  pace.batchSize: ');
    const again = await run('harvesters', 'change', 'county', '--every', '12h', '--pace', 'batchSize=3');
    expect(again.out).toContain('is so already: nothing was changed');
    const never = await run('--json', 'harvesters', 'change', 'county', '--every', 'none');
    expect(never.json()).toMatchObject({
      name: 'County',
      every: null,
      timezone: null,
      pace: { batchSize: 3, requestsPerSecond: 1_000 },
      keeping: { graceDays: 2 },
    });

    const session = await run('--json', 'harvest', 'county');
    expect(session.json()).toMatchObject({ harvester: 'county', status: 'finished-all-ok' });
    const { harvesters } = (await run('--json', 'harvesters')).json() as Listed;
    expect(harvesters.map((one) => [one.id, one.session?.status])).toEqual([['county', 'finished-all-ok']]);
    expect((await run('--json', 'harvesters', 'show', 'county')).json()).toMatchObject({
      pace: { batchSize: 3, requestsPerSecond: 1_000 },
      session: { counts: { total: 4, harvested: 4 } },
    });
    const listed = await run('harvesters');
    expect(listed.out).toMatch(/│ county +│ geonode +│ none +│ finished-all-ok +│/);
    expect((await run('--quiet', 'harvesters')).out).toMatch(/^county geonode http.* finished-all-ok\n$/);

    expect((await run('harvesters', 'delete', 'county')).out).toContain('Its sessions and records stay.');
    expect((await run('harvesters')).out).toContain('There are no harvesters yet.');
  });

  test('with another type the settings begin anew, and a remote may move', async () => {
    await run(
      'harvesters',
      'add',
      sample.geonodeUrl,
      '--id',
      'moving',
      '--type',
      'geonode',
      '--set',
      'pageSize=7',
    );
    const to = ['--url', sample.wmsUrl, '--type', 'wms', '--set', 'maxStoredCrs=9'];
    expect((await run('--json', 'harvesters', 'change', 'moving', ...to)).json()).toMatchObject({
      url: sample.wmsUrl,
      type: 'wms',
      settings: { version: '1.3.0', maxStoredCrs: 9 },
    });
    await run('harvesters', 'delete', 'moving');
  });

  describe('is refused in one sentence', () => {
    beforeAll(async () => {
      await run('harvesters', 'add', sample.wmsUrl, '--id', 'basemap', '--type', 'wms');
    });

    test.each([
      [['add', 'nonsense'], '"nonsense" is not a URL'],
      [
        ['add', 'https://a.example', '--type', 'wmss'],
        '"wmss" is no harvester type; allowed are geonode, wms',
      ],
      [['add', 'https://a.example', '--type', 'wms', '--id', '../x'], 'id is "../x"; allowed are 1 to 64'],
      [
        ['add', 'https://a.example', '--type', 'wms', '--id', 'basemap'],
        'is there already, with other settings',
      ],
      [
        ['add', 'https://a.example', '--type', 'wms', '--set', 'versio=1'],
        'it has "versio"; allowed are version, ',
      ],
      [['add', 'https://a.example', '--type', 'wms', '--set', 'versio=1'], 'did you mean version?'],
      [['add', 'https://a.example', '--type', 'wms', '--timezone', 'UTC'], 'timezone is there without every'],
      [['add', 'https://a.example', '--type', 'wms', '--credentials', 'kind=x'], 'allowed are basic, bearer'],
      [['add'], "Missing required argument 'url'"],
      [['change', 'basemap', '--evry', '1d'], "Unknown option '--evry'; did you mean --every?"],
      [['chnge'], 'harvesters has no command "chnge"; allowed are show, add, change, delete, apply'],
      [['chnge'], 'did you mean change?'],
      [['change', 'basemap'], 'Nothing to change was typed; allowed are --name'],
      [['change', 'basemp', '--every', '1d'], 'There is no harvester "basemp"; did you mean basemap?'],
      [
        ['change', 'basemap', '--every', '5s', '--pace', 'batchSize=1000'],
        'It is not valid in 2 places:\n  pace: ',
      ],
      [['show', 'nobody'], 'There is no harvester "nobody"'],
      [['delete', 'nobody'], 'There is no harvester "nobody"'],
    ])('%j', async (args, message) => {
      expect(refusal(await run('--json', 'harvesters', ...args))).toContain(message);
    });

    test('a URL that is no remote, with a line for each type', async () => {
      const message = refusal(
        await run('--json', 'harvesters', 'add', `${sample.geonodeUrl}/nothing`, '--id', 'x'),
      );
      expect(message).toMatch(
        /is none of the remotes that Reeve can harvest:\n {2}no geonode: .+\n {2}no wms: /,
      );
    });
  });
});

describe('in a folder', () => {
  const here = (...args: string[]) => reeve('--data', folder, '--json', ...args);

  test('a settings file is not applied, and no credentials are kept', async () => {
    expect(refusal(await here('harvesters', 'apply', 'reeve.json'))).toContain('serve --settings <file>');
    const credentials = ['kind=bearer', 'secret=env:X'].flatMap((one) => ['--credentials', one]);
    const add = ['harvesters', 'add', 'https://a.example', '--type', 'wms', ...credentials];
    expect(refusal(await here(...add))).toContain('a folder keeps no credentials for serve to use');
  });

  test('where nothing was ever kept, nothing is made by looking', async () => {
    const ran = await reeve('--data', `${newFolder()}/none`, '--json', 'harvesters');
    expect(refusal(ran)).toContain('There are no sessions in ');
  });

  test('what is neither an id nor a URL is told both', async () => {
    expect(refusal(await here('harvest', 'basemp'))).toContain(
      'such as https://example.org/geonode, or the id of a harvester; did you mean basemap?',
    );
  });

  test('a URL that is harvested otherwise than it was is told in what', async () => {
    const url = `${sample.geonodeUrl}/?of=notes`;
    await reeve('--data', folder, 'harvest', url, '--type', 'geonode', ...QUICK, '--pace', 'batchSize=2');
    const ran = await reeve('--data', folder, 'harvest', url, ...QUICK);
    expect(ran.err).toMatch(/Harvester \S+ was changed as typed: pace\.batchSize: 2 → /);
  });

  test('while another process works in it: who looks may look, who changes is sent there', async () => {
    const busy = newFolder();
    const slow = await startSampleRemote({ datasets: 40, latencyMillis: 300 });
    const run = startReeve(['--data', busy, 'harvest', slow.geonodeUrl, '--pace', 'resourcesAtOnce=1']);
    await run.said('is a remote of type');
    const id = harvesterIdOf(`${slow.geonodeUrl}/`);
    await expect
      .poll(async () => (await reeve('--data', busy, 'harvesters')).out, { timeout: 20_000 })
      .toContain(id);
    const ran = await reeve('--data', busy, '--json', 'harvesters', 'delete', id);
    expect(refusal(ran)).toMatch(/is in use by process \d+ .*; if it is serve, ask it: --api /);
    run.child.kill('SIGKILL');
    await run.ended;
    await slow.close();
  });
});

describe('over an API', () => {
  test('a change by somebody else in the same moment is told, and left as they made it', async () => {
    await api.over('harvesters', 'add', sample.geonodeUrl, '--id', 'contested', '--type', 'geonode');
    meanwhile = async () => {
      const theirs = await api.over('harvesters', 'change', 'contested', '--name', 'Theirs');
      expect(theirs.code).toBe(0);
    };
    const ours = await api.over('--json', 'harvesters', 'change', 'contested', '--name', 'Ours');
    expect(refusal(ours)).toContain('Harvester contested was changed by somebody else since it was read');
    expect((await api.over('harvesters', 'show', 'contested')).out).toContain('Theirs');
  });

  test('one that is being harvested is not deleted', async () => {
    const slow = await startSampleRemote({ datasets: 40, latencyMillis: 300 });
    await api.over('harvesters', 'add', slow.geonodeUrl, '--id', 'busy', '--type', 'geonode');
    const started = await api.world.start({ harvester: 'busy' });
    expect(started.outcome).toBe('started');
    expect(refusal(await api.over('--json', 'harvesters', 'delete', 'busy'))).toContain(
      'Harvester busy has an open session',
    );
    expect((await api.over('harvesters')).out).toMatch(/│ busy +│ geonode │ none +│ (pending|on-going) /);
    await api.over('abort');
    expect((await api.over('harvesters', 'delete', 'busy')).code).toBe(0);
    await slow.close();
  });

  test('two of one name are told apart by their ids', async () => {
    for (const id of ['one', 'two'])
      await api.over('harvesters', 'add', 'https://a.example', '--id', id, '--name', 'Twin', '--type', 'wms');
    expect(refusal(await api.over('--json', 'harvesters', 'delete', 'Twin'))).toContain(
      '"Twin" may be one or two; allowed is one of these ids',
    );
  });
});
