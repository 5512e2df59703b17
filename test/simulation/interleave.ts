/**
 * Every interleaving of the port calls of two or three actors, and every death of them at any point: not by chance but exhaustively. Two paths
 * that lead to the same stores and have given every actor the same answers are one state, and are followed once.
 */
import { createHash } from 'node:crypto';
import type { AnyHandler } from '../../lib/handler.ts';
import type { Engine } from './engine.ts';
import type { Process } from './process.ts';
import type { Scenario } from './scenario.ts';
import { setStage, type Options, type Stage } from './simulate.ts';
import { ReplayTape } from './tape.ts';
import type { SimulatedWorld } from './world.ts';

export interface Actor {
  readonly handler: AnyHandler;
  readonly input: unknown;
}

export interface Duel {
  readonly name: string;
  readonly scenario: Scenario;
  /** Brings the world to where the actors meet. */
  readonly prepare: (world: SimulatedWorld) => Promise<void>;
  readonly actors: (world: SimulatedWorld) => readonly Actor[];
}

export interface Interleaved {
  /** Different orders, deaths included. */
  readonly interleavings: bigint;
  readonly states: number;
  readonly ends: number;
  readonly runs: number;
  readonly violations: readonly { readonly violation: string; readonly path: readonly string[] }[];
}

interface State {
  /** State after each way to go on, as far as known. */
  readonly next: (string | undefined)[];
}

/** What an actor has been answered so far decides what it does next. */
class Histories {
  readonly #of = new Map<string, string>();

  add(process: Process, what: string): void {
    this.#of.set(process.id, digest(`${this.#of.get(process.id) ?? ''}\n${what}`));
  }

  get text(): string {
    return [...this.#of].sort().join();
  }
}

export async function interleave(
  duel: Duel,
  { deaths }: { deaths: number },
  options: Options = {},
): Promise<Interleaved> {
  const states = new Map<string, State>();
  const ends = new Set<string>();
  const violations: { violation: string; path: readonly string[] }[] = [];
  const open: Branch[] = [{ path: [], from: undefined }];
  let runs = 0;
  for (let branch = open.pop(); branch !== undefined && violations.length === 0; branch = open.pop()) {
    runs += 1;
    await follow(duel, { branch, deaths, options, states, ends, open, violations });
  }
  return { interleavings: countPaths(states), states: states.size, ends: ends.size, runs, violations };
}

/** A way that is still to be gone: the choices up to it, the last one among them, and the state that it leaves. */
interface Branch {
  readonly path: readonly number[];
  readonly from: string | undefined;
}

interface Search {
  readonly branch: Branch;
  readonly deaths: number;
  readonly options: Options;
  readonly states: Map<string, State>;
  readonly ends: Set<string>;
  readonly open: Branch[];
  readonly violations: { violation: string; path: readonly string[] }[];
}

/** Follows a path to where it is new, goes on from there until a known state or the end, and notes the other ways to go on. */
async function follow(duel: Duel, search: Search): Promise<void> {
  const { stage, processes, histories } = await begin(duel, search.options);
  const { engine } = stage;
  const { path: given, from } = search.branch;
  const path: number[] = [];
  const said: string[] = [];
  let deathsLeft = search.deaths;
  let before = from;
  for (;;) {
    await engine.settle();
    const mortal = deathsLeft > 0 ? processes.filter((process) => process.isAlive) : [];
    const ways = engine.pending.length === 0 ? 0 : engine.pending.length + mortal.length;
    if (path.length >= given.length) {
      const key = keyOf(stage, histories, deathsLeft);
      const isKnown = search.states.has(key);
      if (before !== undefined) search.states.get(before)!.next[path.at(-1)!] = key;
      if (!isKnown) search.states.set(key, { next: Array.from({ length: ways }, () => undefined) });
      if (isKnown && engine.violation === undefined) return;
      for (let way = 1; way < ways; way += 1) search.open.push({ path: [...path, way], from: key });
      before = key;
    }
    if (engine.violation !== undefined || ways === 0) break;
    const way = given[path.length] ?? 0;
    path.push(way);
    const victim = mortal[way - engine.pending.length];
    said.push(victim === undefined ? (engine.pending[way]?.label ?? '') : `${victim.id} dies`);
    if (victim === undefined) {
      engine.carryOut(way);
    } else {
      deathsLeft -= 1;
      victim.kill({ withCalls: true });
    }
  }
  await end(stage, search, said);
}

async function begin(
  duel: Duel,
  options: Options,
): Promise<{ stage: Stage; processes: Process[]; histories: Histories }> {
  const stage = setStage(duel.scenario, new ReplayTape({}), options);
  const histories = new Histories();
  await duel.prepare(stage.world);
  listen(stage.engine, histories);
  // Any order and any death is no quiet run: what is promised of those is not asked here.
  stage.engine.injected['interleaved'] = 1;
  const processes = duel.actors(stage.world).map(({ handler, input }) =>
    stage.world.lambda.invoke(
      () => handler,
      input,
      () => undefined,
    ),
  );
  return { stage, processes, histories };
}

function listen(engine: Engine, histories: Histories): void {
  engine.answered = (call, answer) => histories.add(call.process, `${call.label} ${JSON.stringify(answer)}`);
}

/** Lets time go on and all else come to rest, once for every different end. */
async function end(stage: Stage, search: Search, said: readonly string[]): Promise<void> {
  const { engine, world } = stage;
  const rest = worldText(world);
  if (engine.violation === undefined && search.ends.has(rest)) return;
  search.ends.add(rest);
  engine.answered = undefined;
  const run = await stage.finish();
  if (run.violation !== undefined) search.violations.push({ violation: run.violation, path: said });
}

function keyOf({ engine, world }: Stage, histories: Histories, deathsLeft: number): string {
  const waiting = engine.pending.map(({ label }) => label).sort();
  return digest([worldText(world), histories.text, waiting.join(), deathsLeft].join('\n'));
}

function worldText(world: SimulatedWorld): string {
  const { sessions, harvesters, batches, records } = world.stores;
  return digest(
    JSON.stringify([
      [...sessions].sort(byName),
      [...harvesters].sort(byName),
      [...batches].sort(byName),
      [...records.keys()].sort(),
      [...world.schedules.names()].sort(),
      [...world.executions.values()].map(({ name, sighting }) => [name, sighting]).sort(),
      [...world.ledger.told.keys()].sort(),
      world.calls,
    ]),
  );
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64');
}

/** How many different paths lead through the states: far more than were run, since most of them meet again. */
function countPaths(states: ReadonlyMap<string, State>): bigint {
  const counted = new Map<string, bigint>();
  const first = states.keys().next().value;
  const order: string[] = [];
  const stack: { key: string; way: number }[] = first === undefined ? [] : [{ key: first, way: 0 }];
  const entered = new Set<string>(first === undefined ? [] : [first]);
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const next = states.get(top.key)?.next ?? [];
    if (top.way >= next.length) {
      order.push(top.key);
      stack.pop();
      continue;
    }
    const key = next[top.way];
    top.way += 1;
    if (key !== undefined && !entered.has(key)) {
      entered.add(key);
      stack.push({ key, way: 0 });
    }
  }
  for (const key of order) {
    const next = states.get(key)?.next ?? [];
    counted.set(
      key,
      next.length === 0 ? 1n : next.reduce((sum, one) => sum + (counted.get(one ?? '') ?? 0n), 0n),
    );
  }
  return counted.get(first ?? '') ?? 0n;
}
