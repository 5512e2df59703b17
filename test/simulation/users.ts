/** The people and programs that start, abort, retry and stop sessions, at their moments. */
import type { AnyHandler } from '../../lib/handler.ts';
import type { Ports } from '../../lib/ports.ts';
import type { StartInput, StartOutput } from '../../lambdas/start.ts';
import type { Code } from './code.ts';
import type { Engine } from './engine.ts';
import { judgingStart } from './judge-answers.ts';
import type { Ended } from './process.ts';
import type { Scenario, UserStep } from './scenario.ts';
import type { SimulatedWorld } from './world.ts';

/** A user with a key tries again after so long, so often. */
const RETRY_SECONDS = 10;
const TRIES_MAX = 3;

export class Users {
  readonly #engine: Engine;
  readonly #world: SimulatedWorld;
  /** Steps that wait for a number of port calls, the next one first. */
  readonly #byCalls: UserStep[];
  /** Sessions by harvester, in the order in which users learnt of them. */
  readonly #known = new Map<string, string[]>();

  constructor(engine: Engine, world: SimulatedWorld, scenario: Scenario) {
    this.#engine = engine;
    this.#world = world;
    this.#byCalls = [];
    for (const step of scenario.users) {
      if ('calls' in step.when) this.#byCalls.push(step);
      else engine.after(step.when.seconds, () => this.#act(step));
    }
    this.#byCalls.sort((a, b) => callsOf(a) - callsOf(b));
  }

  /** Acts when the world has come so far; a world that stands still does not keep a user waiting. */
  watch(): void {
    for (;;) {
      const [next] = this.#byCalls;
      const isIdle = this.#engine.pending.length === 0 && this.#engine.timers.waiting === 0;
      if (next === undefined || (this.#engine.calls < callsOf(next) && !isIdle)) return;
      this.#byCalls.shift();
      this.#act(next);
    }
  }

  #act(step: UserStep): void {
    this.#engine.tell(
      () => `a user: ${step.does} ${step.harvester}${step.key === undefined ? '' : ` with key ${step.key}`}`,
    );
    switch (step.does) {
      case 'start':
        return this.#start(
          { harvester: step.harvester, ...(step.key === undefined ? {} : { key: step.key }) },
          1,
        );
      case 'list':
        return this.#start(
          {
            harvester: step.harvester,
            kind: 'discover-harvestable-resources',
            ...(step.key === undefined ? {} : { key: step.key }),
          },
          1,
        );
      case 'choose': {
        const { harvester, choices = {} } = step;
        const { choosing, lambda } = this.#world;
        lambda.invoke(
          (code) => choosing.handler(code, harvester, choices),
          { harvester, choices },
          () => undefined,
        );
        return;
      }
      case 'retry':
        return this.#retry(step);
      case 'abort':
        return this.#abort(step.harvester);
      case 'stop': {
        const session = this.#newest(step.harvester);
        if (session !== undefined) this.#world.stop(session);
        return;
      }
    }
  }

  #start(input: StartInput, tries: number): void {
    const answered = judgingStart(this.#world, input);
    this.#world.lambda.invoke(
      ({ handlers }) => handlers.start,
      input,
      (ended: Ended) => {
        if (ended.how === 'returned') return answered(ended.value as StartOutput);
        if (input.key === undefined || tries === TRIES_MAX) return;
        this.#engine.after(RETRY_SECONDS, () => this.#start(input, tries + 1));
      },
    );
  }

  #retry(step: UserStep): void {
    const closed = this.#sessionsOf(step.harvester).filter((session) => session.closedAt !== undefined);
    const newest = closed.at(-1);
    if (newest === undefined) return;
    this.#start(
      { harvester: step.harvester, retryOf: newest.id, ...(step.key === undefined ? {} : { key: step.key }) },
      1,
    );
  }

  #abort(harvester: string): void {
    const session = this.#newest(harvester);
    if (session === undefined) return;
    this.#world.lambda.invoke(
      (code) => abortOf(this.#world, code, session),
      { session },
      () => undefined,
    );
  }

  #sessionsOf(harvester: string) {
    return [...this.#world.stores.sessions.values()].filter((session) => session.harvesterId === harvester);
  }

  /** The session that a user sees as the present one: the open one that was opened last, else the last one. */
  #newest(harvester: string): string | undefined {
    const sessions = this.#sessionsOf(harvester);
    const holder = this.#world.stores.harvesters.get(harvester)?.lease;
    return holder ?? sessions.at(-1)?.id ?? this.#known.get(harvester)?.at(-1);
  }
}

/** What the API does for an abort, as a process of its own. */
export function abortOf({ ledger }: SimulatedWorld, { abortSession }: Code, session: string): AnyHandler {
  return {
    name: 'abort',
    uses: ['sessions', 'checks', 'clock', 'log'],
    invoke: async (_, ports: Ports) => {
      const { said } = await abortSession(ports, session);
      if (said === 'aborting' || said === 'already') ledger.toldAborting.add(session);
    },
  };
}

function callsOf({ when }: UserStep): number {
  return 'calls' in when ? when.calls : 0;
}
