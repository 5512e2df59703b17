/**
 * The seam of a harvester type: what a protocol must say for Reeve to harvest it.
 *
 * A type is pure. It says which request comes next and reads the reply; walking, deduplicating, retrying, throttling
 * and size limits are written once, around it (`lambdas/discover.ts`, `lambdas/harvest.ts`, `lib/remote`).
 */
import type { z } from 'zod';
import type { Json } from '../json.ts';
import type { CatalogueRecord } from './record.ts';

/** One request to a remote, as plain data, so that it can be a cursor in a session item. */
export interface RemoteRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  /** Sent as they are; names in lower case. Never credentials: those are bound to the remote by lib/remote. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A POST that only asks, as a search does: it may be sent again when it failed in passing. A GET always may. */
  readonly repeatable?: true;
}

/** What a remote answered: any status, decompressed bytes, never partial. */
export interface RemoteReply {
  /** The URL that answered, after redirects. */
  readonly url: string;
  readonly status: number;
  /** Names in lower case; several values joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A resource as the listing names it: enough to fetch it, or all there is to know when `listed` is set. */
export interface ListedResource {
  /** Stable over sessions and unique within the remote. */
  readonly id: string;
  readonly title?: string;
  /** What `resourceRequest` needs besides the id; small (it lies in the batch item). */
  readonly hint?: Json;
  /** What the listing already said of the resource, for types whose listing carries whole records (staged, not in the table). */
  readonly listed?: Json;
}

/** Several requests may follow from one reply (folders of a directory): the walker takes them in order. */
export interface Listing {
  readonly resources: readonly ListedResource[];
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
  readonly settings: z.ZodType<Settings>;
  /** The requests that would show that `url` is a remote of this type, most telling first; at most three. */
  probeRequests(url: string): readonly RemoteRequest[];
  readProbe(url: string, reply: RemoteReply): ProbeVerdict;
  firstListing(url: string, settings: Settings): RemoteRequest;
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
