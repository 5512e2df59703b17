/**
 * The state of a walk over a remote's listing, and the rules that keep a broken listing from looping, hiding resources or growing without bound.
 * Pure: the walk is fed replies that were read already, and says what to request next.
 */
import type { ListedResource, Listing, RemoteRequest } from '../harvesters/harvester.ts';
import type { ListingState } from '../session/session.ts';
import type { Limits } from '../session/limits.ts';
import { digest } from '../session/names.ts';

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
}

const WARNINGS_MAX = 20;
const ID_DIGEST_CHARS = 16;

export function newWalk(first: RemoteRequest | undefined): WalkState {
  return {
    frontier: first ? [first] : [],
    leftover: [],
    requestsSeen: [],
    idsSeen: [],
    barrenReplies: 0,
    listing: {
      ended: false,
      complete: false,
      fault: undefined,
      matched: undefined,
      duplicates: 0,
      warnings: [],
    },
    steppedOver: null,
  };
}

function requestKey({ method = 'GET', url, body = '' }: RemoteRequest): string {
  return digest(JSON.stringify([method, url, body]), ID_DIGEST_CHARS);
}

export class Walk {
  #frontier: RemoteRequest[];
  #leftover: ListedResource[];
  readonly #requestsSeen: Set<string>;
  readonly #idsSeen: Set<string>;
  #barrenReplies: number;
  #listing: ListingState;
  #steppedOver: string | null;
  readonly #limits: Limits;

  constructor(state: WalkState, limits: Limits) {
    this.#frontier = [...state.frontier];
    this.#leftover = [...state.leftover];
    this.#requestsSeen = new Set(state.requestsSeen);
    this.#idsSeen = new Set(state.idsSeen);
    this.#barrenReplies = state.barrenReplies;
    this.#listing = state.listing;
    this.#steppedOver = state.steppedOver;
    this.#limits = limits;
  }

  get state(): WalkState {
    return {
      frontier: this.#frontier,
      leftover: this.#leftover,
      requestsSeen: [...this.#requestsSeen],
      idsSeen: [...this.#idsSeen],
      barrenReplies: this.#barrenReplies,
      listing: this.#listing,
      steppedOver: this.#steppedOver,
    };
  }

  /** As the session may know it: not ended while resources that were read still wait for a place. */
  get listing(): ListingState {
    return this.#leftover.length === 0 ? this.#listing : { ...this.#listing, ended: false, complete: false };
  }

  /** Other places are still to be asked: the one that failed is a part, not the whole. */
  get hasOthers(): boolean {
    return this.#frontier.length > 0;
  }

  get requestsMade(): number {
    return this.#requestsSeen.size;
  }

  /** The resources that wait for a place. */
  takeResources(): readonly ListedResource[] {
    return this.#leftover.splice(0);
  }

  /** Resources that found no place. */
  giveBack(resources: readonly ListedResource[]): void {
    this.#leftover = [...resources, ...this.#leftover];
  }

  /** The request to make now; `undefined` at the end. */
  takeRequest(): RemoteRequest | undefined {
    while (!this.#listing.ended) {
      const request = this.#frontier.shift();
      if (request === undefined) {
        this.#end();
        return undefined;
      }
      const key = requestKey(request);
      if (this.#requestsSeen.has(key)) {
        this.stop(`the listing goes in circles: it leads to ${request.url} again`);
        return undefined;
      }
      if (this.#requestsSeen.size >= this.#limits.listingRequestsMax) {
        this.stop(
          `the listing was left after ${this.#limits.listingRequestsMax} requests (limit listingRequestsMax)`,
        );
        return undefined;
      }
      this.#requestsSeen.add(key);
      return request;
    }
    return undefined;
  }

  /** Takes in what was read from the reply to the last request. */
  read(page: Listing): void {
    for (const warning of page.warnings ?? []) this.#warn(warning);
    if (page.incomplete === true) {
      this.stepOver(page.warnings?.[0] ?? 'a part of the catalogue could not be listed');
    }
    if (page.matched !== undefined && Number.isSafeInteger(page.matched) && page.matched >= 0) {
      this.#listing = { ...this.#listing, matched: Math.max(page.matched, this.#listing.matched ?? 0) };
    }
    const fresh = page.resources.filter((resource) => this.#isNew(resource));
    this.#leftover.push(...fresh);
    this.#frontier = [...this.#unasked(page.next), ...this.#frontier];
    this.#barrenReplies = fresh.length === 0 && page.next.length > 0 ? this.#barrenReplies + 1 : 0;
    if (this.#barrenReplies > this.#limits.barrenRepliesMax) {
      this.stop(`the listing goes in circles: ${this.#barrenReplies} replies in a row named nothing new`);
    }
  }

  /** A part of the catalogue could not be listed; the rest may be. */
  stepOver(warning: string): void {
    this.#steppedOver ??= warning;
    this.#warn(warning);
  }

  /** Ends the listing early, for a reason in words. What is left over is still handed out. */
  stop(fault: string): void {
    if (!this.#listing.ended) this.#listing = { ...this.#listing, ended: true, complete: false, fault };
  }

  /** A directory may name the same place twice: that is a duplicate. A page that leads to a page that was read is a circle (`takeRequest`). */
  #unasked(next: readonly RemoteRequest[]): readonly RemoteRequest[] {
    if (next.length < 2) return next;
    const known = new Set([...this.#requestsSeen, ...this.#frontier.map(requestKey)]);
    return next.filter((request) => {
      const key = requestKey(request);
      if (known.has(key)) this.#warn(`the listing names ${request.url} more than once`);
      return known.size < known.add(key).size;
    });
  }

  #isNew(resource: ListedResource): boolean {
    if (Buffer.byteLength(resource.id) > this.#limits.resourceIdBytesMax || resource.id === '') {
      this.stepOver(
        `a resource was left out: its id is empty or longer than ${this.#limits.resourceIdBytesMax} bytes`,
      );
      return false;
    }
    const key = digest(resource.id, ID_DIGEST_CHARS);
    if (this.#idsSeen.has(key)) {
      this.#listing = { ...this.#listing, duplicates: this.#listing.duplicates + 1 };
      return false;
    }
    if (this.#idsSeen.size >= this.#limits.resourcesMax) {
      this.stop(`the listing was left after ${this.#limits.resourcesMax} resources (limit resourcesMax)`);
      return false;
    }
    this.#idsSeen.add(key);
    return true;
  }

  #warn(warning: string): void {
    const { warnings } = this.#listing;
    if (warnings.length < WARNINGS_MAX && !warnings.includes(warning)) {
      this.#listing = { ...this.#listing, warnings: [...warnings, warning] };
    }
  }

  /** The remote has been listed to its end: completely, if nothing was stepped over and as many came as it says it has. */
  #end(): void {
    const { matched, duplicates } = this.#listing;
    const listed = this.#idsSeen.size;
    let fault: string | undefined;
    if (matched !== undefined && listed < matched) {
      const twice = duplicates > 0 ? `; ${duplicates} came more than once` : '';
      fault = `the listing is not complete: the remote says that it has ${matched} resources and listed ${listed}${twice}`;
    } else if (this.#steppedOver !== null) {
      fault = `the listing is not complete: ${this.#steppedOver}`;
    }
    this.#listing = { ...this.#listing, ended: true, complete: fault === undefined, fault };
  }
}
