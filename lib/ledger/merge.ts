/** What a session makes of one entry of the ledger. Pure: the same session makes the same of it, whoever finalizes it and how often. */
import type { Instant, Made, PlannedResource, ResourceOutcome } from '../session/session.ts';
import { isHeld, type Entry, type Place, type Tombstone } from './entry.ts';

/** What the session knows of one resource. */
export type News =
  | {
      readonly of: 'harvest';
      readonly resource: PlannedResource;
      readonly outcome: ResourceOutcome;
      readonly place: Place;
    }
  | {
      /** It was listed and not planned. */
      readonly of: 'named';
      readonly id: string;
      readonly title?: string;
      readonly unselected: boolean;
    };

/** What the session's listing says of a resource without news. */
export type Presence = 'listed' | 'missing' | 'deleted' | 'unchanged' | 'not told';

export interface Judging {
  /** When the session was concluded: the tombstones' time. */
  readonly at: Instant;
  /** Whether what is missing or deleted is believed to be gone. */
  readonly believed: boolean;
  readonly graceListings: number;
  readonly graceDays: number;
}

export type Fate = 'new' | 'changed' | 'unchanged' | 'gone' | 'restored' | 'removed' | 'none';

/** @returns the entry as it is from now on, `undefined` when nothing is known any more; and what happened to what is held */
export function merged(
  before: Entry | undefined,
  news: News | undefined,
  presence: Presence,
  judging: Judging,
): { entry: Entry | undefined; fate: Fate } {
  if (news?.of === 'harvest') return harvested(before, news);
  if (news?.of === 'named') return named(before, news);
  if (before === undefined) return { entry: undefined, fate: 'none' };
  if (presence === 'listed') return seen(before);
  if (presence === 'not told' || (presence === 'unchanged' && before.gone !== undefined))
    return { entry: before, fate: 'none' };
  if (presence === 'unchanged') return { entry: before, fate: isHeld(before) ? 'unchanged' : 'none' };
  return isHeld(before)
    ? missed(before, judging)
    : { entry: judging.believed ? undefined : before, fate: 'none' };
}

function harvested(
  before: Entry | undefined,
  { resource, outcome, place }: Extract<News, { of: 'harvest' }>,
): { entry: Entry | undefined; fate: Fate } {
  const { id, title, version } = resource;
  const heldBefore = before !== undefined && isHeld(before);
  const known = {
    id,
    ...(title === undefined ? {} : { title }),
    ...(version === undefined ? {} : { version }),
  };
  const { made } = outcome;
  if (outcome.outcome === 'harvested' && made !== undefined) {
    const fate = fateOf(heldBefore ? before : undefined, made);
    return { entry: { ...known, place, made }, fate };
  }
  // What failed, was lost or skipped is listed: what is held of it stays as it was made.
  if (!heldBefore) return { entry: { id, ...(title === undefined ? {} : { title }) }, fate: 'none' };
  if (outcome.outcome === 'unchanged') {
    // The record that is held is the one of before, and so is its fingerprint.
    const { fingerprint } = before.made;
    const entry = { ...known, place: before.place, made: { ...(made ?? before.made), fingerprint } };
    return { entry, fate: before.gone === undefined ? 'unchanged' : 'restored' };
  }
  return { entry: seen(before).entry, fate: before.gone === undefined ? 'none' : 'restored' };
}

function fateOf(before: (Entry & { made: Made }) | undefined, made: Made): Fate {
  if (before === undefined) return 'new';
  if (before.gone !== undefined) return 'restored';
  return before.made.fingerprint === made.fingerprint ? 'unchanged' : 'changed';
}

/** It is listed, and nothing new is known of it. */
function seen(before: Entry): { entry: Entry; fate: Fate } {
  const { gone, ...entry } = before;
  return { entry, fate: gone === undefined ? (isHeld(before) ? 'unchanged' : 'none') : 'restored' };
}

/** What is not selected any more stays held, as it was; what never was is noted, so that it can be. */
function named(
  before: Entry | undefined,
  { id, title, unselected }: Extract<News, { of: 'named' }>,
): { entry: Entry; fate: Fate } {
  if (before !== undefined && isHeld(before)) return seen(before);
  const entry = {
    id,
    ...(title === undefined ? {} : { title }),
    ...(unselected ? { leftOut: true as const } : {}),
  };
  return { entry, fate: 'none' };
}

function missed(
  before: Entry,
  { at, believed, graceListings, graceDays }: Judging,
): { entry: Entry | undefined; fate: Fate } {
  if (!believed) return { entry: before, fate: 'none' };
  const gone: Tombstone = {
    sinceAt: before.gone?.sinceAt ?? at,
    listings: (before.gone?.listings ?? 0) + 1,
  };
  const isOver = gone.listings >= graceListings && at - gone.sinceAt >= graceDays * 86_400_000;
  // A tombstone stands for one session at least, so that there is a time to see it.
  if (isOver && before.gone !== undefined) return { entry: undefined, fate: 'removed' };
  return { entry: { ...before, gone }, fate: before.gone === undefined ? 'gone' : 'none' };
}

/** What was made by another reader, or of other settings, tells nothing by its version or validators. */
export function comparedAnew({ version: _version, made, ...entry }: Entry): Entry {
  return made === undefined ? entry : { ...entry, made: { fingerprint: made.fingerprint } };
}
