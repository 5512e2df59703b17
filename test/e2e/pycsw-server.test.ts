/** pycsw, as the tests start it: four protocols over one database, and orders to change what it holds. */
import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { countyDatasets, countyRecords, countyStac, isoDocument } from '../servers/county-records.ts';
import { startPycsw } from '../servers/pycsw.ts';

const REQUIRED = process.env['REEVE_SERVERS'] === 'required';
const RECORDS = 23;
const records = await startPycsw(countyRecords(RECORDS));
const stac = await startPycsw(countyStac(12));

test.runIf(REQUIRED)('pycsw is there', () => {
  expect([records, stac].flatMap((server) => ('missing' in server ? [server.missing] : []))).toEqual([]);
});

describe.skipIf('missing' in records || 'missing' in stac)('pycsw', () => {
  if ('missing' in records || 'missing' in stac) return;
  afterAll(async () => {
    await Promise.all([records.stop(), stac.stop()]);
    expect([...records.pids(), ...stac.pids()].filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
  });

  const matched = async (version = '2.0.2'): Promise<number> => {
    const query = `service=CSW&version=${version}&request=GetRecords&typeNames=csw:Record&resultType=hits&elementSetName=full`;
    const xml = await (await fetch(`${records.cswUrl}?${query}`)).text();
    return Number(/numberOfRecordsMatched="(\d+)"/.exec(xml)?.[1]);
  };
  const json = async (url: string): Promise<Record<string, unknown>> =>
    (await (await fetch(url)).json()) as Record<string, unknown>;

  test('tells the same records as CSW 2 and 3, OAI-PMH and OGC API - Records', async () => {
    expect(await matched()).toBe(RECORDS);
    expect(await matched('3.0.0')).toBe(RECORDS);
    const oai = await fetch(`${records.oaiUrl}?verb=ListRecords&metadataPrefix=oai_dc`);
    expect(await oai.text()).toContain(`completeListSize="${RECORDS}"`);
    const items = await json(`${records.recordsUrl}/collections/metadata:main/items?f=json`);
    expect(items).toMatchObject({ numberMatched: RECORDS, numberReturned: 10 });
  });

  test('tells collections and items as STAC', async () => {
    expect(await json(`${stac.stacUrl}/collections`)).toMatchObject({
      collections: [{ id: 'county-images' }],
    });
    const items = await json(`${stac.stacUrl}/collections/county-images/items?limit=100`);
    expect(items['features']).toHaveLength(10);
  });

  test('records are changed, added and removed by its own transactions, and spoilt by order', async () => {
    const [first, second] = countyDatasets(RECORDS + 1);
    const last = countyDatasets(RECORDS + 1).at(-1);
    if (first === undefined || second === undefined || last === undefined) throw new Error('no datasets');
    await records.replace(isoDocument({ ...first, title: 'Changed' }));
    const byId = `service=CSW&version=2.0.2&request=GetRecordById&elementSetName=full&id=${first.uuid}`;
    expect(await (await fetch(`${records.cswUrl}?${byId}`)).text()).toContain('<dc:title>Changed</dc:title>');
    await records.insert(isoDocument(last));
    expect(await matched()).toBe(RECORDS + 1);
    await records.remove(last.uuid);
    expect(await matched()).toBe(RECORDS);
    await records.poison(second.uuid);
    const all = `service=CSW&version=2.0.2&request=GetRecords&typeNames=gmd:MD_Metadata&resultType=results&elementSetName=full&outputSchema=http://www.isotc211.org/2005/gmd`;
    const spoilt = await fetch(`${records.cswUrl}?${all}`);
    expect([spoilt.status, await spoilt.text()].join()).toMatch(/^500|ExceptionReport/);
    await expect(records.poison('nobody')).rejects.toThrow('there is no record nobody');
  });
});
