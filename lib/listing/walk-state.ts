/** What of a walk over a listing is kept between two calls of discover, and how a walk begins. */
import type { ListedResource, RemoteRequest } from '../harvesters/harvester.ts';
import type { Json } from '../json.ts';
import { digest } from '../session/names.ts';
import type { ListingState } from '../session/session.ts';

/** What of a walk goes into the cursor. */
export interface WalkState {
  /** Requests still to make, the next one first: depth first, so that a directory's folders follow each other to their end. */
  readonly frontier: readonly RemoteRequest[];
  /** Resources that were read but found no place in the last wave. */
  readonly leftover: readonly ListedResource[];
  readonly requestsSeen: readonly string[];
  readonly idsSeen: readonly string[];
  readonly barrenReplies: number;
  readonly listing: ListingState;
  /** Some part was stepped over: the walk may reach its end, but never completeness. */
  readonly steppedOver: string | null;
  /** What the remote says it has deleted. */
  readonly gone: readonly string[];
  /** How large pages are when none had to be halved; null while none had to be. */
  readonly pageSizeWhole: number | null;
  /** Resources that were stepped over because they spoil every page that they are on. */
  readonly spoilt: number;
  /** What the listing gives to be asked with next time. */
  readonly state?: Json;
  readonly validators?: Validators;
  /** By which reader what is held was looked up: a deployment may bring another in the middle of a session. */
  readonly madeBy?: string;
}

/** Of the one answer that a listing was (RFC 9110, 8.8). */
export interface Validators {
  readonly url: string;
  readonly etag?: string;
  readonly modified?: string;
}

const KEY_CHARS = 16;

/** How a resource is noted as seen: ids may be long, and there may be a million of them. */
export function seenKey(id: string): string {
  return digest(id, KEY_CHARS);
}

export const NEW_LISTING: ListingState = {
  ended: false,
  complete: false,
  fault: undefined,
  matched: undefined,
  duplicates: 0,
  of: 'all',
  notSelected: 0,
  withoutBatch: 0,
  warnings: [],
};

export function newWalk(first: RemoteRequest | undefined, of: ListingState['of'] = 'all'): WalkState {
  return {
    frontier: first ? [first] : [],
    leftover: [],
    requestsSeen: [],
    idsSeen: [],
    barrenReplies: 0,
    listing: { ...NEW_LISTING, of },
    steppedOver: null,
    gone: [],
    pageSizeWhole: null,
    spoilt: 0,
  };
}

/** How a request is noted as made. */
export function requestKey({ method = 'GET', url, body = '' }: RemoteRequest): string {
  return digest(JSON.stringify([method, url, body]), KEY_CHARS);
}
