/** Makes a failing run as small as it gets: fewer deviations, fewer users, smaller remotes, and still a broken promise. */
import type { Scenario, SimulatedRemote } from './scenario.ts';
import { simulate, type Options, type Run } from './simulate.ts';
import { ReplayTape, type Deviations } from './tape.ts';

export interface Failure {
  readonly scenario: Scenario;
  readonly deviations: Deviations;
}

export interface Shrunk extends Failure {
  readonly run: Run;
  readonly tried: number;
}

/** Quieter ways for the same choice, tried in this order. */
const TRIES_MAX = 400;

export async function shrink(failure: Failure, options: Options): Promise<Shrunk> {
  let best = failure;
  let tried = 0;
  const fails = async (candidate: Failure): Promise<boolean> => {
    if (tried >= TRIES_MAX) return false;
    tried += 1;
    const run = await simulate(candidate.scenario, new ReplayTape(candidate.deviations), options);
    if (run.violation === undefined) return false;
    best = candidate;
    return true;
  };
  for (let isSmaller = true; isSmaller && tried < TRIES_MAX;) {
    isSmaller = false;
    for (const candidate of smaller(best)) {
      if (!(await fails(candidate))) continue;
      isSmaller = true;
      break;
    }
  }
  const run = await simulate(best.scenario, new ReplayTape(best.deviations), { ...options, tells: true });
  return { ...best, run, tried };
}

function* smaller({ scenario, deviations }: Failure): Generator<Failure> {
  const names = Object.keys(deviations);
  if (names.length > 3) {
    for (const half of [names.slice(0, names.length >> 1), names.slice(names.length >> 1)])
      yield { scenario, deviations: without(deviations, half) };
  }
  for (const name of names) yield { scenario, deviations: without(deviations, [name]) };
  for (const candidate of smallerScenarios(scenario)) yield { scenario: candidate, deviations };
}

function without(deviations: Deviations, names: readonly string[]): Deviations {
  return Object.fromEntries(Object.entries(deviations).filter(([name]) => !names.includes(name)));
}

function* smallerScenarios(scenario: Scenario): Generator<Scenario> {
  for (const step of scenario.users)
    yield { ...scenario, users: scenario.users.filter((one) => one !== step) };
  for (const remote of scenario.remotes) {
    if (scenario.remotes.length > 1) {
      const isOther = ({ harvester }: { harvester: string }): boolean => harvester !== remote.harvester;
      yield { ...scenario, remotes: scenario.remotes.filter(isOther), users: scenario.users.filter(isOther) };
    }
    for (const simpler of simplerRemotes(remote)) {
      yield { ...scenario, remotes: scenario.remotes.map((one) => (one === remote ? simpler : one)) };
    }
  }
  const { limits: _, ...unlimited } = scenario;
  if (scenario.limits !== undefined) yield unlimited;
  const { missing: __, ...whole } = scenario;
  if (scenario.missing !== undefined) yield whole;
}

function* simplerRemotes(remote: SimulatedRemote): Generator<SimulatedRemote> {
  if (remote.resources > 0) yield { ...remote, resources: remote.resources - 1 };
  for (const part of [
    'invalid',
    'listed',
    'matched',
    'brokenPage',
    'changes',
    'tellsDeleted',
    'versions',
    'keeping',
    'answerSeconds',
    'pace',
  ] as const) {
    if (remote[part] === undefined) continue;
    const { [part]: _, ...rest } = remote;
    yield rest;
  }
  const { history = [], ...still } = remote;
  for (const turn of history) {
    const others = history.filter((one) => one !== turn);
    yield others.length === 0 ? still : { ...remote, history: others };
  }
  if (remote.pageSize < 10) yield { ...remote, pageSize: 10 };
}
