// The sample remote as a CKAN and as a data.json, asked directly.
import { expect, test } from 'vitest';
import { ask, json } from './ask.ts';
import { started } from './started.ts';

interface Found {
  readonly success: boolean;
  readonly result: { readonly count: number; readonly results: readonly { readonly id: string }[] };
}

test('pages of package_search give every dataset once, and are capped without a word', async () => {
  const { ckanUrl } = await started({ datasets: 2_300 });
  const ids: string[] = [];
  for (let start = 0; start < 2_300; start += 1_000) {
    const page = await json<Found>(`${ckanUrl}/package_search?rows=5000&start=${start}`);
    expect(page).toMatchObject({ success: true, result: { count: 2_300 } });
    ids.push(...page.result.results.map(({ id }) => id));
  }
  expect(new Set(ids).size).toBe(2_300);
});

test('package_search filters by the date of change, by organization and by tag', async () => {
  const { ckanUrl, catalogue } = await started({ datasets: 200 });
  const { updatedAt, contact, keywords } = catalogue.dataset(7)!;
  const at = new Date(updatedAt).toISOString();
  for (const fq of [
    `+metadata_modified:[${at} TO *]`,
    `-dataset_type:harvest +organization:("${contact}")`,
    `+tags:("${keywords[0]!}")`,
  ]) {
    const { result } = await json<Found>(`${ckanUrl}/package_search?rows=1000&fq=${encodeURIComponent(fq)}`);
    expect(result.count).toBeGreaterThan(0);
    expect(result.count).toBeLessThan(200);
  }
});

test('package_show gives one dataset by its id or name, and 404 for none', async () => {
  const { ckanUrl, catalogue } = await started();
  const { uuid, name, title } = catalogue.dataset(3)!;
  for (const id of [uuid, name])
    expect(await json(`${ckanUrl}/package_show?id=${id}`)).toMatchObject({ result: { id: uuid, title } });
  expect((await ask(`${ckanUrl}/package_show?id=none`)).status).toBe(404);
  expect((await ask(`${ckanUrl}/package_search?rows=x`)).status).toBe(409);
});

test('data.json has every dataset, in one document', async () => {
  const { dcatUsUrl } = await started({ datasets: 500 });
  const { dataset } = await json<{ dataset: { identifier: string }[] }>(dcatUsUrl);
  expect(new Set(dataset.map(({ identifier }) => identifier)).size).toBe(500);
});
