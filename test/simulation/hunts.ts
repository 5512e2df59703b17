/** Hunts every seeded bug, several at a time, each in a process of its own; says with how many schedules each was found. */
import type { HuntBounds, Hunted } from './hunt.ts';
import { changeOf } from './mutate.ts';
import type { Mutant } from './mutants/mutant.ts';
import { Pool } from './pool.ts';
import type { Say } from './say.ts';

export interface Hunts {
  readonly mutants: readonly Mutant[];
  readonly workers: number;
  readonly bounds: HuntBounds;
  readonly json: boolean;
}

/** @returns whether every one was found */
export async function huntAll(say: Say, { mutants, workers, bounds, json }: Hunts): Promise<boolean> {
  const waiting = [...mutants];
  const hunted: Hunted[] = [];
  say('schedules by chance, runs of the enumeration, seeded bug: what it broke');
  const work = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const one = await huntOne(mutant, bounds);
      hunted.push(one);
      say(`${spoken(one.byChance)} ${spoken(one.byEnumeration)}  ${one.mutant}: ${violationOf(one)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, workers) }, work));
  const missed = hunted.filter(({ violation }) => violation === undefined);
  say(`${hunted.length - missed.length} of ${hunted.length} seeded bugs found`);
  for (const { mutant } of missed) say(`NOT FOUND: ${mutant}`);
  if (json) process.stdout.write(`${JSON.stringify(hunted)}\n`);
  return missed.length === 0 && hunted.length > 0;
}

async function huntOne(mutant: Mutant, bounds: HuntBounds): Promise<Hunted> {
  const pool = await Pool.open(1, changeOf(mutant));
  try {
    let found: Hunted | undefined;
    await pool.run('hunt', [{ ...bounds, mutant: mutant.name }], (one) => {
      found = one;
      return true;
    });
    if (found === undefined) throw new Error(`the hunt for "${mutant.name}" gave no answer`);
    return found;
  } finally {
    pool.close();
  }
}

function violationOf({ violation, byKept, byDuel }: Hunted): string {
  const by = byKept === undefined ? byDuel && ` (by the duel of ${byDuel})` : ` (by the kept seed ${byKept})`;
  return `${violation ?? 'NOT FOUND'}${by ?? ''}`;
}

function spoken(runs: number | undefined): string {
  return (runs === undefined ? '-' : String(runs)).padStart(9);
}
