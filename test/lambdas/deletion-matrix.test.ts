/** A thousand held resources, and every way in which a remote can fail to list them: none is ever taken for gone. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { held, later, numbers, rigOf } from './held.ts';
import { reply, type Rig } from './rig.ts';

const HELD = 1_000;
const SIZE = 40;

interface Page {
  readonly page: number;
  readonly url: string;
}

/** Answers a page of the listing, or leaves it to the healthy remote. */
type Failing = (page: Page, rig: Rig) => RemoteReply | undefined;

const entry = (number: number): object => ({
  pk: String(number),
  uuid: `uuid-${number}`,
  title: `Dataset ${number}`,
  resource_type: 'dataset',
});

function pageOf(all: readonly number[], { page, url }: Page, total = all.length): RemoteReply {
  const shown = all.slice((page - 1) * SIZE, page * SIZE);
  const next = page * SIZE < all.length ? `${url}&more` : null;
  return reply(
    { links: { next, previous: null }, total, page, page_size: SIZE, resources: shown.map(entry) },
    200,
    url,
  );
}

const cut = (text: string): string => text.slice(0, text.length / 2);
const ALL = numbers(HELD);

const WAYS: Readonly<Record<string, Failing>> = {
  'is refused': () => {
    throw new ReeveError('RemoteUnreachable', 'connection refused');
  },
  'answers 500': ({ url }) => reply('broken', 500, url),
  'answers 503 from the third page on': ({ page, url }) => (page >= 3 ? reply('busy', 503, url) : undefined),
  'answers 404 for the listing': ({ url }) => reply({ detail: 'Not found.' }, 404, url),
  'wants credentials all of a sudden': ({ url }) => reply({ detail: 'Forbidden' }, 403, url),
  'answers a page of HTML': ({ url }) => reply('<html><title>Maintenance</title></html>', 200, url),
  'answers nothing': ({ url }) => reply('', 200, url),
  'is empty': (page) => pageOf([], page),
  'is empty, and says that it is not': (page) => pageOf([], page, HELD),
  'cuts its JSON': ({ page, url }) =>
    page === 2
      ? reply(cut(JSON.stringify({ resources: ALL.slice(SIZE, 2 * SIZE).map(entry) })), 200, url)
      : undefined,
  'loses a page': (page) => (page.page === 5 ? pageOf(ALL.slice(0, 4 * SIZE), page, HELD) : undefined),
  'says after the fifth page that there is no next one': (page) =>
    page.page === 5
      ? reply(
          {
            links: { next: null },
            total: HELD,
            page: 5,
            resources: ALL.slice(4 * SIZE, 5 * SIZE).map(entry),
          },
          200,
          page.url,
        )
      : undefined,
  'shrinks to a half': (page) => pageOf(ALL.slice(0, HELD / 2), page),
  'shrinks to nine tenths less one': (page) => pageOf(ALL.slice(0, HELD * 0.9 - 1), page),
  'shrinks while it is read': (page) => pageOf(page.page < 3 ? ALL : ALL.slice(100), page),
  'moves up by one while it is read': (page) => pageOf(page.page < 10 ? ALL : ALL.slice(1), page),
  'gives the same page again and again': (page) => pageOf(ALL, { ...page, page: 1 }, HELD),
  'names other resources instead': (page) =>
    pageOf(
      numbers(HELD).map((number) => number + 5_000),
      page,
    ),
  'forgets the names of a page': ({ page, url }) =>
    page === 4
      ? reply(
          {
            links: { next: `${url}&more` },
            total: HELD,
            resources: ALL.slice(0, SIZE).map(() => ({ title: 'x' })),
          },
          200,
          url,
        )
      : undefined,
};

describe('a remote that held a thousand resources', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await rigOf(ALL, { graceListings: 1 });
    await rig.session();
    expect(await held(rig)).toHaveLength(HELD);
  });

  test.each(Object.keys(WAYS))('%s: nothing is gone, three times over', async (way) => {
    const isListing = ({ url }: RemoteRequest): boolean => url.includes('/resources/');
    rig.remote.before = (request) => {
      if (!isListing(request)) return undefined;
      const page = Number(new URL(request.url).searchParams.get('page') ?? 1);
      return WAYS[way]?.({ page, url: request.url }, rig);
    };
    for (let times = 0; times < 3; times += 1) {
      const { difference, closedAt } = await later(rig, { kind: 'discover-harvestable-resources' });
      expect(closedAt).toBeDefined();
      expect(difference?.gone ?? 0).toBe(0);
      expect(difference?.removed ?? 0).toBe(0);
    }
    expect(await held(rig)).toHaveLength(HELD);
  });

  test('is whole again when it is well: all are unchanged', async () => {
    rig.remote.before = () => undefined;
    const { difference, status } = await later(rig, { kind: 'discover-harvestable-resources' });
    expect(status).toBe('finished-all-ok');
    expect(difference).toMatchObject({ unchanged: HELD, gone: 0, held: HELD });
  });
});
