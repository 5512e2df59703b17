/** The words of the protocol as types: session, harvester, wave, batch, outcome, counts, conclusion. */
import type { Json } from '../json.ts';
import type { ListedResource } from '../harvesters/harvester.ts';
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
export type HarvesterStatus =
  | 'ready'
  | 'updating-harvestable-resources'
  | 'aborting-update-harvestable-resources'
  | 'harvesting-resources'
  | 'aborting-harvesting-resources'
  | 'checking-availability';

/** Where and how to harvest: copied from the harvester into each session when it is opened. */
export interface RemoteSettings {
  readonly type: string;
  readonly url: string;
  /** The settings of the harvester type, as its schema made them. */
  readonly settings: Json;
}

export interface Harvester {
  readonly id: string;
  readonly name: string;
  readonly remote: RemoteSettings;
  readonly pace: Pace;
  /** The session that holds this harvester; void when that session is closed or missing. */
  readonly lease: string | undefined;
  /** How many sessions have held the lease: the order of sessions, whatever their clocks say. */
  readonly sequence: number;
  /** The last session that closed. */
  readonly lastSessionId: string | undefined;
  readonly revision: number;
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
  /** What had to be stepped over, bounded. */
  readonly warnings: readonly string[];
}

export interface Session {
  readonly id: string;
  readonly harvesterId: string;
  /** Raised by every write; a write is conditional on the revision that it was decided on. */
  readonly revision: number;
  /** Given by the lease; 0 until the lease is held. */
  readonly sequence: number;
  /** For a session of only the failed and lost of an earlier one: that session. */
  readonly retryOf: string | undefined;
  readonly remote: RemoteSettings;
  readonly pace: Pace;
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
  /** Batches settled when the monitor last looked; kept only for `extendWhileProgressing`. */
  readonly progressSeen: number | undefined;
}

export type Outcome = 'harvested' | 'unchanged' | 'failed' | 'skipped' | 'lost';

/** What became of one resource. */
export interface ResourceOutcome {
  readonly outcome: Outcome;
  /** For everything but `harvested` and `unchanged`. */
  readonly because?: string;
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
  readonly resources: readonly Omit<ListedResource, 'listed'>[];
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
