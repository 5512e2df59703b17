/** Who meets whom: small worlds in which two or three actors are let loose on the same session at the same moment. */
import { gzipSync } from 'node:zlib';
import { NEW_LISTING } from '../../lib/listing/walk-state.ts';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { sessionIdOfKey } from '../../lib/session/names.ts';
import type { Harvester, Session, Wave } from '../../lib/session/session.ts';
import { BEGIN } from './clock.ts';
import type { Actor, Duel } from './interleave.ts';
import { urlOf } from './remote.ts';
import { SIMULATED_PACE, type Scenario, type SimulatedRemote } from './scenario.ts';
import { abortOf } from './users.ts';
import type { SimulatedWorld } from './world.ts';

const REMOTE: SimulatedRemote = {
  harvester: 'h',
  resources: 2,
  pageSize: 10,
  answerSeconds: 0,
  pace: { batchSize: 1 },
};
const SCENARIO: Scenario = { name: 'a duel', remotes: [REMOTE], users: [] };
/** What an execution does is no part of a duel of starts. */
const WITHOUT_WORK: Scenario = { ...SCENARIO, missing: ['workflow'] };
const ID = 's';
const PACE = { ...SIMULATED_PACE, batchSize: 1 };
const WAVE: Wave = { attempt: 'a', firstBatch: 0, batches: 2, resources: 2 };

function session(more: Partial<Session> = {}): Session {
  return {
    id: ID,
    kind: 'harvesting',
    harvesterId: 'h',
    revision: 1,
    sequence: 0,
    retryOf: undefined,
    remote: { type: 'simulated', url: urlOf(REMOTE), settings: { listed: false } },
    pace: PACE,
    keeping: DEFAULT_KEEPING,
    asks: { full: false, acceptGone: false },
    ledger: undefined,
    status: 'pending',
    startedAt: BEGIN - 600_000,
    deadlineAt: BEGIN + 600_000,
    check: -1,
    checkAt: BEGIN + 100_000,
    executionName: ID,
    waves: [],
    listing: NEW_LISTING,
    sealing: undefined,
    conclusion: undefined,
    closedAt: undefined,
    difference: undefined,
    progressSeen: undefined,
    ...more,
  };
}

/** A session under way, with one batch committed and one still planned. */
async function underWay(world: SimulatedWorld, more: Partial<Session> = {}): Promise<void> {
  const harvester = world.stores.harvesters.get('h') as Harvester;
  const { keeping } = harvester;
  const times = { keeping, deadlineAt: more.deadlineAt ?? session().deadlineAt };
  await world.put('sessions', 'create', session(times));
  await world.put('harvesters', 'save', { ...harvester, lease: ID, sequence: 1 });
  await world.put('sessions', 'save', session({ ...times, revision: 1, sequence: 1 }));
  await world.put(
    'batches',
    'plan',
    [0, 1].map((number) => ({
      key: keyOf(number),
      state: 'planned',
      resources: [{ id: `r${number}` }],
      staged: false,
      tries: 0,
      outcomes: undefined,
      records: 0,
      committedBy: undefined,
    })),
  );
  const listing = { ...NEW_LISTING, ended: true, complete: true };
  world.schedules.arm({ name: `${ID}-0`, at: BEGIN + 100_000, sessionId: ID, check: 0 });
  world.ledger.checkArmed(ID, 0);
  await world.put(
    'sessions',
    'save',
    session({
      keeping,
      revision: 2,
      sequence: 1,
      check: 0,
      status: 'on-going',
      waves: [WAVE],
      listing,
      ...more,
    }),
  );
  await world.put('records', 'put', `staging/${ID}/records/000000-a.w0.ndjson.gz`, new Uint8Array());
  await world.put('batches', 'commit', keyOf(0), {
    outcomes: [{ outcome: 'failed', because: 'it was not valid' }],
    records: 0,
    worker: 'w0',
  });
}

const keyOf = (number: number): { sessionId: string; attempt: string; number: number } => ({
  sessionId: ID,
  attempt: 'a',
  number,
});

const finalizer = (world: SimulatedWorld, by: string, of = ID): Actor => ({
  handler: world.deployments.version.code.handlers.finalize,
  input: { session: of, by, because: 'the duel' },
});
const worker = (world: SimulatedWorld, batch: number): Actor => ({
  handler: world.deployments.version.code.handlers.harvest,
  input: { session: ID, batch },
});
const monitor = (world: SimulatedWorld, check = 0): Actor => ({
  handler: world.deployments.version.code.handlers.monitor,
  input: { session: ID, check },
});
const sweep = (world: SimulatedWorld): Actor => ({
  handler: world.deployments.version.code.handlers.sweep,
  input: {},
});
const discover = (world: SimulatedWorld): Actor => ({
  handler: world.deployments.version.code.handlers.discover,
  input: { session: ID, wave: 0 },
});
const start = (world: SimulatedWorld, key?: string): Actor => ({
  handler: world.deployments.version.code.handlers.start,
  input: { harvester: 'h', ...(key === undefined ? {} : { key }) },
});

