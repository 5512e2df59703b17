import { expect, test } from 'vitest';
import { ask, json } from './ask.ts';
import { started } from './started.ts';

interface Directory {
  folders: string[];
  services: { name: string; type: string }[];
}
interface Layer {
  id: number;
  name: string;
  type: string;
  parentLayerId: number;
  subLayerIds: number[] | null;
}

test('its folder, services and layers hold every dataset that is no document exactly once', async () => {
  const remote = await started({ datasets: 200 });
  const root = await json<Directory>(`${remote.arcgisUrl}?f=json`);
  expect(root.folders).toEqual(['Records']);
  const folder = await json<Directory>(`${remote.arcgisUrl}/Records?f=json`);
  const services = [...root.services, ...folder.services];
  expect(new Set(services.map(({ type }) => type))).toEqual(
    new Set(['MapServer', 'FeatureServer', 'ImageServer', 'GPServer']),
  );
  const titles: string[] = [];
  for (const { name, type } of services.filter(({ type }) => type !== 'GPServer')) {
    const service = await json<{ name: string; layers?: Layer[] }>(
      `${remote.arcgisUrl}/${name}/${type}?f=json`,
    );
    titles.push(
      ...(service.layers?.filter((layer) => layer.type !== 'Group Layer').map((layer) => layer.name) ?? [
        service.name,
      ]),
    );
  }
  const wanted = Array.from({ length: 200 }, (_, index) => remote.catalogue.dataset(index + 1)!).filter(
    ({ geometry }) => geometry !== 'document',
  );
  expect(titles.toSorted()).toEqual(wanted.map(({ title }) => title).toSorted());
});

test('groups name their layers, and each layer answers under its own id with its extent in the metres of web maps', async () => {
  const remote = await started();
  const { layers } = await json<{ layers: Layer[] }>(`${remote.arcgisUrl}/County/MapServer?f=json`);
  const group = layers.find(({ type }) => type === 'Group Layer')!;
  expect(layers.filter(({ parentLayerId }) => parentLayerId === group.id).map(({ id }) => id)).toEqual(
    group.subLayerIds,
  );
  const layer = layers.find(({ name }) => name === 'Weirs and sluices')!;
  const details = await json<{ name: string; extent: Record<string, number> }>(
    `${remote.arcgisUrl}/County/MapServer/${layer.id}?f=json`,
  );
  expect(details.name).toBe('Weirs and sluices');
  expect(details.extent['xmin']).toBeCloseTo(-1_179_986.6, 1);
  expect(details.extent['ymin']).toBeCloseTo(6_257_910.49, 1);
  expect(details.extent['spatialReference']).toEqual({ wkid: 102100, latestWkid: 3857 });
  const all = await json<{ layers: { id: number }[] }>(`${remote.arcgisUrl}/County/MapServer/layers?f=json`);
  expect(all.layers.map(({ id }) => id)).toEqual(
    layers.filter(({ type }) => type !== 'Group Layer').map(({ id }) => id),
  );
});

test.each([
  'Nothing/MapServer',
  'County/MapServer/9999',
  'County/FeatureServer',
  'Records/weirs/ImageServer',
  'County/MapServer/22',
])('an error ("%s") comes with status 200', async (path) => {
  const remote = await started();
  const answer = await ask(`${remote.arcgisUrl}/${path}?f=json`);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 404 } });
});

test('whoever does not ask for JSON gets HTML', async () => {
  const remote = await started();
  expect((await ask(remote.arcgisUrl)).headers['content-type']).toContain('text/html');
});

test('an empty catalogue has no service that could be harvested', async () => {
  const remote = await started({ datasets: 0 });
  expect(await json(`${remote.arcgisUrl}/Records?f=json`)).toMatchObject({ folders: [], services: [] });
});
