/** CKAN and DCAT-US harvested from the command line, as they should be and with what goes wrong with them. */
import { afterAll, expect, test } from 'vitest';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { startSampleRemote, type SampleRemote } from '../../lib/sample/remote.ts';
import { newFolder, QUICK, reeve } from './run.ts';

const samples: SampleRemote[] = [];
afterAll(() => Promise.all(samples.map((sample) => sample.close())));

async function harvested(
  settings: Parameters<typeof startSampleRemote>[0],
  urlOf: (sample: SampleRemote) => string,
  ...more: string[]
): Promise<{ view: SessionView; sample: SampleRemote }> {
  const sample = await startSampleRemote(settings);
  samples.push(sample);
  const ran = await reeve('--data', newFolder(), '--json', 'harvest', urlOf(sample), ...QUICK, ...more);
  return { view: ran.json() as SessionView, sample };
}

const ckan = (sample: SampleRemote) => sample.ckanUrl;
const dcatUs = (sample: SampleRemote) => sample.dcatUsUrl;

test('a CKAN is found by its URL, and harvested by two requests for 150 datasets', async () => {
  const { view, sample } = await harvested({ datasets: 150 }, ckan);
  expect(view).toMatchObject({
    type: 'ckan',
    status: 'finished-all-ok',
    matched: 150,
    counts: { harvested: 150 },
  });
  const asked = sample.requests().filter(({ path }) => path.includes('sort='));
  expect(asked).toHaveLength(2);
});

test('a CKAN is harvested by organization', async () => {
  const { view } = await harvested(
    { datasets: 40 },
    ckan,
    '--type',
    'ckan',
    '--set',
    'organizations=["rivers"]',
  );
  expect(view.status).toBe('finished-all-ok');
  expect(view.counts?.harvested).toBe(view.matched);
  expect(view.counts?.harvested).toBeGreaterThan(0);
  expect(view.counts?.harvested).toBeLessThan(40);
});

test('a CKAN that drifts or says a wrong count is not listed completely, and the session says so', async () => {
  for (const fault of [
    { kind: 'drift', by: 5 },
    { kind: 'total-lies', by: 3 },
  ] as const) {
    const { view } = await harvested(
      { datasets: 150, faults: [{ match: 'listing', service: 'ckan', fault }] },
      ckan,
      '--type',
      'ckan',
    );
    expect(view).toMatchObject({
      status: 'finished-some-failed',
      listingComplete: false,
      counts: { failed: 0 },
    });
  }
});

test('a CKAN whose search fails is a session that failed, in the words of CKAN', async () => {
  const faults = [{ match: 'listing', service: 'ckan', fault: { kind: 'service-exception' } }] as const;
  const { view } = await harvested({ faults }, ckan, '--type', 'ckan');
  expect(view.status).toBe('finished-all-failed');
  expect(view.cause).toContain('Search Error: SOLR returned an error running query');
});

test('a data.json is found by its URL, and harvested by one request', async () => {
  const { view, sample } = await harvested({ datasets: 300 }, dcatUs, '--type', 'dcat-us');
  expect(view).toMatchObject({ type: 'dcat-us', status: 'finished-all-ok', counts: { harvested: 300 } });
  expect(sample.requestCount()).toBe(1);
});

test('datasets of a data.json with the identifier of another fail, each with its reason', async () => {
  const faults = [{ match: 'listing', service: 'dcat-us', fault: { kind: 'duplicates', count: 2 } }] as const;
  const { view } = await harvested({ datasets: 40, faults }, dcatUs, '--type', 'dcat-us');
  expect(view).toMatchObject({
    status: 'finished-some-failed',
    counts: { total: 42, harvested: 40, failed: 2 },
  });
});

test('of a data.json that breaks off the first half is harvested, and the listing is not complete', async () => {
  const faults = [{ match: 'listing', service: 'dcat-us', fault: { kind: 'truncated' } }] as const;
  const { view } = await harvested({ datasets: 40, faults }, dcatUs, '--type', 'dcat-us');
  expect(view).toMatchObject({ status: 'finished-some-failed', listingComplete: false });
  expect(view.counts?.harvested).toBeGreaterThan(10);
  expect(view.counts?.harvested).toBeLessThan(30);
  expect(view.cause).toContain('JSON that was cut off');
});
