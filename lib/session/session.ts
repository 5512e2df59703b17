/** The words of the protocol as types: session, harvester, wave, batch, outcome, counts, conclusion. */
import type { Json } from '../json.ts';
import type { ListedResource } from '../harvesters/harvester.ts';
import type { CredentialsReference } from './credentials.ts';
import type { Keeping } from './keeping.ts';
import type { Pace } from './limits.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number;

export const OPEN_STATUSES = ['pending', 'on-going', 'aborting'] as const;
export const TERMINAL_STATUSES = [
  'finished-all-ok',
  'finished-all-failed',
  'finished-some-failed',
  'aborted',
] as const;
export type OpenStatus = (typeof OPEN_STATUSES)[number];
export type TerminalStatus = (typeof TERMINAL_STATUSES)[number];
export type SessionStatus = OpenStatus | TerminalStatus;

/** Who called the finalizer that concluded the session. */
export type FinalizedBy = 'workflow' | 'monitor' | 'event' | 'sweep' | 'start';

/** GeoNode's harvester statuses; here they follow from the lease and the open session, they are not kept. */
export const HARVESTER_STATUSES = [
  'ready',
  'updating-harvestable-resources',
  'aborting-update-harvestable-resources',
  'harvesting-resources',
  'aborting-harvesting-resources',
  'checking-availability',
] as const;
export type HarvesterStatus = (typeof HARVESTER_STATUSES)[number];

/** Where and how to harvest: copied from the harvester into each session when it is opened. */
export interface RemoteSettings {
  readonly type: string;
  readonly url: string;
  /** The settings of the harvester type, as its schema made them. */
  readonly settings: Json;
  /** For a remote that is not open to everybody. */
  readonly credentials?: CredentialsReference;
}

/** GeoNode's two kinds of session: one that harvests, and one that only lists what there is to harvest. */
export const SESSION_KINDS = ['harvesting', 'discover-harvestable-resources'] as const;
export type SessionKind = (typeof SESSION_KINDS)[number];

/** What the starter of a session asks of it besides what its harvester is set to. */
export interface Asks {
  /** Fetch and read every resource again, whatever is known of it. */
  readonly full: boolean;
  /** Believe the listing even where more is gone than `goneSharePercentMax` allows. */
  readonly acceptGone: boolean;
}

/** The ledger that a session left behind: what is held of every resource of the remote. */
export interface LedgerPointer {
  readonly sessionId: string;
}

/** What a session changed of what is held, in numbers of resources. */
export interface Difference {
  readonly new: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Missing from the listing for the first time, or said to be deleted: still held, with a tombstone. */
  readonly gone: number;
  /** Had a tombstone, and are listed again. */
  readonly restored: number;
  /** Had a tombstone for long enough: not held any more. */
  readonly removed: number;
  /** Records that are held now, those with a tombstone included. */
  readonly held: number;
  /** Why resources that were not listed were not taken for gone; undefined when they were, or when there were none. */
  readonly goneRefused: string | undefined;
}

export interface Harvester {
  readonly id: string;
  readonly name: string;
  readonly remote: RemoteSettings;
  readonly pace: Pace;
  readonly keeping: Keeping;
  /** What is held: replaced in the one write that frees the harvester. */
  readonly ledger: LedgerPointer | undefined;
  /** The session that holds this harvester; void when that session is closed or missing. */
  readonly lease: string | undefined;
  /** How many sessions have held the lease: the order of sessions, whatever their clocks say. */
  readonly sequence: number;
  /** The last session that closed. */
  readonly lastSessionId: string | undefined;
  /** When sessions are started by themselves; the schedule that starts them is made after this. */
  readonly schedule?: Recurrence | undefined;
  /** It is being deleted since then: no session takes the lease any more, and its parts go one by one. */
  readonly deletingAt?: Instant | undefined;
  readonly revision: number;
}

/** When a harvester is harvested again and again, as it was written: `15m`, `1d`, or five fields of cron. */
export interface Recurrence {
  readonly every: string;
  /** Of a cron expression. */
  readonly timezone: string;
}

/** The batches that one pass of discover added; they count from the moment they are listed in the session. */
export interface Wave {
  /** Names the items of this wave: a discover that runs twice writes under two attempts, and one is accepted. */
  readonly attempt: string;
  readonly firstBatch: number;
  readonly batches: number;
  readonly resources: number;
}

export interface Counts {
  readonly total: number;
  readonly harvested: number;
  readonly unchanged: number;
  readonly failed: number;
  readonly skipped: number;
  readonly lost: number;
}

/** Failures with the same reason, counted, with one resource that shows it. */
export interface ReasonCount {
  readonly reason: string;
  readonly count: number;
  readonly example: string;
}

