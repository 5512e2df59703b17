/** The gate to the hosts, on a clock that stands still until it is moved. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Failed } from '../../lib/remote/failures.ts';
import { createGate, type Gate, type Visit } from '../../lib/remote/gate.ts';
import { remotePolicy, type RemotePolicy } from '../../lib/remote/policy.ts';
import { manualClock, type ManualClock } from './manual-clock.ts';

let clock: ManualClock;
let gate: Gate;
let log: string[];
beforeEach(() => {
  clock = manualClock(0);
  gate = createGate(clock);
  log = [];
});

const well = () => ({ startedAt: clock.now(), struggles: false, retryAfterSeconds: undefined });
const visit = (
  changes: Partial<RemotePolicy> = {},
  { seconds = 1_000, signal = undefined as AbortSignal | undefined, host = 'a' } = {},
): Visit => ({
  host,
  politeness: remotePolicy({ requestsPerSecondMax: 0, ...changes }),
  until: { at: clock.now() + seconds * 1_000, signal },
});
/** Notes when a visit was let in, or why not. */
async function enter(name: string, at: Visit): Promise<Failed | undefined> {
  const failure = await gate.enter(at);
  log.push(`${name}${failure ? ` ${failure.error.name}` : ''} @${clock.now()}`);
  return failure;
}

describe('turns', () => {
  test('come in order, at most so many at once', async () => {
    const at = visit({ requestsAtOnceMax: 2 });
    for (const name of ['one', 'two', 'three', 'four']) void enter(name, at);
    await clock.advance(500);
    expect(log).toEqual(['one @0', 'two @0']);
    gate.leave(at, well());
    await clock.advance(0);
    gate.leave(at, well());
    await clock.advance(0);
    expect(log).toEqual(['one @0', 'two @0', 'three @500', 'four @500']);
  });

  test('are spaced by the rate', async () => {
    const at = visit({ requestsPerSecondMax: 4, requestsAtOnceMax: 100 });
    for (const name of ['one', 'two', 'three', 'four']) void enter(name, at);
    await clock.advance(2_000);
    expect(log).toEqual(['one @0', 'two @250', 'three @500', 'four @750']);
  });

  test('of different hosts do not wait for each other', async () => {
    for (const host of ['a', 'b', 'c']) void enter(host, visit({ requestsAtOnceMax: 1 }, { host }));
    await clock.advance(0);
    expect(log).toEqual(['a @0', 'b @0', 'c @0']);
  });

  test('after Retry-After come when it is over', async () => {
    const at = visit();
    await enter('one', at);
    gate.leave(at, { ...well(), struggles: true, retryAfterSeconds: 30 });
    void enter('two', at);
    await clock.advance(29_999);
    expect(log).toEqual(['one @0']);
    await clock.advance(1);
    expect(log).toEqual(['one @0', 'two @30000']);
  });
});

describe('a turn that would come too late', () => {
  test('because of Retry-After is refused at once, with the time that is left of it', async () => {
    const at = visit();
    await enter('one', at);
    gate.leave(at, { ...well(), struggles: true, retryAfterSeconds: 30 });
    const failure = await enter('two', visit({}, { seconds: 10 }));
    expect(failure?.error).toMatchObject({ name: 'RemoteBusy', retryAfterSeconds: 30 });
    expect(failure?.error.message).toBe(
      'a asked us to stay away for another 30 s (Retry-After), longer than the time that is left',
    );
    expect(log[1]).toBe('two RemoteBusy @0');
  });

  test('because others are under way ends with its own time', async () => {
    const at = visit({ requestsAtOnceMax: 1 });
    await enter('one', at);
    void enter('two', visit({ requestsAtOnceMax: 1 }, { seconds: 3 }));
    void enter('three', at);
    await clock.advance(5_000);
    gate.leave(at, well());
    await clock.advance(0);
    expect(log).toEqual(['one @0', 'two RemoteTooSlow @3000', 'three @5000']);
  });

  test('because of a pause names what is behind the pause', async () => {
    const limits = { pauseSecondsMin: 20, pauseSecondsMax: 20 };
    await enter('one', visit(limits));
    gate.leave(visit(limits), { ...well(), struggles: true, trouble: 'status 503 Service Unavailable' });
    const failure = await enter('two', visit(limits, { seconds: 10 }));
    expect(failure?.error.message).toMatch(
      /^The turn of a request to a did not come in the time given, for it struggles: status 503 Service Unavailable \(.*pause 20 s\)$/,
    );
  });

  test('does not hold up those behind it', async () => {
    const at = visit({ requestsPerSecondMax: 1 });
    await enter('one', at);
    void enter('hasty', visit({ requestsPerSecondMax: 1 }, { seconds: 0.5 }));
    void enter('two', at);
    await clock.advance(1_000);
    expect(log).toEqual(['one @0', 'hasty RemoteTooSlow @0', 'two @1000']);
  });

  test('called off by its caller leaves the queue', async () => {
    const at = visit({ requestsAtOnceMax: 1 });
    await enter('one', at);
    const caller = new AbortController();
    void enter('two', visit({ requestsAtOnceMax: 1 }, { signal: caller.signal }));
    void enter('three', at);
    caller.abort();
    await clock.advance(10);
    gate.leave(at, well());
    await clock.advance(0);
    expect(log).toEqual(['one @0', 'two RemoteTooSlow @0', 'three @10']);
    expect(
      await enter('late', visit({ requestsAtOnceMax: 1 }, { signal: AbortSignal.abort() })),
    ).toBeDefined();
  });
});

describe('the breaker', () => {
  const settings = { breakerFailures: 2, breakerSeconds: 60, requestsAtOnceMax: 1 };

  test('refuses everybody, also those that wait, and says why', async () => {
    const at = visit(settings);
    await enter('one', at);
    void enter('waiting', at);
    gate.conclude('a', at.politeness, 'status 503');
    expect(gate.refusal('a')).toBeUndefined();
    gate.conclude('a', at.politeness, 'status 502');
    gate.leave(at, well());
    await clock.advance(0);
    const failure = await enter('next', at);
    expect(failure?.error.message).toBe(
      'The breaker for host a is open after 2 failures in a row, the last: status 502',
    );
    expect(log).toEqual(['one @0', 'waiting RemoteUnreachable @0', 'next RemoteUnreachable @0']);
    expect(gate.refusal('a')).toBe(failure?.error.message);
    expect(gate.refusal('b')).toBeUndefined();
  });

  test('lets one try after its time, and all when that went well', async () => {
    const at = visit({ ...settings, requestsAtOnceMax: 3 });
    gate.conclude('a', at.politeness, 'status 503');
    gate.conclude('a', at.politeness, 'status 503');
    await clock.advance(60_000);
    expect(gate.refusal('a')).toBeUndefined();
    for (const name of ['one', 'two', 'three']) void enter(name, at);
    await clock.advance(5);
    expect(log).toEqual(['one @60000']);
    gate.leave(at, well());
    gate.conclude('a', at.politeness, undefined);
    await clock.advance(0);
    expect(log.slice(1).map((line) => line.split(' ')[0])).toEqual(['two', 'three']);
  });
});

test('a gate that has seen ten thousand hosts keeps no timers and lets new ones in', () => {
  for (let host = 0; host < 10_000; host += 1) {
    const at = visit({}, { host: `host-${host}` });
    expect(gate.enter(at)).toBeUndefined();
    gate.leave(at, well());
  }
  expect(clock.pending).toBe(0);
});
