/** What a listing gives to be planned: resources that are selected, with what is held of them. */
import type { ListedResource } from '../harvesters/harvester.ts';
import type { LedgerView } from '../ledger/view.ts';
import type { Held, ListingState } from '../session/session.ts';

export interface Selected extends ListedResource {
  readonly held?: Held;
}

/** A resource that was listed and is not planned. */
export interface LeftOut {
  readonly id: string;
  readonly title?: string;
  /** Not selected; else it is only listed. */
  readonly unselected: boolean;
}

export interface Lister {
  readonly listing: ListingState;
  /** The next resources that are selected; perhaps none, though the listing has not ended. At most one request is made. */
  next(): Promise<readonly Selected[]>;
  /** What could not be placed any more. */
  giveBack(resources: readonly Selected[]): void;
  /** What was left out since this was asked last. */
  takeLeftOut(): readonly LeftOut[];
  readonly state: unknown;
}

export function withHeld(resource: ListedResource, view: Pick<LedgerView, 'held'>): Selected {
  const held = view.held(resource.id);
  return held === undefined ? resource : { ...resource, held };
}
