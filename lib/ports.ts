/**
 * Every contact of the protocol with the world, on one page. Three worlds implement it: AWS (`lib/aws`), the embedded mode and memory
 * (`lib/local`), held together by one contract suite (`test/contract`).
 *
 * Each method is one effect that happens or does not. Each may be called twice with the same arguments. Each may throw a `ReeveError` of
 * the family *try again*, after which the effect may or may not have happened.
 */
import type { RemoteReply, RemoteRequest } from './harvesters/harvester.ts';
import type { CredentialsReference, SecretReference } from './session/credentials.ts';
import type {
  Batch,
  BatchKey,
  FinalizedBy,
  Harvester,
  Instant,
  Recurrence,
  ResourceOutcome,
  Session,
} from './session/session.ts';
import type { Sighting } from './session/verdict.ts';

export interface Page<T> {
  readonly values: readonly T[];
  /** Give it to get what follows; absent at the end. */
  readonly cursor?: string;
}

export interface Sessions {
  /** Strongly consistent. */
  read(id: string): Promise<Session | undefined>;
  /** Puts a session that is not there yet, with revision 1. */
  create(session: Session): Promise<'created' | 'exists'>;
  /** Replaces the session if its revision is still the given one's; the stored revision is one higher. */
  save(session: Session): Promise<'saved' | 'conflict'>;
  /** Takes back a session that never held the lease; only if its revision is still the given one's. */
  withdraw(session: Session): Promise<'withdrawn' | 'conflict'>;
  /** The ids of sessions that are not closed, the most overdue first. An index: it may lag behind. */
  open(cursor?: string): Promise<Page<string>>;
  /** A harvester's sessions, newest first. An index: it may lag behind. */
  ofHarvester(harvesterId: string, cursor?: string): Promise<Page<string>>;
}

export interface Harvesters {
  /** Strongly consistent. */
  read(id: string): Promise<Harvester | undefined>;
  create(harvester: Harvester): Promise<'created' | 'exists'>;
  save(harvester: Harvester): Promise<'saved' | 'conflict'>;
  /** Only if its revision is still the given one's; one that is not there is removed. */
  remove(harvester: Harvester): Promise<'removed' | 'conflict'>;
  list(cursor?: string): Promise<Page<Harvester>>;
}

/** What is known of a batch without its resources. */
export interface BatchSummary extends Pick<Batch, 'key' | 'state' | 'records' | 'committedBy'> {
  readonly size: number;
}

export interface Batches {
  /** Writes planned batches; they count when a wave of their attempt is accepted. Writing one again before that changes nothing. */
  plan(batches: readonly Batch[]): Promise<void>;
  /** Strongly consistent. */
  read(key: BatchKey): Promise<Batch | undefined>;
  /** Counts one more try of a planned batch, and gives the batch as it is then; a batch that is settled is given as it is. */
  begin(key: BatchKey): Promise<Batch | undefined>;
  /** The one final write of a worker; refused when the batch was committed by another call or sealed. */
  commit(
    key: BatchKey,
    commit: { outcomes: readonly ResourceOutcome[]; records: number; worker: string },
  ): Promise<'committed' | 'refused'>;
  /** The finalizer's one final write; `committed` when the worker was first. */
  seal(key: BatchKey): Promise<'sealed' | 'committed'>;
  /** Strongly consistent, in order of number; batches of attempts that were not accepted are among them. */
  summaries(sessionId: string, cursor?: string): Promise<Page<BatchSummary>>;
  /** The same, whole. */
  list(sessionId: string, cursor?: string): Promise<Page<Batch>>;
}

/** The record store: objects under names. */
export interface Records {
  put(key: string, bytes: Uint8Array): Promise<void>;
  read(key: string): Promise<Uint8Array | undefined>;
  /** Publishes: `missing` when there is nothing under `from`. */
  copy(from: string, to: string): Promise<'copied' | 'missing'>;
  list(prefix: string, cursor?: string): Promise<Page<string>>;
  /** Removes all that is staged under a prefix. */
  removeAll(prefix: string): Promise<void>;
}

/** Of the record store what tells of a harvester's resources: its ledger is read, what is decided on them is written. */
export type Ledgers = Pick<Records, 'put' | 'read' | 'removeAll'>;

/** What an execution is started with; ids and counts cross the state machine, never records. */
export interface WorkflowInput {
  readonly session: string;
  /** How many waves the session has. */
  readonly wave: number;
  readonly batchesAtOnce: number;
}

export interface Executions {
  start(name: string, input: WorkflowInput): Promise<'started' | 'exists'>;
  look(name: string): Promise<Sighting>;
  /** Stops a running execution; the workers that it called run on. */
  stop(name: string, because: string): Promise<'stopped' | 'not running'>;
}

