/** Calls handlers as Lambda does: with a time limit, and, when nobody waits for the answer, up to three times. */
import type { AnyHandler, Call } from '../../handler.ts';
import type { Log, Ports } from '../../ports.ts';
import { sentenceOf } from '../../session/errors.ts';
import { lambdaSeconds } from '../../session/lambda-seconds.ts';
import type { Limits } from '../../session/limits.ts';
import { afterMillis, pauseMillis } from '../timers.ts';

export type HandlerName = 'start' | 'discover' | 'harvest' | 'finalize' | 'monitor' | 'sweep' | 'api';
export type Handlers = Readonly<Record<HandlerName, AnyHandler>>;

export interface Invoker {
  /** Waits for the answer. A handler that takes too long is left to itself, and the call fails with `Sandbox.Timedout`. */
  invoke(name: HandlerName, input: unknown, limits?: Limits): Promise<unknown>;
  /** Does not wait: a handler that throws is called again, twice, after pauses; then only the log knows. */
  later(name: HandlerName, input: unknown): void;
  /** When nothing is under way that `later` began. */
  readonly idle: () => Promise<void>;
  /** Nothing is begun any more, no further tries are made. */
  close(): void;
}

/** Named as Step Functions names it, because the retriers go by the name. */
class HandlerTimedOut extends Error {
  override readonly name = 'Sandbox.Timedout';
}

/** Lambda waits one minute and then two; nobody sits in front of Lambda. */
const RETRY_PAUSES_MILLIS = [1_000, 5_000];

interface InvokerParts {
  readonly handlers: Handlers;
  readonly ports: () => Ports;
  readonly limits: Limits;
  readonly log: Log;
  readonly retryPausesMillis?: readonly number[];
}

export function createInvoker({
  handlers,
  ports,
  limits,
  log,
  retryPausesMillis = RETRY_PAUSES_MILLIS,
}: InvokerParts): Invoker {
  const underWay = new Set<Promise<void>>();
  const closing = new AbortController();

  const invoke = async (name: HandlerName, input: unknown, own: Limits = limits): Promise<unknown> => {
    const millis = lambdaSeconds(name, own) * 1_000;
    const endsAt = performance.now() + millis;
    const call: Call = { limits: own, timeLeftMillis: () => endsAt - performance.now() };
    return within(millis, name, handlers[name].invoke(input, ports(), call));
  };

  const persist = async (name: HandlerName, input: unknown): Promise<void> => {
    for (let tries = 0; !closing.signal.aborted; tries += 1) {
      try {
        await invoke(name, input);
        return;
      } catch (error) {
        const pause = retryPausesMillis[tries];
        log.warn('a handler failed', { handler: name, input, tries: tries + 1, because: sentenceOf(error) });
        if (pause === undefined) {
          log.error('a handler failed for good; the next check or sweep goes on', {
            handler: name,
            input,
            because: sentenceOf(error),
          });
          return;
        }
        await pauseMillis(pause, closing.signal);
      }
    }
  };

  return {
    invoke,
    later: (name, input) => {
      if (closing.signal.aborted) return;
      const work = persist(name, input).finally(() => underWay.delete(work));
      underWay.add(work);
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    close: () => closing.abort(),
  };
}

function within(millis: number, name: string, answer: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(
        new HandlerTimedOut(`The handler ${name} took more than ${millis / 1_000} s and was left to itself`),
      );
    const timer = afterMillis(millis, late);
    answer.finally(() => timer.cancel()).then(resolve, reject);
  });
}
