/** The world in memory, for tests and simulation: every port in maps, time that moves only when told, everything open to inspection. */
import type {
  Addresses,
  Checks,
  Executions,
  LogFields,
  MetricName,
  Ports,
  Remote,
  Schedules,
  WorkflowInput,
} from '../../ports.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Batch, Harvester, Instant, Session } from '../../session/session.ts';
import type { Sighting } from '../../session/verdict.ts';
import { memoryBatches } from './batches.ts';
import { seededChance, type SeededChance } from './chance.ts';
import { memoryRecords } from './records.ts';
import { memoryHarvesters, memorySessions } from './sessions.ts';

export type Check = Parameters<Checks['arm']>[0];
export type Schedule = Parameters<Schedules['set']>[0];
export type FinalizerCall = Parameters<Ports['finalizer']['call']>[0];
export type PublishedEvent = Parameters<Ports['events']['publish']>[0];

export interface MemoryExecution {
  readonly name: string;
  readonly input: WorkflowInput;
  sighting: Extract<Sighting, { execution: 'running' | 'ended' }>;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

export interface MemoryClock {
  now(): Instant;
  /** Never back. */
  advanceTo(at: Instant): void;
}

export interface MemoryWorld {
  readonly ports: Ports;
  readonly clock: MemoryClock;
  readonly chance: SeededChance;
  /** What the stores hold, by id or name. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly harvesters: ReadonlyMap<string, Harvester>;
  readonly batches: ReadonlyMap<string, Batch>;
  readonly records: ReadonlyMap<string, Uint8Array>;
  /** Armed checks by name; whoever delivers one takes it out: a one-shot schedule removes itself. */
  readonly checks: Map<string, Check>;
  /** Recurring schedules by harvester: whoever tests with one starts what is due. */
  readonly schedules: ReadonlyMap<string, Schedule>;
  /** Executions by name. Starting one only records it: whoever tests with it runs it. */
  readonly executions: Map<string, MemoryExecution>;
  /** Calls of the finalizer that nobody has delivered yet. */
  readonly finalizerCalls: FinalizerCall[];
  readonly events: readonly PublishedEvent[];
  readonly log: readonly LogLine[];
  /** Sums by name. */
  readonly metrics: ReadonlyMap<MetricName, number>;
}

export interface MemoryOptions {
  readonly startAt: Instant;
  readonly seed: number;
  /** Values of one page of any listing; small, so that every listing has several. */
  readonly pageSize?: number;
  /** Without it every request fails: there is no network. */
  readonly remote?: Remote;
  /** Without it every address may be harvested. */
  readonly refusalOf?: Addresses['refusalOf'];
}

export function createMemoryWorld({
  startAt,
  seed,
  pageSize = 3,
  remote = NO_NETWORK,
  refusalOf = () => undefined,
}: MemoryOptions): MemoryWorld {
  const sessions = new Map<string, Session>();
  const harvesters = new Map<string, Harvester>();
  const batches = new Map<string, Batch>();
  const records = new Map<string, Uint8Array>();
  const checks = new Map<string, Check>();
  const schedules = new Map<string, Schedule>();
  const executions = new Map<string, MemoryExecution>();
  const finalizerCalls: FinalizerCall[] = [];
  const events: PublishedEvent[] = [];
  const log: LogLine[] = [];
  const metrics = new Map<MetricName, number>();
  const clock = memoryClock(startAt);
  const chance = seededChance(seed);
  const recordStore = memoryRecords(records, pageSize);
  const ports: Ports = {
    sessions: memorySessions(sessions, pageSize),
    harvesters: memoryHarvesters(harvesters, pageSize),
    batches: memoryBatches(batches, pageSize),
    records: recordStore,
    ledgers: recordStore,
    executions: memoryExecutions(executions),
    checks: memoryChecks(checks),
    schedules: memorySchedules(schedules),
    finalizer: { call: (call) => Promise.resolve(void finalizerCalls.push({ ...call })) },
    remote,
    addresses: { refusalOf, refusalOfSecret: () => undefined },
    events: { publish: (event) => Promise.resolve(void events.push({ ...event })) },
    clock,
    chance,
    log: memoryLog(log),
    metrics: { count: (name, value) => void metrics.set(name, (metrics.get(name) ?? 0) + value) },
  };
  return {
    ports,
    clock,
    chance,
    sessions,
    harvesters,
    batches,
    records,
    checks,
    schedules,
    executions,
    finalizerCalls,
    events,
    log,
    metrics,
  };
}

const NO_NETWORK: Remote = {
  fetch: ({ url }) =>
    Promise.reject(
      new ReeveError('RemoteUnreachable', `${url} cannot be reached: this world has no network`),
    ),
};

function memoryClock(startAt: Instant): MemoryClock {
  let now = startAt;
  return {
    now: () => now,
    advanceTo: (at) => {
      if (at < now) throw new ReeveError('InvariantBroken', `Time cannot go back from ${now} to ${at}`);
      now = at;
    },
  };
}

function memoryExecutions(executions: Map<string, MemoryExecution>): Executions {
  return {
    start: (name, input) => {
      if (executions.has(name)) return Promise.resolve('exists');
      executions.set(name, { name, input: { ...input }, sighting: { execution: 'running' } });
      return Promise.resolve('started');
    },
    look: (name) => Promise.resolve(executions.get(name)?.sighting ?? { execution: 'absent' }),
    stop: (name) => {
      const execution = executions.get(name);
      if (execution?.sighting.execution !== 'running') return Promise.resolve('not running');
      execution.sighting = { execution: 'ended', how: 'aborted' };
      return Promise.resolve('stopped');
    },
  };
}

function memoryChecks(checks: Map<string, Check>): Checks {
  return {
    arm: (check) => {
      if (checks.has(check.name)) return Promise.resolve('exists');
      checks.set(check.name, { ...check });
      return Promise.resolve('armed');
    },
    disarm: (name) => Promise.resolve(void checks.delete(name)),
  };
}

function memorySchedules(schedules: Map<string, Schedule>): Schedules {
  return {
    set: (schedule) => Promise.resolve(void schedules.set(schedule.harvesterId, { ...schedule })),
    remove: (harvesterId) => Promise.resolve(void schedules.delete(harvesterId)),
  };
}

function memoryLog(lines: LogLine[]): Ports['log'] {
  const write = (level: LogLine['level']) => (message: string, fields: LogFields) =>
    void lines.push({ level, message, fields });
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
