/** `npm run simulate:mutants`: hunts every seeded bug, and says with how many schedules each was found. */
import { parseArgs } from 'node:util';
import { hunt, type Hunted } from './hunt.ts';
import { MUTANTS } from './mutants.ts';

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => {
  (values.json ? process.stderr : process.stdout).write(`${text}\n`);
};

const hunted: Hunted[] = [];
say('by chance  enumerated  bug');
for (const mutant of MUTANTS.filter(({ name }) => name.includes(values.only))) {
  const one = await hunt(mutant, {
    seed: Number(values.seed),
    schedulesMax: Number(values.schedules),
    enumerates: true,
  });
  hunted.push(one);
  say(`${spoken(one.byChance)}  ${spoken(one.byEnumeration)}  ${one.mutant}`);
  say(
    `                       ${one.violation ?? 'NOT FOUND'}${one.byKept === undefined ? '' : ` (kept: ${one.byKept})`}`,
  );
}
const missed = hunted.filter(({ violation }) => violation === undefined);
say(`${hunted.length - missed.length} of ${hunted.length} bugs found`);
if (values.json) process.stdout.write(`${JSON.stringify(hunted)}\n`);
process.exitCode = missed.length === 0 ? 0 : 1;

function spoken(runs: number | undefined): string {
  return (runs === undefined ? '-' : String(runs)).padStart(9);
}
