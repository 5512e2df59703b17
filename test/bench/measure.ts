/** One measurement of the benchmark, in a process of its own: measure.ts <bare|session> <url of a GeoNode> <requests at once> <folder> */
import { request, Agent } from 'undici';
import { HANDLERS } from '../../lambdas/index.ts';
import { harvesterType } from '../../lib/harvesters/index.ts';
import { openEmbedded } from '../../lib/local/embedded/embedded.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { harvesterIdOf } from '../../lib/session/names.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE } from '../../lib/session/limits.ts';

const [mode = '', url = '', atOnceText = '', folder = ''] = process.argv.slice(2);
const atOnce = Number(atOnceText);
const PAGE_SIZE = 100;

/** What anybody would write: list the pages, then fetch every dataset, so many at once, and parse it. */
async function bareLoop(): Promise<number> {
  const dispatcher = new Agent({ connections: atOnce });
  const get = async (address: string): Promise<unknown> =>
    (await request(address, { dispatcher })).body.json();
  const details: string[] = [];
  for (let page = 1, more = true; more; page += 1) {
    const listing = (await get(`${url}/api/v2/resources/?page=${page}&page_size=${PAGE_SIZE}`)) as {
      links: { next: string | null };
      resources: { pk: string; resource_type: string }[];
    };
    details.push(...listing.resources.map(({ pk, resource_type: type }) => `${url}/api/v2/${type}s/${pk}/`));
    more = listing.links.next !== null;
  }
  let next = 0;
  let read = 0;
  const worker = async (): Promise<void> => {
    for (let address = details[next++]; address !== undefined; address = details[next++]) {
      if (Object.keys((await get(address)) as object).length > 0) read += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  await dispatcher.close();
  return read;
}

async function session(): Promise<number> {
  const remote = createRemote({
    policy: remotePolicy({ allowLoopback: true, requestsAtOnceMax: atOnce, requestsPerSecondMax: 0 }),
  });
  const silent = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: () => undefined,
  };
  const embedded = await openEmbedded({
    folder,
    limits: DEFAULT_LIMITS,
    handlers: HANDLERS,
    remote,
    log: silent,
  });
  const settings = harvesterType('geonode').settings.parse({ pageSize: PAGE_SIZE }) as never;
  const id = harvesterIdOf(url);
  const resourcesAtOnce = 10;
  await embedded.ports.harvesters.create({
    id,
    name: url,
    remote: { type: 'geonode', url, settings },
    pace: {
      ...DEFAULT_PACE,
      batchSize: 50,
      resourcesAtOnce,
      batchesAtOnce: atOnce / resourcesAtOnce,
      requestsPerSecond: 100_000,
    },
    lease: undefined,
    sequence: 0,
    lastSessionId: undefined,
    revision: 1,
  });
  const started = (await embedded.start({ harvester: id })) as { session: { id: string } };
  const closed = await embedded.waitClosed(started.session.id);
  await embedded.close();
  await remote.close();
  if (closed.status !== 'finished-all-ok')
    throw new Error(`the session is ${closed.status}: ${closed.conclusion?.cause ?? ''}`);
  return closed.conclusion?.counts.harvested ?? 0;
}

const begunAt = performance.now();
const resources = await (mode === 'bare' ? bareLoop() : session());
const seconds = (performance.now() - begunAt) / 1_000;
process.stdout.write(
  `${JSON.stringify({ seconds, resources, peakMegabytes: process.resourceUsage().maxRSS / 1_024 })}\n`,
);
