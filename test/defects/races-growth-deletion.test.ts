/** The known defects D11 to D25 of GeoNode's harvesting, each as a test that it cannot happen here; the numbers are those of our study of peers. */
import { describe, expect, test } from 'vitest';
import { arcgis } from '../../lib/harvesters/arcgis.ts';
import { wms } from '../../lib/harvesters/wms.ts';
import { abortSession } from '../../lib/protocol/abort.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';
import { makeRig, reply, SECOND, T0, type Rig } from '../lambdas/rig.ts';

async function stuck(rig: Rig): Promise<string> {
  const { id } = await rig.start();
  await rig.discover(id);
  return id;
}

/** Delivers checks until the finalizer was called and has run. */
async function rescue(rig: Rig): Promise<void> {
  while (rig.world.finalizerCalls.length === 0) await rig.nextCheck();
  await rig.deliverFinalizers();
}

const workflow = harvestWorkflow({ discover: 'd', harvest: 'h', finalize: 'f' }, DEFAULT_LIMITS);
const WMS_URL = 'http://wms.example/ows';

describe('races', () => {
  test('D11: of two starts at the same time one gets the harvester', async () => {
    const rig = await makeRig();
    const outcomes = await Promise.all([1, 2, 3].map(() => rig.call('start', { harvester: 'county' })));
    expect(outcomes.map((one) => (one as { outcome: string }).outcome).sort()).toEqual([
      'conflict',
      'conflict',
      'started',
    ]);
    expect(rig.world.executions.size).toBe(1);
  });

  test('D12: a write that was decided on an old state is refused and decided again', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    const { sessions } = rig.ports;
    rig.ports = {
      ...rig.ports,
      sessions: {
        ...sessions,
        save: async (session) => {
          if (session.status === 'on-going' && rig.read(id).status === 'on-going')
            await abortSession({ ...rig.ports, sessions }, id);
          return sessions.save(session);
        },
      },
    };
    await rig.discover(id);
    expect(rig.read(id).status).toBe('aborting');
  });

  test('D13: aborting a pending session does not wedge the harvester', async () => {
    const rig = await makeRig();
    const { id } = await rig.start();
    await rig.ports.sessions.save({ ...rig.read(id), status: 'pending' });
    await abortSession(rig.ports, id);
    await rescue(rig);
    expect(rig.read(id)).toMatchObject({ status: 'aborted' });
    expect(rig.read(id).conclusion?.concludedAt).toBeDefined();
    expect((await rig.session()).status).toBe('finished-all-ok');
  });

  test('D14: a session can be aborted while its remote is down', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    rig.remote.before = () => {
      throw new ReeveError('RemoteUnreachable', 'down');
    };
    expect((await abortSession(rig.ports, id)).said).toBe('aborting');
    await rig.finalize(id);
    expect(rig.read(id).status).toBe('aborted');
  });

  test('D15: outcomes of an aborted session are kept whole: nothing is overwritten by anybody else', async () => {
    const rig = await makeRig();
    const id = await stuck(rig);
    await Promise.all([0, 1].map((batch) => rig.call('harvest', { session: id, batch })));
    await abortSession(rig.ports, id);
    await rig.finalize(id);
    expect(rig.read(id).conclusion?.counts).toMatchObject({ harvested: 6, skipped: 4, total: 10 });
  });
});

describe('growth and cost', () => {
  test('D16: what is written per resource does not grow with the session', async () => {
    const sizes: number[] = [];
    for (const datasets of [100, 1_000]) {
      const rig = await makeRig({ datasets, pageSize: 100, pace: { batchSize: 25 } });
      let writes = 0;
      const { sessions } = rig.ports;
      rig.ports = {
        ...rig.ports,
        sessions: { ...sessions, save: (session) => ((writes += 1), sessions.save(session)) },
      };
      const session = await rig.session();
      sizes.push(JSON.stringify(session).length);
      expect(writes).toBeLessThan(12);
    }
    expect(sizes[1]! - sizes[0]!).toBeLessThan(100);
  });

  test('D17: progress reaches the total, whatever became of the resources', async () => {
    const rig = await makeRig();
    rig.remote.before = (request) => (/datasets\/[34]\//.test(request.url) ? reply('broken') : undefined);
    await rig.session();
    const done = rig.world.log.filter((line) => line.message === 'resource done');
    expect(done).toHaveLength(10);
  });

  test('D18: an unforeseen exception is an outcome of its resource, with its reason', async () => {
    const rig = await makeRig();
    rig.remote.before = (request) => {
      if (request.url.includes('/datasets/7/')) throw new TypeError('undefined is not a function');
      return undefined;
    };
    const session = await rig.session();
    expect(session.conclusion).toMatchObject({
      counts: { failed: 1, harvested: 9 },
      reasons: [{ example: 'uuid-7' }],
    });
  });

  test('D19: a worker that crashed is followed by another, which harvests the batch', async () => {
    const rig = await makeRig({ datasets: 3 });
    const id = await stuck(rig);
    const healthy = rig.ports;
    rig.ports = {
      ...healthy,
      records: { ...healthy.records, put: () => Promise.reject(new Error('crashed')) },
    };
    await expect(rig.call('harvest', { session: id, batch: 0 })).rejects.toThrow('crashed');
    rig.ports = healthy;
    await rig.call('harvest', { session: id, batch: 0 });
    await rig.finalize(id);
    expect(rig.read(id).status).toBe('finished-all-ok');
    const map = workflow.States['HarvestMany'];
    expect(map?.Type === 'Map' && map.ItemProcessor.States['HarvestManyBatch']).toMatchObject({
      Retry: expect.arrayContaining([expect.objectContaining({ ErrorEquals: ['States.ALL'] })]) as unknown,
    });
  });

  test('D20: WMS capabilities are fetched once, not once per layer', () => {
    const settings = wms.settings.parse({});
    const request = wms.firstListing(WMS_URL, settings);
    const layers = Array.from(
      { length: 50 },
      (_, n) => `<Layer><Name>l${n}</Name><Title>Layer ${n}</Title></Layer>`,
    ).join('');
    const text = `<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service><Name>WMS</Name><Title>t</Title></Service><Capability><Layer><Title>root</Title>${layers}</Layer></Capability></WMS_Capabilities>`;
    const listing = wms.readListing(
      { url: WMS_URL, settings, request },
      { url: request.url, status: 200, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) },
    );
    expect(listing.resources).toHaveLength(50);
    expect(listing.next).toEqual([]);
    for (const resource of listing.resources)
      expect(wms.resourceRequest({ url: WMS_URL, settings }, resource)).toBeUndefined();
  });
});

