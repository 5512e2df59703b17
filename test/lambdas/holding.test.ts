/** What is held from session to session: what is new, what has changed, what has not, what is selected. */
import { describe, expect, test } from 'vitest';
import { putJson, readJson } from '../../lib/records.ts';
import { DEFAULT_KEEPING, faultsOfKeeping } from '../../lib/session/keeping.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { held, keep, later, numbers, rigOf } from './held.ts';
import { reply } from './rig.ts';

describe('a second session', () => {
  test('of a remote that has not changed writes no record, and everything is unchanged', async () => {
    const rig = await rigOf(numbers(7));
    const first = await rig.session();
    expect(first.difference).toMatchObject({ new: 7, unchanged: 0, held: 7 });
    const second = await later(rig);
    expect(second.status).toBe('finished-all-ok');
    expect(second.conclusion?.counts).toMatchObject({ total: 7, harvested: 0, unchanged: 7 });
    expect(second.difference).toMatchObject({ new: 0, changed: 0, unchanged: 7, held: 7 });
    expect(rig.published(second.id)).toEqual([]);
    expect(await held(rig)).toHaveLength(7);
  });

  test('writes what is new and what has changed, and nothing else', async () => {
    const rig = await rigOf(numbers(5));
    await rig.session();
    rig.remote.datasets.push(6);
    rig.remote.before = ({ url }) =>
      url.includes('/datasets/2/')
        ? reply({ dataset: { pk: '2', uuid: 'uuid-2', title: 'Renamed', resource_type: 'dataset' } })
        : undefined;
    const second = await later(rig);
    expect(second.conclusion?.counts).toMatchObject({ total: 6, harvested: 2, unchanged: 4 });
    expect(second.difference).toMatchObject({ new: 1, changed: 1, unchanged: 4, held: 6 });
    expect(rig.published(second.id)).toHaveLength(2);
    expect(await held(rig)).toHaveLength(6);
  });

  test('that is to be full fetches everything, and still tells what has changed', async () => {
    const rig = await rigOf(numbers(3));
    await rig.session();
    const before = rig.remote.requests.length;
    const second = await later(rig, { full: true });
    expect(rig.remote.requests.length - before).toBe(4);
    expect(second.difference).toMatchObject({ new: 0, changed: 0, unchanged: 3 });
  });

  test('keeps what it could not read again as it was', async () => {
    const rig = await rigOf(numbers(4));
    await rig.session();
    rig.remote.before = ({ url }) => (url.includes('/datasets/3/') ? reply('broken', 500) : undefined);
    const second = await later(rig);
    expect(second.conclusion?.counts).toMatchObject({ failed: 1, unchanged: 3 });
    expect(await held(rig)).toHaveLength(4);
  });

  test('with other settings reads everything anew', async () => {
    const rig = await rigOf(numbers(3));
    await rig.session();
    const harvester = (await rig.ports.harvesters.read('county'))!;
    const settings = { ...(harvester.remote.settings as object), keywords: ['roads'] };
    await rig.ports.harvesters.save({ ...harvester, remote: { ...harvester.remote, settings } });
    expect((await later(rig)).conclusion?.counts).toMatchObject({ harvested: 3 });
    expect((await later(rig)).conclusion?.counts).toMatchObject({ unchanged: 3 });
  });

  test('that another version listed than finalized is read anew by the next', async () => {
    const rig = await rigOf(numbers(3));
    await rig.session();
    rig.pass(60);
    const { id } = await rig.start();
    const { batches } = await rig.discover(id);
    for (const batch of batches) await rig.call('harvest', { session: id, batch });
    const cursor = [...rig.world.records.keys()].find((key) => key.startsWith(`staging/${id}/cursor/`))!;
    // As a version with another reader would have written it.
    const state = (await readJson(rig.ports.records, cursor)) as object;
    await putJson(rig.ports.records, cursor, { ...state, madeBy: 'the reader before' });
    await rig.finalize(id);
    expect(rig.read(id).conclusion?.counts).toMatchObject({ unchanged: 3 });
    const before = rig.remote.requests.length;
    expect((await later(rig)).conclusion?.counts).toMatchObject({ total: 3, harvested: 3 });
    expect(rig.remote.requests.length - before).toBe(4);
    expect((await later(rig)).conclusion?.counts).toMatchObject({ unchanged: 3 });
  });

  test('takes the place of the ledger of the one before, which is removed', async () => {
    const rig = await rigOf(numbers(3));
    await rig.session();
    const second = await later(rig);
    const ledgers = [...rig.world.records.keys()].filter((key) => key.startsWith('ledgers/'));
    expect(ledgers.every((key) => key.includes(`session=${second.id}/`))).toBe(true);
    expect(rig.world.harvesters.get('county')?.ledger).toEqual({ sessionId: second.id });
  });
});

