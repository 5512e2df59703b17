/** `npm run simulate`: explores schedules by chance, enumerates faults, replays a failure and tells it. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { DUELS } from './duels.ts';
import { enumerate, type Enumerated } from './enumerate.ts';
import { scheduleOf, type Explored } from './explore.ts';
import { KINDS } from './faults.ts';
import { interleave } from './interleave.ts';
import { SCENARIOS } from './scenarios.ts';
import { keepSeed, readSeed, seedsThere } from './seeds.ts';
import { exploreInShares, sums } from './shares.ts';
import { shrink, type Failure } from './shrink.ts';
import { simulate } from './simulate.ts';
import { tellStory } from './story.ts';
import { ReplayTape } from './tape.ts';

const USAGE = `Usage: npm run simulate -- [options]

  --schedules <n>    schedules by chance (default 20,000)
  --seed <n>         where chance begins (default 1)
  --from <n>         the first schedule of the seed (default 0)
  --workers <n>      processes (default: one per core)
  --enumerate <1|2>  instead: every scenario of the list with every single fault, or every pair
  --handlers <a,b>   with --enumerate 2: only faults of these handlers' calls
  --scenario <text>  with --enumerate: and --duels: only those whose name contains this
  --duels <deaths>   instead: every interleaving of two and three actors, with up to so many deaths among them
  --replay <x>       instead: tells one run: seed:index, or a file of test/simulation/seeds
  --keep <name>      keeps a shrunk failure as test/simulation/seeds/<name>.json
  --json             one JSON document on standard output
`;

/** From so many schedules on, a kind of fault that never came is a failure of the run: it proves less than it says. */
const ENOUGH_SCHEDULES = 20_000;

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(cpus().length) },
    enumerate: { type: 'string' },
    handlers: { type: 'string' },
    scenario: { type: 'string', default: '' },
    duels: { type: 'string' },
    replay: { type: 'string' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function wholeNumber(name: 'schedules' | 'seed' | 'from' | 'workers'): number {
  const number = Number(values[name]);
  if (!Number.isSafeInteger(number) || number < 0)
    throw new Error(`--${name} is ${values[name]}; allowed is a whole number from 0 on`);
  return number;
}

const say = (text: string): void => {
  (values.json ? process.stderr : process.stdout).write(`${text}\n`);
};

async function main(): Promise<boolean> {
  if (values.help) {
    say(USAGE);
    return true;
  }
  if (values.replay !== undefined) return replay(values.replay);
  if (values.duels !== undefined) return fightDuels(Number(values.duels));
  if (values.enumerate !== undefined) return enumerateAll(values.enumerate === '2' ? 2 : 1);
  return exploreAll();
}

async function exploreAll(): Promise<boolean> {
  const wanted = {
    seed: wholeNumber('seed'),
    from: wholeNumber('from'),
    schedules: wholeNumber('schedules'),
  };
  const begunAt = performance.now();
  let saidAt = begunAt;
  const done = await exploreInShares(wanted, wholeNumber('workers'), (sum) => {
    if (performance.now() - saidAt < 10_000) return;
    saidAt = performance.now();
    say(`  ${sum.schedules} of ${wanted.schedules} schedules, ${sum.found.length} broken promises`);
  });
  const seconds = (performance.now() - begunAt) / 1_000;
  const never = KINDS.filter((kind) => (done.injected[kind] ?? 0) === 0);
  sayExplored(done, { seconds, never, seed: wanted.seed });
  const isBlind = never.length > 0 && done.schedules >= ENOUGH_SCHEDULES && done.found.length === 0;
  if (isBlind) say(`FAILED: these never came, so nothing is proved about them: ${never.join('; ')}`);
  const [first] = done.found;
  if (values.json) print({ ...done, seconds, never });
  if (first !== undefined) await tellShrunk(first, `${wanted.seed}:${first.index}`);
  return first === undefined && !isBlind;
}

function sayExplored(
  done: Explored,
  { seconds, never, seed }: { seconds: number; never: readonly string[]; seed: number },
): void {
  say(`seed ${seed}: ${done.schedules} schedules, ${done.found.length} broken promises`);
  say(
    `${(done.schedules / seconds).toFixed(0)} schedules a second, ${(done.calls / seconds).toFixed(0)} port calls a second, ${done.virtualYears.toFixed(1)} virtual years, ${seconds.toFixed(0)} s`,
  );
  say(`${done.sessions} sessions: ${listed(done.statuses)}`);
  say(
    `longest time that a session stayed open after its deadline and the last fault: ${done.lateSecondsMax} s`,
  );
  say(`injected: ${listed(done.injected)}`);
  if (never.length > 0) say(`never injected: ${never.join('; ')}`);
}

function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}

