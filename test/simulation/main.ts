/** `npm run simulate`: explores schedules by chance, enumerates faults, interleaves actors, hunts seeded bugs, replays a failure and tells it. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { DUELS } from './duels.ts';
import type { Enumerated } from './enumerate.ts';
import { scheduleOf } from './explore.ts';
import { KINDS } from './faults.ts';
import { huntAll } from './hunts.ts';
import { MUTANTS } from './mutants.ts';
import { Pool } from './pool.ts';
import { listed, number, sayerFor, sayExplored } from './say.ts';
import { SCENARIOS } from './scenarios.ts';
import { keepSeed, readSeed, seedsThere } from './seeds.ts';
import { enumerateInShares, exploreInShares, sums } from './shares.ts';
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
  --handlers <a,b>   with --enumerate: only faults of these handlers' calls
  --duels <deaths>   instead: every interleaving of two and three actors, with up to so many deaths among them
  --mutants          instead: hunts every seeded bug, each with up to --schedules by chance and by enumeration
  --faults <a,b>     with --enumerate: only these kinds of faults
  --only <pattern>   with --enumerate, --duels and --mutants: only those whose name matches this regular expression
  --replay <x>       instead: tells one run: seed:index, or a file of test/simulation/seeds
  --keep <name>      keeps a shrunk failure as test/simulation/seeds/<name>.json
  --json             one JSON document on standard output
`;

/** From so many schedules on, a kind of fault that never came is a failure of the run: it proves less than it says. */
const ENOUGH_SCHEDULES = 20_000;

/** Kinds that need another fault first: a single one never meets them. */
const NEED_ANOTHER: ReadonlySet<string> = new Set([
  'resumes in a later invocation',
  'the second first',
  'the change is stronger',
  'the change leaves this out',
  'dies with its version',
]);

