/** Enumeration: every run of a scenario that deviates from quiet at one point, or at two. */
import { cpuSeconds } from './explore.ts';
import { HARMLESS, KINDS } from './faults.ts';
import type { Scenario } from './scenario.ts';
import type { Failure } from './shrink.ts';
import { simulate, type Options } from './simulate.ts';
import { ReplayTape, type ChoicePoint, type Deviations } from './tape.ts';

export interface Enumerated {
  readonly runs: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly found: readonly (Failure & { violation: string })[];
  readonly cpuSeconds: number;
}

export interface Bounds {
  /** Points at which a run deviates at once. */
  readonly depth: 1 | 2;
  /** Only choices of these handlers' calls deviate the second time (and the first, at depth 2). */
  readonly handlers?: readonly string[];
  /** Only these kinds of faults. */
  readonly faults?: readonly string[];
  /** Takes only every n-th run: a sample that is the same every time. */
  readonly every?: number;
  /** Takes only the first deviations whose number is this in every so many. */
  readonly slice?: { readonly index: number; readonly of: number };
  /** Stops after so many broken promises. */
  readonly foundMax?: number;
}

/** Without the sweep nobody rescues a session that died before it was watched: then only what harms nobody. */
function allowed(scenario: Scenario, option: string): boolean {
  return scenario.missing?.includes('sweep') !== true || HARMLESS.has(option);
}

export async function enumerate(
  scenario: Scenario,
  { depth, handlers, faults, every = 1, slice = { index: 0, of: 1 }, foundMax = Infinity }: Bounds,
  options: Options = {},
): Promise<Enumerated> {
  const injected: Record<string, number> = Object.fromEntries(KINDS.map((kind) => [kind, 0]));
  const found: (Failure & { violation: string })[] = [];
  const begunAt = cpuSeconds();
  let runs = 0;
  let met = 0;
  const run = async (deviations: Deviations): Promise<void> => {
    met += 1;
    if (met % every !== 0) return;
    const { violation, injected: by } = await simulate(scenario, new ReplayTape(deviations), options);
    runs += 1;
    for (const [kind, count] of Object.entries(by)) injected[kind] = (injected[kind] ?? 0) + count;
    if (violation !== undefined) found.push({ scenario, deviations, violation });
  };
  const isWanted = ({ label }: ChoicePoint): boolean =>
    handlers === undefined || handlers.some((handler) => label.startsWith(`${handler}.`));
  const deviationsAfter = async (deviations: Deviations): Promise<Deviation[]> =>
    deviationsAt((await pointsAfter(scenario, deviations, options)).filter(isWanted)).filter(
      ({ option }) => allowed(scenario, option) && faults?.includes(option) !== false,
    );

  if (slice.index === 0) await run({});
  const firsts = (await deviationsAfter({})).filter((_, index) => index % slice.of === slice.index);
  for (const first of firsts) {
    if (found.length >= foundMax) break;
    const deviation = { [first.label]: first.option };
    if (depth === 1) await run(deviation);
    else
      for (const second of await deviationsAfter(deviation))
        if (found.length < foundMax) await run({ ...deviation, [second.label]: second.option });
  }
  return { runs, injected, found, cpuSeconds: cpuSeconds() - begunAt };
}

interface Deviation {
  readonly label: string;
  readonly option: string;
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

function deviationsAt(points: readonly ChoicePoint[]): Deviation[] {
  return points.flatMap(({ label, options }) => options.slice(1).map((option) => ({ label, option })));
}
