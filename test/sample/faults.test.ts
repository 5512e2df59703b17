import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Fault } from '../../lib/sample/faults.ts';
import { type SampleRemote, startSampleRemote } from '../../lib/sample/remote.ts';
import { ask } from './ask.ts';
import { started } from './started.ts';

const withFaults = (...faults: Fault[]): Promise<SampleRemote> => started({ faults });

const detail = (remote: SampleRemote, pk: number): string => `${remote.url}/api/v2/datasets/${pk}/`;
const capabilities = (remote: SampleRemote): string =>
  `${remote.wmsUrl}?service=WMS&request=GetCapabilities&version=1.1.1`;

interface Page {
  links: { next: string | null };
  total: number;
  resources: { pk: string; title: string | null }[];
}
const page = async (remote: SampleRemote, number: number): Promise<Page> =>
  JSON.parse((await ask(`${remote.url}/api/v2/resources/?page=${number}`)).text) as Page;
const pks = ({ resources }: Page): number[] => resources.map(({ pk }) => Number(pk));

describe('what a fault hits', () => {
  test.each([401, 403, 404, 429, 500, 503])('only the datasets it names answer %s', async (status) => {
    const remote = await withFaults({ match: 'dataset', ids: [3, 5], fault: { kind: 'status', status } });
    const statuses = await Promise.all(
      [1, 2, 3, 4, 5].map(async (pk) => (await ask(detail(remote, pk))).status),
    );
    expect(statuses).toEqual([200, 200, status, 200, status]);
  });

  test('every third dataset is hit by its number, whatever the order of asking', async () => {
    const remote = await withFaults({ match: 'dataset', every: 3, fault: { kind: 'status', status: 500 } });
    const statuses = await Promise.all(
      [6, 4, 3, 5].map(async (pk) => (await ask(detail(remote, pk))).status),
    );
    expect(statuses).toEqual([500, 200, 500, 200]);
  });

  test('where requests have no number, every second one is hit', async () => {
    const remote = await withFaults({
      match: 'capabilities',
      every: 2,
      fault: { kind: 'status', status: 503 },
    });
    const statuses = [];
    for (let asked = 0; asked < 4; asked++) statuses.push((await ask(capabilities(remote))).status);
    expect(statuses).toEqual([200, 503, 200, 503]);
  });

  test('times is counted in all, timesEach for each dataset: a fault that a retry heals', async () => {
    const remote = await withFaults(
      { match: 'dataset', ids: [1], times: 2, fault: { kind: 'status', status: 500 } },
      { match: 'dataset', ids: [2, 3], timesEach: 1, fault: { kind: 'status', status: 503 } },
    );
    const statuses = [];
    for (const pk of [1, 1, 1, 2, 3, 2, 3]) statuses.push((await ask(detail(remote, pk))).status);
    expect(statuses).toEqual([500, 500, 200, 503, 503, 200, 200]);
  });

  test('of two faults the first that has not worn off happens', async () => {
    const remote = await withFaults(
      { match: 'any', path: '/datasets/9', times: 1, fault: { kind: 'status', status: 503 } },
      { match: 'dataset', times: 1, fault: { kind: 'status', status: 429, retryAfterSeconds: 7 } },
    );
    const answers = [
      await ask(detail(remote, 9)),
      await ask(detail(remote, 9)),
      await ask(detail(remote, 9)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([503, 429, 200]);
    expect(answers[1]!.headers['retry-after']).toBe('7');
  });

  test('a fault of one service leaves the others alone, and the log says what was done', async () => {
    const remote = await withFaults({
      match: 'dataset',
      service: 'arcgis',
      fault: { kind: 'service-exception' },
    });
    expect((await ask(detail(remote, 7))).text).toContain('Weirs');
    expect(JSON.parse((await ask(`${remote.arcgisUrl}/County/MapServer/14?f=json`)).text)).toMatchObject({
      error: { code: 499 },
    });
    expect(remote.requests().map(({ trouble }) => trouble)).toEqual([undefined, 'service-exception']);
  });

  test.each([{ every: 0 }, { times: 0 }, { timesEach: 1.5 }])(
    'a fault that counts %j is refused',
    async (counts) => {
      const faults: Fault[] = [{ match: 'any', ...counts, fault: { kind: 'empty' } }];
      await expect(startSampleRemote({ faults })).rejects.toThrow('allowed is a whole number from 1');
    },
  );
});

describe('what a fault does to an answer', () => {
  test('hang: nothing comes, or the head alone', async () => {
    const remote = await withFaults(
      { match: 'dataset', ids: [1], fault: { kind: 'hang' } },
      { match: 'dataset', ids: [2], fault: { kind: 'hang', afterHeaders: true } },
    );
    await expect(ask(detail(remote, 1), {}, 150)).rejects.toThrow('timed out');
    const head = await fetch(detail(remote, 2));
    expect(head.status).toBe(200);
    await expect(
      Promise.race([head.text(), new Promise((resolve) => setTimeout(resolve, 150, 'nothing'))]),
    ).resolves.toBe('nothing');
    await head.body?.cancel().catch(() => undefined);
  });

  test('drip: the answer comes whole, but slowly', async () => {
    const remote = await withFaults({
      match: 'dataset',
      ids: [1],
      fault: { kind: 'drip', bytesPerSecond: 20_000 },
    });
    const healthy = (await ask(detail(remote, 2))).bytes.length;
    const before = performance.now();
    const { text } = await ask(detail(remote, 1));
    expect(performance.now() - before).toBeGreaterThan((healthy / 20_000) * 1_000 * 0.5);
    expect(JSON.parse(text)).toHaveProperty('dataset.pk', '1');
  });

  test('html: a page to sign in, with status 200', async () => {
    const remote = await withFaults({ match: 'any', fault: { kind: 'html' } });
    const answer = await ask(capabilities(remote));
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('empty: no byte, with status 200 and the right type', async () => {
    const remote = await withFaults({ match: 'any', fault: { kind: 'empty' } });
    const answer = await ask(detail(remote, 1));
    expect([answer.status, answer.bytes.length, answer.headers['content-type']]).toEqual([
      200,
      0,
      'application/json',
    ]);
  });

  test('truncated: half of the JSON or XML, with a length that fits', async () => {
    const remote = await withFaults({ match: 'any', times: 2, fault: { kind: 'truncated' } });
    const [json, xml] = [await ask(detail(remote, 1)), await ask(capabilities(remote))];
    expect(() => JSON.parse(json.text) as unknown).toThrow();
    expect(json.bytes.length).toBe(Math.floor((await ask(detail(remote, 1))).bytes.length / 2));
    expect(xml.text).toContain('<Layer>');
    expect(xml.text).not.toContain('</WMT_MS_Capabilities>');
  });

  test('truncated gzip: half of the compressed bytes', async () => {
    const remote = await withFaults({ match: 'any', fault: { kind: 'truncated-gzip' } });
    const answer = await ask(detail(remote, 1), { 'accept-encoding': 'gzip' });
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(() => gunzipSync(answer.bytes)).toThrow('unexpected end of file');
  });

  test('service exception: each protocol in its own way', async () => {
    const remote = await withFaults({ match: 'any', fault: { kind: 'service-exception' } });
    const [wms, arcgis, geonode] = await Promise.all([
      ask(capabilities(remote)),
      ask(`${remote.arcgisUrl}?f=json`),
      ask(detail(remote, 1)),
    ]);
    expect([wms.status, wms.headers['content-type']]).toEqual([200, 'application/vnd.ogc.se_xml']);
    expect(wms.text).toContain('<ServiceException>');
    expect([arcgis.status, JSON.parse(arcgis.text)]).toMatchObject([
      200,
      { error: { code: 499, message: 'Token Required' } },
    ]);
    expect([geonode.status, JSON.parse(geonode.text)]).toMatchObject([500, { success: false }]);
  });

  test('reset: at once, or in the middle', async () => {
    const remote = await withFaults(
      { match: 'dataset', ids: [1], fault: { kind: 'reset' } },
      { match: 'dataset', ids: [2], fault: { kind: 'reset', afterBytes: 100 } },
    );
    await expect(ask(detail(remote, 1))).rejects.toThrow('ECONNRESET');
    await expect(ask(detail(remote, 2))).rejects.toThrow(/ECONNRESET|aborted/);
    expect((await ask(detail(remote, 3))).status).toBe(200);
  });
});

describe('what a fault does to the listing and its datasets', () => {
  test('duplicates: resources, layers and services are told twice', async () => {
    const remote = await withFaults(
      { match: 'listing', ids: [2], fault: { kind: 'duplicates', count: 2 } },
      { match: 'capabilities', fault: { kind: 'duplicates', count: 1 } },
      { match: 'directory', path: 'Records', fault: { kind: 'duplicates', count: 1 } },
    );
    expect(pks(await page(remote, 1))).toHaveLength(10);
    expect(pks(await page(remote, 2))).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 11, 12]);
    expect((await ask(capabilities(remote))).text.split('<Name>wendlemere:parishes</Name>')).toHaveLength(3);
    expect((await ask(`${remote.arcgisUrl}/Records?f=json`)).text.split('"Records/Heritage"')).toHaveLength(
      3,
    );
  });

  test('a total that lies changes nothing but the total', async () => {
    const remote = await withFaults({ match: 'listing', fault: { kind: 'total-lies', by: 60 } });
    expect((await page(remote, 1)).total).toBe(100);
    expect(await page(remote, 4)).toMatchObject({ total: 100, links: { next: null } });
  });

  test('drift: what comes at the head repeats resources on the next page, what goes makes the reader miss some', async () => {
    const coming = await withFaults({ match: 'listing', fault: { kind: 'drift', by: 2 } });
    expect(pks(await page(coming, 2)).slice(0, 3)).toEqual([9, 10, 11]);
    expect((await page(coming, 2)).total).toBe(42);
    expect(pks(await page(coming, 5))).toEqual([33, 34, 35, 36, 37, 38, 39, 40]);
    const going = await withFaults({ match: 'listing', fault: { kind: 'drift', by: -2 } });
    expect(pks(await page(going, 2)).slice(0, 2)).toEqual([13, 14]);
    expect((await page(going, 2)).total).toBe(38);
    expect((await page(going, 4)).links.next).toBeNull();
  });

  test('missing titles are missing in all three services, of the chosen datasets only', async () => {
    const remote = await withFaults({ match: 'dataset', ids: [7], fault: { kind: 'missing-title' } });
    expect((await page(remote, 1)).resources.map(({ title }) => title === null)).toEqual([
      ...Array<boolean>(6).fill(false),
      true,
      ...Array<boolean>(3).fill(false),
    ]);
    expect(JSON.parse((await ask(detail(remote, 7))).text)).toHaveProperty('dataset.title', null);
    expect((await ask(capabilities(remote))).text).toContain('<Name>wendlemere:weirs</Name><Title></Title>');
    expect(JSON.parse((await ask(`${remote.arcgisUrl}/County/MapServer/14?f=json`)).text)).toHaveProperty(
      'name',
      '',
    );
  });

  test('absurd boxes are told as such servers tell them', async () => {
    const remote = await withFaults({ match: 'dataset', fault: { kind: 'absurd-box' } });
    const ring = async (pk: number) =>
      (
        JSON.parse((await ask(detail(remote, pk))).text) as {
          dataset: { ll_bbox_polygon: { coordinates: number[][][] } | null };
        }
      ).dataset.ll_bbox_polygon?.coordinates[0]?.[0];
    expect([await ring(4), await ring(5), await ring(6), await ring(7)]).toEqual([
      [-1e9, -1e9],
      [181, 95],
      [0, 0],
      undefined,
    ]);
    expect((await ask(capabilities(remote))).text).toContain('<LatLonBoundingBox minx="nan"');
    expect((await ask(`${remote.arcgisUrl}/County/MapServer/14?f=json`)).text).toContain('"xmin":"NaN"');
  });
});