async function enumerateAll(depth: 1 | 2): Promise<boolean> {
  const handlers = values.handlers?.split(',');
  let sum: Enumerated = { runs: 0, injected: {}, found: [] };
  for (const scenario of SCENARIOS.filter(({ name }) => name.includes(values.scenario))) {
    const begunAt = performance.now();
    const done = await enumerate(scenario, {
      depth,
      foundMax: 1,
      ...(handlers === undefined ? {} : { handlers }),
    });
    say(
      `${String(done.runs).padStart(8)} runs, ${done.found.length} broken promises, ${((performance.now() - begunAt) / 1_000).toFixed(1)} s: ${scenario.name}`,
    );
    sum = {
      runs: sum.runs + done.runs,
      injected: sums(sum.injected, done.injected),
      found: [...sum.found, ...done.found],
    };
  }
  say(`${sum.runs} runs; injected: ${listed(sum.injected)}`);
  if (values.json) print(sum);
  const [first] = sum.found;
  if (first !== undefined) await tellShrunk(first, 'this enumeration');
  return first === undefined;
}

async function fightDuels(deaths: number): Promise<boolean> {
  let broken = 0;
  for (const duel of DUELS.filter(({ name }) => name.includes(values.scenario))) {
    const begunAt = performance.now();
    const done = await interleave(duel, { deaths });
    const seconds = ((performance.now() - begunAt) / 1_000).toFixed(1);
    say(
      `${done.interleavings} interleavings, ${done.states} states, ${done.runs} runs, ${seconds} s: ${duel.name}`,
    );
    broken += done.violations.length;
    for (const { violation, path } of done.violations)
      say(`A PROMISE IS BROKEN: ${violation}\n  ${path.join('\n  ')}`);
  }
  return broken === 0;
}

async function tellShrunk(failure: Failure & { violation: string }, from: string): Promise<void> {
  const shrunk = await shrink(failure, {});
  say(
    `\nA PROMISE IS BROKEN (${from}; shrunk in ${shrunk.tried} runs): ${shrunk.run.violation ?? failure.violation}\n`,
  );
  say(tellStory(shrunk));
  say(`\n${JSON.stringify({ scenario: shrunk.scenario, deviations: shrunk.deviations })}`);
  if (values.keep === undefined) return;
  const once = shrunk.run.violation ?? failure.violation;
  say(`kept as ${keepSeed(values.keep, { once, scenario: shrunk.scenario, deviations: shrunk.deviations })}`);
}

async function replay(what: string): Promise<boolean> {
  const drawn = /^(\d+):(\d+)$/.exec(what);
  const named = seedsThere().find(({ name }) => name === what)?.seed;
  const { scenario, deviations } = drawn
    ? await scheduleOf(Number(drawn[1]), Number(drawn[2]))
    : (named ?? readSeed(what));
  const run = await simulate(scenario, new ReplayTape(deviations), { tells: true });
  say(tellStory({ scenario, run }));
  say(run.violation === undefined ? '\nEvery promise is kept.' : `\nA PROMISE IS BROKEN: ${run.violation}`);
  if (values.json) print({ scenario, ...run });
  return run.violation === undefined;
}

function print(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

process.exitCode = (await main()) ? 0 : 1;
