import { expect, test } from 'vitest';
import { ask, json } from './ask.ts';
import { started } from './started.ts';

interface Page {
  links: { next: string | null; previous: string | null };
  total: number;
  page: number;
  page_size: number;
  resources: { pk: string; title: string | null; resource_type: string }[];
}

/** Follows `links.next` from the first page to the end. */
async function pagesFrom(url: string): Promise<Page[]> {
  const pages: Page[] = [];
  for (let next: string | null = url; next !== null; next = pages.at(-1)!.links.next)
    pages.push(await json<Page>(next));
  return pages;
}

test('a listing walked by its own links gives every dataset once, in pages of ten when nothing is asked', async () => {
  const remote = await started({ datasets: 95 });
  const pages = await pagesFrom(`${remote.geonodeUrl}/api/v2/resources`);
  expect(pages.map(({ resources }) => resources.length)).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
  expect(pages.flatMap(({ resources }) => resources.map(({ pk }) => Number(pk)))).toEqual(
    Array.from({ length: 95 }, (_, i) => i + 1),
  );
  expect(pages[3]).toMatchObject({ total: 95, page: 4, page_size: 10 });
  expect(pages[0]!.links.previous).toBeNull();
  expect(pages[1]!.links.previous).toBe(`${remote.url}/api/v2/resources/`);
});

test('a page past the end is 404 "Invalid page.", as is page 0 and a page that is no number', async () => {
  const remote = await started();
  for (const page of ['5', '0', 'x', '-1', '99999999999']) {
    const answer = await ask(`${remote.url}/api/v2/resources/?page=${page}`);
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toEqual({
      success: false,
      errors: ['Invalid page.'],
      code: 'not_found',
    });
  }
});

test('an empty catalogue has one empty page', async () => {
  const remote = await started({ datasets: 0 });
  expect(await json(`${remote.url}/api/v2/resources/`)).toMatchObject({
    total: 0,
    resources: [],
    links: { next: null },
  });
});

test('filters restrict the listing, stay in its links, and an unknown one is refused', async () => {
  const remote = await started({ datasets: 200 });
  const documents = await pagesFrom(
    `${remote.url}/api/v2/resources/?page_size=3&filter{resource_type.in}=document`,
  );
  const found = documents.flatMap(({ resources }) => resources);
  expect(found.length).toBeGreaterThan(10);
  expect(new Set(found.map(({ resource_type: type }) => type))).toEqual(new Set(['document']));
  expect(found.length).toBe(documents[0]!.total);

  const both = 'filter{resource_type.in}=document&filter{resource_type.in}=dataset';
  expect((await json<Page>(`${remote.url}/api/v2/resources/?${both}`)).total).toBe(200);
  expect(
    (await json<Page>(`${remote.url}/api/v2/resources/?filter{title.icontains}=WEIRS`)).resources.map(
      ({ pk }) => pk,
    ),
  ).toEqual(['7']);
  const since = await json<Page>(
    `${remote.url}/api/v2/resources/?page_size=50&filter{date.gte}=2024-01-01T00:00:00Z`,
  );
  expect(since.total).toBeGreaterThan(0);
  expect(since.total).toBeLessThan(50);
  const { uuid } = remote.catalogue.dataset(9)!;
  expect(
    (await json<Page>(`${remote.url}/api/v2/resources/?filter{uuid}=${uuid}`)).resources.map(({ pk }) => pk),
  ).toEqual(['9']);
  expect((await ask(`${remote.url}/api/v2/resources/?filter{nonsense}=1`)).status).toBe(400);
});

test('the details of a dataset and of a document lie under their own paths only', async () => {
  const remote = await started();
  const { dataset } = await json<{ dataset: Record<string, unknown> }>(`${remote.url}/api/v2/datasets/17/`);
  expect(dataset).toMatchObject({
    pk: '17',
    title: 'Bell towers and what they can be heard from',
    license: { identifier: 'CC0-1.0' },
  });
  expect(dataset['ll_bbox_polygon']).toMatchObject({ type: 'Polygon' });
  const { document } = await json<{ document: { href: string } }>(`${remote.url}/api/v2/documents/37/`);
  expect((await ask(document.href)).text).toContain('Drainage award of 1811');
  for (const path of ['datasets/37', 'documents/17', 'datasets/41', 'datasets/x', 'maps/1']) {
    expect((await ask(`${remote.url}/api/v2/${path}/`)).status).toBe(404);
  }
});

test('links name the host by which the remote was asked', async () => {
  const remote = await started();
  const { port } = new URL(remote.url);
  const answer = await ask(`${remote.url}/api/v2/resources`, { host: `localhost:${port}` });
  expect((JSON.parse(answer.text) as Page).links.next).toMatch(
    `http://localhost:${port}/api/v2/resources/?page=2`,
  );
});
