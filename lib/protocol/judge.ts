/** What monitor and sweep have in common: look at one session, decide with the one verdict, carry it out. */
import type { Ports } from '../ports.ts';
import type { FinalizedBy, Session } from '../session/session.ts';
import type { Limits } from '../session/limits.ts';
import { isOverdue, verdictOn, type Sighting } from '../session/verdict.ts';
import { extended } from '../session/transitions.ts';
import { sentenceOf } from '../session/errors.ts';
import { change } from './change.ts';

export type Judged =
  | { readonly did: 'nothing'; readonly because: 'gone' | 'closed' }
  | { readonly did: 'watched on' }
  | { readonly did: 'extended' }
  | { readonly did: 'called the finalizer'; readonly because: string };

type JudgePorts = Pick<
  Ports,
  'sessions' | 'batches' | 'executions' | 'finalizer' | 'clock' | 'log' | 'metrics'
>;

/** Reads the session strongly, judges it, and acts. `look` asks for its execution too: that costs a call of a slow API. */
export async function judge(
  ports: JudgePorts,
  sessionId: string,
  { by, look, limits }: { by: FinalizedBy; look: boolean; limits: Limits },
): Promise<Judged> {
  const session = await ports.sessions.read(sessionId);
  const sighting: Sighting = session && look ? await sight(ports, session) : { execution: 'not looked at' };
  const now = ports.clock.now();
  const late = session !== undefined && isOverdue(session, now);
  const progress =
    late && session.pace.extendWhileProgressing ? await settledBatches(ports, session) : undefined;
  const verdict = verdictOn({
    session,
    sighting,
    now,
    limits,
    ...(progress === undefined ? {} : { progress }),
  });
  switch (verdict.verdict) {
    case 'stop':
      return { did: 'nothing', because: verdict.because };
    case 'watch on':
      return { did: 'watched on' };
    case 'extend': {
      const { to } = verdict;
      const changed = await change(ports, sessionId, (current) => extended(current, to, progress ?? 0));
      return { did: changed?.said === 'extended' ? 'extended' : 'watched on' };
    }
    case 'finalize':
      if (late) ports.metrics.count('SessionsOverdue', 1);
      await ports.finalizer.call({
        session: sessionId,
        by,
        because: verdict.because,
        ...(session === undefined ? {} : { judged: session.revision }),
      });
      return { did: 'called the finalizer', because: verdict.because };
  }
}

/** A failed look is a value: it neither saves a session nor condemns it. */
async function sight(ports: JudgePorts, session: Session): Promise<Sighting> {
  try {
    return await ports.executions.look(session.executionName);
  } catch (error) {
    ports.log.warn('an execution could not be seen', { session: session.id, because: sentenceOf(error) });
    return { execution: 'unknown', because: sentenceOf(error) };
  }
}

/** How many of the session's batches are committed or sealed. */
export async function settledBatches(ports: Pick<Ports, 'batches'>, session: Session): Promise<number> {
  const accepted = new Set(session.waves.map((wave) => wave.attempt));
  let settled = 0;
  let cursor: string | undefined;
  do {
    const page = await ports.batches.summaries(session.id, cursor);
    settled += page.values.filter(
      (batch) => accepted.has(batch.key.attempt) && batch.state !== 'planned',
    ).length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return settled;
}
