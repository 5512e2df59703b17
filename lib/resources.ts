/** What became of each resource of a session, read from its batches. */
import type { Ports } from './ports.ts';
import { outcomesOf } from './session/conclusion.ts';
import type { Batch, Outcome, Session } from './session/session.ts';
import { isTerminal } from './session/transitions.ts';
import { all } from './pages.ts';

/** What a resource of a remote is to us, between sessions. */
export const RESOURCE_STATES = ['held', 'gone', 'not held', 'not selected'] as const;
export type ResourceState = (typeof RESOURCE_STATES)[number];

export const OUTCOMES = [
  'harvested',
  'unchanged',
  'failed',
  'skipped',
  'lost',
] as const satisfies readonly Outcome[];
/** A resource of an open session that nobody has reported on so far is none of the outcomes yet. */
export type OutcomeSoFar = Outcome | 'under way';

export interface ResourceLine {
  readonly id: string;
  readonly title: string;
  readonly outcome: OutcomeSoFar;
  /** Empty for what was harvested. */
  readonly because: string;
}

export async function* resourcesOf(
  ports: Pick<Ports, 'batches'>,
  session: Session,
): AsyncGenerator<ResourceLine> {
  for await (const batch of all((cursor) => ports.batches.list(session.id, cursor)))
    yield* batchLines(session, batch);
}

/** None for a batch of an attempt that was not accepted. */
export function batchLines(session: Session, batch: Batch): ResourceLine[] {
  if (!session.waves.some(({ attempt }) => attempt === batch.key.attempt)) return [];
  const outcomes =
    isTerminal(session.status) || batch.outcomes
      ? outcomesOf(batch, session.status === 'aborted')
      : undefined;
  return linesOf(batch, outcomes);
}

function linesOf(
  batch: Batch,
  outcomes: readonly { outcome: Outcome; because?: string }[] | undefined,
): ResourceLine[] {
  return batch.resources.map(({ id, title }, index) => {
    const outcome = outcomes?.[index];
    return {
      id,
      title: title ?? '',
      outcome: outcome?.outcome ?? 'under way',
      because: outcome?.because ?? '',
    };
  });
}