describe('discovery and deletion', () => {
  test.each([
    ['an error status', reply('down', 503)],
    ['an HTML page with status 200', reply('<html><head><title>Maintenance</title></head></html>')],
    ['an empty body', reply('')],
  ])('D21: %s is not an empty catalogue', async (_, answered) => {
    const rig = await makeRig();
    rig.remote.before = () => answered;
    const session = await rig.session();
    expect(session).toMatchObject({ status: 'finished-all-failed', listing: { complete: false } });
    expect(session.conclusion?.cause).toContain('The remote is not available');
  });

  test('D22: a title that changed, is missing or is very long breaks nothing', async () => {
    const rig = await makeRig({ datasets: 3 });
    await rig.session();
    rig.remote.before = (request) => {
      const pk = /datasets\/(\d)\//.exec(request.url)?.[1];
      return pk === undefined
        ? undefined
        : reply({
            dataset: {
              pk,
              uuid: `uuid-${pk}`,
              title: pk === '1' ? 'renamed' : pk === '2' ? null : 'x'.repeat(5_000),
            },
          });
    };
    const session = await rig.session();
    expect(session).toMatchObject({ status: 'finished-all-ok', conclusion: { counts: { harvested: 3 } } });
    expect(rig.published(session.id)).toEqual(['uuid-1', 'uuid-2', 'uuid-3']);
  });

  test('D23: a catalogue that moves while it is paged is not called complete, and nothing comes twice', async () => {
    const rig = await makeRig({ datasets: 12 });
    rig.remote.before = (request) => {
      // A new dataset at the front shifts one from page 1 to page 2.
      if (request.url.includes('page=2')) rig.remote.datasets.unshift(99);
      return undefined;
    };
    const session = await rig.session();
    expect(session.listing).toMatchObject({ complete: false, duplicates: 1 });
    expect(session.conclusion?.cause).toContain(
      'says that it has 13 resources and listed 12; 1 came more than once',
    );
    expect(rig.published(session.id)).toHaveLength(12);
  });

  test('D24: a remote that hangs holds up its own session only, and only for its time', async () => {
    const rig = await makeRig();
    await rig.ports.harvesters.create({
      ...rig.world.harvesters.get('county')!,
      id: 'other',
      lease: undefined,
    });
    rig.remote.before = (_, options) => {
      expect(options.timeSecondsMax).toBeLessThanOrEqual(120);
      return new Promise<never>(() => undefined);
    };
    const hanging = await rig.start();
    void rig.discover(hanging.id);
    while (rig.remote.requests.length === 0) await Promise.resolve();
    rig.remote.before = () => undefined;
    expect((await rig.session({ harvester: 'other' })).status).toBe('finished-all-ok');
    await rescue(rig);
    expect(rig.read(hanging.id).status).toBe('finished-all-failed');
    expect(rig.world.clock.now() - T0).toBeLessThanOrEqual(1_201 * SECOND);
  });

  test('D25: WMS 1.1.1 is available too, and ArcGIS errors with status 200 are errors', () => {
    const settings = wms.settings.parse({});
    const request = wms.firstListing(WMS_URL, settings);
    const text =
      '<WMT_MS_Capabilities version="1.1.1"><Service><Name>OGC:WMS</Name><Title>t</Title></Service><Capability><Layer><Name>a</Name><Title>A</Title><LatLonBoundingBox minx="1" miny="2" maxx="3" maxy="4"/></Layer></Capability></WMT_MS_Capabilities>';
    const answered = {
      url: request.url,
      status: 200,
      headers: { 'content-type': 'application/vnd.ogc.wms_xml' },
      body: Buffer.from(text),
    };
    const [resource] = wms.readListing({ url: WMS_URL, settings, request }, answered).resources;
    expect(wms.readResource({ url: WMS_URL, settings }, resource!, undefined)).toMatchObject({
      reading: 'record',
      record: { bbox: [1, 2, 3, 4] },
    });
    const url = 'http://gis.example/arcgis/rest/services';
    const directory = arcgis.settings.parse({});
    const error = reply({ error: { code: 499, message: 'Token Required', details: [] } }, 200, url);
    expect(() =>
      arcgis.readListing({ url, settings: directory, request: arcgis.firstListing(url, directory) }, error),
    ).toThrow('Token Required');
  });
});
