/** The real handlers over the memory world, with a small GeoNode as plain functions, driven by hand: a test says who is called when. */
import { HANDLERS, type HandlerName } from '../../lambdas/index.ts';
import type { DiscoverOutput } from '../../lambdas/discover.ts';
import type { StartInput, StartOutput } from '../../lambdas/start.ts';
import type { RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { createMemoryWorld, type MemoryWorld } from '../../lib/local/memory/world.ts';
import type { Ports, RemoteOptions } from '../../lib/ports.ts';
import { unpackLines } from '../../lib/records.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, type Limits, type Pace } from '../../lib/session/limits.ts';
import type { Session } from '../../lib/session/session.ts';
import { makeHarvester, T0 } from '../session/make.ts';

export { T0 };
export const SECOND = 1_000;
const URL_OF_REMOTE = 'http://geo.example';

export interface TinyRemote {
  /** The numbers of its datasets; may be changed while a session runs. */
  datasets: number[];
  /** Answers before the remote does, or throws. */
  before?: (
    request: RemoteRequest,
    options: RemoteOptions,
  ) => Promise<RemoteReply | undefined> | RemoteReply | undefined;
  readonly requests: string[];
}

export interface Rig {
  readonly world: MemoryWorld;
  readonly remote: TinyRemote;
  /** Replace one to break it. */
  ports: Ports;
  limits: Limits;
  timeLeftMillis: () => number;
  call(name: HandlerName, input: unknown): Promise<unknown>;
  start(more?: Partial<StartInput>): Promise<Session>;
  discover(session: string, wave?: number): Promise<DiscoverOutput>;
  /** Discover, all harvests, until nothing more; errors of harvests are swallowed like in the Map. */
  work(session: string): Promise<void>;
  finalize(session: string, by?: string, more?: object): Promise<unknown>;
  /** A whole healthy session. */
  session(more?: Partial<StartInput>): Promise<Session>;
  read(session: string): Session;
  /** Moves time to the next armed check and delivers it. */
  nextCheck(): Promise<unknown>;
  /** Delivers the calls of the finalizer that are waiting. */
  deliverFinalizers(): Promise<void>;
  pass(seconds: number): void;
  /** Ids of the records that a session published, sorted. */
  published(session: string): string[];
}

export function reply(body: unknown, status = 200, url = URL_OF_REMOTE): RemoteReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { url, status, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
}

function answer(remote: TinyRemote, request: RemoteRequest): RemoteReply {
  const url = new URL(request.url);
  const pk = /\/api\/v2\/datasets\/(\d+)\//.exec(url.pathname)?.[1];
  if (pk !== undefined) {
    if (!remote.datasets.includes(Number(pk))) return reply({ detail: 'Not found.' }, 404, request.url);
    const dataset = {
      pk,
      uuid: `uuid-${pk}`,
      title: `Dataset ${pk}`,
      abstract: 'About it',
      resource_type: 'dataset',
    };
    return reply({ dataset }, 200, request.url);
  }
  const size = Number(url.searchParams.get('page_size') ?? 10);
  const page = Number(url.searchParams.get('page') ?? 1);
  const shown = remote.datasets.slice((page - 1) * size, page * size);
  const next =
    page * size < remote.datasets.length ? `${URL_OF_REMOTE}/api/v2/resources/?page=${page + 1}` : null;
  const resources = shown.map((number) => ({
    pk: String(number),
    uuid: `uuid-${number}`,
    title: `Dataset ${number}`,
    resource_type: 'dataset',
  }));
  return reply(
    { links: { next, previous: null }, total: remote.datasets.length, page, page_size: size, resources },
    200,
    request.url,
  );
}

export interface RigOptions {
  readonly datasets?: number;
  readonly pace?: Partial<Pace>;
  readonly pageSize?: number;
}

export async function makeRig({ datasets = 10, pace = {}, pageSize = 4 }: RigOptions = {}): Promise<Rig> {
  const remote: TinyRemote = {
    datasets: Array.from({ length: datasets }, (_, index) => index + 1),
    requests: [],
  };
  const world = createMemoryWorld({
    startAt: T0,
    seed: 1,
    remote: {
      fetch: async (request, options) => {
        remote.requests.push(request.url);
        return (await remote.before?.(request, options)) ?? answer(remote, request);
      },
    },
  });
  const harvester = makeHarvester({
    remote: {
      type: 'geonode',
      url: URL_OF_REMOTE,
      settings: { pageSize, resourceTypes: ['dataset'], keywords: [], categories: [] },
    },
    pace: { ...DEFAULT_PACE, batchSize: 3, ...pace },
  });
  await world.ports.harvesters.create(harvester);
  return rigOver(world, remote);
}

function rigOver(world: MemoryWorld, remote: TinyRemote): Rig {
  const rig: Rig = {
    world,
    remote,
    ports: world.ports,
    limits: DEFAULT_LIMITS,
    timeLeftMillis: () => 800 * SECOND,
    call: (name, input) =>
      HANDLERS[name].invoke(input, rig.ports, {
        limits: rig.limits,
        timeLeftMillis: () => rig.timeLeftMillis(),
      }),
    async start(more = {}) {
      const output = (await rig.call('start', { harvester: 'county', ...more })) as StartOutput;
      if (output.outcome === 'conflict') throw new ReeveError('Conflict', output.holder.id);
      if (output.outcome === 'not scheduled') throw new ReeveError('NotFound', output.outcome);
      return output.session;
    },
    discover: async (session, wave = 0) => (await rig.call('discover', { session, wave })) as DiscoverOutput,
    async work(session) {
      for (let wave = 0, more = true; more;) {
        const found = await rig.discover(session, wave);
        for (const batch of found.batches) await rig.call('harvest', { session, batch }).catch(() => 0);
        ({ wave, more } = found);
      }
    },
    finalize: (session, by = 'workflow', more = {}) => rig.call('finalize', { session, by, ...more }),
    async session(more = {}) {
      const { id } = await rig.start(more);
      await rig.work(id);
      await rig.finalize(id);
      return rig.read(id);
    },
    read(session) {
      const found = world.sessions.get(session);
      if (found === undefined) throw new ReeveError('NotFound', session);
      return found;
    },
    async nextCheck() {
      const [next] = [...world.checks.values()].sort((a, b) => a.at - b.at);
      if (next === undefined) return 'none armed';
      world.checks.delete(next.name);
      world.clock.advanceTo(Math.max(next.at, world.clock.now()));
      return rig.call('monitor', { session: next.sessionId, check: next.check });
    },
    async deliverFinalizers() {
      for (const call of world.finalizerCalls.splice(0)) await rig.call('finalize', call);
    },
    pass: (seconds) => world.clock.advanceTo(world.clock.now() + seconds * SECOND),
    published(session) {
      const files = [...world.records].filter(
        ([name]) => name.startsWith('records/') && name.includes(`session=${session}/`),
      );
      return files
        .flatMap(([, bytes]) => unpackLines(bytes).map((line) => (JSON.parse(line) as { id: string }).id))
        .sort();
    },
  };
  return rig;
}