const abort = (world: SimulatedWorld): Actor => ({
  handler: abortOf(world, world.deployments.version.code, ID),
  input: { session: ID },
});

const choose = (world: SimulatedWorld, choices: Readonly<Record<string, boolean | null>>): Actor => ({
  handler: world.choosing.handler(world.deployments.version.code, 'h', choices),
  input: { harvester: 'h' },
});

const OVERDUE: Partial<Session> = { deadlineAt: BEGIN - 1_000, checkAt: BEGIN - 400_000 };
const CHOICES = 'ledgers/harvester=h/choices/before.json.gz';

/** Somebody has decided before. */
async function chosen(world: SimulatedWorld): Promise<void> {
  const harvester = world.stores.harvesters.get('h') as Harvester;
  await world.put('records', 'put', CHOICES, gzipSync('{"r1":false}'));
  await world.put('harvesters', 'save', {
    ...harvester,
    keeping: { ...harvester.keeping, choices: CHOICES },
  });
}

const nothing = (): Promise<void> => Promise.resolve();
const unlisted = (world: SimulatedWorld): Promise<void> =>
  underWay(world, { waves: [], listing: session().listing });

/** Duels of so many states that they take a minute and more. */
export const LONG_DUELS: ReadonlySet<string> = new Set([
  'finalizer, finalizer',
  'start, start with the same key',
  'finalizer, finalizer, late worker',
  'finalizer, abort, late worker',
  'sweep, monitor, abort',
  'start, choice, another choice',
]);

export const DUELS: readonly Duel[] = [
  {
    name: 'finalizer, finalizer',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [finalizer(world, 'monitor'), finalizer(world, 'event')],
  },
  {
    name: 'finalizer, late worker',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [finalizer(world, 'monitor'), worker(world, 1)],
  },
  {
    name: 'finalizer, abort',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [finalizer(world, 'workflow'), abort(world)],
  },
  {
    name: 'worker, worker',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [worker(world, 1), worker(world, 1)],
  },
  {
    name: 'discover, discover',
    scenario: SCENARIO,
    prepare: unlisted,
    actors: (world) => [discover(world), discover(world)],
  },
  {
    name: 'discover, finalizer',
    scenario: SCENARIO,
    prepare: unlisted,
    actors: (world) => [discover(world), finalizer(world, 'monitor')],
  },
  {
    name: 'discover, abort',
    scenario: SCENARIO,
    prepare: unlisted,
    actors: (world) => [discover(world), abort(world)],
  },
  {
    name: 'monitor, abort',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [monitor(world), abort(world)],
  },
  {
    name: 'monitor, its own duplicate',
    scenario: SCENARIO,
    prepare: (world) => underWay(world, OVERDUE),
    actors: (world) => [monitor(world), monitor(world)],
  },
  {
    name: 'sweep, monitor',
    scenario: SCENARIO,
    prepare: (world) => underWay(world, OVERDUE),
    actors: (world) => [sweep(world), monitor(world)],
  },
  {
    name: 'start, start with the same key',
    scenario: WITHOUT_WORK,
    prepare: nothing,
    actors: (world) => [start(world, 'k'), start(world, 'k')],
  },
  {
    name: 'start, start with another key',
    scenario: WITHOUT_WORK,
    prepare: nothing,
    actors: (world) => [start(world, 'k'), start(world, 'l')],
  },
  {
    name: 'start, finalizer of the session before',
    scenario: WITHOUT_WORK,
    prepare: underWay,
    actors: (world) => [start(world, 'k'), finalizer(world, 'workflow')],
  },
  {
    name: 'start, finalizer of its own session',
    scenario: WITHOUT_WORK,
    prepare: nothing,
    actors: (world) => [start(world, 'k'), finalizer(world, 'sweep', sessionIdOfKey('h', 'k'))],
  },
  {
    name: 'choice, another choice',
    scenario: WITHOUT_WORK,
    prepare: chosen,
    actors: (world) => [choose(world, { r0: true, r1: false }), choose(world, { r0: false, r2: true })],
  },
  {
    name: 'start, choice, another choice',
    scenario: WITHOUT_WORK,
    prepare: chosen,
    actors: (world) => [start(world), choose(world, { r0: true }), choose(world, { r0: false })],
  },
  {
    name: 'choice, discover of a session under way',
    scenario: SCENARIO,
    prepare: async (world) => {
      await chosen(world);
      await unlisted(world);
    },
    actors: (world) => [choose(world, { r0: true }), discover(world)],
  },
  {
    name: 'finalizer, finalizer, late worker',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [finalizer(world, 'monitor'), finalizer(world, 'event'), worker(world, 1)],
  },
  {
    name: 'finalizer, abort, late worker',
    scenario: SCENARIO,
    prepare: underWay,
    actors: (world) => [finalizer(world, 'workflow'), abort(world), worker(world, 1)],
  },
  {
    name: 'sweep, monitor, abort',
    scenario: SCENARIO,
    prepare: (world) => underWay(world, OVERDUE),
    actors: (world) => [sweep(world), monitor(world), abort(world)],
  },
];
