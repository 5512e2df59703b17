/** Of the resources of a session those that were asked for, and how many of each outcome there are. */
import type { OutcomeSoFar, ResourceLine } from '../resources.ts';
import { NO_COUNTS } from '../session/conclusion.ts';

export interface LinesAsked {
  /** Without it: what was not harvested. */
  readonly outcome: OutcomeSoFar | 'all' | undefined;
  readonly limit: number;
  readonly offset: number;
}

export interface Found {
  readonly page: readonly ResourceLine[];
  readonly matching: number;
  readonly reported: number;
  readonly listed: number;
  /** By outcome. */
  readonly counts: Readonly<Record<OutcomeSoFar, number>>;
}

const OK: ReadonlySet<OutcomeSoFar> = new Set(['harvested', 'unchanged', 'under way']);

/** Goes through all of them; holds only the page that was asked for. */
export async function collectLines(
  lines: AsyncIterable<ResourceLine>,
  { outcome, limit, offset }: LinesAsked,
): Promise<Found> {
  const { total, ...none } = NO_COUNTS;
  const counts: Record<OutcomeSoFar, number> = { ...none, 'under way': 0 };
  const page: ResourceLine[] = [];
  let matching = 0;
  let listed = 0;
  for await (const line of lines) {
    listed += 1;
    counts[line.outcome] += 1;
    if (!isWanted(line.outcome, outcome)) continue;
    if (matching >= offset && page.length < limit) page.push(line);
    matching += 1;
  }
  return { page, matching, reported: listed - counts['under way'], listed, counts };
}

function isWanted(outcome: OutcomeSoFar, wanted: LinesAsked['outcome']): boolean {
  if (wanted === undefined) return !OK.has(outcome);
  return wanted === 'all' || outcome === wanted;
}