describe('a retry', () => {
  test('adds what it got to what is held, and takes nothing for gone', async () => {
    const rig = await rigOf(numbers(5));
    rig.remote.before = ({ url }) => (url.includes('/datasets/3/') ? reply('broken', 500) : undefined);
    const first = await rig.session();
    expect(await held(rig)).toHaveLength(4);
    rig.remote.before = () => undefined;
    const retried = await later(rig, { retryOf: first.id });
    expect(retried.difference).toMatchObject({ new: 1, gone: 0, held: 5 });
    expect(await held(rig)).toHaveLength(5);
  });
});

describe('a session that only lists', () => {
  test('accounts for what it listed as unchanged, and fetches nothing', async () => {
    const rig = await rigOf(numbers(6));
    const session = await rig.session({ kind: 'discover-harvestable-resources' });
    expect(session.status).toBe('finished-all-ok');
    expect(session.conclusion?.counts).toMatchObject({ total: 6, unchanged: 6 });
    expect(rig.remote.requests).toHaveLength(1);
    expect(await held(rig)).toEqual([]);
    expect((await later(rig)).conclusion?.counts).toMatchObject({ harvested: 6 });
  });

  test('notices what is gone', async () => {
    const rig = await rigOf(numbers(20));
    await rig.session();
    rig.remote.datasets.pop();
    const session = await later(rig, { kind: 'discover-harvestable-resources' });
    expect(session.difference).toMatchObject({ gone: 1, unchanged: 19, held: 20 });
  });
});

describe('what is selected', () => {
  test('new resources wait for somebody to choose them where the harvester is set so', async () => {
    const rig = await rigOf(numbers(4), { harvestNewResourcesByDefault: false });
    const first = await rig.session();
    expect(first.conclusion?.counts.total).toBe(0);
    expect(first.listing).toMatchObject({ notSelected: 4, complete: true });
    await putJson(rig.ports.records, 'ledgers/harvester=county/choices/one.json.gz', { 'uuid-2': true });
    await keep(rig, { choices: 'ledgers/harvester=county/choices/one.json.gz' });
    const second = await later(rig);
    expect(second.conclusion?.counts).toMatchObject({ total: 1, harvested: 1 });
    expect(await held(rig)).toEqual(['uuid-2']);
  });

  test('a resource that is not chosen any more stays held, and is not fetched', async () => {
    const rig = await rigOf(numbers(4));
    await rig.session();
    await putJson(rig.ports.records, 'ledgers/harvester=county/choices/one.json.gz', { 'uuid-2': false });
    await keep(rig, { choices: 'ledgers/harvester=county/choices/one.json.gz' });
    const second = await later(rig);
    expect(second.conclusion?.counts).toMatchObject({ total: 3, unchanged: 3 });
    expect(rig.remote.requests.filter((url) => url.includes('/datasets/2/'))).toHaveLength(1);
    expect(await held(rig)).toHaveLength(4);
  });

  test('a filter leaves out what does not meet it', async () => {
    const rig = await rigOf(numbers(12), { filter: { title: 'DATASET 1' } });
    const session = await rig.session();
    expect(session.conclusion?.counts).toMatchObject({ total: 4, harvested: 4 });
    expect(session.listing).toMatchObject({ notSelected: 8, complete: true });
  });
});

test('a finalizer that dies anywhere while it writes the ledger leaves one that is whole for the next', async () => {
  const rig = await rigOf(numbers(30));
  await rig.session();
  rig.remote.datasets.push(31);
  rig.pass(60);
  const { id } = await rig.start();
  await rig.work(id);
  const { records } = rig.ports;
  for (let dies = 0; rig.read(id).closedAt === undefined; dies += 1) {
    let puts = 0;
    rig.ports = {
      ...rig.ports,
      records: {
        ...records,
        put: (key, bytes) => {
          if (puts++ === dies) throw new ReeveError('StoreBusy', `died before ${key}`);
          return records.put(key, bytes);
        },
      },
    };
    await rig.finalize(id).catch(() => undefined);
    expect(dies).toBeLessThan(50);
  }
  rig.ports = { ...rig.ports, records };
  expect(rig.read(id).difference).toMatchObject({ new: 1, unchanged: 30, held: 31 });
  expect(await held(rig)).toHaveLength(31);
});

test('an old finalizer that comes back changes nothing of what a newer session holds', async () => {
  const rig = await rigOf(numbers(3));
  const first = await rig.session();
  rig.remote.datasets.push(4);
  await later(rig);
  await rig.ports.sessions.save({ ...rig.read(first.id), closedAt: undefined });
  await rig.finalize(first.id);
  expect(await held(rig)).toHaveLength(4);
});

test('the defaults of what is kept are within their bounds', () => {
  expect(faultsOfKeeping(DEFAULT_KEEPING)).toEqual([]);
  expect(faultsOfKeeping({ ...DEFAULT_KEEPING, graceListings: 0.5, goneSharePercentMax: 101 })).toEqual([
    'goneSharePercentMax is 101; allowed is a number from 0 to 100',
    'graceListings is 0.5; allowed is a whole number from 1 to 1000',
  ]);
});
