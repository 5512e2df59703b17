/** A remote whose own URL redirects to another origin: it is harvested there, without credentials; links to a third origin are not followed. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { hostileWorld } from './world.ts';

interface Told {
  readonly status?: number;
  readonly location?: string;
  readonly body?: object;
}

async function serverThat(answer: (path: string) => Told): Promise<{ origin: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`.trim());
    const { status = 200, location, body = {} } = answer(request.url?.split('?')[0] ?? '');
    response
      .writeHead(status, { 'content-type': 'application/json', ...(location && { location }) })
      .end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const catalog = (links: readonly object[]) => ({
  type: 'Catalog',
  stac_version: '1.0.0',
  id: 'root',
  description: 'all',
  links,
});
const collection = (id: string, links: readonly object[]) => ({
  ...catalog(links),
  type: 'Collection',
  id,
  license: 'CC0-1.0',
  extent: { spatial: { bbox: [[6, 46, 8, 47]] }, temporal: { interval: [['2020-01-01T00:00:00Z', null]] } },
});
const item = (id: string) => ({
  type: 'Feature',
  stac_version: '1.0.0',
  id,
  geometry: null,
  properties: { datetime: '2020-01-01T00:00:00Z' },
  links: [],
  assets: {},
});

test('a static catalog that moved is harvested whole, its items too; a retry goes there as well', async () => {
  const third = await serverThat(() => ({ body: item('stolen') }));
  let broken = true;
  const home = await serverThat((path) => {
    switch (path) {
      case '/new/catalog.json':
        return { body: catalog([{ rel: 'child', href: './county/collection.json' }]) };
      case '/new/county/collection.json':
        return {
          body: collection('county', [
            { rel: 'item', href: './one.json' },
            { rel: 'item', href: './two.json' },
            { rel: 'item', href: `${third.origin}/stolen.json` },
          ]),
        };
      case '/new/county/two.json':
        return broken ? { status: 404 } : { body: item('two') };
      default:
        return { body: item('one') };
    }
  });
  const gate = await serverThat((path) => ({ status: 301, location: `${home.origin}/new${path}` }));
  const hostile = await hostileWorld(`${gate.origin}/catalog.json`, {
    type: 'stac',
    settings: { harvest: 'both' },
    credentials: { kind: 'bearer', secret: 'env:TOKEN' },
    secrets: { 'env:TOKEN': 'c4n4ry-t0ken' },
  });
  const session = await hostile.harvest();
  expect(session.listing.movedTo).toBe(home.origin);
  expect(home.asked.map((line) => line.split(' ')[0])).toEqual(
    expect.arrayContaining([
      '/new/catalog.json',
      '/new/county/collection.json',
      '/new/county/one.json',
      '/new/county/two.json',
    ]),
  );
  expect(hostile.published().length).toBeGreaterThanOrEqual(1);
  expect(gate.asked[0]).toBe('/catalog.json Bearer c4n4ry-t0ken');
  expect(home.asked.join()).not.toContain('c4n4ry');
  expect(third.asked).toEqual([]);

  broken = false;
  home.asked.splice(0);
  const retried = await hostile.harvest({ retryOf: session.id });
  expect(retried.listing.movedTo).toBe(home.origin);
  expect(home.asked.map((line) => line.split(' ')[0])).toContain('/new/county/two.json');
  expect(third.asked).toEqual([]);
});
