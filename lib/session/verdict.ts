/** What a watcher (monitor or sweep) does about one session, given what it could see. */
import type { Instant, Session } from './session.ts';
import type { Limits } from './limits.ts';
import { isTerminal } from './transitions.ts';

/** What is known of a session's execution; not having been able to see it is a value, not an answer. */
export type Sighting =
  | { readonly execution: 'running' }
  | { readonly execution: 'ended'; readonly how: 'succeeded' | 'failed' | 'timed-out' | 'aborted' }
  | { readonly execution: 'absent' }
  | { readonly execution: 'unknown'; readonly because: string }
  | { readonly execution: 'not looked at' };

export type Verdict =
  | { readonly verdict: 'stop'; readonly because: 'gone' | 'closed' }
  | { readonly verdict: 'watch on' }
  | { readonly verdict: 'extend'; readonly to: Instant }
  | { readonly verdict: 'finalize'; readonly because: string };

export interface Evidence {
  readonly session: Session | undefined;
  readonly sighting: Sighting;
  /** Batches settled so far, where that was counted. */
  readonly progress?: number;
  readonly now: Instant;
  readonly limits: Limits;
}

/** Past its deadline a session is overdue, i.e. stuck. */
export function isOverdue(session: Session, now: Instant): boolean {
  return !isTerminal(session.status) && now >= session.deadlineAt;
}

/** One decision, for monitor and sweep alike; `pending` and `aborting` count as open. */
export function verdictOn({ session, sighting, progress, now, limits }: Evidence): Verdict {
  if (session === undefined) return { verdict: 'stop', because: 'gone' };
  if (session.closedAt !== undefined) return { verdict: 'stop', because: 'closed' };
  if (isTerminal(session.status))
    return { verdict: 'finalize', because: 'it was concluded but not cleaned up after' };
  if (isOverdue(session, now)) return overdue(session, sighting, progress, now);
  if (session.sealing && now >= session.sealing.at + limits.finalizeLambdaSeconds * 1_000) {
    return { verdict: 'finalize', because: 'a finalizer had begun and was not heard of again' };
  }
  if (sighting.execution === 'ended')
    return { verdict: 'finalize', because: `its execution had ${sighting.how} and left it open` };
  // A session is opened before its execution is started, and a new execution is not seen at once.
  const mayStillStart = now < session.startedAt + limits.startGraceSeconds * 1_000;
  if (sighting.execution === 'absent' && !mayStillStart)
    return { verdict: 'finalize', because: 'nothing was working on it any more' };
  return { verdict: 'watch on' };
}

function overdue(session: Session, sighting: Sighting, progress: number | undefined, now: Instant): Verdict {
  const { pace } = session;
  const cap = session.startedAt + pace.extendSecondsMax * 1_000;
  const progressed = progress !== undefined && progress > (session.progressSeen ?? 0);
  if (
    pace.extendWhileProgressing &&
    session.status === 'on-going' &&
    !session.sealing &&
    progressed &&
    now < cap
  ) {
    return { verdict: 'extend', to: Math.min(now + pace.monitorIntervalSeconds * 1_000, cap) };
  }
  if (session.status === 'aborting')
    return {
      verdict: 'finalize',
      because: `it did not stop by itself in time: its execution ${spoken(sighting)}`,
    };
  return { verdict: 'finalize', because: `the session was overdue: its execution ${spoken(sighting)}` };
}

function spoken(sighting: Sighting): string {
  switch (sighting.execution) {
    case 'running':
      return 'still ran';
    case 'ended':
      return `had ${sighting.how}`;
    case 'absent':
      return 'did not exist';
    case 'unknown':
      return `could not be seen (${sighting.because})`;
    case 'not looked at':
      return 'was not looked at';
  }
}

/** When the next check is due: after an interval, and at the next moment at which the session may have to be ended; whole seconds, never in the past. */
export function nextCheckAt(session: Session, now: Instant): Instant {
  const interval = now + session.pace.monitorIntervalSeconds * 1_000;
  const at = Math.min(interval, endOf(session, now));
  return Math.ceil(Math.max(at, now + 1_000) / 1_000) * 1_000;
}

/** The deadline; once that is past, the last one that a session can be extended to: a check is armed before it is decided whether it is. */
function endOf(session: Session, now: Instant): Instant {
  if (isTerminal(session.status)) return Infinity;
  if (!isOverdue(session, now)) return session.deadlineAt;
  const cap = session.startedAt + session.pace.extendSecondsMax * 1_000;
  return session.pace.extendWhileProgressing && now < cap ? cap : Infinity;
}

/** Whether the chain of checks has broken: the newest check is so late that it will not come any more. */
export function isCheckLost(session: Session, now: Instant, limits: Limits): boolean {
  return session.closedAt === undefined && now >= session.checkAt + limits.checkGraceSeconds * 1_000;
}
