/** Runs one schedule: a scenario, a tape, the code; and judges it, at every step and at the end. */
import type { Session } from '../../lib/session/session.ts';
import { SHIPPED, type Code } from './code.ts';
import { BEGIN } from './clock.ts';
import { Engine } from './engine.ts';
import { HARMLESS } from './faults.ts';
import { judgeCost } from './judge-cost.ts';
import { judgeEnd } from './judge-end.ts';
import { judgeFree } from './judge-free.ts';
import type { Scenario } from './scenario.ts';
import type { Deviations, Tape } from './tape.ts';
import { Users } from './users.ts';
import type { Tampering } from './stores.ts';
import { SimulatedWorld } from './world.ts';

export interface Run {
  /** The promise that was broken, as a sentence. */
  readonly violation: string | undefined;
  readonly deviations: Deviations;
  /** Kinds of deviations, counted. */
  readonly injected: Readonly<Record<string, number>>;
  readonly calls: number;
  readonly virtualMillis: number;
  readonly sessions: readonly Session[];
  /** The longest time from when a session should have been over at the latest (deadline, last fault) to its closing. */
  readonly lateMillisMax: number;
  readonly story: readonly { readonly at: number; readonly text: string }[];
}

export interface Options {
  readonly code?: Code;
  readonly tampering?: Tampering;
  /** Keeps the story: slower. */
  readonly tells?: boolean;
  /** How many times as long as usual the engine waits for code to go on: that must make no difference. */
  readonly patience?: number;
}

/** What rescue takes after the sweep has seen a session: Lambda's retries of a finalizer that failed, and its own time. */
const RESCUE_SECONDS = 300;
/** A check may be 45 s late, and fire a second time 41 s later. */
const PROMPT_SECONDS = 120;
/** Sessions that no fault befell are far below: more port calls mean that something goes round in circles. */
const CALLS_MAX = 6_000;

/** A world that stands ready. */
export interface Stage {
  readonly engine: Engine;
  readonly world: SimulatedWorld;
  /** Runs it to its rest, and judges it. */
  finish(): Promise<Run>;
}

export async function simulate(scenario: Scenario, tape: Tape, options: Options = {}): Promise<Run> {
  return setStage(scenario, tape, options).finish();
}

export function setStage(
  scenario: Scenario,
  tape: Tape,
  { code = SHIPPED, tampering = {}, tells = false, patience = 1 }: Options = {},
): Stage {
  const engine = new Engine(tape, { tells, patience });
  const world = new SimulatedWorld(engine, scenario, { code, tampering });
  const users = new Users(engine, world, scenario);
  let lateMillisMax = 0;
  let judgedAt = engine.now;
  const watch = (): void => {
    users.watch();
    if (engine.now === judgedAt) return;
    judgedAt = engine.now;
    lateMillisMax = Math.max(lateMillisMax, judgeTime(engine, world, scenario));
  };
  const finish = async (): Promise<Run> => {
    await engine.run(() => isDone(engine, world), watch);
    if (engine.violation === undefined) judgeEnd(engine, world, scenario);
    if (engine.violation === undefined) judgeCost(engine, world, { scenario, deviations: tape.deviations });
    const { calls, now } = engine;
    const injected = { ...engine.injected };
    if (engine.violation === undefined) await judgeFree(engine, world);
    return {
      violation: engine.violation,
      deviations: tape.deviations,
      injected,
      calls,
      virtualMillis: now - BEGIN,
      sessions: [...world.stores.sessions.values()],
      lateMillisMax,
      story: engine.story ?? [],
    };
  };
  return { engine, world, finish };
}

function isDone(engine: Engine, world: SimulatedWorld): boolean {
  if (engine.pending.length > 0 || engine.timers.waiting > 0 || engine.atNextEvent.length > 0) return false;
  for (const session of world.stores.sessions.values()) if (session.closedAt === undefined) return false;
  return true;
}

/**
 * Never stuck: no session is open longer than one sweep interval after its deadline, or after the last fault if that was later; and when nothing
 * harmful happened, the check at its deadline ends it, and need not wait for the sweep.
 */
function judgeTime(engine: Engine, world: SimulatedWorld, { missing = [] }: Scenario): number {
  if (engine.calls > CALLS_MAX) engine.violate(`something goes round in circles: ${engine.calls} port calls`);
  const isPrompt = !missing.includes('monitor') && isHarmless(engine.injected);
  const seconds = isPrompt ? PROMPT_SECONDS : world.deployments.sweepIntervalSecondsMost + RESCUE_SECONDS;
  let lateMax = 0;
  for (const session of world.stores.sessions.values()) {
    if (session.closedAt !== undefined) continue;
    const late = engine.now - Math.max(session.deadlineAt, engine.faultsEndAt) - world.ledger.skewMillis;
    lateMax = Math.max(lateMax, late);
    if (late <= seconds * 1_000) continue;
    engine.violate(
      `session ${session.id} is stuck: it is ${session.status}, ${Math.round(late / 1_000)} s after its deadline and the last fault`,
    );
  }
  return lateMax;
}

/** Whether this run deviated only in ways that must not change how a session ends. */
export function isHarmless(injected: Readonly<Record<string, number>>): boolean {
  return Object.keys(injected).every((kind) => HARMLESS.has(kind));
}
