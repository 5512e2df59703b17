import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_PACE } from '../../lib/session/limits.ts';
import { OPEN_STATUSES, TERMINAL_STATUSES, type Session } from '../../lib/session/session.ts';
import { isCheckLost, nextCheckAt, verdictOn, type Sighting } from '../../lib/session/verdict.ts';
import { makeSession, T0 } from './make.ts';

const limits = DEFAULT_LIMITS;
const unlooked: Sighting = { execution: 'not looked at' };
const running: Sighting = { execution: 'running' };
const unseen: Sighting = { execution: 'unknown', because: 'throttled' };
const failed: Sighting = { execution: 'ended', how: 'failed' };
const SIGHTINGS: readonly Sighting[] = [unlooked, running, unseen, failed, { execution: 'absent' }];
const DEADLINE = T0 + 1_200_000;
const verdict = (session: Session | undefined, sighting: Sighting, now: number, progress?: number) =>
  verdictOn({ session, sighting, now, limits, ...(progress === undefined ? {} : { progress }) });

describe('the table', () => {
  for (const status of OPEN_STATUSES) {
    for (const sighting of SIGHTINGS) {
      test(`${status}, execution ${sighting.execution}: past the deadline it is finalized, whatever could be seen`, () => {
        expect(verdict(makeSession({ status }), sighting, DEADLINE).verdict).toBe('finalize');
      });
      test(`${status}, execution ${sighting.execution}: before the deadline only the evidence of an end finalizes`, () => {
        const over = sighting.execution === 'ended' || sighting.execution === 'absent';
        expect(verdict(makeSession({ status }), sighting, DEADLINE - 1).verdict).toBe(
          over ? 'finalize' : 'watch on',
        );
      });
    }
  }
  for (const status of TERMINAL_STATUSES) {
    test(`${status} but not closed: the clean-up is resumed; closed: nothing`, () => {
      expect(verdict(makeSession({ status }), unlooked, T0).verdict).toBe('finalize');
      expect(verdict(makeSession({ status, closedAt: T0 }), failed, DEADLINE)).toEqual({
        verdict: 'stop',
        because: 'closed',
      });
    });
  }
});

test('a session that is not there is gone', () => {
  expect(verdict(undefined, unlooked, T0)).toEqual({ verdict: 'stop', because: 'gone' });
});

test('a session opened a moment ago that has no execution yet is left alone', () => {
  expect(verdict(makeSession({ status: 'pending' }), { execution: 'absent' }, T0 + 60_000).verdict).toBe(
    'watch on',
  );
});

test('a finalizer that began and was not heard of for longer than it may live is called again', () => {
  const session = makeSession({ sealing: { at: T0, by: 'workflow', because: '' } });
  expect(verdict(session, unlooked, T0 + limits.finalizeLambdaSeconds * 1_000 - 1).verdict).toBe('watch on');
  expect(verdict(session, unlooked, T0 + limits.finalizeLambdaSeconds * 1_000).verdict).toBe('finalize');
});

test('the cause says what was seen, and that something could not be seen', () => {
  expect(verdict(makeSession(), unseen, DEADLINE)).toEqual({
    verdict: 'finalize',
    because: 'the session was overdue: its execution could not be seen (throttled)',
  });
});

describe('extendWhileProgressing', () => {
  const pace = { ...DEFAULT_PACE, extendWhileProgressing: true, extendSecondsMax: 3_600 };
  test('an overdue session that committed batches since the last look gets another interval', () => {
    const extendTo = { verdict: 'extend', to: DEADLINE + 300_000 };
    expect(verdict(makeSession({ pace }), running, DEADLINE, 3)).toEqual(extendTo);
    expect(verdict(makeSession({ pace, progressSeen: 2 }), running, DEADLINE, 3)).toEqual(extendTo);
  });
  test('without progress it is finalized', () => {
    expect(verdict(makeSession({ pace, progressSeen: 3 }), running, DEADLINE, 3).verdict).toBe('finalize');
  });
  test('at its cap it is finalized, and no extension goes past the cap', () => {
    const late = makeSession({ pace, deadlineAt: T0 + 3_500_000 });
    expect(verdict(late, running, T0 + 3_500_000, 9)).toEqual({ verdict: 'extend', to: T0 + 3_600_000 });
    expect(verdict(late, running, T0 + 3_600_000, 9).verdict).toBe('finalize');
  });
  test('an aborting session is not extended', () => {
    expect(verdict(makeSession({ pace, status: 'aborting' }), running, DEADLINE, 9).verdict).toBe('finalize');
  });
});

test('property: as time goes on a rescue never turns back into watching', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...OPEN_STATUSES),
      fc.constantFrom(...SIGHTINGS),
      fc.nat(4_000_000),
      fc.nat(4_000_000),
      (status, sighting, a, b) => {
        const session = makeSession({ status });
        const [early, late] = [Math.min(a, b), Math.max(a, b)];
        if (verdict(session, sighting, T0 + early).verdict === 'finalize') {
          expect(verdict(session, sighting, T0 + late).verdict).toBe('finalize');
        }
      },
    ),
  );
});

test('property: the next check is in whole seconds, in the future, and at the deadline at the latest', () => {
  fc.assert(
    fc.property(fc.nat(3_000_000), fc.constantFrom(...OPEN_STATUSES), (after, status) => {
      const now = T0 + after;
      const at = nextCheckAt(makeSession({ status }), now);
      expect(at % 1_000).toBe(0);
      expect(at).toBeGreaterThan(now);
      if (now + 1_000 < DEADLINE) expect(at).toBeLessThanOrEqual(DEADLINE + 1_000);
      expect(at).toBeLessThanOrEqual(now + 301_000);
    }),
  );
});

test('a check is lost when it is later than Scheduler and its retries can be', () => {
  expect(isCheckLost(makeSession(), T0 + 300_000 + 299_999, limits)).toBe(false);
  expect(isCheckLost(makeSession(), T0 + 300_000 + 300_000, limits)).toBe(true);
  expect(isCheckLost(makeSession({ status: 'aborted', closedAt: T0 }), T0 + 9_000_000, limits)).toBe(false);
});
