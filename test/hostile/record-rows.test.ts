/** The rows record-* of the list of bad inputs: whole sessions over remotes whose ids and titles want to be more than data. */
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { openLog } from '../../lib/cli/log.ts';
import { unpackLines } from '../../lib/records.ts';
import { makeRig, reply, type Rig } from '../lambdas/rig.ts';
import { makeHarvester } from '../session/make.ts';

const BROKEN = ['a\nb', 'c\u0000d', 'e\u001b[31m', 'x'.repeat(3_000), '\ud800'];
const ODD = [
  '../../../etc/passwd',
  '..',
  '/absolute',
  'a/b#c?d',
  'records/harvester=other/session=x/000000-y.ndjson.gz',
  '😀',
  '\u200fabc',
  'Case',
  'case',
  'CASE',
  '__proto__',
  'É',
  'E\u0301',
  ' é ',
];

/** A remote of one dataset per id; the number of a dataset is its place. */
async function rigOf(ids: readonly string[], title = 'Roads'): Promise<Rig> {
  const rig = await makeRig({ datasets: ids.length, pageSize: 100 });
  const dataset = (number: number) => ({
    pk: String(number),
    uuid: ids[number - 1],
    title,
    abstract: title,
    resource_type: 'dataset',
  });
  rig.remote.before = ({ url }) => {
    const pk = /\/datasets\/(\d+)\//.exec(url)?.[1];
    return pk === undefined
      ? reply({ links: { next: null }, total: ids.length, resources: ids.map((_, n) => dataset(n + 1)) })
      : reply({ dataset: dataset(Number(pk)) }, 200, url);
  };
  return rig;
}

test('record-02: no id climbs out of a key, and ids that differ only in case or in spelling stay apart', async () => {
  const rig = await rigOf(ODD);
  const { id, conclusion } = await rig.session();
  expect(conclusion?.counts).toMatchObject({ total: ODD.length, harvested: ODD.length });
  expect(rig.published(id)).toEqual([...ODD].sort());
  for (const key of rig.world.records.keys())
    expect(key).toMatch(
      /^(records|ledgers)\/harvester=county\/session=[\w-]+\/(\d{6}-[\w-]+|\d{5}|manifest)\.(ndjson|json)\.gz$/,
    );
});

test('record-02: an id that is none is left out or failed with a reason, and the listing says it', async () => {
  const rig = await rigOf([...BROKEN, 'good']);
  const { id, status, conclusion, listing } = await rig.session();
  expect(rig.published(id)).toEqual(['good']);
  const { total = 0, harvested, failed = 0 } = conclusion?.counts ?? {};
  expect([harvested, failed]).toEqual([1, total - 1]);
  expect(listing.complete).toBe(false);
  expect(status).toBe('finished-some-failed');
});

test('record-03: what two harvesters find under one id is kept twice', async () => {
  const rig = await rigOf(['same']);
  const county = await rig.session();
  const { remote, pace } = rig.world.harvesters.get('county')!;
  await rig.world.ports.harvesters.create(makeHarvester({ id: 'town', remote, pace }));
  const town = await rig.session({ harvester: 'town' });
  expect([rig.published(county.id), rig.published(town.id)]).toEqual([['same'], ['same']]);
  const published = [...rig.world.records.keys()].filter((key) => key.startsWith('records/'));
  expect(published.map((key) => key.split('/')[1])).toEqual(['harvester=county', 'harvester=town']);
});

test.each([
  ['a formula', "=cmd|' /C calc'!A0"],
  ['a script', '<script>alert(1)</script>'],
  ['a second log line', 'Roads\n{"level":"error","message":"forged"}'],
  ['ANSI escapes', '\u001b[31mRoads\u001b[0m\u009b31m'],
])('record-05: %s as a title is data: one line of the record, no line of a log', async (_what, title) => {
  const rig = await rigOf(['a', title], title);
  const { id } = await rig.session();
  const lines = [...rig.world.records]
    .filter(([key]) => key.includes(id))
    .flatMap(([, bytes]) => unpackLines(bytes));
  const records = lines.map((line) => JSON.parse(line) as { id: string; properties: { title: string } });
  const kept = records.find((record) => record.id === 'a')?.properties.title;
  expect(kept).not.toMatch(/\p{Cc}/u);
  expect(kept).toContain(/cmd|alert\(1\)|Roads/.exec(title)?.[0]);
  let written = '';
  const log = openLog(
    'debug',
    new Writable({
      write(bytes, _encoding, done) {
        written += String(bytes);
        done();
      },
    }),
  );
  for (const { level, message, fields } of rig.world.log) log[level](message, fields);
  const logged = written.trimEnd().split('\n');
  expect(logged).toHaveLength(rig.world.log.length);
  for (const line of logged) {
    expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
    expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
  }
});
