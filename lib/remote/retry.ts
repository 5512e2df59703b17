/** Whether and when a request is tried again: only what is safe and transient, and only within its time. Pure. */
import type { Answer } from './failures.ts';
import { isPassingStatus } from './polite.ts';
import type { RemotePolicy } from './policy.ts';

export interface TriesSoFar {
  /** At least 1. */
  readonly made: number;
  readonly last: Answer;
  /** Of the last answer. */
  readonly retryAfterSeconds: number | undefined;
  /** Asking twice does no harm: GET, and what the caller says is a mere search. */
  readonly repeatable: boolean;
  readonly leftMillis: number;
}

type RetryPolicy = Pick<RemotePolicy, 'retriesMax' | 'retrySecondsMin' | 'retrySecondsMax'>;

/**
 * Milliseconds to wait before the next try, or `undefined` when there is none: Retry-After where the remote gave it, else exponential with
 * full jitter.
 * @param chance from 0 up to 1
 */
export function nextTryMillis(tries: TriesSoFar, policy: RetryPolicy, chance: number): number | undefined {
  if (!tries.repeatable || tries.made > policy.retriesMax || !isTransient(tries.last)) return undefined;
  const bound = Math.min(policy.retrySecondsMax, policy.retrySecondsMin * 2 ** (tries.made - 1)) * 1_000;
  const wait = tries.retryAfterSeconds === undefined ? chance * bound : tries.retryAfterSeconds * 1_000;
  return wait < tries.leftMillis ? wait : undefined;
}

export function isTransient(answer: Answer): boolean {
  return 'reply' in answer ? isPassingStatus(answer.reply.status) : answer.transient;
}
