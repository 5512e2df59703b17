/** How the embedded world calls handlers: with Lambda's time limits and Lambda's patience. */
import { expect, test } from 'vitest';
import { createInvoker, type HandlerName } from '../../lib/local/embedded/invoke.ts';
import type { AnyHandler, Call } from '../../lib/handler.ts';
import type { Ports } from '../../lib/ports.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { createMemoryWorld } from '../../lib/local/memory/world.ts';
import { T0 } from '../session/make.ts';
import { idleHandlers, keepingLog } from './stand-ins.ts';

const { ports } = createMemoryWorld({ startAt: T0, seed: 1 });
const HASTE = { ...DEFAULT_LIMITS, harvestLambdaSeconds: 0.02 };

function makeInvoker(handlers: Partial<Record<HandlerName, AnyHandler['invoke']>>) {
  const log = keepingLog();
  const given = (): Ports => ports;
  return {
    log,
    invoker: createInvoker({
      handlers: idleHandlers(handlers),
      ports: given,
      limits: HASTE,
      log,
      retryPausesMillis: [1, 1],
    }),
  };
}

test('a handler is given its input, the ports, the limits and the time it has', async () => {
  const seen: unknown[] = [];
  const { invoker } = makeInvoker({
    harvest: (input, given, call) =>
      Promise.resolve(seen.push(input, given === ports, call.limits, call.timeLeftMillis() <= 20)),
  });
  await invoker.invoke('harvest', { batch: 1 });
  expect(seen).toEqual([{ batch: 1 }, true, HASTE, true]);
});

test('a handler that takes too long fails like a Lambda that is killed, and what becomes of it later concerns nobody', async () => {
  let fail = (): void => undefined;
  const { invoker } = makeInvoker({
    harvest: () => new Promise((_, reject) => (fail = () => reject(new Error('too late')))),
  });
  await expect(invoker.invoke('harvest', {})).rejects.toMatchObject({ name: 'Sandbox.Timedout' });
  fail();
  await new Promise((resolve) => setTimeout(resolve, 10));
});

test('a handler that nobody waits for is called three times at most, and the log has the last word', async () => {
  let calls = 0;
  const { invoker, log } = makeInvoker({
    monitor: () => {
      calls += 1;
      return Promise.reject(new ReeveError('StoreBusy', 'The store is busy'));
    },
  });
  invoker.later('monitor', { session: 's', check: 0 });
  await invoker.idle();
  expect(calls).toBe(3);
  expect(log.lines.filter(({ level }) => level === 'error')).toMatchObject([
    { fields: { handler: 'monitor', because: 'The store is busy' } },
  ]);
});

test('a handler that succeeds the second time is not called a third time', async () => {
  let calls = 0;
  const { invoker, log } = makeInvoker({
    finalize: () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new TypeError('oh')) : Promise.resolve({});
    },
  });
  invoker.later('finalize', {});
  await invoker.idle();
  expect(calls).toBe(2);
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([]);
});

test('a handler that throws before it returns a promise is a handler that failed', async () => {
  const { invoker } = makeInvoker({
    sweep: () => {
      throw new TypeError('at once');
    },
  });
  await expect(invoker.invoke('sweep', {})).rejects.toThrow('at once');
  invoker.later('sweep', {});
  await invoker.idle();
});

test('after closing nothing is begun, and no pause is waited for', async () => {
  const calls: Call[] = [];
  const log = keepingLog();
  const handlers = idleHandlers({
    monitor: (_, __, call) => {
      calls.push(call);
      return Promise.reject(new TypeError('oh'));
    },
  });
  const invoker = createInvoker({
    handlers,
    ports: () => ports,
    limits: HASTE,
    log,
    retryPausesMillis: [3_600_000],
  });
  invoker.later('monitor', {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  invoker.close();
  await invoker.idle();
  invoker.later('monitor', {});
  await invoker.idle();
  expect(calls).toHaveLength(1);
});
