/** Drives the world in memory: delivers what is due there to the handlers, as Step Functions, Scheduler and Lambda would. */
import type { AnyHandler, Call } from '../../lib/handler.ts';
import type { Ports } from '../../lib/ports.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import type { Limits } from '../../lib/session/limits.ts';
import type { Instant } from '../../lib/session/session.ts';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';
import { runWorkflow, type Ended } from '../../lib/local/interpreter.ts';
import type { MemoryWorld } from '../../lib/local/memory/world.ts';

/** The handlers that a world calls by itself; `start` is called by people. */
export type DrivenHandlers = Readonly<Record<'discover' | 'harvest' | 'finalize' | 'monitor', AnyHandler>>;

export interface Driver {
  readonly world: MemoryWorld;
  readonly handlers: DrivenHandlers;
  readonly limits: Limits;
  /** What the handlers see instead of the world's own ports: the same with faults, for example. */
  readonly ports?: Ports;
}

const LAMBDA_MILLIS = 600_000;

/** Runs an execution that was started to its end, without pauses between retries, and records how it ended. */
export async function runExecution(driver: Driver, name: string): Promise<Ended> {
  const { world, handlers, limits } = driver;
  const execution = world.executions.get(name);
  if (execution === undefined) throw new ReeveError('NotFound', `No execution ${name} was started`);
  const invoke = (handler: AnyHandler) => (input: unknown) => invokeHandler(driver, handler, input);
  const tasks = {
    discover: invoke(handlers.discover),
    harvest: invoke(handlers.harvest),
    finalize: invoke(handlers.finalize),
  };
  const machine = harvestWorkflow({ discover: 'discover', harvest: 'harvest', finalize: 'finalize' }, limits);
  const run = await runWorkflow(machine, { input: execution.input, tasks, retryPauseMillis: 0 });
  const ended = await run.ended;
  if (execution.sighting.execution === 'running') execution.sighting = { execution: 'ended', how: ended.how };
  return ended;
}

/** Moves time to `at`, and calls the monitor for every check that is due on the way, in order, at its time. */
export async function deliverChecks(driver: Driver, at: Instant): Promise<void> {
  const { world, handlers } = driver;
  for (;;) {
    const due = [...world.checks.values()].filter((check) => check.at <= at).sort((a, b) => a.at - b.at)[0];
    if (due === undefined) break;
    world.clock.advanceTo(Math.max(due.at, world.clock.now()));
    world.checks.delete(due.name);
    await invokeHandler(driver, handlers.monitor, { session: due.sessionId, check: due.check });
    await deliverFinalizerCalls(driver);
  }
  world.clock.advanceTo(Math.max(at, world.clock.now()));
}

/** Calls the finalizer as often as it was asked for. */
export async function deliverFinalizerCalls(driver: Driver): Promise<void> {
  for (
    let call = driver.world.finalizerCalls.shift();
    call !== undefined;
    call = driver.world.finalizerCalls.shift()
  ) {
    await invokeHandler(driver, driver.handlers.finalize, call);
  }
}

function invokeHandler(
  { world, ports, limits }: Driver,
  handler: AnyHandler,
  input: unknown,
): Promise<unknown> {
  const endsAt = world.clock.now() + LAMBDA_MILLIS;
  const call: Call = { limits, timeLeftMillis: () => endsAt - world.clock.now() };
  return handler.invoke(input, ports ?? world.ports, call);
}
