/** Hunts one mutant: the scenarios of the list with every single fault, then schedules by chance, until a promise breaks. */
import { SHIPPED, type Code } from './code.ts';
import { DUELS, LONG_DUELS } from './duels.ts';
import { enumerate } from './enumerate.ts';
import { explore } from './explore.ts';
import { interleave, type Duel } from './interleave.ts';
import type { Mutant } from './mutants/mutant.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import type { Seed } from './seeds.ts';
import { shrink, type Failure } from './shrink.ts';
import { simulate, type Options } from './simulate.ts';
import { ReplayTape } from './tape.ts';

export interface Hunted {
  readonly mutant: string;
  /** How many schedules by chance it took; undefined when so many did not find it. */
  readonly byChance: number | undefined;
  /** How many enumerated runs it took. */
  readonly byEnumeration: number | undefined;
  /** The kept run that finds it. */
  readonly byKept: string | undefined;
  /** The duel that finds it, when nothing else did. */
  readonly byDuel: string | undefined;
  readonly violation: string | undefined;
  /** The shortest way to it that was found. */
  readonly shortest: Failure | undefined;
}

export interface HuntBounds {
  readonly seed: number;
  readonly schedulesMax: number;
  readonly enumerates: boolean;
  /** Kept runs, tried when chance did not find it. */
  readonly kept: readonly { readonly name: string; readonly seed: Seed }[];
}

/** @param code with the mutant's patches in it */
export async function hunt(
  mutant: Mutant,
  { seed, schedulesMax, enumerates, kept: keptRuns }: HuntBounds,
  code: Code = SHIPPED,
): Promise<Hunted> {
  const options: Options = {
    code,
    ...(mutant.tampering === undefined ? {} : { tampering: mutant.tampering }),
  };
  const met = await meet(mutant, keptRuns, options);
  if (met !== undefined) return met;
  const byChance = await explore({ seed, schedules: schedulesMax }, options);
  const found = byChance.found[0];
  const enumerated = enumerates && found === undefined ? await enumerateUntilFound(options) : undefined;
  const kept =
    (found ?? enumerated?.failure) === undefined ? await keptThatFails(keptRuns, options) : undefined;
  const failure = found ?? enumerated?.failure ?? kept?.seed;
  const shortest = failure && (await shrink(failure, options));
  const fought = enumerates && failure === undefined ? await fightUntilFound(options) : undefined;
  return {
    mutant: mutant.name,
    byChance: found && byChance.schedules,
    byEnumeration: enumerated?.failure && enumerated.runs,
    byKept: kept?.name,
    byDuel: fought?.duel,
    violation: shortest?.run.violation ?? fought?.violation,
    shortest: shortest && { scenario: shortest.scenario, deviations: shortest.deviations },
  };
}

/** Looks where the mutant says that it is met. */
async function meet(
  { name: mutant, meets }: Mutant,
  kept: HuntBounds['kept'],
  options: Options,
): Promise<Hunted | undefined> {
  if (meets === undefined) return undefined;
  const none = {
    mutant,
    byChance: undefined,
    byEnumeration: undefined,
    byKept: undefined,
    byDuel: undefined,
  };
  if ('duel' in meets) {
    const fought = await fightUntilFound(options, ({ name }) => name === meets.duel);
    return fought && { ...none, byDuel: fought.duel, violation: fought.violation, shortest: undefined };
  }
  if ('seed' in meets) {
    const found = await keptThatFails(
      kept.filter(({ name }) => name === meets.seed),
      options,
    );
    if (found === undefined) return undefined;
    const { violation } = await simulate(found.seed.scenario, new ReplayTape(found.seed.deviations), options);
    return { ...none, byKept: found.name, violation, shortest: found.seed };
  }
  const { runs, failure } = await enumerateUntilFound(options, ({ name }) => name === meets.scenario);
  if (failure === undefined) return undefined;
  const { run, scenario, deviations } = await shrink(failure, options);
  return { ...none, byEnumeration: runs, violation: run.violation, shortest: { scenario, deviations } };
}

async function keptThatFails(
  kept: HuntBounds['kept'],
  options: Options,
): Promise<{ name: string; seed: Seed } | undefined> {
  for (const { name, seed } of kept) {
    const run = await simulate(seed.scenario, new ReplayTape(seed.deviations), options);
    if (run.violation !== undefined) return { name, seed };
  }
  return undefined;
}

async function enumerateUntilFound(
  options: Options,
  isWanted: (scenario: Scenario) => boolean = () => true,
): Promise<{ runs: number; failure: Failure | undefined }> {
  let runs = 0;
  for (const scenario of SCENARIOS.filter(isWanted)) {
    const done = await enumerate(scenario, { depth: 1, foundMax: 1 }, options);
    runs += done.runs;
    if (done.found[0]) return { runs, failure: done.found[0] };
  }
  return { runs, failure: undefined };
}

/** Every order of the calls of two actors, and one death: what chance meets too seldom. */
async function fightUntilFound(
  options: Options,
  isWanted: (duel: Duel) => boolean = ({ name }) => !LONG_DUELS.has(name),
): Promise<{ duel: string; violation: string } | undefined> {
  for (const duel of DUELS.filter(isWanted)) {
    const [first] = (await interleave(duel, { deaths: 1 }, options)).violations;
    if (first !== undefined) return { duel: duel.name, violation: first.violation };
  }
  return undefined;
}
