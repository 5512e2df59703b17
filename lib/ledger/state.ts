/** What a resource of a remote is to us, in words. */
import type { ResourceState } from '../resources.ts';
import { isHeld, type Entry } from './entry.ts';

export function stateOf(entry: Entry): ResourceState {
  if (isHeld(entry)) return entry.gone === undefined ? 'held' : 'gone';
  return entry.leftOut === true ? 'not selected' : 'not held';
}

/** What is told of an entry outside. */
export interface HeldView {
  readonly id: string;
  readonly title: string | null;
  readonly is: ResourceState;
  readonly version: string | null;
  readonly heldFromSession: string | null;
  /** ISO 8601 in UTC. */
  readonly goneSince: string | null;
  readonly missingFromListings: number;
}

export function heldView(entry: Entry): HeldView {
  return {
    id: entry.id,
    title: entry.title ?? null,
    is: stateOf(entry),
    version: entry.version ?? null,
    heldFromSession: entry.place?.session ?? null,
    goneSince: entry.gone === undefined ? null : new Date(entry.gone.sinceAt).toISOString(),
    missingFromListings: entry.gone?.listings ?? 0,
  };
}