/** One-shot schedules: each wakes the monitor once, at least once, not before `at`, and removes itself. */
export interface Checks {
  arm(check: { name: string; at: Instant; sessionId: string; check: number }): Promise<'armed' | 'exists'>;
  disarm(name: string): Promise<void>;
}

/**
 * Recurring schedules, one a harvester: each starts a session when it is due, at least once, under a key made of the time at which it was due.
 * The harvester says what its schedule should be; a schedule that says otherwise is set right by the start that it causes.
 */
export interface Schedules {
  /** Makes it, or replaces the one that is there. A duration counts from `from` on; a cron expression comes when it comes. */
  set(schedule: { harvesterId: string; recurrence: Recurrence; from: Instant }): Promise<void>;
  remove(harvesterId: string): Promise<void>;
}

export interface FinalizerCall {
  readonly session: string;
  readonly by: FinalizedBy;
  readonly because: string;
  /** The revision of the session that the caller judged. */
  readonly judged?: number;
}

/** Calls the finalizer, at least once, some time; does not wait for it. */
export interface Finalizer {
  call(call: FinalizerCall): Promise<void>;
}

/** The servers on the other side: guarded, polite, bounded, retried (`lib/remote`). */
export interface Remote {
  /** @throws ReeveError of the `Remote…` names */
  fetch(request: RemoteRequest, options: RemoteOptions): Promise<RemoteReply>;
}

export interface Politeness {
  readonly requestsAtOnce: number;
  readonly requestsPerSecond: number;
  /** Among how many workers that is shared. */
  readonly workers: number;
}

export interface RemoteOptions {
  /** All tries together. */
  readonly timeSecondsMax: number;
  /** One try, with its redirects and its body. */
  readonly requestSecondsMax?: number;
  readonly signal?: AbortSignal;
  /** How much the session asks of a host, all its workers together: the world knows which share of that is this worker's. */
  readonly politeness?: Politeness;
  /** Given when the request comes out of a remote's answer: the URL of the remote, whose origin such links must keep to. */
  readonly following?: string;
  /** An origin that the remote's own URL redirects to: links may lead there too, but credentials do not. */
  readonly movedTo?: string;
  /** How the remote knows us: sent to the origin of `following` (or, without it, of the request) and to no other. */
  readonly credentials?: CredentialsReference;
}

/** Where secrets lie. Asked by `lib/remote` alone: no handler has it among its ports, so that no secret can reach what a handler writes. */
export interface Secrets {
  /**
   * The text of a secret, as it lies there.
   * @throws SettingsInvalid naming the reference (never what was found there) when there is no such secret or it may not be read; StoreBusy
   */
  read(reference: SecretReference): Promise<string>;
}

/** Which remotes this installation may ask, and with which secrets, as far as their names tell; what they lead to is judged with every fetch. */
export interface Addresses {
  /** Why this URL may not be harvested, as a sentence; `undefined` when it may. */
  refusalOf(url: string): string | undefined;
  /** Why a secret may not be named by a caller of the API, as a sentence that does not repeat it; `undefined` when it may. */
  refusalOfSecret(reference: SecretReference): string | undefined;
}

/** What is told to others when a session has closed; at least once. */
export interface Events {
  publish(event: { id: string; type: 'session-concluded'; at: Instant; session: Session }): Promise<void>;
}

export interface Clock {
  now(): Instant;
}

export interface Chance {
  /** Lower-case letters and digits, different every time. */
  token(): string;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured logs: one line per batch at `info`, per resource at `debug`. */
export interface Log {
  debug(message: string, fields: LogFields): void;
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
}

export type MetricName =
  | 'SessionsStarted'
  | 'SessionsConcluded'
  | 'SessionsRescued'
  | 'SessionsOverdue'
  | 'SessionsOpen'
  | 'ResourcesHarvested'
  | 'ResourcesUnchanged'
  | 'ResourcesFailed'
  | 'ResourcesSkipped'
  | 'ResourcesLost'
  | 'ChecksLost'
  | 'SweepHeartbeat';

export interface Metrics {
  count(name: MetricName, value: number, dimensions?: Readonly<Record<string, string>>): void;
}

export interface Ports {
  readonly sessions: Sessions;
  readonly harvesters: Harvesters;
  readonly batches: Batches;
  readonly records: Records;
  readonly ledgers: Ledgers;
  readonly executions: Executions;
  readonly checks: Checks;
  readonly schedules: Schedules;
  readonly finalizer: Finalizer;
  readonly remote: Remote;
  readonly addresses: Addresses;
  readonly events: Events;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly metrics: Metrics;
}
export type PortName = keyof Ports;
