/** What may become of a session by one write: statuses, times, waves, sealing, conclusion, closing. */
import type { Counts, Session, SessionStatus } from '../../lib/session/session.ts';
import type { Ledger } from './ledger.ts';

/** GeoNode's statuses; written down again, so that a change of the handlers' own table is noticed. */
const FOLLOWS: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  pending: ['on-going', 'aborting', 'finished-all-ok', 'finished-some-failed', 'finished-all-failed'],
  'on-going': ['aborting', 'finished-all-ok', 'finished-some-failed', 'finished-all-failed'],
  aborting: ['aborted'],
  'finished-all-ok': [],
  'finished-some-failed': [],
  'finished-all-failed': [],
  aborted: [],
};

export const isTerminal = (status: SessionStatus): boolean => FOLLOWS[status].length === 0;

export function checkChange(ledger: Ledger, before: Session, after: Session): void {
  checkStatus(ledger, before, after);
  checkCopies(ledger, before, after);
  checkTimes(ledger, before, after);
  checkWaves(ledger, before, after);
  if (before.sealing === undefined && after.sealing !== undefined) checkSealing(ledger, before, after);
  if (before.conclusion === undefined && after.conclusion !== undefined)
    checkConclusion(ledger, before, after);
  if (before.closedAt === undefined && after.closedAt !== undefined) checkClosing(ledger, after);
  narrate(ledger, before, after);
}

function checkStatus(ledger: Ledger, before: Session, after: Session): void {
  if (before.status !== after.status && !FOLLOWS[before.status].includes(after.status)) {
    ledger.broken(after.id, `goes from ${before.status} to ${after.status}`);
  }
  if (isTerminal(after.status) !== (after.conclusion !== undefined))
    ledger.broken(after.id, `is ${after.status} ${after.conclusion ? 'with' : 'without'} a conclusion`);
  if (
    before.conclusion !== undefined &&
    JSON.stringify(before.conclusion) !== JSON.stringify(after.conclusion)
  ) {
    ledger.broken(after.id, 'has a second conclusion');
  }
  const { choices } = after.keeping;
  if (before.sequence !== after.sequence && choices !== undefined && ledger.choicesGone.has(choices))
    ledger.broken(after.id, 'is to go by choices that are not there any more');
  if (before.closedAt !== undefined) ledger.broken(after.id, 'is written after it was closed');
  if (before.sequence !== 0 && before.sequence !== after.sequence)
    ledger.broken(
      after.id,
      `changes its place in the order of sessions from ${before.sequence} to ${after.sequence}`,
    );
}

/** What a harvester is set to is copied when its session is opened: later changes, and deployments, do not move it. */
function checkCopies(ledger: Ledger, before: Session, after: Session): void {
  for (const copy of ['pace', 'remote', 'kind', 'retryOf', 'startedAt', 'executionName'] as const) {
    if (JSON.stringify(before[copy]) !== JSON.stringify(after[copy]))
      ledger.broken(after.id, `has its ${copy} changed under way`);
  }
}

function checkTimes(ledger: Ledger, before: Session, after: Session): void {
  const { engine, skewMillis } = ledger;
  const isAbort = before.status !== 'aborting' && after.status === 'aborting';
  if (after.deadlineAt < before.deadlineAt && !isAbort)
    ledger.broken(after.id, 'has its deadline moved back');
  if (isAbort) ledger.abortedAt.set(after.id, engine.now);
  if (before.status === 'aborting' && after.deadlineAt > before.deadlineAt)
    ledger.broken(after.id, 'is being aborted and gets more time');
  if (isAbort && after.deadlineAt > engine.now + after.pace.abortSeconds * 1_000 + skewMillis)
    ledger.broken(after.id, `is aborted and gets more than its ${after.pace.abortSeconds} s to stop`);
  if (after.check < before.check)
    ledger.broken(after.id, `has its checks counted back from ${before.check} to ${after.check}`);
  // By their number: a store may give out another copy of the same waves.
  const isResized =
    after.waves.length !== before.waves.length || after.listing.matched !== before.listing.matched;
  if (after.deadlineAt > before.deadlineAt && !isResized) checkExtension(ledger, before, after);
  if (after.deadlineAt > before.deadlineAt && isResized) checkSize(ledger, after);
}

