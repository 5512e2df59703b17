/**
 * The truth that the simulation keeps beside the handlers: what took effect in the stores, and the promises that every single effect must
 * keep. It knows nothing of how the handlers work; it is the promise of the design, written a second time.
 */
import type { BatchKey, Harvester, Instant, ResourceOutcome, Session } from '../../lib/session/session.ts';
import { checkChange, checkSize, isTerminal } from './changes.ts';
import type { Engine } from './engine.ts';

export interface BatchTruth {
  readonly key: BatchKey;
  readonly resources: readonly string[];
  state: 'planned' | 'committed' | 'sealed';
  outcomes: readonly ResourceOutcome[];
  records: number;
  worker: string | undefined;
}

/** Clocks may differ by so much, when they do. */
const SKEW_MILLIS = 480_000;

/** What the ledger asks of the world. */
interface Services {
  readonly runsSince: (execution: string) => Instant | undefined;
  readonly isAtWork: (execution: string) => boolean;
  readonly armedNow: (sessionId: string) => readonly string[];
  /** Told when a harvester points at another ledger of what is held. */
  readonly ledgerMoved: (before: Harvester, after: Harvester) => void;
  /** Told when a session takes a wave of these resources. */
  readonly waveTaken: (session: Session, resources: readonly string[]) => void;
}

export class Ledger {
  readonly sessions = new Map<string, Session>();
  /** Sessions that were opened, withdrawn ones among them. */
  readonly opened = new Set<string>();
  readonly openedAt = new Map<string, Instant>();
  readonly closedAt = new Map<string, Instant>();
  readonly abortedAt = new Map<string, Instant>();
  /** Somebody was told that these are being aborted. */
  readonly toldAborting = new Set<string>();
  readonly harvesters = new Map<string, Harvester>();
  readonly batches = new Map<string, BatchTruth>();
  /** Record store: key -> bytes, as put. */
  readonly staged = new Map<string, Uint8Array>();
  readonly published = new Map<string, Uint8Array>();
  /** Lists of resources that somebody decided on, all that were ever put. */
  readonly choices = new Map<string, Uint8Array>();
  readonly choicesGone = new Set<string>();
  /** Checks that were ever armed, by session. */
  readonly armed = new Map<string, number[]>();
  readonly told = new Map<string, Session>();
  /** When sessions were concluded, whatever the clock of their finalizer said. */
  readonly concludedAt = new Map<string, Instant>();
  readonly engine: Engine;
  /** Since when the execution of this name runs, if it truly does. */
  readonly #runsSince: (execution: string) => Instant | undefined;
  /** Whether the execution runs, and is not at its own end. */
  readonly #isAtWork: (execution: string) => boolean;
  /** Schedules of this session that are still to fire. */
  readonly #armedNow: (sessionId: string) => readonly string[];
  readonly #ledgerMoved: (before: Harvester, after: Harvester) => void;
  readonly #waveTaken: (session: Session, resources: readonly string[]) => void;

  constructor(engine: Engine, services: Services) {
    this.engine = engine;
    this.#runsSince = services.runsSince;
    this.#isAtWork = services.isAtWork;
    this.#armedNow = services.armedNow;
    this.#ledgerMoved = services.ledgerMoved;
    this.#waveTaken = services.waveTaken;
  }

  created(session: Session): void {
    this.sessions.set(session.id, session);
    this.opened.add(session.id);
    this.openedAt.set(session.id, this.engine.now);
    this.armed.delete(session.id);
    this.engine.tell(() => `session ${session.id} is opened`);
    checkSize(this, session);
  }

  withdrawn(session: Session): void {
    const there = this.sessions.get(session.id);
    if (there === undefined) return;
    if (there.status !== 'pending' || there.sequence > 0)
      this.broken(
        session.id,
        `was withdrawn although it was ${there.status} and ${there.sequence > 0 ? 'had held' : 'never held'} the lease`,
      );
    this.sessions.delete(session.id);
    this.engine.tell(() => `session ${session.id} is withdrawn`);
  }

  saved(after: Session): void {
    const before = this.sessions.get(after.id);
    this.sessions.set(after.id, after);
    if (before === undefined) return this.broken(after.id, 'was written although it is not there');
    checkChange(this, before, after);
  }

