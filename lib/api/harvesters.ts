/** Harvesters over the API, as they are: listed, read, deleted. */
import pMap from 'p-map';
import { pageOf } from '../pages.ts';
import { deleteHarvester, openSessionOf } from '../protocol/delete-harvester.ts';
import type { Harvester } from '../session/session.ts';
import type { ApiPorts, Operations } from './app.ts';
import { noHarvester, openSession, pagingOf } from './sessions.ts';
import { harvesterView, tagOf } from './views.ts';

const READS_AT_ONCE = 20;

export const harvesterOperations: Operations<'listHarvesters' | 'readHarvester' | 'deleteHarvester'> = {
  async listHarvesters({ query }, { ports }) {
    const { values, cursor } = await pageOf((after) => ports.harvesters.list(after), {
      ...pagingOf(query),
      keyOf: ({ id }) => id,
      wants: ({ deletingAt }) => deletingAt === undefined,
    });
    const harvesters = await pMap(
      values,
      async (one) => harvesterView(one, await openSessionOf(ports, one)),
      {
        concurrency: READS_AT_ONCE,
      },
    );
    return { status: 200, body: { harvesters, cursor: cursor ?? null } };
  },

  async readHarvester({ params }, { ports }) {
    return { status: 200, ...(await viewOf(ports, await harvesterAt(ports, params.harvester))) };
  },

  async deleteHarvester({ params }, { ports }) {
    const deletion = await deleteHarvester(ports, params.harvester);
    if (deletion.said === 'gone') throw noHarvester(params.harvester);
    if (deletion.said === 'refused') throw openSession(params.harvester, deletion.holder);
    return { status: 204, body: undefined };
  },
};

/** @throws ProblemError 404 also for one that is being deleted */
export async function harvesterAt(ports: Pick<ApiPorts, 'harvesters'>, id: string): Promise<Harvester> {
  const harvester = await ports.harvesters.read(id);
  if (harvester === undefined || harvester.deletingAt !== undefined) throw noHarvester(id);
  return harvester;
}

export async function viewOf(ports: Pick<ApiPorts, 'sessions'>, harvester: Harvester) {
  const body = harvesterView(harvester, await openSessionOf(ports, harvester));
  return { body, headers: { etag: tagOf(harvester) } };
}
