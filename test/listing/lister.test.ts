/** What ends a listing, and what is only stepped over, when requests fail. */
import { expect, test } from 'vitest';
import { harvesterType } from '../../lib/harvesters/index.ts';
import { openLister } from '../../lib/listing/lister.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { ReeveError, type ReeveErrorName } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { reply } from '../lambdas/rig.ts';
import { makeSession, T0 } from '../session/make.ts';

const URL_OF_DIRECTORY = 'http://gis.example/arcgis/rest/services';
const layers = (name: string): unknown => ({
  layers: [{ id: 0, name, type: 'Feature Layer', geometryType: 'esriGeometryPoint' }],
  tables: [],
});

/** Lists a directory of three map services; asking for the middle one fails as given. */
async function listDirectory(name: ReeveErrorName) {
  const world = createMemoryWorld({
    startAt: T0,
    seed: 1,
    remote: {
      fetch: ({ url }) => {
        const path = new URL(url).pathname;
        if (path.includes('/two/')) return Promise.reject(new ReeveError(name, 'service two is no use'));
        const service = /services\/(one|three)\/MapServer/.exec(path)?.[1];
        const services = ['one', 'two', 'three'].map((one) => ({ name: one, type: 'MapServer' }));
        return Promise.resolve(
          reply(
            service === undefined
              ? { currentVersion: 11, folders: [], services }
              : { mapName: service, ...(layers(service) as object) },
            200,
            url,
          ),
        );
      },
    },
  });
  const type = harvesterType('arcgis');
  const remote = { type: 'arcgis', url: URL_OF_DIRECTORY, settings: type.settings.parse({}) as never };
  const session = makeSession({ waves: [], remote });
  const lister = (await openLister(world.ports, session, type, DEFAULT_LIMITS))!;
  const ids: string[] = [];
  while (!lister.listing.ended) ids.push(...(await lister.next()).map(({ id }) => id));
  return { ids, listing: lister.listing };
}

test.each<ReeveErrorName>(['RemoteTooBig', 'RemoteTooSlow', 'RemoteUnreadable'])(
  'one service of a directory that is %s is stepped over',
  async (name) => {
    const { ids, listing } = await listDirectory(name);
    expect(ids).toHaveLength(2);
    expect(listing).toMatchObject({
      ended: true,
      complete: false,
      fault: 'the listing is not complete: service two is no use',
    });
  },
);

test.each<ReeveErrorName>(['RemoteUnreachable', 'RemoteBusy'])(
  'a remote that is %s by now ends the listing',
  async (name) => {
    const { ids, listing } = await listDirectory(name);
    expect(ids).toHaveLength(1);
    expect(listing).toMatchObject({
      ended: true,
      complete: false,
      fault: 'the listing stopped early: service two is no use',
    });
  },
);
