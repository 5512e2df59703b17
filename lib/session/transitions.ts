/**
 * Every change that a session can undergo, as pure functions.
 *
 * A transition reads a session and says `to` (write this, conditional on the revision that was read) or `stay` (nothing to write).
 * When the write is refused because somebody else wrote, the session is read again and the transition decided again: that is
 * how an abort that comes in between is honoured, and how a write whose answer was lost is recognised as one's own.
 */
import type {
  Counts,
  Difference,
  FinalizedBy,
  Instant,
  LedgerPointer,
  ReasonCount,
  Session,
  SessionStatus,
  TerminalStatus,
  Wave,
} from './session.ts';
import type { Limits } from './limits.ts';
import { deadlineAt } from './workflow-time.ts';
import { causeOf, statusOf } from './conclusion.ts';

export type Transition<Said> = { readonly to: Session; readonly say: Said } | { readonly stay: Said };

/** Which status may follow which. Terminal statuses are followed by none. */
export const LEGAL_TRANSITIONS: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  pending: ['on-going', 'aborting', 'finished-all-ok', 'finished-some-failed', 'finished-all-failed'],
  'on-going': ['aborting', 'finished-all-ok', 'finished-some-failed', 'finished-all-failed'],
  aborting: ['aborted'],
  'finished-all-ok': [],
  'finished-some-failed': [],
  'finished-all-failed': [],
  aborted: [],
};

export function isTerminal(status: SessionStatus): status is TerminalStatus {
  return LEGAL_TRANSITIONS[status].length === 0;
}

/** Resources of all accepted waves: what the session must account for. */
export function totalOf(session: Session): number {
  return session.waves.reduce((sum, wave) => sum + wave.resources, 0);
}

/** Why no work may be added or begun any more: the session is over or being counted, it was aborted, or it is overdue. */
export type Standstill = 'over' | 'aborting' | 'overdue';

export function standstillOf(session: Session | undefined, now: Instant): Standstill | undefined {
  if (session === undefined || isTerminal(session.status) || session.sealing) return 'over';
  if (session.status === 'aborting') return 'aborting';
  const { pace } = session;
  const endsAt = pace.extendWhileProgressing
    ? Math.max(session.deadlineAt, session.startedAt + pace.extendSecondsMax * 1_000)
    : session.deadlineAt;
  return now >= endsAt ? 'overdue' : undefined;
}

/** What a session finds when it takes the lease: nobody changes the one or removes the other before the session is over. */
export interface Found {
  readonly ledger: LedgerPointer | undefined;
  readonly choices: string | undefined;
}

/** The lease was given, with the harvester's next sequence number and what it holds. */
export function leased(
  session: Session,
  sequence: number,
  { ledger, choices }: Found,
): Transition<'leased' | 'over'> {
  if (isTerminal(session.status)) return { stay: 'over' };
  const keeping = { ...session.keeping, choices };
  return session.sequence === sequence
    ? { stay: 'leased' }
    : { to: { ...session, sequence, ledger, keeping }, say: 'leased' };
}

export function markedOnGoing(session: Session): Transition<SessionStatus> {
  return session.status === 'pending'
    ? { to: { ...session, status: 'on-going' }, say: 'on-going' }
    : { stay: session.status };
}

/** The remote said how many resources it has: the deadline moves with the number, and never back. */
export function sized(session: Session, matched: number, limits: Limits): Transition<'sized' | 'over'> {
  if (isTerminal(session.status) || session.sealing) return { stay: 'over' };
  if (session.listing.matched === matched) return { stay: 'sized' };
  const listing = { ...session.listing, matched };
  return {
    to: {
      ...session,
      listing,
      deadlineAt: movedDeadline(session, Math.max(matched, totalOf(session)), limits),
    },
    say: 'sized',
  };
}

/** A deadline only moves out with the size; an aborting session keeps the one that its abort gave it. */
function movedDeadline(session: Session, resources: number, limits: Limits): Instant {
  if (session.status === 'aborting') return session.deadlineAt;
  return Math.max(session.deadlineAt, deadlineAt(session.startedAt, resources, session.pace, limits));
}

export interface WaveFound {
  /** How many waves the session had when this one was listed. */
  readonly index: number;
  readonly wave: Wave;
  readonly listing: Session['listing'];
}

/**
 * A wave counts only once the session says so: conditional on an open, unsealed session and on the number of waves. `other` is the wave
 * that another call of discover had accepted in its place.
 */
