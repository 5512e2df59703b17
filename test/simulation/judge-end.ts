/** What must be true when a run has come to rest: everything is closed, free and empty, and what can be seen is what is true. */
import { unpackLines } from '../../lib/records.ts';
import type { Session } from '../../lib/session/session.ts';
import type { Engine } from './engine.ts';
import { judgeHeld } from './judge-held.ts';
import type { BatchTruth } from './ledger.ts';
import type { Scenario, SimulatedRemote } from './scenario.ts';
import { isHarmless } from './simulate.ts';
import type { SimulatedWorld } from './world.ts';

export function judgeEnd(engine: Engine, world: SimulatedWorld, scenario: Scenario): void {
  judgeRest(engine, world);
  for (const session of world.stores.sessions.values()) {
    judgeRecords(engine, world, session);
    judgeListing(engine, world, { session, scenario });
    judgeTotal(engine, world, session);
  }
  judgeBounds(engine, world, scenario);
  judgeHeld(engine, world);
  if (isHarmless(engine.injected)) judgeQuiet(engine, world, scenario);
  if (Object.keys(engine.injected).length === 0) judgeAborted(engine, world);
}

function judgeRest(engine: Engine, world: SimulatedWorld): void {
  if (world.schedules.armed > 0)
    engine.violate(`schedules are left over: ${world.schedules.names().join(', ')}`);
  for (const execution of world.executions.values()) {
    if (execution.isRunning) engine.violate(`execution ${execution.name} is left running`);
  }
  for (const harvester of world.stores.harvesters.values()) {
    const holder = harvester.lease === undefined ? undefined : world.stores.sessions.get(harvester.lease);
    if (holder !== undefined && holder.closedAt === undefined)
      engine.violate(`harvester ${harvester.id} is left with the lease of ${holder.id}`);
  }
  for (const session of world.stores.sessions.values()) {
    if (world.ledger.toldAborting.has(session.id) && session.status !== 'aborted')
      engine.violate(
        `session ${session.id} is ${session.status}; somebody was told that it is being aborted`,
      );
    if (session.closedAt === undefined)
      engine.violate(`session ${session.id} is left ${session.status}, and nothing is going on any more`);
    const told = world.ledger.told.get(session.id);
    if (told !== undefined && JSON.stringify(told.conclusion) !== JSON.stringify(session.conclusion)) {
      engine.violate(`session ${session.id} was announced with another conclusion than it has`);
    }
  }
  const sequences = [...world.stores.sessions.values()]
    .filter(({ sequence }) => sequence > 0)
    .map((session) => `${session.harvesterId} ${session.sequence}`);
  if (new Set(sequences).size < sequences.length)
    engine.violate('two sessions have the same place in the order of sessions');
}

/** The records that can be seen are those of the committed batches, each resource's as the remote gave it to this session. */
function judgeRecords(engine: Engine, world: SimulatedWorld, session: Session): void {
  const expected: string[] = [];
  for (const batch of world.ledger.batchesOf(session)) expected.push(...harvestedOf(batch));
  const unserved = expected.filter(
    (id) => session.retryOf === undefined && !world.remotes.served.has(`${session.id} ${id}`),
  );
  if (unserved.length > 0)
    engine.violate(
      `session ${session.id} has ${unserved.join(', ')} as harvested, which the remote never gave it`,
    );
  if (expected.length === 0 && world.ledger.published.size === 0) return;
  const prefix = `records/harvester=${session.harvesterId}/session=${session.id}/`;
  const shown: string[] = [];
  for (const [key, bytes] of world.stores.records) {
    if (key.startsWith(prefix))
      shown.push(...unpackLines(bytes).map((line) => (JSON.parse(line) as { id: string }).id));
  }
  const [want, have] = [expected.sort().join(' '), shown.sort().join(' ')];
  if (want !== have)
    engine.violate(`session ${session.id} shows the records "${have}"; harvested are "${want}"`);
}

function harvestedOf(batch: BatchTruth): string[] {
  return batch.resources.filter(
    (_, index) => batch.state === 'committed' && batch.outcomes[index]?.outcome === 'harvested',
  );
}

