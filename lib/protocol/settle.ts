/** Settles every batch of a session and counts: each is committed or sealed, never both, so that the counts are exact. */
import pMap from 'p-map';
import type { Call } from '../handler.ts';
import type { Ports } from '../ports.ts';
import { addOutcomes, NO_COUNTS, outcomesOf, ReasonTally } from '../session/conclusion.ts';
import { ReeveError } from '../session/errors.ts';
import type { Batch, Counts, ReasonCount, Session } from '../session/session.ts';
import { totalOf } from '../session/transitions.ts';

const BATCHES_AT_ONCE = 20;
const WRITING_SECONDS = 10;

/** @throws FinalizeUnfinished when the time is nearly up: what is settled stays settled, and the next call goes on from there */
export async function settleAndCount(
  ports: Pick<Ports, 'batches'>,
  session: Session,
  call: Call,
): Promise<{ counts: Counts; reasons: readonly ReasonCount[] }> {
  const accepted = new Set(session.waves.map((wave) => wave.attempt));
  const reasons = new ReasonTally();
  let counts = NO_COUNTS;
  let cursor: string | undefined;
  do {
    leaveTime(session, call);
    const page = await ports.batches.list(session.id, cursor);
    const batches = page.values.filter((batch) => accepted.has(batch.key.attempt));
    const settled = await pMap(batches, (batch) => settle(ports, batch), { concurrency: BATCHES_AT_ONCE });
    for (const batch of settled) {
      const outcomes = outcomesOf(batch, session.status === 'aborting');
      counts = addOutcomes(counts, outcomes);
      outcomes.forEach(({ outcome, because }, index) => {
        if (outcome === 'failed' && because !== undefined)
          reasons.add(batch.resources[index]?.id ?? '', because);
      });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { counts: withMissing(counts, session), reasons: reasons.top() };
}

async function settle(ports: Pick<Ports, 'batches'>, batch: Batch): Promise<Batch> {
  if (batch.state !== 'planned') return batch;
  if ((await ports.batches.seal(batch.key)) === 'sealed') return { ...batch, state: 'sealed' };
  const committed = await ports.batches.read(batch.key);
  if (committed?.state !== 'committed') {
    throw new ReeveError(
      'InvariantBroken',
      `Batch ${batch.key.number} of session ${batch.key.sessionId} is neither committed nor sealed`,
    );
  }
  return committed;
}

/** What the session must account for but has no batch any more is lost: a total never shrinks. */
function withMissing(counts: Counts, session: Session): Counts {
  const missing = totalOf(session) - counts.total;
  if (missing < 0)
    throw new ReeveError(
      'InvariantBroken',
      `Session ${session.id} has ${-missing} resources more in its batches than in its waves`,
    );
  return { ...counts, total: counts.total + missing, lost: counts.lost + missing };
}

export function leaveTime(session: Session, call: Call): void {
  if (call.timeLeftMillis() < WRITING_SECONDS * 1_000) {
    throw new ReeveError(
      'FinalizeUnfinished',
      `Session ${session.id} has more batches than could be settled in one call`,
    );
  }
}
