/** What becomes of one port call: its effect, its answer, and the process that made it. */
import { ReeveError } from '../../lib/session/errors.ts';
import type { PendingCall } from './call.ts';
import type { Engine } from './engine.ts';
import { isSeldom, ORPHANS, OUTAGE_SECONDS, serviceOf, STALL_SECONDS, type Fate } from './faults.ts';

/** How long after its caller gave it up a call may still take effect. */
const LANDS_SECONDS = 30;

export function carryOut(engine: Engine, call: PendingCall): void {
  const { process } = call;
  if (process.state === 'dead') return land(engine, call);
  if (process.state === 'over') return carryOutOrphan(engine, call);
  if (isAway(engine, call)) return refuse(engine, call, 'the service is away');
  const fate = engine.choose(
    isSeldom(call.method.name) ? 'service' : 'call',
    () => call.label,
    call.method.fates,
  );
  befall(engine, call, fate);
}

function isAway(engine: Engine, call: PendingCall): boolean {
  const until = engine.outages.get(serviceOf(call.method.port));
  return until !== undefined && engine.now < until;
}

function befall(engine: Engine, call: PendingCall, fate: Fate): void {
  switch (fate) {
    case 'done':
    case 'the index lags':
    case 'it cannot be seen yet':
    case 'answers nonsense':
      return answer(engine, call, fate);
    case 'fails':
      return refuse(engine, call, 'refused');
    case 'is busy':
      return rejectWith(
        call,
        new ReeveError('RemoteBusy', 'the remote answered with status 503', { status: 503 }),
      );
    case 'hangs':
      return hang(engine, call);
    case 'fails after its effect':
      land(engine, call);
      return refuse(engine, call, 'no answer came in time');
    case 'takes effect after it failed':
      engine.faultUntil(engine.now + LANDS_SECONDS * 1_000);
      engine.after(LANDS_SECONDS, () => land(engine, call));
      return refuse(engine, call, 'no answer came in time');
    case 'killed before':
      return call.process.kill({ withCalls: true });
    case 'killed after':
      land(engine, call);
      return call.process.kill({ withCalls: false });
    case 'stalls until the next event':
      return stall(engine, call, (wake) => engine.atNextEvent.push(wake));
    case 'stalls for 5 s':
      return stall(engine, call, (wake) => engine.after(5, wake));
    case 'stalls for long':
      return stall(engine, call, (wake) => engine.after(STALL_SECONDS, wake));
    case 'outage':
      engine.outages.set(serviceOf(call.method.port), engine.now + OUTAGE_SECONDS * 1_000);
      engine.faultUntil(engine.now + OUTAGE_SECONDS * 1_000);
      return refuse(engine, call, 'the service is away');
  }
}

/** The effect, then the answer to whoever still listens. */
function answer(engine: Engine, call: PendingCall, fate: Fate): void {
  const { process } = call;
  engine.world.apply(call, fate).then(
    (value) => {
      engine.answered?.(call, value);
      process.receive(() => call.answer(value));
    },
    (error: unknown) => process.receive(() => call.fail(error)),
  );
}

/** The effect without an answer. */
function land(engine: Engine, call: PendingCall): void {
  engine.world.apply(call, 'done').catch(() => undefined);
}

function refuse(engine: Engine, call: PendingCall, why: string): void {
  rejectWith(call, engine.busy(call, why));
}

function rejectWith(call: PendingCall, error: Error): void {
  call.process.receive(() => call.fail(error));
}

function stall(engine: Engine, call: PendingCall, later: (wake: () => void) => void): void {
  const { process } = call;
  process.freeze();
  answer(engine, call, 'done');
  later(() => {
    engine.faultUntil(engine.now);
    process.wake();
  });
}

/** The remote says nothing until the caller's own limit. */
function hang(engine: Engine, call: PendingCall): void {
  const [, options] = call.args as [unknown, { timeSecondsMax: number }];
  const error = new ReeveError(
    'RemoteTooSlow',
    `the remote did not answer within ${options.timeSecondsMax} s`,
  );
  engine.after(options.timeSecondsMax, () => rejectWith(call, error));
}

/** A request that was under way when its handler returned: it lands; whether the code behind it goes on depends on the sandbox. */
function carryOutOrphan(engine: Engine, call: PendingCall): void {
  if (isAway(engine, call)) return;
  const orphan = engine.choose('aftermath', () => `${call.label}, after its handler returned`, ORPHANS);
  if (orphan === 'never resumes') land(engine, call);
  else answer(engine, call, 'done');
}
