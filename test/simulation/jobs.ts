/** What a worker process of the simulation can be asked to do; jobs and results are plain data. */
import { DUELS } from './duels.ts';
import { enumerate, type Bounds, type Enumerated } from './enumerate.ts';
import { explore, type Explored, type Wanted } from './explore.ts';
import { hunt, type HuntBounds, type Hunted } from './hunt.ts';
import { interleave, type Interleaved } from './interleave.ts';
import { MUTANTS } from './mutants.ts';
import { SCENARIOS } from './scenarios.ts';

export interface Jobs {
  readonly explore: { readonly wants: Wanted; readonly gives: Explored };
  readonly enumerate: { readonly wants: Bounds & { readonly scenario: string }; readonly gives: Enumerated };
  readonly fight: {
    readonly wants: { readonly duel: string; readonly deaths: number };
    readonly gives: Interleaved;
  };
  readonly hunt: { readonly wants: HuntBounds & { readonly mutant: string }; readonly gives: Hunted };
}

export type JobName = keyof Jobs;
export type Job = {
  readonly [Name in JobName]: { readonly name: Name; readonly wants: Jobs[Name]['wants'] };
}[JobName];

export async function perform(job: Job): Promise<unknown> {
  switch (job.name) {
    case 'explore':
      return explore(job.wants);
    case 'enumerate':
      return enumerate(named(SCENARIOS, job.wants.scenario), job.wants);
    case 'fight':
      return interleave(named(DUELS, job.wants.duel), job.wants);
    case 'hunt':
      return hunt(named(MUTANTS, job.wants.mutant), job.wants);
  }
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}
