/** The decisions about a host, without a clock or a network. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refuseBadStatus } from '../../lib/harvesters/reply.ts';
import {
  concluded,
  ended,
  isAtRest,
  isPassingStatus,
  NEW_HOST,
  retryAfterSecondsOf,
  started,
  turnOf,
  type HostState,
  type Told,
} from '../../lib/remote/polite.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';

const policy = remotePolicy({
  requestsAtOnceMax: 2,
  requestsPerSecondMax: 10,
  pauseSecondsMin: 1,
  pauseSecondsMax: 8,
  retryAfterSecondsMax: 60,
  breakerFailures: 3,
  breakerSeconds: 30,
});
const NOW = 1_000_000;
const told = (changes: Partial<Told> = {}): Told => ({
  startedAt: NOW,
  struggles: false,
  retryAfterSeconds: undefined,
  ...changes,
});
const reply = (status: number, headers: Record<string, string> = {}) => ({
  url: 'http://a.example/',
  status,
  headers,
  body: new Uint8Array(),
});

describe('starting', () => {
  test('requests are spaced evenly by the rate, so that it is never exceeded', () => {
    const one = started(NEW_HOST, NOW, policy);
    expect(turnOf(one, NOW + 99, policy)).toEqual({ turn: 'wait', untilAt: NOW + 100 });
    expect(turnOf(one, NOW + 100, policy)).toEqual({ turn: 'go' });
  });

  test('a rate that a clock of milliseconds cannot space is not cut down to a thousand a second', () => {
    const fast = { ...policy, requestsPerSecondMax: 5_000 };
    expect(turnOf(started(NEW_HOST, NOW, fast), NOW, fast)).toEqual({ turn: 'go' });
  });

  test('no more than requestsAtOnceMax are under way', () => {
    const two = started(started(NEW_HOST, NOW, policy), NOW + 100, policy);
    expect(turnOf(two, NOW + 5_000, policy)).toEqual({ turn: 'full' });
    expect(turnOf(ended(two, NOW + 5_000, policy, told()), NOW + 5_000, policy)).toEqual({ turn: 'go' });
  });

  test('a rate of 0 is no limit', () => {
    const unlimited = remotePolicy({ requestsPerSecondMax: 0 });
    expect(turnOf(started(NEW_HOST, NOW, unlimited), NOW, unlimited)).toEqual({ turn: 'go' });
  });

  test('a crawl delay spaces them further', () => {
    const state = started({ ...NEW_HOST, crawlDelayMillis: 3_000 }, NOW, policy);
    expect(turnOf(state, NOW + 2_999, policy)).toEqual({ turn: 'wait', untilAt: NOW + 3_000 });
  });

  test('never more than the rate in any second, whatever happens', () => {
    const steps = fc.array(fc.record({ wait: fc.nat(400), end: fc.boolean(), struggles: fc.boolean() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let state: HostState = NEW_HOST;
        let now = NOW;
        const starts: number[] = [];
        for (const { wait, end, struggles } of all) {
          now += wait;
          if (end && state.underWay > 0)
            state = ended(state, now, policy, told({ startedAt: now, struggles }));
          if (turnOf(state, now, policy).turn !== 'go') continue;
          state = started(state, now, policy);
          starts.push(now);
          expect(state.underWay).toBeLessThanOrEqual(policy.requestsAtOnceMax);
        }
        for (const at of starts)
          expect(starts.filter((other) => other >= at && other < at + 1_000).length).toBeLessThanOrEqual(10);
      }),
    );
  });
});

describe('a host that struggles', () => {
  const struggle = (state: HostState, at: number) =>
    ended(started(state, at, policy), at, policy, told({ startedAt: at, struggles: true }));

  test('the pause begins at its minimum, doubles up to its maximum, and halves to nothing', () => {
    const pauses: number[] = [];
    let state = NEW_HOST;
    for (let time = 0; time < 5; time += 1) {
      state = struggle(state, NOW + time * 10_000);
      pauses.push(state.pauseMillis);
    }
    for (let time = 5; time < 10; time += 1) {
      state = ended(started(state, NOW + time * 10_000, policy), NOW + time * 10_000, policy, told());
      pauses.push(state.pauseMillis);
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 4_000, 2_000, 1_000, 0, 0]);
  });

  test('during the pause nothing starts, and after it one request at a time', () => {
    const state = struggle(struggle(NEW_HOST, NOW), NOW + 10_000);
    expect(turnOf(state, NOW + 11_999, policy)).toEqual({ turn: 'wait', untilAt: NOW + 12_000 });
    expect(turnOf(started(state, NOW + 12_000, policy), NOW + 13_000, policy)).toEqual({
      turn: 'wait',
      untilAt: NOW + 14_000,
    });
  });

  test('requests that began before the pause tell of the same trouble and do not double it', () => {
    const both = started(started(NEW_HOST, NOW, policy), NOW, policy);
    const first = ended(both, NOW + 500, policy, told({ struggles: true }));
    const second = ended(first, NOW + 600, policy, told({ struggles: true }));
    expect([first.pauseMillis, second.pauseMillis]).toEqual([1_000, 1_000]);
  });

  test('Retry-After is kept, up to retryAfterSecondsMax', () => {
    const asked = (seconds: number) =>
      ended(
        started(NEW_HOST, NOW, policy),
        NOW,
        policy,
        told({ struggles: true, retryAfterSeconds: seconds }),
      );
    expect(turnOf(asked(20), NOW + 19_999, policy)).toEqual({ turn: 'wait', untilAt: NOW + 20_000 });
    expect(turnOf(asked(20), NOW + 20_000, policy)).toEqual({ turn: 'go' });
    expect(turnOf(asked(86_400), NOW, policy)).toEqual({ turn: 'wait', untilAt: NOW + 60_000 });
  });
});

describe('the breaker', () => {
  const broken = ['one', 'two', 'three'].reduce(
    (state, failure) => concluded(state, NOW, policy, failure),
    NEW_HOST,
  );

  test('opens after breakerFailures in a row and knows the last', () => {
    expect(broken).toMatchObject({ failuresInARow: 3, lastFailure: 'three', openUntilAt: NOW + 30_000 });
    expect(turnOf(broken, NOW + 29_999, policy)).toEqual({ turn: 'refused' });
  });

  test('one good answer between them starts the count anew', () => {
    const mixed = ['one', 'two', undefined, 'three', 'four'].reduce<HostState>(
      (state, failure) => concluded(state, NOW, policy, failure),
      NEW_HOST,
    );
    expect(turnOf(mixed, NOW, policy)).toEqual({ turn: 'go' });
  });

  test('after breakerSeconds one request may try: a good answer closes it, a bad one opens it again', () => {
    const trying = started(broken, NOW + 30_000, policy);
    expect(turnOf(broken, NOW + 30_000, policy)).toEqual({ turn: 'go' });
    expect(turnOf(trying, NOW + 31_000, policy)).toEqual({ turn: 'full' });
    const over = ended(trying, NOW + 31_000, policy, told());
    expect(turnOf(concluded(over, NOW + 31_000, policy, undefined), NOW + 31_000, policy)).toEqual({
      turn: 'go',
    });
    expect(turnOf(concluded(over, NOW + 31_000, policy, 'four'), NOW + 31_000, policy)).toEqual({
      turn: 'refused',
    });
  });
});

describe('what a host said', () => {
  test('the statuses that pass are those that readers call RemoteBusy', () => {
    for (let status = 400; status <= 599; status += 1) {
      let name = '';
      try {
        refuseBadStatus(reply(status), 'it');
      } catch (error) {
        ({ name } = error as Error);
      }
      expect(isPassingStatus(status), String(status)).toBe(name === 'RemoteBusy');
    }
    expect([200, 204, 301, 304].map(isPassingStatus)).toEqual([false, false, false, false]);
  });

  test('Retry-After is read as seconds and as a date, by the clock of the reply or else by ours', () => {
    const date = new Date(NOW).toUTCString();
    const later = new Date(NOW + 90_000).toUTCString();
    expect(retryAfterSecondsOf(reply(503, { 'retry-after': '7' }), NOW)).toBe(7);
    expect(retryAfterSecondsOf(reply(503, { 'retry-after': later, date }), NOW + 5_000_000)).toBe(90);
    expect(retryAfterSecondsOf(reply(503, { 'retry-after': later }), NOW)).toBe(90);
    expect(retryAfterSecondsOf(reply(503, { 'retry-after': date }), NOW + 10_000)).toBe(0);
    expect(retryAfterSecondsOf(reply(503, { 'retry-after': 'soon' }), NOW)).toBeUndefined();
    expect(retryAfterSecondsOf(reply(503), NOW)).toBeUndefined();
  });

  test('a host of which nothing would be missed is at rest', () => {
    expect(isAtRest(NEW_HOST, NOW)).toBe(true);
    expect(isAtRest(started(NEW_HOST, NOW, policy), NOW + 5_000)).toBe(false);
    const failing = { ...NEW_HOST, nextStartAt: NOW, failuresInARow: 1, pauseMillis: 500 };
    expect(isAtRest(failing, NOW + 3_600_000)).toBe(false);
    expect(isAtRest(failing, NOW + 3_600_001)).toBe(true);
    expect(isAtRest({ ...NEW_HOST, nextStartAt: NOW + 1 }, NOW)).toBe(false);
  });
});
