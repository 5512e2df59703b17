/**
 * The seam of a harvester type: what a protocol must say for Reeve to harvest it.
 *
 * A type is pure. It says which request comes next and reads the reply; walking, deduplicating, retrying, throttling
 * and size limits are written once, around it (`lambdas/discover.ts`, `lambdas/harvest.ts`, `lib/remote`).
 */
import type * as z from 'zod/mini';
import type { Json } from '../json.ts';
import type { PageAt } from './paging.ts';
import type { Bbox, CatalogueRecord } from './record.ts';

/** One request to a remote, as plain data, so that it can be a cursor in a session item. */
export interface RemoteRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** Sent as they are; names in lower case. Never credentials: those are bound to the remote by lib/remote. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A POST that only asks, as a search does: it may be sent again when it failed in passing. A GET always may. */
  readonly repeatable?: true;
  /** How long the answer may be, inflated, of a type whose whole catalogue is one document; without it lib/remote's own bound holds. */
  readonly bodyBytesMax?: number;
}

/** What a remote answered: any status, decompressed bytes, never partial. */
export interface RemoteReply {
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case; several values joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether the harvester's credentials were sent to whoever gave this answer; absent when it has none. */
  readonly credentials?: 'sent' | 'withheld';
}

/** Which resources of a remote a session is about: a resource must meet every part that is given. */
export interface Filter {
  /** A part of the title, whatever its case. */
  readonly title?: string;
  /** Any of these types of record (`properties.type`), whatever their case. */
  readonly types?: readonly string[];
  /** Any of these keywords, whatever their case. */
  readonly keywords?: readonly string[];
  /** Its box and this one have a point in common. */
  readonly bbox?: Bbox;
  /** Last changed on or after, on or before: RFC 3339 dates (`2026-01-31`) or instants. */
  readonly updatedFrom?: string;
  readonly updatedTo?: string;
}

/** What a filter looks at, as far as the listing says it; a type whose listing carries whole records need not fill it in. */
export interface Facts {
  readonly title?: string;
  readonly type?: string;
  readonly keywords?: readonly string[];
  readonly bbox?: Bbox;
  readonly updated?: string;
}

/** What a session asks of a listing besides all of it. */
export interface Asked {
  /** Only what changed at or after this instant (milliseconds since 1970), overlap included; given only to types whose `listsChanges` is true. */
  readonly changedSinceAt?: number;
  /** A type asks the remote for as much of it as the protocol can say; all of it is judged again here. */
  readonly filter?: Filter;
  /** `Listing.state` of the last complete listing: what lets the remote say that nothing has changed since. */
  readonly state?: Json;
}

/** A resource as the listing names it: enough to fetch it, or all there is to know when `listed` is set. */
export interface ListedResource {
  /** Stable over sessions and unique within the remote. */
  readonly id: string;
  readonly title?: string;
  /**
   * What the listing says of the state that the resource is in (a date of change, an ETag, a checksum), in at most 200 characters: when it
   * is what it was when the record that is held was made, a resource that would have to be fetched is `unchanged` instead. Only where the remote changes it with every change.
   */
  readonly version?: string;
  readonly facts?: Facts;
  /** What `resourceRequest` needs besides the id; small (it lies in the batch item). */
  readonly hint?: Json;
  /** What the listing already said of the resource, for types whose listing carries whole records (staged, not in the table). */
  readonly listed?: Json;
}

/** Several requests may follow from one reply (folders of a directory): the walker takes them in order. */
export interface Listing {
  readonly resources: readonly ListedResource[];
  /** Resources that follow `resources` and are read one at a time, for documents too large to hold as objects; what it throws breaks the listing off there. */
  readonly stream?: Iterable<ListedResource>;
  /** The ids of resources that the remote says it has deleted (OAI-PMH). */
  readonly gone?: readonly string[];
  /** The remote says that nothing has changed since `Asked.state`: what is held is the listing. */
  readonly unchanged?: true;
  /** Small; handed back as `Asked.state` next time when this listing was complete. */
  readonly state?: Json;
  /** The requests that continue the listing; empty at its end. */
  readonly next: readonly RemoteRequest[];
  /** How many resources the remote says there are in all, where the protocol says so. */
  readonly matched?: number;
  /** What the reader had to step over (a locked folder, a layer without a name): counted, shown, and the listing is then not complete if `incomplete`. */
  readonly warnings?: readonly string[];
  /** True when a part of the catalogue could not be listed although the listing goes on. */
  readonly incomplete?: boolean;
}

export type Reading =
  | { readonly reading: 'record'; readonly record: CatalogueRecord }
  | { readonly reading: 'invalid'; readonly because: string }
  | { readonly reading: 'gone'; readonly because: string };

/** How sure `probe` is that a reply was given by a remote of this type. */
export type ProbeVerdict =
  { readonly match: true; readonly title?: string } | { readonly match: false; readonly because: string };

export interface HarvesterType<Settings = unknown> {
  readonly type: string;
  /** One line for people: which servers it speaks to. */
  readonly describes: string;
  readonly settings: z.ZodMiniType<Settings>;
  /** The requests that would show that `url` is a remote of this type, most telling first; at most three. */
  probeRequests(url: string): readonly RemoteRequest[];
  readProbe(url: string, reply: RemoteReply): ProbeVerdict;
  /** True when `firstListing` heeds `Asked.changedSinceAt`. */
  readonly listsChanges?: true;
  /** By which parts of a filter its listing can be judged; absent: by all, since it says all or carries whole records. */
  readonly filters?: readonly (keyof Filter)[];
  /**
   * For listings that are paged by position: where a request of `firstListing` or `Listing.next` stands, and the same request elsewhere. A page
   * that cannot be read is then halved down to the one resource that spoils it, which is stepped over.
   */
  readonly paging?: {
    of(request: RemoteRequest): PageAt | undefined;
    at(request: RemoteRequest, page: PageAt): RemoteRequest;
  };
  firstListing(url: string, settings: Settings, asked?: Asked): RemoteRequest;
  /**
   * Reads one page of the listing. `request` is the request that was answered.
   * @throws RemoteRefused | RemoteUnreadable | RemoteBusy | RemoteException (lib/session/errors.ts) when the reply is not a listing
   */
  readListing(
    context: { url: string; settings: Settings; request: RemoteRequest },
    reply: RemoteReply,
  ): Listing;
  /** `undefined` when the listing said it all: then `readResource` is called without a reply. */
  resourceRequest(
    context: { url: string; settings: Settings },
    resource: ListedResource,
  ): RemoteRequest | undefined;
  /** @throws as `readListing`, when the reply is an error of the remote rather than a broken resource */
  readResource(
    context: { url: string; settings: Settings },
    resource: ListedResource,
    reply: RemoteReply | undefined,
  ): Reading;
}