export interface Conclusion {
  readonly counts: Counts;
  readonly finalizedBy: FinalizedBy;
  /** In words: why the session ended as it did; empty when all went well. */
  readonly cause: string;
  readonly reasons: readonly ReasonCount[];
  readonly concludedAt: Instant;
}

/** How far the listing of the remote got. */
export interface ListingState {
  /** The origin that the remote's own URL redirects to, where it does: links to it are the remote's own. */
  readonly movedTo?: string;
  /** Nothing more will be listed, for whatever reason. */
  readonly ended: boolean;
  /** The remote was listed to its end and nothing was stepped over: without it nothing is all ok. */
  readonly complete: boolean;
  /** Why the listing ended early or is not complete. */
  readonly fault: string | undefined;
  /** How many resources the remote says it has. */
  readonly matched: number | undefined;
  /** Resources that were listed more than once, and dropped. */
  readonly duplicates: number;
  /** What was asked of the remote: all that it has, or what changed since an earlier session. */
  readonly of: 'all' | 'changes';
  /** Resources that were listed but are not selected, or do not meet the filter. */
  readonly notSelected: number;
  /**
   * Resources that are accounted for as unchanged without a batch: those that are held and of which the remote says that they have not
   * changed, and all of a session that only lists.
   */
  readonly withoutBatch: number;
  /** What had to be stepped over, bounded. */
  readonly warnings: readonly string[];
}

export interface Session {
  readonly id: string;
  readonly kind: SessionKind;
  readonly harvesterId: string;
  /** Raised by every write; a write is conditional on the revision that it was decided on. */
  readonly revision: number;
  /** Given by the lease; 0 until the lease is held. */
  readonly sequence: number;
  /** For a session of only the failed and lost of an earlier one: that session. */
  readonly retryOf: string | undefined;
  readonly remote: RemoteSettings;
  readonly pace: Pace;
  readonly keeping: Keeping;
  readonly asks: Asks;
  /** What was held when the lease was taken: nobody else changes it before this session is closed. */
  readonly ledger: LedgerPointer | undefined;
  readonly status: SessionStatus;
  readonly startedAt: Instant;
  readonly deadlineAt: Instant;
  /** The newest check that is armed; -1 before the first. */
  readonly check: number;
  readonly checkAt: Instant;
  readonly executionName: string;
  readonly waves: readonly Wave[];
  readonly listing: ListingState;
  /** From here no wave and no new work: a finalizer is counting. */
  readonly sealing: { readonly at: Instant; readonly by: FinalizedBy; readonly because: string } | undefined;
  readonly conclusion: Conclusion | undefined;
  /** The clean-up after the conclusion is done too. */
  readonly closedAt: Instant | undefined;
  /** Known when the session is closed, unless it listed nothing. */
  readonly difference: Difference | undefined;
  /** Batches settled when the monitor last looked; kept only for `extendWhileProgressing`. */
  readonly progressSeen: number | undefined;
}

export type Outcome = 'harvested' | 'unchanged' | 'failed' | 'skipped' | 'lost';

/** What became of one resource. */
export interface ResourceOutcome {
  readonly outcome: Outcome;
  /** For everything but `harvested` and `unchanged`. */
  readonly because?: string;
  /** Of what was read: for `harvested` and `unchanged`. */
  readonly made?: Made;
}

/** What tells the record that was read from the next one of the same resource. */
export interface Made {
  readonly fingerprint: string;
  /** The validators of the answer (RFC 9110, 8.8), where it had them. */
  readonly etag?: string;
  readonly modified?: string;
}

/** What is held of a resource when a session plans to harvest it. */
export interface Held extends Made {
  readonly version?: string;
}

/** A resource as a batch knows it. */
export interface PlannedResource extends Pick<ListedResource, 'id' | 'title' | 'version' | 'hint'> {
  readonly held?: Held;
}

/** Names one batch of one session: the attempt keeps the batches of a wave that was not accepted apart. */
export interface BatchKey {
  readonly sessionId: string;
  readonly attempt: string;
  readonly number: number;
}

/** A batch is planned, then committed by its worker or sealed by the finalizer: never both. */
export type BatchState = 'planned' | 'committed' | 'sealed';

export interface Batch {
  readonly key: BatchKey;
  readonly state: BatchState;
  /** What was `listed` of the resources is staged with the records, not here. */
  readonly resources: readonly PlannedResource[];
  readonly staged: boolean;
  /** How often a worker began this batch. */
  readonly tries: number;
  /** Parallel to `resources`, once committed. */
  readonly outcomes: readonly ResourceOutcome[] | undefined;
  /** Records in the committed file; 0 when there is no file. */
  readonly records: number;
  /** The worker call that committed. */
  readonly committedBy: string | undefined;
}
