/** harvest: harvests the resources of one batch and commits the batch once. */
import * as z from 'zod/mini';
import { defineHandler, type Call } from '../lib/handler.ts';
import { workOn, type Stop, type Work } from '../lib/harvest/batch.ts';
import { newProgress, parseProgress } from '../lib/harvest/progress.ts';
import { loadHarvesterType } from '../lib/harvesters/loading.ts';
import type { Ports } from '../lib/ports.ts';
import { packLines, putJson, readJson, readStagedLines, withListed } from '../lib/records.ts';
import { batchKeyOf } from '../lib/session/batches.ts';
import { addOutcomes, NO_COUNTS } from '../lib/session/conclusion.ts';
import { ReeveError } from '../lib/session/errors.ts';
import { recordsKey, stagedListedKey, stagedProgressKey, stagedRecordsKey } from '../lib/session/names.ts';
import type { Batch, ResourceOutcome, Session } from '../lib/session/session.ts';
import { standstillOf } from '../lib/session/transitions.ts';

const HarvestInput = z.object({
  session: z.string().check(z.minLength(1)),
  batch: z.int().check(z.minimum(0)),
  /** After so long the state machine takes this call for lost and makes another: what it was deployed with may be less than what this version takes. */
  callerWaitsSeconds: z.optional(z.number().check(z.positive())),
});
export type HarvestInput = z.infer<typeof HarvestInput>;

const USES = ['sessions', 'batches', 'records', 'remote', 'clock', 'chance', 'log', 'metrics'] as const;
type HarvestPorts = Pick<Ports, (typeof USES)[number]>;

export const harvest = defineHandler({
  name: 'harvest',
  input: HarvestInput,
  uses: USES,
  /** @returns 0, always: a distributed Map keeps what its children return. */
  async run(input: HarvestInput, ports: HarvestPorts, call: Call): Promise<0> {
    const heeded = heeding(input, call);
    const session = await ports.sessions.read(input.session);
    if (session === undefined || standstillOf(session, ports.clock.now()) !== undefined) return 0;
    const key = batchKeyOf(session.id, session.waves, input.batch);
    if (key === undefined)
      throw new ReeveError('InvariantBroken', `Session ${session.id} has no batch ${input.batch}`);
    const batch = await ports.batches.begin(key);
    if (batch === undefined)
      throw new ReeveError(
        'InvariantBroken',
        `Batch ${input.batch} of session ${session.id} was never written`,
      );
    if (batch.state !== 'planned') return 0;

    const work = await takeUp(ports, session, batch);
    const stop = await workOn(ports, work, heeded);
    if (stop === 'time is up') return pause(ports, work);
    if (stop !== 'over') await commit(ports, work, stop);
    return 0;
  },
});

/** What of a task's time is not the worker's: a cold start, the way there and back. */
const CALLING_SECONDS = 30;

/** The call as its caller sees it: a worker that goes on after that meets the next one at its work, and looks as if it had died. */
function heeding({ callerWaitsSeconds }: HarvestInput, call: Call): Call {
  if (callerWaitsSeconds === undefined) return call;
  const own = call.timeLeftMillis();
  const beyond = Math.max(0, own - (callerWaitsSeconds - CALLING_SECONDS) * 1_000);
  return { ...call, timeLeftMillis: () => call.timeLeftMillis() - beyond };
}

async function takeUp(ports: HarvestPorts, session: Session, batch: Batch): Promise<Work> {
  const staged = batch.staged ? await readStagedLines(ports.records, stagedListedKey(batch.key)) : [];
  const listed = batch.resources.map((resource, index) => withListed(resource, staged[index]));
  const size = batch.resources.length;
  const kept = batch.tries > 1 ? await readJson(ports.records, stagedProgressKey(batch.key)) : undefined;
  const progress = kept === undefined ? newProgress(size) : parseProgress(kept, size);
  return { session, batch, type: await loadHarvesterType(session.remote.type), listed, progress };
}

/** Keeps what there is and asks to be called again: the state machine retries on this error's name. */
async function pause(ports: HarvestPorts, { session, batch, progress }: Work): Promise<never> {
  progress.cleanStops += 1;
  await putJson(ports.records, stagedProgressKey(batch.key), progress);
  const done = progress.outcomes.filter((outcome) => outcome !== null).length;
  ports.log.info('batch paused before its time-out', {
    session: session.id,
    harvester: session.harvesterId,
    batch: batch.key.number,
    done,
  });
  throw new ReeveError(
    'BatchUnfinished',
    `Batch ${batch.key.number} of session ${session.id}: ${done} of ${batch.resources.length} done`,
  );
}

/**
 * Stages the records, commits, then publishes: records can be seen only when the batch that they belong to is committed. Who dies after
 * the commit leaves publishing to the finalizer.
 */
async function commit(
  ports: HarvestPorts,
  work: Work,
  stop: Exclude<Stop, 'over' | 'time is up'> | undefined,
): Promise<void> {
  const { session, batch, progress } = work;
  const outcomes = progress.outcomes.map((outcome) => outcome ?? notBegun(stop));
  const worker = ports.chance.token();
  const stagedKey = stagedRecordsKey(batch.key, worker);
  const records = progress.lines.length;
  if (records > 0) await ports.records.put(stagedKey, packLines(progress.lines));
  const answer = await ports.batches.commit(batch.key, { outcomes, records, worker });
  const own = answer === 'committed' || (await ports.batches.read(batch.key))?.committedBy === worker;
  if (own && records > 0) await ports.records.copy(stagedKey, recordsKey(session.harvesterId, batch.key));
  tell(ports, work, outcomes, own);
}

function notBegun(stop: Stop | undefined): ResourceOutcome {
  return stop === 'aborting'
    ? { outcome: 'skipped', because: 'the session was aborted before it was harvested' }
    : { outcome: 'lost', because: 'the session was past its deadline before it was harvested' };
}

function tell(
  ports: HarvestPorts,
  { session, batch }: Work,
  outcomes: readonly ResourceOutcome[],
  own: boolean,
): void {
  const counts = addOutcomes(NO_COUNTS, outcomes);
  const fields = {
    session: session.id,
    harvester: session.harvesterId,
    batch: batch.key.number,
    tries: batch.tries,
  };
  if (!own) {
    ports.log.warn('batch was settled by another; nothing of this try is kept', fields);
    return;
  }
  ports.log.info('batch committed', { ...fields, ...counts });
  const dimensions = { type: session.remote.type };
  ports.metrics.count('ResourcesHarvested', counts.harvested, dimensions);
  ports.metrics.count('ResourcesUnchanged', counts.unchanged, dimensions);
  ports.metrics.count('ResourcesFailed', counts.failed, dimensions);
}
