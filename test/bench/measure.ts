/** One measurement of the benchmark, in a process of its own: measure.ts <bare|guarded|session> <url> <requests at once> <folder> [harvester type, else geonode] */
import { Agent, fetch } from 'undici';
import { HANDLERS } from '../../lambdas/index.ts';
import { harvesterType } from '../../lib/harvesters/index.ts';
import { openEmbedded } from '../../lib/local/embedded/embedded.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { harvesterIdOf } from '../../lib/session/names.ts';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE } from '../../lib/session/limits.ts';

const [mode = '', url = '', atOnceText = '', folder = '', type = 'geonode'] = process.argv.slice(2);
const atOnce = Number(atOnceText);
let begunAt = 0;
let endedAt: number | undefined;
const PAGE_SIZE = 100;

type Get = (address: string) => Promise<unknown>;

/** What anybody would write: fetch, which asks for compressed answers as a session does. */
async function bareLoop(): Promise<number> {
  const dispatcher = new Agent({ connections: atOnce });
  const read = await loop(async (address) => (await fetch(address, { dispatcher })).json());
  await dispatcher.close();
  return read;
}

/** The same loop through lib/remote: what guard, bounds and politeness cost by themselves. */
async function guardedLoop(): Promise<number> {
  const remote = ownRemote();
  const read = await loop(async (address) => {
    const { body } = await remote.fetch({ url: address }, { timeSecondsMax: 120, following: url });
    return JSON.parse(Buffer.from(body).toString()) as unknown;
  });
  await remote.close();
  return read;
}

function ownRemote() {
  return createRemote({
    policy: remotePolicy({ allowLoopback: true, requestsAtOnceMax: atOnce, requestsPerSecondMax: 0 }),
  });
}

/** Lists the pages, then fetches every dataset, so many at once, and parses it. */
async function loop(get: Get): Promise<number> {
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
  return read;
}

async function session(): Promise<number> {
  const remote = ownRemote();
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
  const settings = harvesterType(type).settings.parse({ pageSize: PAGE_SIZE }) as never;
  const id = harvesterIdOf(url);
  const resourcesAtOnce = 10;
  await embedded.ports.harvesters.create({
    id,
    name: url,
    remote: { type, url, settings },
    pace: {
      ...DEFAULT_PACE,
      // Large where each resource is fetched: nobody pays for a batch here, and at the end of each some hands are idle.
      batchSize: type === 'geonode' ? 200 : DEFAULT_PACE.batchSize,
      resourcesAtOnce,
      batchesAtOnce: atOnce / resourcesAtOnce,
      requestsPerSecond: 100_000,
    },
    keeping: DEFAULT_KEEPING,
    ledger: undefined,
    lease: undefined,
    sequence: 0,
    lastSessionId: undefined,
    revision: 1,
  });
  // What is measured is the session, from its start to its closing, not the opening of the folder or the loading of code.
  await import('aws-local-stepfunctions');
  begunAt = performance.now();
  const started = (await embedded.start({ harvester: id })) as { session: { id: string } };
  const closed = await embedded.waitClosed(started.session.id);
  endedAt = performance.now();
  await embedded.close();
  await remote.close();
  if (closed.status !== 'finished-all-ok')
    throw new Error(`the session is ${closed.status}: ${closed.conclusion?.cause ?? ''}`);
  return closed.conclusion?.counts.harvested ?? 0;
}

begunAt = performance.now();
const modes: Readonly<Record<string, () => Promise<number>>> = {
  bare: bareLoop,
  guarded: guardedLoop,
  session,
};
const resources = await (modes[mode] ?? session)();
const seconds = ((endedAt ?? performance.now()) - begunAt) / 1_000;
process.stdout.write(
  `${JSON.stringify({ seconds, resources, peakMegabytes: process.resourceUsage().maxRSS / 1_024 })}\n`,
);
