/** AWS Lambda as it behaves: a call begins at once or later, once or twice, and ends by an answer, an error, a death or its time limit. */
import { HANDLERS } from '../../lambdas/index.ts';
import type { AnyHandler, Call } from '../../lib/handler.ts';
import type { Ports } from '../../lib/ports.ts';
import { lambdaSeconds, type LambdaName } from '../../lib/session/lambda-seconds.ts';
import type { Code } from './code.ts';
import type { Deployments } from './deployments.ts';
import type { Engine } from './engine.ts';
import { CLOCKS, LATE_SECONDS, MESSAGES } from './faults.ts';
import { portsOf, Process, type Ended } from './process.ts';

/** Anything that runs as a process: a handler, or what the API does for an abort. */
export type Runnable = AnyHandler;

const SKEW_SECONDS: Readonly<Record<(typeof CLOCKS)[number], number>> = {
  exact: 0,
  '7 s ahead': 7,
  '7 s behind': -7,
  '4 min ahead': 240,
  '4 min behind': -240,
};

/** Lambda's pauses before its second and third try of an asynchronous call. */
const RETRY_SECONDS = [60, 120] as const;

export class Lambda {
  readonly #engine: Engine;
  readonly #deployments: Deployments;
  readonly #calls = new Map<string, number>();
  /** Calls that Lambda gave up: they lie in the failure destination. */
  givenUp = 0;

  constructor(engine: Engine, deployments: Deployments) {
    this.#engine = engine;
    this.#deployments = deployments;
  }

  /** How often anything of this name was called so far, this time included. */
  ordinal(name: string): number {
    const ordinal = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, ordinal);
    return ordinal;
  }

  /** @param handlerOf the handler as the version has it that the call comes to */
  invoke(handlerOf: (code: Code) => Runnable, input: unknown, tellCaller: (ended: Ended) => void): Process {
    const engine = this.#engine;
    const deployments = this.#deployments;
    const { name } = handlerOf(deployments.version.code);
    const id = `${name}.${this.ordinal(name)}`;
    deployments.mayComeBefore(() => id);
    const { code, limits } = deployments.version;
    const handler = handlerOf(code);
    const clock = engine.choose('service', () => `${id} clock`, CLOCKS);
    const process = new Process(engine, {
      handler: name,
      id,
      input,
      limitSeconds: lambdaSeconds(lambdaOf(name), limits),
      skewMillis: SKEW_SECONDS[clock] * 1_000,
      tellCaller: (ended) => {
        deployments.ended(process);
        tellCaller(ended);
      },
    });
    deployments.began(process);
    const call: Call = { limits, timeLeftMillis: () => process.killAt - engine.now };
    engine.tell(() => `${id} begins: ${JSON.stringify(input)}`);
    this.#run(process, handler, { ports: portsOf(process, handler.uses), call });
    return process;
  }

  #run(process: Process, handler: Runnable, { ports, call }: { ports: Ports; call: Call }): void {
    let running: Promise<unknown>;
    try {
      running = handler.invoke(process.input, ports, call);
    } catch (error) {
      running = Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
    running.then(
      (value) => process.returned(value),
      (error: unknown) => process.threw(error),
    );
  }

  /** An asynchronous call: at least once, some time, tried again when it fails, at last given up. */
  callLater(handlerOf: (code: Code) => Runnable, input: unknown, message: string): void {
    const engine = this.#engine;
    const ordinal = this.ordinal(message);
    const label = `${message}${ordinal > 1 ? ` (${ordinal})` : ''}`;
    const how = engine.choose('service', () => label, MESSAGES);
    if (how === 'lost') return;
    const deliver = (tries: number): void => {
      this.invoke(handlerOf, input, (ended) => {
        engine.tell(() => `${label}: ${spoken(ended)}`);
        if (ended.how === 'returned') return;
        const pause = RETRY_SECONDS[tries];
        if (pause === undefined) this.givenUp += 1;
        else engine.after(pause, () => deliver(tries + 1));
      });
    };
    const seconds = how === 'delivered late' ? LATE_SECONDS : 0.05;
    engine.after(seconds, () => {
      if (how !== 'delivered') engine.faultUntil(engine.now);
      deliver(0);
    });
    if (how === 'delivered twice') engine.after(seconds + 0.05, () => deliver(0));
  }
}

/** What users ask for besides a start is done within the API's Lambda. */
function lambdaOf(name: string): LambdaName {
  return name in HANDLERS ? (name as LambdaName) : 'api';
}

function spoken(ended: Ended): string {
  switch (ended.how) {
    case 'returned':
      return `returned ${JSON.stringify(ended.value)}`;
    case 'threw':
      return `threw ${ended.error.name}: ${ended.error.message}`;
    case 'died':
      return 'died';
    case 'ran out of time':
      return 'ran out of time';
  }
}
