/**
 * What a worker has done of its batch so far. It is kept when the worker stops before its own time-out, and, after a worker has died
 * on the batch, before each resource: so that a batch goes on where it was, and a resource that kills its workers is found out.
 */
import * as z from 'zod/mini';
import type { ResourceOutcome } from '../session/session.ts';

const Outcome = z.object({
  outcome: z.enum(['harvested', 'unchanged', 'failed', 'skipped', 'lost']),
  because: z.optional(z.string()),
  made: z.optional(
    z.object({ fingerprint: z.string(), etag: z.optional(z.string()), modified: z.optional(z.string()) }),
  ),
});

const Progress = z.object({
  outcomes: z.array(z.nullable(Outcome)),
  lines: z.array(z.string()),
  /** The resource that the worker was about to harvest when this was written. */
  inHand: z.optional(z.int()),
  /** How often a worker stopped by itself, before its time-out. */
  cleanStops: z.int(),
});

export interface Progress {
  /** Parallel to the batch's resources; null is still to do. */
  readonly outcomes: (ResourceOutcome | null)[];
  /** The records that were read, as JSON texts. */
  readonly lines: string[];
  inHand: number | undefined;
  cleanStops: number;
}

export function newProgress(size: number): Progress {
  return { outcomes: Array.from({ length: size }, () => null), lines: [], inHand: undefined, cleanStops: 0 };
}

/** What was kept; a new start when nothing (or nothing that fits this batch) was. */
export function parseProgress(kept: unknown, size: number): Progress {
  const parsed = Progress.safeParse(kept);
  if (!parsed.success || parsed.data.outcomes.length !== size) return newProgress(size);
  const { outcomes, lines, inHand, cleanStops } = parsed.data;
  return {
    outcomes: outcomes.map((one) => one && outcomeOf(one)),
    lines,
    inHand,
    cleanStops,
  };
}

/** How many workers died on this batch: tries that neither committed nor stopped by themselves. `tries` counts the present one. */
export function deathsOf(tries: number, progress: Progress): number {
  return Math.max(0, tries - 1 - progress.cleanStops);
}

function outcomeOf({ outcome, because, made }: z.infer<typeof Outcome>): ResourceOutcome {
  return {
    outcome,
    ...(because === undefined ? {} : { because }),
    ...(made === undefined
      ? {}
      : {
          made: {
            fingerprint: made.fingerprint,
            ...(made.etag === undefined ? {} : { etag: made.etag }),
            ...(made.modified === undefined ? {} : { modified: made.modified }),
          },
        }),
  };
}
