/**
 * The truth that the simulation keeps beside the handlers: what took effect in the stores, and the promises that every single effect must
 * keep. It knows nothing of how the handlers work; it is the promise of the design, written a second time.
 */
import type {
  BatchKey,
  Counts,
  Harvester,
  Instant,
  ResourceOutcome,
  Session,
  SessionStatus,
} from '../../lib/session/session.ts';
import type { Engine } from './engine.ts';

export interface BatchTruth {
  readonly key: BatchKey;
  readonly resources: readonly string[];
  state: 'planned' | 'committed' | 'sealed';
  outcomes: readonly ResourceOutcome[];
  records: number;
  worker: string | undefined;
}

/** GeoNode's statuses; written down again, so that a change of the handlers' own table is noticed. */
const FOLLOWS: Readonly<Record<SessionStatus, readonly SessionStatus[]>> = {
  pending: ['on-going', 'aborting', 'finished-all-ok', 'finished-some-failed', 'finished-all-failed'],
  'on-going': ['aborting', 'finished-all-ok', 'finished-some-failed', 'finished-all-failed'],
  aborting: ['aborted'],
  'finished-all-ok': [],
  'finished-some-failed': [],
  'finished-all-failed': [],
  aborted: [],
};

const isTerminal = (status: SessionStatus): boolean => FOLLOWS[status].length === 0;

/** Clocks may differ by so much, when they do. */
const SKEW_MILLIS = 480_000;

export class Ledger {
  readonly sessions = new Map<string, Session>();
  /** Sessions that were opened, withdrawn ones among them. */
  readonly opened = new Set<string>();
  readonly harvesters = new Map<string, Harvester>();
  readonly batches = new Map<string, BatchTruth>();
  /** Record store: key -> bytes, as put. */
  readonly staged = new Map<string, Uint8Array>();
  readonly published = new Map<string, Uint8Array>();
  /** Checks that were ever armed, by session. */
  readonly armed = new Map<string, number[]>();
  readonly told = new Map<string, Session>();
  readonly #engine: Engine;
  /** Since when the execution of this name runs, if it truly does. */
  readonly #runsSince: (execution: string) => Instant | undefined;
  /** Whether the execution runs, and is not at its own end. */
  readonly #isAtWork: (execution: string) => boolean;

  constructor(
    engine: Engine,
    executions: {
      runsSince: (execution: string) => Instant | undefined;
      isAtWork: (execution: string) => boolean;
    },
  ) {
    this.#engine = engine;
    this.#runsSince = executions.runsSince;
    this.#isAtWork = executions.isAtWork;
  }