/** A listing is complete, and all is ok, only when nothing was passed over that was there all the time. */
function judgeListing(
  engine: Engine,
  world: SimulatedWorld,
  { session, scenario }: { session: Session; scenario: Scenario },
): void {
  const remote = scenario.remotes.find(({ harvester }) => harvester === session.harvesterId);
  if (remote === undefined || session.retryOf !== undefined || !session.listing.complete) return;
  // What is selected, and what becomes of a remote in time, is judged with the ledger.
  if (session.kind !== 'harvesting' || session.keeping.choices !== undefined) return;
  if (remote.history !== undefined || remote.keeping !== undefined) return;
  const least =
    remote.changes === undefined || remote.matched === true
      ? Math.min(remote.resources, remote.changes?.resources ?? Infinity)
      : 0;
  const listed = new Set(world.ledger.batchesOf(session).flatMap(({ resources }) => resources));
  // Those that were there all the time.
  const passedOver = Array.from({ length: least }, (_, number) => `r${number}`).filter(
    (id) => !listed.has(id),
  );
  const isBroken = remote.brokenPage !== undefined && remote.brokenPage * remote.pageSize < least;
  if (isBroken || passedOver.length > 0)
    engine.violate(
      `session ${session.id} has a complete listing of ${listed.size} resources, ${session.status}, of a remote that has ${least}; passed over: ${passedOver.join(', ')}`,
    );
}

/** A resource is accounted for once, whoever listed it how often. */
function judgeTotal(engine: Engine, world: SimulatedWorld, session: Session): void {
  const ids = world.ledger.batchesOf(session).flatMap(({ resources }) => resources);
  if (new Set(ids).size < ids.length)
    engine.violate(`session ${session.id} has ${ids.length - new Set(ids).size} resources more than once`);
}

/** Tries of a whole session that two faults may cost, retries of states included. */
const TRIES_MAX = 40;

function judgeBounds(engine: Engine, world: SimulatedWorld, scenario: Scenario): void {
  const faults = Object.values(engine.injected).reduce((sum, count) => sum + count, 0);
  for (const remote of scenario.remotes) {
    const sessions = [...world.ledger.opened].length;
    const turns = remote.history?.map(({ resources = 0 }) => resources) ?? [];
    const once = 2 * Math.max(remote.resources, remote.changes?.resources ?? 0, ...turns) + 2;
    const deaths = 2 * (remote.poisonous?.length ?? 0);
    const most = sessions * once * (1 + deaths + faults * TRIES_MAX);
    const made = world.remotes.requestsTo(remote);
    if (made > most)
      engine.violate(`the remote of ${remote.harvester} got ${made} requests; ${most} would be many`);
  }
  const aborts = scenario.users.filter(({ does }) => does === 'abort').length;
  for (const session of world.stores.sessions.values()) {
    const armed = world.ledger.armed.get(session.id) ?? [];
    const seconds = ((session.closedAt ?? engine.now) - session.startedAt) / 1_000;
    const most = 4 + seconds / session.pace.monitorIntervalSeconds + 4 * faults + aborts;
    const again = armed.length - new Set(armed).size;
    if (again > 1 + faults)
      engine.violate(
        `session ${session.id} had checks of the same number armed again, ${again} times: its chain has forked`,
      );
    if (armed.length > most)
      engine.violate(`session ${session.id} had ${armed.length} checks in ${seconds} s`);
  }
}

/** When nothing harmful happened, every session is exactly what its remote makes it, and nothing staged is left of it. */
function judgeQuiet(engine: Engine, world: SimulatedWorld, scenario: Scenario): void {
  judgeCounts(engine, world, { scenario, isMeant: () => true, happened: 'and nothing had happened to it' });
  for (const { id, conclusion } of world.stores.sessions.values()) {
    // Workers of an execution that was stopped run on; what they stage then expires.
    if (conclusion?.finalizedBy !== 'workflow') continue;
    const { failed, lost, skipped } = conclusion.counts;
    // What a retry may need stays.
    const kept = failed + lost + skipped === 0 ? [] : [`staging/${id}/listed/`];
    const left = [...world.stores.records.keys()].filter(
      (key) => key.startsWith(`staging/${id}/`) && !kept.some((prefix) => key.startsWith(prefix)),
    );
    judgeRetry(engine, world, id);
    if (left.length > 0) engine.violate(`session ${id} leaves staged things behind: ${left.join(', ')}`);
  }
}

