/** How Reeve treats a host: decisions over a small state, with the time given. Pure; `gate.ts` acts on them. */
import type { RemoteReply } from '../harvesters/harvester.ts';
import { retryAfterOf } from '../harvesters/reply.ts';
import type { Instant } from '../session/session.ts';
import type { RemotePolicy } from './policy.ts';

export type Politeness = Pick<
  RemotePolicy,
  | 'requestsAtOnceMax'
  | 'requestsPerSecondMax'
  | 'pauseSecondsMin'
  | 'pauseSecondsMax'
  | 'retryAfterSecondsMax'
  | 'breakerFailures'
  | 'breakerSeconds'
>;

export interface HostState {
  readonly underWay: number;
  /** The rate limit, the pause and Retry-After all move it. */
  readonly nextStartAt: Instant;
  /** Between two requests, besides the rate limit; 0 for a healthy host. */
  readonly pauseMillis: number;
  /** Why there is a pause, in words. */
  readonly lastTrouble: string;
  /** When the pause last grew: requests that had begun before tell of the same trouble, and do not grow it again. */
  readonly pausedAt: Instant;
  /** Asked for by robots.txt. */
  readonly crawlDelayMillis: number;
  /** Until when the host asked us to stay away. */
  readonly askedUntilAt: Instant;
  readonly failuresInARow: number;
  readonly lastFailure: string;
  /** The breaker is open until then; afterwards one request at a time may try. */
  readonly openUntilAt: Instant | undefined;
}

export const NEW_HOST: HostState = {
  underWay: 0,
  nextStartAt: 0,
  pauseMillis: 0,
  lastTrouble: '',
  pausedAt: 0,
  crawlDelayMillis: 0,
  askedUntilAt: 0,
  failuresInARow: 0,
  lastFailure: '',
  openUntilAt: undefined,
};

export type Turn =
  | { readonly turn: 'go' }
  | { readonly turn: 'full' }
  | { readonly turn: 'wait'; readonly untilAt: Instant }
  | { readonly turn: 'refused' };

/** May a request to this host start now? */
export function turnOf(state: HostState, now: Instant, politeness: Politeness): Turn {
  const { openUntilAt } = state;
  if (openUntilAt !== undefined && now < openUntilAt) return { turn: 'refused' };
  if (state.underWay >= (openUntilAt === undefined ? politeness.requestsAtOnceMax : 1))
    return { turn: 'full' };
  if (now < state.nextStartAt) return { turn: 'wait', untilAt: state.nextStartAt };
  return { turn: 'go' };
}

export function started(state: HostState, now: Instant, politeness: Politeness): HostState {
  const { requestsPerSecondMax } = politeness;
  // The clock counts milliseconds: what would be less than one apart would be one apart, a thousand a second whatever was allowed.
  const spacing =
    requestsPerSecondMax === 0 || requestsPerSecondMax > 1_000 ? 0 : 1_000 / requestsPerSecondMax;
  const nextStartAt = now + Math.max(spacing, state.pauseMillis, state.crawlDelayMillis);
  return { ...state, underWay: state.underWay + 1, nextStartAt: Math.max(state.nextStartAt, nextStartAt) };
}

/** What one request told of its host. */
export interface Told {
  readonly startedAt: Instant;
  readonly struggles: boolean;
  /** How that shows, in words. */
  readonly trouble?: string;
  readonly retryAfterSeconds: number | undefined;
}

export function ended(state: HostState, now: Instant, politeness: Politeness, told: Told): HostState {
  const rested = told.struggles ? paused(state, now, politeness, told) : recovered(state, politeness);
  const asked = Math.min(told.retryAfterSeconds ?? 0, politeness.retryAfterSecondsMax) * 1_000;
  return {
    ...rested,
    underWay: Math.max(0, state.underWay - 1),
    ...(asked > 0 && {
      nextStartAt: Math.max(rested.nextStartAt, now + asked),
      askedUntilAt: Math.max(state.askedUntilAt, now + asked),
    }),
  };
}

function paused(state: HostState, now: Instant, politeness: Politeness, told: Told): HostState {
  if (told.startedAt < state.pausedAt) return state;
  const doubled = Math.max(politeness.pauseSecondsMin * 1_000, state.pauseMillis * 2);
  const pauseMillis = Math.min(doubled, politeness.pauseSecondsMax * 1_000);
  return {
    ...state,
    pauseMillis,
    lastTrouble: told.trouble ?? state.lastTrouble,
    pausedAt: now,
    nextStartAt: Math.max(state.nextStartAt, now + pauseMillis),
  };
}

function recovered(state: HostState, politeness: Politeness): HostState {
  if (state.pauseMillis === 0) return state;
  const halved = state.pauseMillis / 2;
  return { ...state, pauseMillis: halved < politeness.pauseSecondsMin * 1_000 ? 0 : halved };
}

/** After a request with all its tries: `failure` says in words why it failed, if the host is to blame. */
export function concluded(
  state: HostState,
  now: Instant,
  politeness: Politeness,
  failure: string | undefined,
): HostState {
  if (failure === undefined) return { ...state, failuresInARow: 0, lastFailure: '', openUntilAt: undefined };
  const failuresInARow = state.failuresInARow + 1;
  const open = failuresInARow >= politeness.breakerFailures;
  return {
    ...state,
    failuresInARow,
    lastFailure: failure,
    ...(open && { openUntilAt: now + politeness.breakerSeconds * 1_000 }),
  };
}

/** A host that was left alone for so long is met without prejudice. */
const FORGOTTEN_AFTER_MILLIS = 3_600_000;

/** Nothing of this state would be missed. */
export function isAtRest(state: HostState, now: Instant): boolean {
  const { underWay, nextStartAt, pauseMillis, failuresInARow, crawlDelayMillis } = state;
  if (underWay > 0 || nextStartAt > now || crawlDelayMillis > 0) return false;
  return (pauseMillis === 0 && failuresInARow === 0) || now - nextStartAt > FORGOTTEN_AFTER_MILLIS;
}

/**
 * Statuses that say "not now": RFC 9110 15.5.9 (408), RFC 8470 (425), RFC 6585 4 (429), and the 5xx but those that will not change. The
 * same as `refuseBadStatus` calls RemoteBusy.
 */
export function isPassingStatus(status: number): boolean {
  if (status < 500) return status === 408 || status === 425 || status === 429;
  return status !== 501 && status !== 505 && status !== 510 && status !== 511;
}

/** `Retry-After` in seconds; a date is counted from the reply's own clock, or from ours when it does not show its own. */
export function retryAfterSecondsOf(reply: RemoteReply, now: Instant): number | undefined {
  const { headers } = reply;
  if (headers['retry-after'] === undefined) return undefined;
  return retryAfterOf(
    headers['date'] === undefined
      ? { ...reply, headers: { ...headers, date: new Date(now).toUTCString() } }
      : reply,
  );
}