const { values } = parseArgs({
  options: {
    schedules: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    workers: { type: 'string', default: String(availableParallelism()) },
    enumerate: { type: 'string' },
    handlers: { type: 'string' },
    faults: { type: 'string' },
    duels: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    replay: { type: 'string' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = sayerFor(values.json);
const only = new RegExp(values.only);
const isWanted = ({ name }: { readonly name: string }): boolean => only.test(name);

function wholeNumber(name: 'schedules' | 'seed' | 'from' | 'workers' | 'duels'): number {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} is ${values[name]}; allowed is a whole number from 0 on`);
  return value;
}

async function main(): Promise<boolean> {
  if (values.help) {
    say(USAGE);
    return true;
  }
  if (values.replay !== undefined) return replay(values.replay);
  if (values.mutants) {
    const bounds = {
      seed: wholeNumber('seed'),
      schedulesMax: wholeNumber('schedules'),
      enumerates: true,
      kept: seedsThere(),
    };
    return huntAll(say, {
      mutants: MUTANTS.filter(isWanted),
      workers: wholeNumber('workers'),
      bounds,
      json: values.json,
    });
  }
  const pool = await Pool.open(wholeNumber('workers'));
  try {
    if (values.duels !== undefined) return await fightDuels(pool, wholeNumber('duels'));
    if (values.enumerate !== undefined) return await enumerateAll(pool, values.enumerate === '2' ? 2 : 1);
    return await exploreAll(pool);
  } finally {
    pool.close();
  }
}

async function exploreAll(pool: Pool): Promise<boolean> {
  const wanted = {
    seed: wholeNumber('seed'),
    from: wholeNumber('from'),
    schedules: wholeNumber('schedules'),
  };
  const begunAt = performance.now();
  let saidAt = begunAt;
  const done = await exploreInShares(pool, wanted, (sum) => {
    if (performance.now() - saidAt < 10_000) return;
    saidAt = performance.now();
    say(
      `  ${number(sum.schedules)} of ${number(wanted.schedules)} schedules, ${sum.found.length} broken promises`,
    );
  });
  const seconds = (performance.now() - begunAt) / 1_000;
  const never = KINDS.filter((kind) => (done.injected[kind] ?? 0) === 0);
  sayExplored(say, done, { seconds, never, seed: wanted.seed });
  const isBlind = never.length > 0 && done.schedules >= ENOUGH_SCHEDULES && done.found.length === 0;
  if (isBlind) say(`FAILED: these never came, so nothing is proved about them: ${never.join('; ')}`);
  const [first] = done.found;
  if (values.json) print({ ...done, seconds, never });
  if (first !== undefined) await tellShrunk(first, `${wanted.seed}:${first.index}`);
  return first === undefined && !isBlind;
}

async function enumerateAll(pool: Pool, depth: 1 | 2): Promise<boolean> {
  const handlers = values.handlers?.split(',');
  const faults = values.faults?.split(',');
  const unknown = faults?.find((fault) => !KINDS.includes(fault));
  if (unknown !== undefined) throw new Error(`--faults: "${unknown}" is none of: ${KINDS.join('; ')}`);
  let sum: Enumerated = { runs: 0, injected: {}, found: [], cpuSeconds: 0 };
  for (const { name } of SCENARIOS.filter(isWanted)) {
    const begunAt = performance.now();
    const done = await enumerateInShares(pool, name, {
      depth,
      foundMax: 1,
      ...(handlers === undefined ? {} : { handlers }),
      ...(faults === undefined ? {} : { faults }),
    });
    say(
      `${number(done.runs).padStart(9)} runs, ${done.found.length} broken promises, ${((performance.now() - begunAt) / 1_000).toFixed(1)} s: ${name}`,
    );
    sum = {
      runs: sum.runs + done.runs,
      injected: sums(sum.injected, done.injected),
      found: [...sum.found, ...done.found],
      cpuSeconds: sum.cpuSeconds + done.cpuSeconds,
    };
  }
  const what = `${depth === 1 ? 'every single fault' : 'every pair of faults'}${faults === undefined ? '' : ` (${faults.join(', ')})`}`;
  say(
    `${number(sum.runs)} runs, ${what}${handlers === undefined ? '' : ` of ${handlers.join(', ')}`}, ${number(sum.runs / sum.cpuSeconds)} a second of one core; ${sum.found.length} broken promises`,
  );
  say(`injected: ${listed(sum.injected)}`);
  const isWhole = depth === 1 && values.only === '' && handlers === undefined && faults === undefined;
  const never = KINDS.filter((kind) => (sum.injected[kind] ?? 0) === 0 && !NEED_ANOTHER.has(kind));
  if (isWhole && never.length > 0) say(`FAILED: these never came: ${never.join('; ')}`);
  if (values.json) print(sum);
  const [first] = sum.found;
  if (first !== undefined) await tellShrunk(first, 'this enumeration');
  return first === undefined && !(isWhole && never.length > 0);
}

async function fightDuels(pool: Pool, deaths: number): Promise<boolean> {
  const duels = DUELS.filter(isWanted).map(({ name: duel }) => ({ duel, deaths }));
  const sum = { interleavings: 0n, states: 0, runs: 0, broken: 0 };
  await pool.run('fight', duels, (done, index) => {
    say(
      `${number(done.interleavings).padStart(40)} interleavings, ${number(done.states).padStart(7)} states, ${done.violations.length} broken promises: ${duels[index]?.duel ?? ''}`,
    );
    sum.interleavings += done.interleavings;
    sum.states += done.states;
    sum.runs += done.runs;
    sum.broken += done.violations.length;
    for (const { violation, path } of done.violations)
      say(`A PROMISE IS BROKEN: ${violation}\n  ${path.join('\n  ')}`);
    return false;
  });
  say(
    `${number(sum.interleavings)} interleavings with up to ${deaths} deaths lead through ${number(sum.states)} states; ${number(sum.runs)} runs saw them all; ${sum.broken} broken promises`,
  );
  return sum.broken === 0;
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
  const { scenario, deviations } = shrunk;
  const path = keepSeed(values.keep, { once, without: '', scenario, deviations });
  say(
    `kept as ${path}; once it is mended, name the seeded bug that takes the remedy out again under "without"`,
  );
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
