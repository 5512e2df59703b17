/** Enumeration: every run of a scenario that deviates from quiet at one point, or at two. */
import { HARMLESS, KINDS } from './faults.ts';
import type { Scenario } from './scenario.ts';
import type { Failure } from './shrink.ts';
import { simulate, type Options } from './simulate.ts';
import { ReplayTape, type ChoicePoint, type Deviations } from './tape.ts';

export interface Enumerated {
  readonly runs: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly found: readonly (Failure & { violation: string })[];
}

export interface Bounds {
  /** Points at which a run deviates at once. */
  readonly depth: 1 | 2;
  /** Only choices of these handlers' calls deviate the second time (and the first, at depth 2). */
  readonly handlers?: readonly string[];
  /** Takes only every n-th pair: a sample that is the same every time. */
  readonly everyPair?: number;
  /** Stops after so many broken promises. */
  readonly foundMax?: number;
}

/** Without the sweep nobody rescues a session that died before it was watched: then only what harms nobody. */
function allowed(scenario: Scenario, option: string): boolean {
  return scenario.missing?.includes('sweep') !== true || HARMLESS.has(option);
}

export async function enumerate(
  scenario: Scenario,
  { depth, handlers, everyPair = 1, foundMax = Infinity }: Bounds,
  options: Options = {},
): Promise<Enumerated> {
  const injected: Record<string, number> = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const found: (Failure & { violation: string })[] = [];
  let runs = 0;
  const run = async (deviations: Deviations): Promise<readonly ChoicePoint[]> => {
    const tape = new ReplayTape(deviations, { record: true });
    const { violation, injected: by } = await simulate(scenario, tape, options);
    runs += 1;
    for (const [kind, count] of Object.entries(by)) injected[kind] = (injected[kind] ?? 0) + count;
    if (violation !== undefined) found.push({ scenario, deviations, violation });
    return violation === undefined ? tape.points : [];
  };
  const isWanted = ({ label }: ChoicePoint): boolean =>
    handlers === undefined || handlers.some((handler) => label.startsWith(`${handler}.`));
  let pair = 0;
  for (const first of deviationsAt((await run({})).filter((point) => depth === 1 || isWanted(point)))) {
    if (found.length >= foundMax) break;
    if (!allowed(scenario, first.option)) continue;
    const deviation = { [first.label]: first.option };
    if (depth === 1) {
      await run(deviation);
      continue;
    }
    for (const second of deviationsAt((await pointsAfter(scenario, deviation, options)).filter(isWanted))) {
      pair += 1;
      if (pair % everyPair === 0 && allowed(scenario, second.option))
        await run({ ...deviation, [second.label]: second.option });
    }
  }
  return { runs, injected, found };
}

async function pointsAfter(
  scenario: Scenario,
  deviations: Deviations,
  options: Options,
): Promise<readonly ChoicePoint[]> {
  const tape = new ReplayTape(deviations, { record: true });
  await simulate(scenario, tape, options);
  return tape.points;
}

function deviationsAt(points: readonly ChoicePoint[]): { label: string; option: string }[] {
  return points.flatMap(({ label, options }) => options.slice(1).map((option) => ({ label, option })));
}
