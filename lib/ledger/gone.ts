/** When a listing is believed about what it does not list: the rules that keep a failing remote from deleting what is held. */
import type { Session } from '../session/session.ts';

export interface Missing {
  /** Resources of which a record is held. */
  readonly held: number;
  /** Of those: how many are missing from the listing, or said to be deleted. */
  readonly missing: number;
  /** How many different resources were listed. */
  readonly listed: number;
}

/** One resource may always be missing: of nine resources, one is more than a tenth. */
const MISSING_ALLOWED = 1;

/**
 * Whether a session's listing can tell that a resource is missing at all: it was of everything, it reached its end without a fault, and the
 * session ended by itself. Nothing is ever missing from part of a listing.
 */
export function listsEverything(session: Session): boolean {
  const { listing, keeping, conclusion, status, retryOf } = session;
  return (
    retryOf === undefined &&
    listing.ended &&
    listing.complete &&
    listing.of === 'all' &&
    keeping.filter === undefined &&
    status !== 'aborted' &&
    conclusion?.finalizedBy === 'workflow' &&
    // Without a number to reach, something that came twice says that the pages moved while they were read.
    (listing.matched !== undefined || listing.duplicates === 0)
  );
}

/** Whether a session may take the remote's own word for a deletion: it ended by itself, and was no retry. */
export function hearsDeletions({ status, conclusion, retryOf, keeping }: Session): boolean {
  return (
    retryOf === undefined &&
    keeping.filter === undefined &&
    status !== 'aborted' &&
    conclusion?.finalizedBy === 'workflow'
  );
}

/** Why so much is not believed to be gone, as a sentence; `undefined` when it is believed. */
export function disbeliefOf(session: Session, { held, missing, listed }: Missing): string | undefined {
  if (missing === 0 || session.asks.acceptGone) return undefined;
  const { goneSharePercentMax } = session.keeping;
  const so = `${missing} of ${held} held resources are missing from the listing`;
  if (listed === 0) return `${so}: an empty listing is not believed; nothing was taken for gone`;
  const percent = (missing / held) * 100;
  if (missing <= MISSING_ALLOWED || percent <= goneSharePercentMax) return undefined;
  return `${so}, ${percent.toFixed(1)} %: more than the ${goneSharePercentMax} % of goneSharePercentMax; nothing was taken for gone`;
}