/** A retry is of what failed, was lost or was skipped, and of nothing else. */
function judgeRetry(engine: Engine, { stores }: SimulatedWorld, id: string): void {
  const session = stores.sessions.get(id);
  const earlier = session?.retryOf === undefined ? undefined : stores.sessions.get(session.retryOf);
  if (session?.conclusion === undefined || earlier?.conclusion === undefined) return;
  const { failed, lost, skipped } = earlier.conclusion.counts;
  const { total } = session.conclusion.counts;
  // One that was aborted, or had too few waves, did not come to its end.
  const isWhole = session.listing.ended && session.listing.fault?.includes('wavesMax') !== true;
  if (total > failed + lost + skipped || (isWhole && total < failed + lost + skipped))
    engine.violate(`session ${id} retries ${total} resources; to be retried are ${failed + lost + skipped}`);
}

/** Workers see an abort within the time after which they look, and begin nothing more. */
function judgeAborted(engine: Engine, world: SimulatedWorld): void {
  const { sessionLookSeconds } = world.deployments.version.limits;
  for (const [id, at] of world.ledger.abortedAt) {
    const late = (world.remotes.lastBegunAt.get(id) ?? 0) - at;
    if (late > (sessionLookSeconds + 1) * 1_000)
      engine.violate(`session ${id} still asks its remote ${late / 1_000} s after it was aborted`);
  }
}

/** Holds the counts of those sessions that are meant against what the remote has, where nothing but faults can change them. */
export function judgeCounts(
  engine: Engine,
  world: SimulatedWorld,
  {
    scenario,
    isMeant,
    happened,
  }: { scenario: Scenario; isMeant: (session: Session) => boolean; happened: string },
): void {
  const isPlain =
    scenario.missing?.includes('workflow') !== true &&
    scenario.limits?.wavesMax === undefined &&
    scenario.users.every((step) => step.does === 'start' || step.does === 'retry');
  if (!isPlain) return;
  for (const session of world.stores.sessions.values()) {
    const remote = scenario.remotes.find(({ harvester }) => harvester === session.harvesterId);
    if (
      remote === undefined ||
      remote.changes !== undefined ||
      remote.history !== undefined ||
      remote.keeping !== undefined ||
      session.kind !== 'harvesting' ||
      (remote.answerSeconds !== undefined && remote.isHealthy !== true) ||
      !isMeant(session)
    )
      continue;
    const counts = session.conclusion?.counts;
    const { retryOf } = session;
    const earlier = retryOf === undefined ? undefined : world.stores.sessions.get(retryOf);
    const expected = expectedOf(remote, earlier, { accuses: scenario.limits?.workerDeathsMax === undefined });
    const read = counts && counts.harvested + counts.unchanged;
    const { total, harvested = read, failed = counts?.failed } = expected;
    if (counts?.total === total && read === harvested && counts.failed === failed) continue;
    engine.violate(
      `session ${session.id} ends as ${session.status} with ${JSON.stringify(counts)}, ${happened}; ${retryOf === undefined ? 'the remote has' : 'to be retried are'} ${total}`,
    );
  }
}

/**
 * @param earlier the session that is retried
 * @param accuses a resource that kills its workers is found out; else the batch is given up, and it is lost
 */
function expectedOf(
  remote: SimulatedRemote,
  earlier: Session | undefined,
  { accuses }: { accuses: boolean },
): { total: number; harvested?: number; failed?: number } {
  const before = earlier?.conclusion?.counts;
  if (before !== undefined) return { total: before.failed + before.lost + before.skipped };
  const listed =
    remote.brokenPage === undefined
      ? remote.resources
      : Math.min(remote.resources, remote.brokenPage * remote.pageSize);
  const first = remote.resources - listed;
  const failed = [
    ...(remote.invalid ?? []),
    ...(remote.listed === true ? [] : (remote.poisonous ?? [])),
  ].filter((number) => number >= first && number < remote.resources).length;
  const killing = (remote.poisonous ?? []).length;
  return { total: listed, harvested: listed - failed, failed: accuses ? failed : failed - killing };
}
