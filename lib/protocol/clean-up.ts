/** What follows a conclusion: every step is idempotent, the closing comes last, and whoever finalizes next goes on from here. */
import pMap from 'p-map';
import type { Call } from '../handler.ts';
import type { Ports } from '../ports.ts';
import {
  checkName,
  ledgerPrefix,
  recordsKey,
  recordsPrefix,
  stagedRecordsKey,
  stagingPrefix,
} from '../session/names.ts';
import type { Harvester, Session } from '../session/session.ts';
import { closed } from '../session/transitions.ts';
import { change } from './change.ts';
import { releaseLease } from './lease.ts';
import { writeLedger, type WrittenLedger } from './ledger.ts';
import { leaveTime } from './settle.ts';

export type CleanUpPorts = Pick<
  Ports,
  'sessions' | 'harvesters' | 'batches' | 'records' | 'executions' | 'checks' | 'events' | 'clock' | 'log'
>;

const COPIES_AT_ONCE = 20;

/**
 * Publishes what workers committed but did not live to publish, writes down what is held now, tells others, frees the harvester, stops what still runs, deletes the
 * armed checks, closes. `fromWorkflow`: the caller is the execution itself, which must not stop itself.
 */
export async function cleanUp(
  ports: CleanUpPorts,
  session: Session,
  { fromWorkflow, call }: { fromWorkflow: boolean; call: Call },
): Promise<Session> {
  await publishCommitted(ports, session, call);
  const ledger = await writeLedger(ports, session, call);
  const concludedAt = session.conclusion?.concludedAt ?? session.startedAt;
  await ports.events.publish({ id: session.id, type: 'session-concluded', at: concludedAt, session });
  const harvester = await releaseLease(ports, session.harvesterId, session.id, ledger?.pointer);
  await removeUnusedLedger(ports, session, { written: ledger, harvester });
  await removeUnusedChoices(ports, session, harvester);
  if (!fromWorkflow)
    await ports.executions.stop(session.executionName, `session ${session.id} is ${session.status}`);
  await removeStaged(ports, session);
  // The check before the newest one may still be armed: an abort arms its own before that.
  for (const check of [session.check, session.check - 1]) {
    if (check >= 0) await ports.checks.disarm(checkName(session.id, check));
  }
  const done = await change(ports, session.id, (current) =>
    closed(current, ports.clock.now(), ledger?.difference),
  );
  if (done?.said === 'closed') {
    ports.log.info('session closed', {
      session: session.id,
      harvester: session.harvesterId,
      status: session.status,
      ...ledger?.difference,
    });
  }
  return done?.session ?? session;
}

/**
 * Nobody begins with the ledger of before any more: the harvester points at the one that took its place. Nor with the one written here, when later
 * sessions closed meanwhile: a finalizer that comes back after long has written it for nobody.
 */
async function removeUnusedLedger(
  ports: CleanUpPorts,
  { id, harvesterId, ledger }: Session,
  { written, harvester }: { written: WrittenLedger | undefined; harvester: Harvester | undefined },
): Promise<void> {
  const pointed = harvester?.ledger?.sessionId;
  // Whoever resumes finds a lease that is not its own, and has written none: the pointer tells whether an earlier call had.
  const isReplaced = written !== undefined || (pointed !== undefined && pointed !== ledger?.sessionId);
  if (ledger !== undefined && isReplaced)
    await ports.records.removeAll(ledgerPrefix(harvesterId, ledger.sessionId));
  if (written !== undefined && harvester !== undefined && pointed !== id)
    await ports.records.removeAll(ledgerPrefix(harvesterId, id));
}

/**
 * Choices that were replaced while this session went by them: names are never used again, and whoever takes the lease next is given the newer ones. While
 * another holds it already, it may be that one's.
 */
async function removeUnusedChoices(
  ports: CleanUpPorts,
  { keeping: { choices } }: Session,
  harvester: Harvester | undefined,
): Promise<void> {
  const isFree = harvester !== undefined && harvester.lease === undefined;
  if (choices !== undefined && isFree && harvester.keeping.choices !== choices)
    await ports.records.removeAll(choices);
}

/** Copying again what is there already changes nothing: what a commit names never changes. */
async function publishCommitted(ports: CleanUpPorts, session: Session, call: Call): Promise<void> {
  const published = await publishedNames(ports, session);
  const accepted = new Set(session.waves.map((wave) => wave.attempt));
  let cursor: string | undefined;
  do {
    leaveTime(session, call);
    const page = await ports.batches.summaries(session.id, cursor);
    const unpublished = page.values.flatMap(({ key, committedBy, records }) => {
      const to = recordsKey(session.harvesterId, key);
      const isMissing =
        committedBy !== undefined && records > 0 && accepted.has(key.attempt) && !published.has(to);
      return isMissing ? [{ from: stagedRecordsKey(key, committedBy), to }] : [];
    });
    await pMap(unpublished, ({ from, to }) => publish(ports, session, from, to), {
      concurrency: COPIES_AT_ONCE,
    });
    cursor = page.cursor;
  } while (cursor !== undefined);
}

async function publish(ports: CleanUpPorts, session: Session, from: string, to: string): Promise<void> {
  if ((await ports.records.copy(from, to)) === 'missing' && (await ports.records.read(to)) === undefined) {
    ports.log.error('committed records are gone', { session: session.id, from, to });
  }
}

async function publishedNames(ports: CleanUpPorts, session: Session): Promise<Set<string>> {
  const names = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await ports.records.list(recordsPrefix(session.harvesterId, session.id), cursor);
    for (const name of page.values) names.add(name);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return names;
}

/** What the listing said of resources stays while a retry may need it. */
async function removeStaged(ports: CleanUpPorts, session: Session): Promise<void> {
  const counts = session.conclusion?.counts;
  const nothingToRetry = counts !== undefined && counts.failed + counts.lost + counts.skipped === 0;
  const prefix = stagingPrefix(session.id);
  if (nothingToRetry) await ports.records.removeAll(prefix);
  else
    for (const part of ['records/', 'progress/', 'cursor/', 'left-out/'])
      await ports.records.removeAll(`${prefix}${part}`);
}