export function waveAccepted(
  session: Session,
  found: WaveFound,
  limits: Limits,
): Transition<'accepted' | 'other' | 'over'> {
  const there = session.waves[found.index];
  if (there !== undefined) return { stay: there.attempt === found.wave.attempt ? 'accepted' : 'other' };
  if (
    session.waves.length !== found.index ||
    session.sealing ||
    session.status === 'aborting' ||
    isTerminal(session.status)
  ) {
    return { stay: 'over' };
  }
  const waves = [...session.waves, found.wave];
  const resources = Math.max(
    waves.reduce((sum, wave) => sum + wave.resources, 0),
    found.listing.matched ?? 0,
  );
  return {
    to: {
      ...session,
      status: 'on-going',
      waves,
      listing: found.listing,
      deadlineAt: movedDeadline(session, resources, limits),
    },
    say: 'accepted',
  };
}

/** An abort takes effect on every open session, and gives it `abortSeconds` to stop by itself. */
export function abortRequested(
  session: Session,
  now: Instant,
  check: number,
): Transition<'aborting' | 'already' | 'over'> {
  if (isTerminal(session.status)) return { stay: 'over' };
  if (session.status === 'aborting') return { stay: 'already' };
  const at = Math.min(session.deadlineAt, now + session.pace.abortSeconds * 1_000);
  return {
    to: {
      ...session,
      status: 'aborting',
      deadlineAt: at,
      check: Math.max(check, session.check),
      checkAt: at,
    },
    say: 'aborting',
  };
}

/** Check n was created; of all who arm the same number one goes on, so that the chain of checks never forks. */
export function checkArmed(session: Session, check: number, at: Instant): Transition<'armed' | 'behind'> {
  if (session.check >= check || session.closedAt !== undefined) return { stay: 'behind' };
  return { to: { ...session, check, checkAt: at }, say: 'armed' };
}

/** An overdue session that still makes progress gets another interval (`extendWhileProgressing`); one that was aborted since it was judged does not. */
export function extended(session: Session, to: Instant, progress: number): Transition<'extended' | 'over'> {
  if (isTerminal(session.status) || session.status === 'aborting' || session.sealing) return { stay: 'over' };
  // Another watcher was faster: the same progress extends a session once.
  if (progress <= (session.progressSeen ?? 0)) return { stay: 'extended' };
  return {
    to: { ...session, deadlineAt: Math.max(session.deadlineAt, to), progressSeen: progress },
    say: 'extended',
  };
}

/** Who ends a session, and why. */
export interface Ending {
  readonly by: FinalizedBy;
  readonly because: string;
  /** The revision of the session that was judged; a call that was on its way for long may find another session than its caller saw. */
  readonly judged?: number | undefined;
}

/**
 * From here no wave and no new work. The first finalizer's name stays: it is the route that ended the session. A session that was not
 * overdue and was written since it was judged has `moved on`: its next check judges it again.
 */
export function sealingBegun(
  session: Session,
  { by, because, judged }: Ending,
  now: Instant,
): Transition<'sealing' | 'over' | 'moved on'> {
  if (isTerminal(session.status)) return { stay: 'over' };
  if (session.sealing) return { stay: 'sealing' };
  if (judged !== undefined && judged !== session.revision && now < session.deadlineAt)
    return { stay: 'moved on' };
  return { to: { ...session, sealing: { at: now, by, because } }, say: 'sealing' };
}

/**
 * The one conclusion of a session. `counted.status` is the status that the counting finalizer judged by: when the session has another
 * one by now (an abort came in between), the finalizer must count again.
 */
export function concluded(
  session: Session,
  counted: { status: SessionStatus; counts: Counts; reasons: readonly ReasonCount[] },
  now: Instant,
): Transition<'concluded' | 'already' | 'count again'> {
  if (isTerminal(session.status)) return { stay: 'already' };
  if (session.status !== counted.status || session.sealing === undefined) return { stay: 'count again' };
  const counts = withoutBatches(counted.counts, session.listing.withoutBatch);
  const status = statusOf(session, counts);
  const conclusion = {
    counts,
    finalizedBy: session.sealing.by,
    cause: causeOf(session, counts),
    reasons: counted.reasons,
    concludedAt: now,
  };
  return { to: { ...session, status, conclusion }, say: 'concluded' };
}

/** What is accounted for without a batch is unchanged. */
function withoutBatches(counts: Counts, unchanged: number): Counts {
  return { ...counts, total: counts.total + unchanged, unchanged: counts.unchanged + unchanged };
}

/** The clean-up is done: the session leaves the index of open sessions. */
export function closed(
  session: Session,
  now: Instant,
  difference: Difference | undefined,
): Transition<'closed' | 'already' | 'open'> {
  if (session.closedAt !== undefined) return { stay: 'already' };
  if (!isTerminal(session.status)) return { stay: 'open' };
  return { to: { ...session, closedAt: now, difference }, say: 'closed' };
}