  planned(batches: readonly { key: BatchKey; resources: readonly { id: string }[] }[]): void {
    for (const { key, resources } of batches) {
      const name = nameOf(key);
      const ids = resources.map(({ id }) => id);
      const there = this.batches.get(name);
      if (there !== undefined) {
        if (there.resources.join('\n') !== ids.join('\n'))
          this.broken(key.sessionId, `has batch ${key.number} of one attempt written with other resources`);
        continue;
      }
      this.batches.set(name, {
        key,
        resources: ids,
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
      return this.broken(key.sessionId, `has a commit of batch ${key.number}, which was never planned`);
    if (batch.state === 'committed' && batch.worker === worker) return;
    if (batch.state !== 'planned')
      this.broken(key.sessionId, `has a commit of batch ${key.number}, which was ${batch.state} before`);
    if (outcomes.length !== batch.resources.length)
      this.broken(key.sessionId, `has ${outcomes.length} outcomes for ${batch.resources.length} resources`);
    const session = this.sessions.get(key.sessionId);
    if (session?.conclusion !== undefined)
      this.broken(key.sessionId, `has a commit of batch ${key.number} after its conclusion`);
    Object.assign(batch, { state: 'committed', outcomes, records, worker });
  }

  sealed(key: BatchKey): void {
    const batch = this.batches.get(nameOf(key));
    if (batch === undefined)
      return this.broken(key.sessionId, `has a seal on batch ${key.number}, which was never planned`);
    if (batch.state === 'committed')
      this.broken(key.sessionId, `has a seal on batch ${key.number}, which was committed`);
    batch.state = 'sealed';
  }

  leaseSaved(after: Harvester): void {
    const before = this.harvesters.get(after.id);
    this.harvesters.set(after.id, after);
    if (before !== undefined && before.ledger?.sessionId !== after.ledger?.sessionId)
      this.#ledgerMoved(before, after);
    const [from, to] = [before?.lease, after.lease];
    if (from === to) return;
    this.engine.tell(
      () => `harvester ${after.id}: the lease goes from ${from ?? 'nobody'} to ${to ?? 'nobody'}`,
    );
    if (to !== undefined && !this.opened.has(to)) this.broken(to, 'was given the lease before it was opened');
    const holder = from === undefined ? undefined : this.sessions.get(from);
    if (holder === undefined || isTerminal(holder.status)) return;
    this.broken(holder.id, `lost the lease to ${to ?? 'nobody'} while it was ${holder.status}`);
  }

  put(key: string, bytes: Uint8Array): void {
    if (key.startsWith('records/')) return this.#publish(undefined, key, bytes);
    if (key.includes('/choices/')) this.choices.set(key, bytes);
    const committed = this.#committedUnder(key);
    if (committed !== undefined)
      this.broken(
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
      this.broken(sessionId, `shows records of batch ${number}, which is not committed`);
    } else if (from?.includes(`.${batch.worker}.`) !== true) {
      this.broken(sessionId, `shows records of batch ${number} that are not its committer's`);
    }
    const there = this.published.get(to);
    if (there !== undefined && Buffer.compare(there, bytes) !== 0)
      this.broken(sessionId, `has its records changed under ${to}`);
    this.published.set(to, bytes);
  }

  removed(prefix: string): void {
    if (prefix.startsWith('records/')) this.engine.violate(`published records under ${prefix} are removed`);
    if (prefix.includes('/choices/')) this.#choicesRemoved(prefix);
    for (const key of this.staged.keys()) if (key.startsWith(prefix)) this.staged.delete(key);
  }

  /** What a session goes by stays until it is over. */
  #choicesRemoved(key: string): void {
    this.choicesGone.add(key);
    for (const { id, sequence, keeping, conclusion } of this.sessions.values()) {
      if (sequence > 0 && conclusion === undefined && keeping.choices === key)
        this.broken(id, 'has the choices removed that it goes by');
    }
  }

  published_(id: string, session: Session): void {
    if (session.conclusion === undefined) this.broken(id, 'is announced as concluded and is not');
    this.told.set(id, session);
  }

  checkArmed(sessionId: string, check: number): void {
    const armed = this.armed.get(sessionId) ?? [];
    this.armed.set(sessionId, [...armed, check]);
  }

  /** A monitor re-arms first and acts second. */
  finalizerCalled({ session, check }: { session: string; check?: number }): void {
    if (check === undefined || this.armed.get(session)?.some((armed) => armed > check) === true) return;
    this.broken(session, `has its check ${check} call the finalizer before a later check is armed`);
  }

  waveTaken(session: Session, resources: readonly string[]): void {
    this.#waveTaken(session, resources);
  }

  executionStarted(name: string): void {
    const session = this.sessions.get(name);
    if (!this.opened.has(name)) this.broken(name, 'has an execution before it is opened');
    if ((this.armed.get(name)?.length ?? 0) === 0)
      this.broken(name, 'has an execution before anybody watches it');
    if (session === undefined || isTerminal(session.status)) return;
    if (this.harvesters.get(session.harvesterId)?.lease !== name)
      this.broken(name, 'has an execution without holding the lease');
  }

  batchesOf(session: Session): BatchTruth[] {
    const attempts = new Set(session.waves.map((wave) => wave.attempt));
    return [...this.batches.values()].filter(
      ({ key }) => key.sessionId === session.id && attempts.has(key.attempt),
    );
  }

  get skewMillis(): number {
    const { injected } = this.engine;
    return Object.keys(injected).some((kind) => kind.endsWith('ahead') || kind.endsWith('behind'))
      ? SKEW_MILLIS
      : 1_000;
  }

  /** Schedules of a session to which nothing unusual has happened: when it closes, the finalizer has deleted them. */
  armedInQuiet(sessionId: string): readonly string[] {
    return Object.keys(this.engine.injected).length === 0 ? this.#armedNow(sessionId) : [];
  }

  runs(execution: string): boolean {
    return this.#runsSince(execution) !== undefined;
  }

  /** When the execution of this name began, if it runs and is not at its own end. */
  atWorkSince(execution: string): Instant | undefined {
    return this.#isAtWork(execution) ? this.#runsSince(execution) : undefined;
  }

  broken(sessionId: string, what: string): void {
    this.engine.violate(`session ${sessionId} ${what}`);
  }
}

export function nameOf(key: BatchKey): string {
  return `${key.sessionId} ${key.attempt} ${key.number}`;
}
