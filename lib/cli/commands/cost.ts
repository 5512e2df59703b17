/** `reeve cost`: what harvesting so many resources costs on AWS, where the money goes, and which setting moves it. */
import { estimate, estimateOneEach, type Estimate, type Plan } from '../../cost/estimate.ts';
import { PRICED } from '../../cost/prices.ts';
import { MEMORY_MEGABYTES } from '../../infra/memory.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, type Pace } from '../../session/limits.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { typedPace } from '../options.ts';
import { table } from '../tables.ts';
import { countOf, spokenDuration, spokenNumber, wrapped } from '../words.ts';

export interface CostOptions {
  readonly resources: number;
  readonly latency: number;
  readonly recordBytes: number;
  readonly memory?: number;
  readonly pace?: readonly string[];
}

/** The settings of harvesters and stacks that move the price, each with what is tried. */
interface Mover {
  readonly setting: string;
  readonly why: string;
  readonly change: (plan: Plan) => Plan;
}

const paced = (change: (pace: Pace) => Partial<Pace>) => (plan: Plan) => ({
  ...plan,
  pace: { ...plan.pace, ...change(plan.pace) },
});

const MOVERS: readonly Mover[] = [
  {
    setting: 'batchSize x 2',
    why: 'half of the executions, puts and copies; but a batch that dies is begun again as a whole',
    change: paced(({ batchSize }) => ({ batchSize: Math.min(DEFAULT_LIMITS.batchSizeMax, 2 * batchSize) })),
  },
  {
    setting: 'batchSize / 4',
    why: 'less to begin again',
    change: paced(({ batchSize }) => ({ batchSize: Math.max(1, Math.round(batchSize / 4)) })),
  },
  {
    setting: 'batchesAtOnce x 2, resourcesAtOnce / 2',
    why: 'as polite; a worker that hangs holds up half of the session, and two Lambdas wait where one did',
    change: paced(({ batchesAtOnce, resourcesAtOnce }) => ({
      batchesAtOnce: 2 * batchesAtOnce,
      resourcesAtOnce: Math.max(1, Math.round(resourcesAtOnce / 2)),
    })),
  },
  {
    setting: 'reeve:memoryMegabytes harvest / 2',
    why: 'its Lambda waits more than it reckons; but less memory is also less of a core',
    change: (plan) => ({
      ...plan,
      memoryMegabytes: { ...plan.memoryMegabytes, harvest: plan.memoryMegabytes.harvest / 2 },
    }),
  },
  {
    setting: 'batchSize=1',
    why: 'each resource an execution of its own',
    change: paced(() => ({ batchSize: 1 })),
  },
];

export function tellCost({ screen }: Pick<Context, 'screen'>, options: CostOptions): ExitCode {
  const plan = planOf(options);
  const reckoned = estimate(plan);
  const oneEach = estimateOneEach(plan);
  const moved = MOVERS.map(({ setting, why, change }) => ({
    setting,
    why,
    dollars: rounded(estimate(change(plan)).dollars),
  }));
  screen.document({
    priced: PRICED,
    plan: {
      resources: plan.resources,
      latencyMillis: plan.latencyMillis,
      recordBytes: plan.recordBytes,
      memoryMegabytes: plan.memoryMegabytes,
      pace: plan.pace,
    },
    ...reckoned,
    dollars: rounded(reckoned.dollars),
    lines: reckoned.lines.map((line) => ({ ...line, dollars: rounded(line.dollars) })),
    oneLambdaPerResource: { dollars: rounded(oneEach) },
    moved,
  });
  const { resources } = plan;
  const total = screen.paint('bold', `${inDollars(reckoned.dollars)} for ${countOf(resources, 'resource')}`);
  screen.print(
    `${total}: ${spokenNumber(reckoned.batches)} batches of ${spokenDuration(reckoned.batchSeconds * 1_000)}, ${spokenDuration(reckoned.seconds * 1_000)} in all.`,
  );
  if (!screen.quiet) tellWhere(screen, { reckoned, oneEach, moved });
  return EXIT.allOk;
}

function planOf({ resources, latency, recordBytes, memory, pace = [] }: CostOptions): Plan {
  return {
    resources,
    latencyMillis: latency,
    recordBytes,
    pace: typedPace(pace, DEFAULT_LIMITS, DEFAULT_PACE),
    limits: DEFAULT_LIMITS,
    memoryMegabytes: { ...MEMORY_MEGABYTES, ...(memory === undefined ? {} : { harvest: memory }) },
  };
}

interface Told {
  readonly reckoned: Estimate;
  readonly oneEach: number;
  readonly moved: readonly { readonly setting: string; readonly why: string; readonly dollars: number }[];
}

function tellWhere({ print, columns }: Context['screen'], { reckoned, oneEach, moved }: Told): void {
  const lines = reckoned.lines.map(({ service, what, quantity, unit, dollars }) => [
    service,
    what,
    `${spokenNumber(quantity < 10 ? Math.round(quantity * 100) / 100 : Math.round(quantity))} ${unit}`,
    inDollars(dollars),
  ]);
  print(table(lines, { head: ['service', 'for', 'how much', 'costs'], right: [2, 3], columns, flexible: 1 }));
  print(
    wrapped(
      `With one Lambda for each resource in one Standard workflow it would be ${inDollars(oneEach)}. What moves it:`,
      columns,
    ),
  );
  const rows = moved.map(({ setting, why, dollars }) => [setting, why, inDollars(dollars)]);
  print(table(rows, { head: ['setting', 'why', 'then'], right: [2], columns, flexible: 1 }));
  print(
    wrapped(
      `List prices of ${PRICED.region}, ${PRICED.date}, without free tier, discounts and traffic to remotes. The calls were counted in real sessions.`,
      columns,
    ),
  );
}

/** To a hundredth of a cent: more would pretend to know. */
function rounded(dollars: number): number {
  return Math.round(dollars * 10_000) / 10_000;
}

function inDollars(dollars: number): string {
  return dollars > 0 && dollars < 0.005 ? '< $0.01' : `$${dollars.toFixed(2)}`;
}