/** GeoNode's formula, written a second time. */
export function checkSize(
  ledger: Ledger,
  { id, startedAt, deadlineAt, waves, listing, pace }: Session,
): void {
  const listed = waves.reduce((sum, wave) => sum + wave.resources, 0);
  const resources = Math.max(listed, listing.matched ?? 0);
  const seconds = resources * pace.estimatedDurationPerResourceSeconds + pace.bufferTimeSeconds;
  if (deadlineAt > startedAt + seconds * 1_000)
    ledger.broken(
      id,
      `gets ${(deadlineAt - startedAt) / 1_000} s; its ${resources} resources may take ${seconds} s`,
    );
}

/** A deadline moves out with the size; else only for those who want it so, for progress, and up to the cap. */
function checkExtension(ledger: Ledger, before: Session, after: Session): void {
  const { extendWhileProgressing, extendSecondsMax } = after.pace;
  const settled = ledger.batchesOf(before).filter(({ state }) => state !== 'planned').length;
  if (!extendWhileProgressing) ledger.broken(after.id, 'is extended, which its harvester does not want');
  if (settled <= (before.progressSeen ?? 0))
    ledger.broken(after.id, `is extended, and nothing was done: ${settled} batches are settled, as before`);
  if (after.deadlineAt > after.startedAt + extendSecondsMax * 1_000)
    ledger.broken(after.id, `is extended beyond the ${extendSecondsMax} s of its harvester`);
}

function checkWaves(ledger: Ledger, before: Session, after: Session): void {
  if (after.waves === before.waves) return;
  if (JSON.stringify(after.waves.slice(0, before.waves.length)) !== JSON.stringify(before.waves))
    ledger.broken(after.id, 'has a wave changed after it was accepted');
  if (after.waves.length === before.waves.length) return;
  if (before.sealing !== undefined || isTerminal(before.status) || before.status === 'aborting')
    ledger.broken(
      after.id,
      `takes a wave although it is ${before.status} and ${before.sealing ? 'sealing' : 'not sealing'}`,
    );
  if (ledger.harvesters.get(after.harvesterId)?.lease !== after.id)
    ledger.broken(after.id, 'takes a wave without holding the lease');
  for (const wave of after.waves.slice(before.waves.length)) {
    const batches = [...ledger.batches.values()].filter(
      ({ key }) => key.sessionId === after.id && key.attempt === wave.attempt,
    );
    const resources = batches.reduce((sum, batch) => sum + batch.resources.length, 0);
    ledger.waveTaken(
      after,
      batches.flatMap((batch) => batch.resources),
    );
    if (batches.length !== wave.batches || resources !== wave.resources)
      ledger.broken(
        after.id,
        `takes a wave of ${wave.batches} batches with ${wave.resources} resources; ${batches.length} with ${resources} were written`,
      );
  }
}

/** Nobody ends a session that is well. */
function checkSealing(ledger: Ledger, before: Session, after: Session): void {
  const { sealing } = after;
  if (sealing?.by !== 'monitor' && sealing?.by !== 'sweep') {
    if (sealing?.by === 'event' && ledger.runs(before.executionName))
      ledger.broken(after.id, 'is finalized by an event although its execution runs');
    return;
  }
  const isOverdue = ledger.engine.now >= before.deadlineAt - ledger.skewMillis;
  // Between the start of an execution and the mark of it lies one write, in which nobody can know.
  const isMarked = before.status === 'on-going';
  if (!isOverdue && isMarked && ledger.runs(before.executionName))
    ledger.broken(
      after.id,
      `is finalized by the ${sealing.by} although it is not overdue and its execution runs`,
    );
}

