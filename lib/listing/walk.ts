/**
 * The state of a walk over a remote's listing, and the rules that keep a broken listing from looping, hiding resources or growing without bound.
 * Pure: the walk is fed replies that were read already, and says what to request next.
 */
import type { HarvesterType, ListedResource, Listing, RemoteRequest } from '../harvesters/harvester.ts';
import type { Json } from '../json.ts';
import type { ListingState } from '../session/session.ts';
import type { Limits } from '../session/limits.ts';
import { requestKey, seenKey, type Validators, type WalkState } from './walk-state.ts';

const WARNINGS_MAX = 20;
/** So many unreadable resources before the first readable one: it is the remote that is broken. */
const SPOILT_AT_FIRST_MAX = 2;

export class Walk {
  #frontier: RemoteRequest[];
  #leftover: ListedResource[];
  readonly #requestsSeen: Set<string>;
  readonly #idsSeen: Set<string>;
  #barrenReplies: number;
  #listing: ListingState;
  #steppedOver: string | null;
  #gone: string[];
  #pageSizeWhole: number | null;
  #spoilt: number;
  #state: Json | undefined;
  #validators: Validators | undefined;
  readonly #limits: Limits;

  constructor(state: WalkState, limits: Limits) {
    this.#frontier = [...state.frontier];
    this.#leftover = [...state.leftover];
    this.#requestsSeen = new Set(state.requestsSeen);
    this.#idsSeen = new Set(state.idsSeen);
    this.#barrenReplies = state.barrenReplies;
    this.#listing = state.listing;
    this.#steppedOver = state.steppedOver;
    this.#gone = [...state.gone];
    this.#pageSizeWhole = state.pageSizeWhole;
    this.#spoilt = state.spoilt;
    this.#state = state.state;
    this.#validators = state.validators;
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
      gone: this.#gone,
      pageSizeWhole: this.#pageSizeWhole,
      spoilt: this.#spoilt,
      ...(this.#state === undefined ? {} : { state: this.#state }),
      ...(this.#validators === undefined ? {} : { validators: this.#validators }),
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

  /** The remote's own URL is redirected to this origin. */
  moveTo(origin: string): void {
    this.#listing = { ...this.#listing, movedTo: origin };
  }

  get requestsMade(): number {
    return this.#requestsSeen.size;
  }

  get hasListed(): boolean {
    return this.#idsSeen.size > 0;
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

  /** Whether a resource was listed. */
  hasSeen(id: string): boolean {
    return this.#idsSeen.has(seenKey(id));
  }

  /** Begins anew with another first request: the remote does not answer the one that was made. */
  beginAgain(first: RemoteRequest, of: ListingState['of'], warning: string): void {
    this.#frontier = [first];
    this.#listing = { ...this.#listing, of };
    this.#warn(warning);
  }

  /** The remote says that nothing has changed since it was asked last. */
  endUnchanged(): void {
    this.#frontier = [];
    this.#listing = { ...this.#listing, of: 'changes' };
  }

  /** What of the one answer may be asked with next time; another answer makes it worthless. */
  validate(validators: Validators): void {
    this.#validators = validators;
  }

  /** Resources that were listed and are not planned. */
  leaveOut(resources: number, { accounted }: { accounted: boolean }): void {
    const { notSelected, withoutBatch } = this.#listing;
    this.#listing = accounted
      ? { ...this.#listing, withoutBatch: withoutBatch + resources }
      : { ...this.#listing, notSelected: notSelected + resources };
  }

  /**
   * A page could not be read: half of it is asked for, down to the one resource that spoils it, which is stepped over.
   * @returns false when the request is no page that could be halved, or too much was stepped over already
   */
  halve(request: RemoteRequest, paging: NonNullable<HarvesterType['paging']>, because: string): boolean {
    const page = paging.of(request);
    if (page === undefined || this.#listing.ended) return false;
    this.#pageSizeWhole ??= page.size;
    if (page.size > 1) {
      this.#frontier.unshift(paging.at(request, { ...page, size: Math.floor(page.size / 2) }));
      return true;
    }
    const most = this.#idsSeen.size === 0 ? SPOILT_AT_FIRST_MAX : this.#limits.spoiltResourcesMax;
    if (this.#spoilt >= most) return false;
    this.#spoilt += 1;
    this.stepOver(`the resource at position ${page.position + 1} cannot be listed: ${because}`);
    this.#frontier.unshift(paging.at(request, { position: page.position + 1, size: 1 }));
    return true;
  }

  /** Behind what had to be halved, pages grow again. */
  #grown(next: readonly RemoteRequest[], paging: HarvesterType['paging']): readonly RemoteRequest[] {
    const whole = this.#pageSizeWhole;
    if (whole === null || paging === undefined) return next;
    return next.map((request) => {
      const page = paging.of(request);
      if (page === undefined || page.size >= whole) return request;
      return paging.at(request, { ...page, size: Math.min(whole, page.size * 2) });
    });
  }

  /** Takes in what was read from the reply to the last request. */
  read(page: Listing, paging?: HarvesterType['paging']): void {
    for (const warning of page.warnings ?? []) this.#warn(warning);
    if (page.incomplete === true) {
      this.stepOver(page.warnings?.[0] ?? 'a part of the catalogue could not be listed');
    }
    if (page.matched !== undefined && Number.isSafeInteger(page.matched) && page.matched >= 0) {
      this.#listing = { ...this.#listing, matched: Math.max(page.matched, this.#listing.matched ?? 0) };
    }
    this.#noteGone(page.gone ?? []);
    if (page.state !== undefined) this.#state = page.state;
    if (page.unchanged === true) this.endUnchanged();
    const news = this.add(page.resources) + (page.gone?.length ?? 0);
    this.#frontier = [...this.#unasked(this.#grown(page.next, paging)), ...this.#frontier];
    this.#barrenReplies = news === 0 && page.next.length > 0 ? this.#barrenReplies + 1 : 0;
    if (this.#barrenReplies > this.#limits.barrenRepliesMax) {
      this.stop(`the listing goes in circles: ${this.#barrenReplies} replies in a row named nothing new`);
    }
  }

  #noteGone(ids: readonly string[]): void {
    const room = this.#limits.resourcesMax - this.#gone.length;
    for (const id of ids.slice(0, room)) this.#gone.push(id);
    if (ids.length > room)
      this.stop(`the listing was left after ${this.#limits.resourcesMax} deletions (limit resourcesMax)`);
  }

  /** @returns how many of the resources are new */
  add(resources: readonly ListedResource[]): number {
    const fresh = resources.filter((resource) => this.#isNew(resource));
    for (const resource of fresh) this.#leftover.push(resource);
    return fresh.length;
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
    const key = seenKey(resource.id);
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
    if (this.#requestsSeen.size !== 1) this.#validators = undefined;
  }
}
