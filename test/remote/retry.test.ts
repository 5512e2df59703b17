/** When a request is tried again. */
import { describe, expect, test } from 'vitest';
import { failed, type Answer } from '../../lib/remote/failures.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { nextTryMillis, type TriesSoFar } from '../../lib/remote/retry.ts';

const policy = remotePolicy({ retriesMax: 5, retrySecondsMin: 1, retrySecondsMax: 10 });
const answer = (status: number): Answer => ({
  reply: { url: 'http://a.example/', status, headers: {}, body: new Uint8Array() },
});
const tries = (changes: Partial<TriesSoFar> = {}): TriesSoFar => ({
  made: 1,
  last: answer(503),
  retryAfterSeconds: undefined,
  repeatable: true,
  leftMillis: 60_000,
  ...changes,
});

describe('another try', () => {
  test('comes only after what passes', () => {
    const again = (last: Answer) => nextTryMillis(tries({ last }), policy, 0.5) !== undefined;
    expect([408, 429, 500, 502, 503, 504, 520].map((status) => again(answer(status)))).toEqual(
      Array(7).fill(true),
    );
    expect([200, 304, 400, 401, 403, 404, 410, 501].map((status) => again(answer(status)))).toEqual(
      Array(8).fill(false),
    );
    expect(again(failed('RemoteUnreachable', 'reset', { transient: true }))).toBe(true);
    expect(again(failed('RemoteUnreachable', 'TLS'))).toBe(false);
    expect(again(failed('RemoteTooBig', 'bound'))).toBe(false);
  });

  test('comes only for what may be asked twice', () => {
    expect(nextTryMillis(tries({ repeatable: false }), policy, 0.5)).toBeUndefined();
  });

  test('waits a random part of a bound that doubles up to its maximum, so often as the policy says', () => {
    const waits = (chance: number) =>
      [1, 2, 3, 4, 5, 6].map((made) => nextTryMillis(tries({ made }), policy, chance));
    expect(waits(1)).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, undefined]);
    expect(waits(0.25)).toEqual([250, 500, 1_000, 2_000, 2_500, undefined]);
    expect(waits(0)).toEqual([0, 0, 0, 0, 0, undefined]);
  });

  test('waits as long as the remote asked for, whatever chance says', () => {
    expect(nextTryMillis(tries({ retryAfterSeconds: 7 }), policy, 0)).toBe(7_000);
  });

  test('comes only when it can begin within the time given', () => {
    expect(nextTryMillis(tries({ leftMillis: 500 }), policy, 0.5)).toBeUndefined();
    expect(nextTryMillis(tries({ leftMillis: 501 }), policy, 0.5)).toBe(500);
    expect(nextTryMillis(tries({ retryAfterSeconds: 3_600 }), policy, 0)).toBeUndefined();
  });
});
