/** What lies behind the ports in the simulation: the stores in memory, AWS's services as they behave, the remotes, and the truth about all. */
import type { LogFields, Ports, RemoteOptions, WorkflowInput } from '../../lib/ports.ts';
import type { RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { DEFAULT_LIMITS, type Limits } from '../../lib/session/limits.ts';
import type { Harvester } from '../../lib/session/session.ts';
import type { Sighting } from '../../lib/session/verdict.ts';
import { Choosing } from './choosing.ts';
import type { Code } from './code.ts';
import { CALL_SECONDS_MAX, type Fate } from './faults.ts';
import type { PendingCall } from './call.ts';
import { definitionOf } from './definitions.ts';
import { Deployments } from './deployments.ts';
import type { Engine, World } from './engine.ts';
import { judgeMove, judgeSelection } from './judge-ledger.ts';
import { Lambda } from './lambda.ts';
import { Ledger } from './ledger.ts';
import { Execution } from './machine.ts';
import { copyOf } from './paths.ts';
import { observe } from './observe.ts';
import type { Process } from './process.ts';
import { Remotes, urlOf } from './remote.ts';
import { SIMULATED_PACE, type Route, type Scenario, type SimulatedRemote } from './scenario.ts';
import { Schedules } from './schedules.ts';
import { portsOver, type StorePorts, type Stores, type Tampering } from './stores.ts';
import { sweepFrom } from './sweeps.ts';

/** Sessions of the last minute may be missing from an index that lags, and such as closed in it may still be there. */
const LAG_MILLIS = 60_000;
const FIRST_SWEEP_SECONDS = 450;

export class SimulatedWorld implements World {
  readonly deployments: Deployments;
  readonly lambda: Lambda;
  readonly schedules: Schedules;
  readonly executions = new Map<string, Execution>();
  readonly remotes: Remotes;
  readonly ledger: Ledger;
  readonly choosing = new Choosing();
  /** Calls of the finalizer that were asked for, by session: they are on their way. */
  readonly calls: Record<string, number> = {};
  readonly metrics = { count: (): void => undefined };
  readonly stores: Stores = {
    sessions: new Map(),
    harvesters: new Map(),
    batches: new Map(),
    records: new Map(),
  };
  readonly #engine: Engine;
  readonly scenario: Scenario;
  readonly #ports: StorePorts;
  readonly #tampering: Tampering;

  constructor(engine: Engine, scenario: Scenario, { code, tampering }: { code: Code; tampering: Tampering }) {
    this.#engine = engine;
    this.scenario = scenario;
    this.#tampering = tampering;
    const limits: Limits = { ...DEFAULT_LIMITS, ...scenario.limits };
    this.deployments = new Deployments(engine, { code, limits });
    this.lambda = new Lambda(engine, this.deployments);
    this.remotes = new Remotes(scenario.remotes);
    const running = (name: string): Execution | undefined => {
      const execution = this.executions.get(name);
      return execution?.isRunning === true ? execution : undefined;
    };
    this.ledger = new Ledger(engine, {
      runsSince: (name) => running(name)?.startedAt,
      isAtWork: (name) => running(name)?.isAtWork === true,
      // An abort, and another start with the key, arm a check whenever they come.
      armedNow: (id) =>
        scenario.users.length > 1 ? [] : this.schedules.waiting().filter((name) => name.startsWith(`${id}-`)),
      ledgerMoved: (before, after) => judgeMove(this, before, after),
      waveTaken: (session, resources) => judgeSelection(this, session, resources),
    });
    this.schedules = new Schedules(engine, ({ sessionId, check }) => {
      if (!this.#lacks('monitor'))
        this.lambda.callLater(
          ({ handlers }) => handlers.monitor,
          { session: sessionId, check },
          `check ${sessionId}-${check}`,
        );
    });
    this.#ports = portsOver(this.stores, scenario.storePageSize ?? 100);
    engine.world = this;
    for (const remote of scenario.remotes) this.#setUp(remote);
    if (!this.#lacks('sweep')) sweepFrom(engine, this, scenario.firstSweepSeconds ?? FIRST_SWEEP_SECONDS);
  }

  #setUp(remote: SimulatedRemote): void {
    const harvester: Harvester = {
      id: remote.harvester,
      name: remote.harvester,
      remote: { type: 'simulated', url: urlOf(remote), settings: { listed: remote.listed === true } },
      pace: { ...SIMULATED_PACE, ...remote.pace },
      keeping: { ...DEFAULT_KEEPING, ...remote.keeping },
      ledger: undefined,
      lease: undefined,
      sequence: 0,
      lastSessionId: undefined,
      revision: 1,
    };
    this.stores.harvesters.set(harvester.id, harvester);
    this.ledger.harvesters.set(harvester.id, harvester);
  }

  #lacks(route: Route): boolean {
    return this.scenario.missing?.includes(route) === true;
  }

  answerMillis([request, options]: readonly unknown[]): number {
    return (
      Math.min(this.remotes.secondsFor(request as RemoteRequest), (options as RemoteOptions).timeSecondsMax) *
      1_000
    );
  }

  logOf(
    process: Process,
  ): Record<'debug' | 'info' | 'warn' | 'error', (message: string, fields: LogFields) => void> {
    const quiet = (): void => undefined;
    return {
      debug: quiet,
      info: quiet,
      warn: (message) => this.#engine.tell(() => `${process.id} warns: ${message}`),
      error: (message, fields) => {
        this.#engine.tell(() => `${process.id} reports: ${message} ${JSON.stringify(fields)}`);
        if (message === 'committed records are gone')
          this.#engine.violate(
            `${process.id} finds that committed records are gone: ${JSON.stringify(fields)}`,
          );
      },
    };
  }

  /** What a session goes by stays until it is over. */
  threw({ id, input }: Process, error: unknown): void {
    if (!/^What was decided on .* is not there/.test(error instanceof Error ? error.message : '')) return;
    const session = this.ledger.sessions.get((input as { session?: string }).session ?? '');
    if (session !== undefined && session.conclusion === undefined)
      this.ledger.broken(session.id, `cannot find what was chosen (${id})`);
  }

  apply(call: PendingCall, fate: Fate): Promise<unknown> {
    const { method, args } = call;
    const result =
      this.#tampering[method.name]?.(this.stores, args) ??
      this.#ports[method.port]?.[method.method]?.(...args) ??
      this.#served(call, fate);
    return result.then((answer) => {
      observe(this.ledger, method.name, args, answer);
      return fate === 'the index lags' ? this.#lagging(answer) : answer;
    });
  }

  #served(call: PendingCall, fate: Fate): Promise<unknown> {
    try {
      return Promise.resolve(this.#serve(call, fate));
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Puts something into a store by hand, before a run. */
  async put(port: keyof Ports, method: string, ...args: readonly unknown[]): Promise<void> {
    const answer = await this.#ports[port]?.[method]?.(...args);
    observe(this.ledger, `${port}.${method}`, args, answer);
  }

  /** The ports that are services rather than stores. */
  #serve({ process, method, args }: PendingCall, fate: Fate): unknown {
    switch (method.name) {
      case 'executions.start':
        return this.#start(...(args as Parameters<Ports['executions']['start']>));
      case 'executions.look':
        return this.#look(String(args[0]), fate);
      case 'executions.stop':
        return this.stop(String(args[0]));
      case 'checks.arm': {
        const [check] = args as Parameters<Ports['checks']['arm']>;
        return this.schedules.arm(check);
      }
      case 'checks.disarm':
        return this.schedules.disarm(String(args[0]));
      case 'finalizer.call': {
        const [call] = args as Parameters<Ports['finalizer']['call']>;
        if (process.handler === 'monitor')
          this.#calledByMonitor(process.input as { session: string; check: number });
        this.calls[call.session] = (this.calls[call.session] ?? 0) + 1;
        return this.lambda.callLater(
          ({ handlers }) => handlers.finalize,
          copyOf(call),
          `call of the finalizer by the ${call.by} for ${call.session}`,
        );
      }
      case 'events.publish':
        return undefined;
      case 'remote.fetch': {
        const { session } = process.input as { session: string };
        const { timeSecondsMax } = args[1] as RemoteOptions;
        if (this.remotes.secondsFor(args[0] as RemoteRequest) > timeSecondsMax)
          throw new ReeveError('RemoteTooSlow', `no answer within ${timeSecondsMax} s`);
        if (this.remotes.isPoison(args[0] as RemoteRequest)) process.kill({ withCalls: true });
        return this.remotes.answer(args[0] as RemoteRequest, {
          session,
          process: process.name,
          now: this.#engine.now,
          nonsense: fate === 'answers nonsense',
        });
      }
      default:
        throw new Error(`the simulated world has no ${method.name}`);
    }
  }

  /** After the last check that there may be, a session is the sweep's alone. */
  #calledByMonitor(input: { session: string; check: number }): void {
    if (input.check + 1 < this.deployments.checksMaxLeast) this.ledger.finalizerCalled(input);
  }

  #start(name: string, input: WorkflowInput): 'started' | 'exists' {
    if (this.executions.has(name)) return 'exists';
    this.#engine.tell(() => `execution ${name} starts`);
    this.ledger.executionStarted(name);
    if (this.#lacks('workflow')) return 'started';
    this.deployments.mayComeBefore(() => `execution ${name}`);
    const machine = {
      engine: this.#engine,
      definition: definitionOf(this.deployments.version),
      call: this.#callTask,
      ended: this.#executionEnded,
    };
    const execution = new Execution(machine, name, copyOf(input));
    this.executions.set(name, execution);
    return 'started';
  }

  readonly #callTask = (resource: string, input: unknown, tell: Parameters<Lambda['invoke']>[2]): void => {
    this.lambda.invoke(
      ({ handlers }) => handlers[resource as 'discover' | 'harvest' | 'finalize'],
      input,
      tell,
    );
  };

  /** A best-effort event: an accelerator, no more. */
  readonly #executionEnded = (execution: Execution): void => {
    const { how } = execution.sighting as Extract<Sighting, { execution: 'ended' }>;
    if (how === 'succeeded' || this.#lacks('event')) return;
    const input = {
      session: execution.name,
      by: 'event',
      because: `its execution has ${how}`,
      execution: execution.name,
    };
    this.lambda.callLater(
      ({ handlers }) => handlers.finalize,
      input,
      `event that execution ${execution.name} has ${how}`,
    );
  };

  #look(name: string, fate: Fate): Sighting {
    const execution = this.executions.get(name);
    const isYoung =
      execution !== undefined && this.#engine.now - execution.startedAt < CALL_SECONDS_MAX * 1_000;
    if (execution === undefined || (fate === 'it cannot be seen yet' && isYoung))
      return { execution: 'absent' };
    return execution.sighting;
  }

  stop(name: string): 'stopped' | 'not running' {
    const execution = this.executions.get(name);
    if (execution?.isRunning !== true) return 'not running';
    execution.end('aborted');
    return 'stopped';
  }

  #lagging(answer: unknown): unknown {
    const { values, ...rest } = answer as { values: readonly string[] };
    const before = this.#engine.now - LAG_MILLIS;
    const old = values.filter((id) => (this.stores.sessions.get(id)?.startedAt ?? 0) < before);
    const closed = [...this.stores.sessions.values()].filter(
      (session) => session.closedAt !== undefined && session.closedAt > before,
    );
    return { values: [...old, ...closed.map(({ id }) => id)], ...rest };
  }
}