  #runs(execution: string): boolean {
    return this.#runsSince(execution) !== undefined;
  }

  created(session: Session): void {
    this.sessions.set(session.id, session);
    this.opened.add(session.id);
    this.armed.delete(session.id);
    this.#engine.tell(() => `session ${session.id} is opened`);
  }

  withdrawn(session: Session): void {
    const there = this.sessions.get(session.id);
    if (there === undefined) return;
    if (there.status !== 'pending' || there.sequence > 0)
      this.#broken(
        session.id,
        `was withdrawn although it was ${there.status} and ${there.sequence > 0 ? 'had held' : 'never held'} the lease`,
      );
    this.sessions.delete(session.id);
    this.#engine.tell(() => `session ${session.id} is withdrawn`);
  }

  saved(after: Session): void {
    const before = this.sessions.get(after.id);
    this.sessions.set(after.id, after);
    if (before === undefined) return this.#broken(after.id, 'was written although it is not there');
    this.#checkStatus(before, after);
    this.#checkTimes(before, after);
    this.#checkWaves(before, after);
    if (before.sealing === undefined && after.sealing !== undefined) this.#checkSealing(before, after);
    if (before.conclusion === undefined && after.conclusion !== undefined)
      this.#checkConclusion(before, after);
    if (before.closedAt === undefined && after.closedAt !== undefined) this.#checkClosing(after);
    this.#narrate(before, after);
  }

  planned(batches: readonly { key: BatchKey; resources: readonly { id: string }[] }[]): void {
    for (const { key, resources } of batches) {
      const name = nameOf(key);
      if (this.batches.has(name)) continue;
      this.batches.set(name, {
        key,
        resources: resources.map(({ id }) => id),
        state: 'planned',
        outcomes: [],
        records: 0,
        worker: undefined,
      });
    }
  }

  committed(
    key: BatchKey,
    { outcomes, records, worker }: { outcomes: readonly ResourceOutcome[]; records: number; worker: string },
  ): void {
    const batch = this.batches.get(nameOf(key));
    if (batch === undefined)
      return this.#broken(key.sessionId, `has a commit of batch ${key.number}, which was never planned`);
    if (batch.state === 'committed' && batch.worker === worker) return;
    if (batch.state !== 'planned')
      this.#broken(key.sessionId, `has a commit of batch ${key.number}, which was ${batch.state} before`);
    if (outcomes.length !== batch.resources.length)
      this.#broken(key.sessionId, `has ${outcomes.length} outcomes for ${batch.resources.length} resources`);
    const session = this.sessions.get(key.sessionId);
    if (session?.conclusion !== undefined)
      this.#broken(key.sessionId, `has a commit of batch ${key.number} after its conclusion`);
    Object.assign(batch, { state: 'committed', outcomes, records, worker });
  }

  sealed(key: BatchKey): void {
    const batch = this.batches.get(nameOf(key));
    if (batch === undefined)
      return this.#broken(key.sessionId, `has a seal on batch ${key.number}, which was never planned`);
    if (batch.state === 'committed')
      this.#broken(key.sessionId, `has a seal on batch ${key.number}, which was committed`);
    batch.state = 'sealed';
  }

  leaseSaved(after: Harvester): void {
    const before = this.harvesters.get(after.id);
    this.harvesters.set(after.id, after);
    const [from, to] = [before?.lease, after.lease];
    if (from === to) return;
    this.#engine.tell(
      () => `harvester ${after.id}: the lease goes from ${from ?? 'nobody'} to ${to ?? 'nobody'}`,
    );
    if (to !== undefined && !this.opened.has(to))
      this.#broken(to, 'was given the lease before it was opened');
    const holder = from === undefined ? undefined : this.sessions.get(from);
    if (holder === undefined || isTerminal(holder.status)) return;
    this.#broken(holder.id, `lost the lease to ${to ?? 'nobody'} while it was ${holder.status}`);
  }

  put(key: string, bytes: Uint8Array): void {
    if (key.startsWith('records/')) return this.#publish(undefined, key, bytes);
    const committed = this.#committedUnder(key);
    if (committed !== undefined)
      this.#broken(
        committed.sessionId,
        `has the records that batch ${committed.number} was committed with written again`,
      );
    this.staged.set(key, bytes);
  }

  #committedUnder(key: string): BatchKey | undefined {
    const [, sessionId = '', number = '', attempt = '', worker] =
      /^staging\/([^/]+)\/records\/(\d+)-([^./]+)\.([^.]+)\./.exec(key) ?? [];
    const batch =
      worker === undefined
        ? undefined
        : this.batches.get(nameOf({ sessionId, attempt, number: Number(number) }));
    return batch?.state === 'committed' && batch.worker === worker ? batch.key : undefined;
  }

  copied(from: string, to: string): void {
    const bytes = this.staged.get(from);
    if (bytes !== undefined && to.startsWith('records/')) this.#publish(from, to, bytes);
  }

  /** Records may be seen only when their batch is committed, and only its worker's. */
  #publish(from: string | undefined, to: string, bytes: Uint8Array): void {
    const match = /session=([^/]+)\/(\d+)-([^./]+)\./.exec(to);
    const [, sessionId = '', number = '', attempt = ''] = match ?? [];
    const batch = this.batches.get(nameOf({ sessionId, attempt, number: Number(number) }));
    const session = this.sessions.get(sessionId);
    if (
      batch?.state !== 'committed' ||
      batch.worker === undefined ||
      !session?.waves.some((wave) => wave.attempt === attempt)
    ) {
      this.#broken(sessionId, `shows records of batch ${number}, which is not committed`);
    } else if (from?.includes(`.${batch.worker}.`) !== true) {
      this.#broken(sessionId, `shows records of batch ${number} that are not its committer's`);
    }
    const there = this.published.get(to);
    if (there !== undefined && Buffer.compare(there, bytes) !== 0)
      this.#broken(sessionId, `has its records changed under ${to}`);
    this.published.set(to, bytes);
  }

  removed(prefix: string): void {
    if (prefix.startsWith('records/')) this.#engine.violate(`published records under ${prefix} are removed`);
    for (const key of this.staged.keys()) if (key.startsWith(prefix)) this.staged.delete(key);
  }

  published_(id: string, session: Session): void {
    if (session.conclusion === undefined) this.#broken(id, 'is announced as concluded and is not');
    this.told.set(id, session);
  }

  checkArmed(sessionId: string, check: number): void {
    const armed = this.armed.get(sessionId) ?? [];
    this.armed.set(sessionId, [...armed, check]);
  }

  /** A monitor re-arms first and acts second. */
  finalizerCalled({ session, check }: { session: string; check?: number }): void {
    if (check === undefined || this.armed.get(session)?.some((armed) => armed > check) === true) return;
    this.#broken(session, `has its check ${check} call the finalizer before a later check is armed`);
  }

  executionStarted(name: string): void {
    const session = this.sessions.get(name);
    if (!this.opened.has(name)) this.#broken(name, 'has an execution before it is opened');
    if ((this.armed.get(name)?.length ?? 0) === 0)
      this.#broken(name, 'has an execution before anybody watches it');
    if (session === undefined || isTerminal(session.status)) return;
    if (this.harvesters.get(session.harvesterId)?.lease !== name)
      this.#broken(name, 'has an execution without holding the lease');
  }

  batchesOf(session: Session): BatchTruth[] {
    const attempts = new Set(session.waves.map((wave) => wave.attempt));
    return [...this.batches.values()].filter(
      ({ key }) => key.sessionId === session.id && attempts.has(key.attempt),
    );
  }

  #checkStatus(before: Session, after: Session): void {
    if (before.status !== after.status && !FOLLOWS[before.status].includes(after.status)) {
      this.#broken(after.id, `goes from ${before.status} to ${after.status}`);
    }
    if (isTerminal(after.status) !== (after.conclusion !== undefined))
      this.#broken(after.id, `is ${after.status} ${after.conclusion ? 'with' : 'without'} a conclusion`);
    if (
      before.conclusion !== undefined &&
      JSON.stringify(before.conclusion) !== JSON.stringify(after.conclusion)
    ) {
      this.#broken(after.id, 'has a second conclusion');
    }
    if (before.closedAt !== undefined) this.#broken(after.id, 'is written after it was closed');
    if (before.sequence !== 0 && before.sequence !== after.sequence)
      this.#broken(
        after.id,
        `changes its place in the order of sessions from ${before.sequence} to ${after.sequence}`,
      );
  }

  #checkTimes(before: Session, after: Session): void {
    const isAbort = before.status !== 'aborting' && after.status === 'aborting';
    if (after.deadlineAt < before.deadlineAt && !isAbort)
      this.#broken(after.id, 'has its deadline moved back');
    if (after.check < before.check)
      this.#broken(after.id, `has its checks counted back from ${before.check} to ${after.check}`);
  }

  #checkWaves(before: Session, after: Session): void {
    if (after.waves === before.waves) return;
    if (JSON.stringify(after.waves.slice(0, before.waves.length)) !== JSON.stringify(before.waves))
      this.#broken(after.id, 'has a wave changed after it was accepted');
    if (after.waves.length === before.waves.length) return;
    if (before.sealing !== undefined || isTerminal(before.status) || before.status === 'aborting')
      this.#broken(
        after.id,
        `takes a wave although it is ${before.status} and ${before.sealing ? 'sealing' : 'not sealing'}`,
      );
    if (this.harvesters.get(after.harvesterId)?.lease !== after.id)
      this.#broken(after.id, 'takes a wave without holding the lease');
    for (const wave of after.waves.slice(before.waves.length)) {
      const batches = [...this.batches.values()].filter(
        ({ key }) => key.sessionId === after.id && key.attempt === wave.attempt,
      );
      const resources = batches.reduce((sum, batch) => sum + batch.resources.length, 0);
      if (batches.length !== wave.batches || resources !== wave.resources)
        this.#broken(
          after.id,
          `takes a wave of ${wave.batches} batches with ${wave.resources} resources; ${batches.length} with ${resources} were written`,
        );
    }
  }

  /** Nobody ends a session that is well. */
  #checkSealing(before: Session, after: Session): void {
    const { sealing } = after;
    if (sealing?.by !== 'monitor' && sealing?.by !== 'sweep') {
      if (sealing?.by === 'event' && this.#runs(before.executionName))
        this.#broken(after.id, 'is finalized by an event although its execution runs');
      return;
    }
    const isOverdue = this.#engine.now >= before.deadlineAt - this.skewMillis;
    // Between the start of an execution and the mark of it lies one write, in which nobody can know.
    const isMarked = before.status === 'on-going';
    if (!isOverdue && isMarked && this.#runs(before.executionName))
      this.#broken(
        after.id,
        `is finalized by the ${sealing.by} although it is not overdue and its execution runs`,
      );
  }

  get skewMillis(): number {
    const { injected } = this.#engine;
    return Object.keys(injected).some((kind) => kind.endsWith('ahead') || kind.endsWith('behind'))
      ? SKEW_MILLIS
      : 1_000;
  }

  #checkConclusion(before: Session, after: Session): void {
    const counts = after.conclusion?.counts;
    if (counts === undefined) return;
    const truth = this.#count(before);
    const differs = (Object.keys(truth) as (keyof Counts)[]).filter((key) => truth[key] !== counts[key]);
    if (differs.length > 0)
      this.#broken(after.id, `is concluded with ${sayCounts(counts)}; true is ${sayCounts(truth)}`);
    const isAllOk = before.listing.complete && truth.failed + truth.skipped + truth.lost === 0;
    const isAllFailed = truth.harvested + truth.unchanged === 0;
    const status =
      before.status === 'aborting'
        ? 'aborted'
        : isAllOk
          ? 'finished-all-ok'
          : isAllFailed
            ? 'finished-all-failed'
            : 'finished-some-failed';
    if (after.status !== status)
      this.#broken(
        after.id,
        `is concluded as ${after.status}; true is ${status} (${sayCounts(truth)}, listing ${before.listing.complete ? 'complete' : 'not complete'})`,
      );
  }

  #count(session: Session): Counts {
    const counts = { total: 0, harvested: 0, unchanged: 0, failed: 0, skipped: 0, lost: 0 };
    for (const batch of this.batchesOf(session)) {
      counts.total += batch.resources.length;
      if (batch.state === 'planned')
        this.#broken(
          session.id,
          `is concluded while batch ${batch.key.number} is neither committed nor sealed`,
        );
      if (batch.state === 'sealed')
        counts[session.status === 'aborting' ? 'skipped' : 'lost'] += batch.resources.length;
      for (const { outcome } of batch.outcomes) counts[outcome] += 1;
    }
    return counts;
  }

  /** What closing leaves behind, leaves it behind for ever. */
  #checkClosing(after: Session): void {
    // One that was started too late finds the session over, and ends by itself.
    const isLate = (this.#runsSince(after.executionName) ?? 0) > (after.conclusion?.concludedAt ?? 0);
    if (this.#isAtWork(after.executionName) && !isLate)
      this.#broken(after.id, 'is closed while its execution is still at work');
    // A start that comes too late may take it once more; such a lease is void, and names a later place in the order.
    const harvester = this.harvesters.get(after.harvesterId);
    if (harvester?.lease === after.id && harvester.sequence === after.sequence)
      this.#broken(after.id, 'is closed and still holds the lease');
    if (!this.told.has(after.id)) this.#broken(after.id, 'is closed and nobody was told of it');
    const shown = [...this.published.keys()].filter((key) => key.includes(`session=${after.id}/`)).length;
    const committed = this.batchesOf(after).filter((batch) => batch.records > 0).length;
    if (shown !== committed)
      this.#broken(
        after.id,
        `is closed with the records of ${shown} batches to be seen, and ${committed} committed`,
      );
  }

  #narrate(before: Session, after: Session): void {
    if (before.status !== after.status)
      this.#engine.tell(() => `session ${after.id} becomes ${after.status}`);
    if (!before.sealing && after.sealing)
      this.#engine.tell(() => `session ${after.id} is being sealed by the ${after.sealing?.by ?? ''}`);
    if (!before.closedAt && after.closedAt) this.#engine.tell(() => `session ${after.id} is closed`);
    if (before.deadlineAt !== after.deadlineAt)
      this.#engine.tell(
        () =>
          `session ${after.id} has its deadline moved by ${(after.deadlineAt - before.deadlineAt) / 1_000} s`,
      );
  }

  #broken(sessionId: string, what: string): void {
    this.#engine.violate(`session ${sessionId} ${what}`);
  }
}

export function nameOf(key: BatchKey): string {
  return `${key.sessionId} ${key.attempt} ${key.number}`;
}

function sayCounts(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