function checkConclusion(ledger: Ledger, before: Session, after: Session): void {
  const counts = after.conclusion?.counts;
  if (counts === undefined) return;
  ledger.concludedAt.set(after.id, ledger.engine.now);
  const truth = count(ledger, before);
  const differs = (Object.keys(truth) as (keyof Counts)[]).filter((key) => truth[key] !== counts[key]);
  if (differs.length > 0)
    ledger.broken(after.id, `is concluded with ${sayCounts(counts)}; true is ${sayCounts(truth)}`);
  const isAllOk = before.listing.complete && truth.failed + truth.skipped + truth.lost === 0;
  const isAllFailed = truth.harvested + truth.unchanged === 0;
  const status =
    before.status === 'aborting'
      ? 'aborted'
      : isAllOk
        ? 'finished-all-ok'
        : isAllFailed
          ? 'finished-all-failed'
          : 'finished-some-failed';
  if (after.status !== status)
    ledger.broken(
      after.id,
      `is concluded as ${after.status}; true is ${status} (${sayCounts(truth)}, listing ${before.listing.complete ? 'complete' : 'not complete'})`,
    );
}

function count(ledger: Ledger, session: Session): Counts {
  const counts = { total: 0, harvested: 0, unchanged: 0, failed: 0, skipped: 0, lost: 0 };
  for (const batch of ledger.batchesOf(session)) {
    counts.total += batch.resources.length;
    if (batch.state === 'planned')
      ledger.broken(
        session.id,
        `is concluded while batch ${batch.key.number} is neither committed nor sealed`,
      );
    if (batch.state === 'sealed')
      counts[session.status === 'aborting' ? 'skipped' : 'lost'] += batch.resources.length;
    for (const { outcome } of batch.outcomes) counts[outcome] += 1;
  }
  counts.total += session.listing.withoutBatch;
  counts.unchanged += session.listing.withoutBatch;
  return counts;
}

/** What closing leaves behind, leaves it behind for ever. */
function checkClosing(ledger: Ledger, after: Session): void {
  ledger.closedAt.set(after.id, ledger.engine.now);
  // One that was started too late finds the session over, and ends by itself.
  const atWorkSince = ledger.atWorkSince(after.executionName);
  if (atWorkSince !== undefined && atWorkSince <= (ledger.concludedAt.get(after.id) ?? 0))
    ledger.broken(after.id, 'is closed while its execution is still at work');
  // A start that comes too late may take it once more; such a lease is void, and names a later place in the order.
  const harvester = ledger.harvesters.get(after.harvesterId);
  if (harvester?.lease === after.id && harvester.sequence === after.sequence)
    ledger.broken(after.id, 'is closed and still holds the lease');
  const armed = ledger.armedInQuiet(after.id);
  if (armed.length > 0)
    ledger.broken(after.id, `is closed with its schedules still there: ${armed.join(', ')}`);
  if (!ledger.told.has(after.id)) ledger.broken(after.id, 'is closed and nobody was told of it');
  const shown = [...ledger.published.keys()].filter((key) => key.includes(`session=${after.id}/`)).length;
  const committed = ledger.batchesOf(after).filter((batch) => batch.records > 0).length;
  if (shown !== committed)
    ledger.broken(
      after.id,
      `is closed with the records of ${shown} batches to be seen, and ${committed} committed`,
    );
}

function narrate(ledger: Ledger, before: Session, after: Session): void {
  if (before.status !== after.status) ledger.engine.tell(() => `session ${after.id} becomes ${after.status}`);
  if (!before.sealing && after.sealing)
    ledger.engine.tell(() => `session ${after.id} is being sealed by the ${after.sealing?.by ?? ''}`);
  if (!before.closedAt && after.closedAt) ledger.engine.tell(() => `session ${after.id} is closed`);
  if (before.deadlineAt !== after.deadlineAt)
    ledger.engine.tell(
      () =>
        `session ${after.id} has its deadline moved by ${(after.deadlineAt - before.deadlineAt) / 1_000} s`,
    );
}

function sayCounts(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
