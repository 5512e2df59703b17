/** The embedded world: everything in one process and one folder, no AWS, no Docker. The same handlers, state machine and table. */
import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createStore } from '../../aws/dynamodb/store.ts';
import { openTable } from '../../aws/dynamodb/table.ts';
import type { HttpAnswer, HttpRequest } from '../../api/http.ts';
import type { Addresses, Events, Log, Metrics, Ports, Remote } from '../../ports.ts';
import { abortSession } from '../../protocol/abort.ts';
import { ReeveError, sentenceOf } from '../../session/errors.ts';
import type { Limits } from '../../session/limits.ts';
import type { Instant, Session, SessionKind } from '../../session/session.ts';
import { afterMillis, pauseMillis, type Timer } from '../timers.ts';
import { createChecks } from './checks.ts';
import { watchClosings } from './closings.ts';
import { clientConfigOf, type Dynamo } from './dynamo.ts';
import { createExecutions } from './executions.ts';
import {
  diskReasonOf,
  folderFault,
  prepareFolder,
  readOwner,
  removeSocket,
  socketPath,
  writeOwner,
  type Folder,
} from './folder.ts';
import { createInvoker, type Handlers, type Invoker } from './invoke.ts';
import { TABLE, takeFolderSoon } from './lock.ts';
import { createRecords } from './records.ts';
import { recover } from './recover.ts';
import { EmbeddedSchedules } from './schedules.ts';
import { serve, type AbortAnswer, type Served } from './serve.ts';

export interface EmbeddedOptions {
  /** Made when it is not there. */
  readonly folder: string;
  readonly limits: Limits;
  readonly handlers: Handlers;
  readonly remote: Remote;
  /** Which remotes may be harvested; without it all that can be fetched. */
  readonly addresses?: Addresses;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly now?: () => Instant;
  /** What others are told who find the folder in use, e.g. `harvesting https://geo.example.org`. */
  readonly doing?: string;
  /** Between the three tries of a handler that nobody waits for. */
  readonly retryPausesMillis?: readonly number[];
}

/** What the handler `start` answers. */
export type StartAnswer =
  | { readonly outcome: 'started' | 'exists'; readonly session: Session }
  | { readonly outcome: 'conflict'; readonly holder: Session };

export type ConcludedEvent = Parameters<Events['publish']>[0];

export interface Embedded {
  readonly ports: Ports;
  /** @throws what the handler throws */
  start(input: {
    readonly harvester: string;
    readonly key?: string;
    readonly retryOf?: string;
    readonly kind?: SessionKind;
    readonly full?: boolean;
    readonly acceptGone?: boolean;
  }): Promise<StartAnswer>;
  abort(sessionId: string): Promise<AbortAnswer>;
  /** One request to the HTTP API. */
  api(request: HttpRequest): Promise<HttpAnswer>;
  /** From here on the harvesters that have a schedule are harvested by it. */
  readonly keepSchedules: () => Promise<void>;
  /** The session once its clean-up is done too. */
  waitClosed(sessionId: string): Promise<Session>;
  /** Called when a session is concluded, at least once. @returns what ends it */
  readonly onConcluded: (listener: (event: ConcludedEvent) => void) => () => void;
  /** Waits for what runs, then ends it: what stays open is concluded when the folder is opened next. */
  close(options?: { readonly waitMillis?: number }): Promise<void>;
  /** Aborted, with a `FolderUnusable` as its reason, when the disk takes nothing any more: what is open is concluded when the folder is opened next. */
  readonly broken: AbortSignal;
}

/** How long others who only read, or are just leaving, are waited for. */
const LOCK_WAIT_MILLIS = 5_000;
const CLOSE_WAIT_MILLIS = 10_000;
const TOKEN_CHARS = 10;

/**
 * Opens the folder and concludes first what an earlier process left open in it.
 * @throws Conflict when another process has the folder, FolderUnusable when it or its table cannot be used
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const clock = { now: options.now ?? (() => Date.now()) };
  const folder = await prepareFolder(options.folder);
  const dynamo = await takeFolderSoon(folder, {
    clock: { now: () => Date.now() },
    waitMillis: LOCK_WAIT_MILLIS,
  });
  const undo: (() => Promise<void>)[] = [() => dynamo.close()];
  try {
    const world = assemble(options, { folder, dynamo, clock });
    undo.unshift(() => world.end(0));
    const socket = await own(folder, options.doing ?? 'harvesting').catch((error: unknown) => {
      throw folderFault(error, folder.path);
    });
    undo.unshift(() => disown(folder, socket));
    const served = await serve(socket, dynamo, world.embedded.abort);
    undo.unshift(() => served.close());
    await recover(world.embedded.ports, world.invoker, options.limits);
    world.beginSweeping();
    return closable(world, { folder, socket, served, dynamo });
  } catch (error) {
    for (const step of undo) await step().catch(() => undefined);
    throw error;
  }
}

async function own(folder: Folder, doing: string): Promise<string> {
  const before = await readOwner(folder);
  await removeSocket(before?.socket);
  await rm(folder.temporary, { recursive: true, force: true });
  await prepareFolder(folder.path);
  const socket = await socketPath(folder);
  await writeOwner(folder, { pid: process.pid, startedAt: new Date().toISOString(), doing, socket });
  return socket;
}

async function disown(folder: Folder, socket: string): Promise<void> {
  await rm(folder.owner, { force: true });
  await removeSocket(socket);
}

interface Opened {
  readonly folder: Folder;
  readonly dynamo: Dynamo;
  readonly clock: Ports['clock'];
}

const ANY_ADDRESS: Addresses = { refusalOf: () => undefined, refusalOfSecret: () => undefined };
const CHANCE: Ports['chance'] = {
  token: () => Array.from({ length: TOKEN_CHARS }, () => randomInt(36).toString(36)).join(''),
};

function assemble(options: EmbeddedOptions, { folder, dynamo, clock }: Opened) {
  const { limits, handlers, log } = options;
  const table = openTable(TABLE, clientConfigOf(dynamo));
  const store = createStore(table);
  const closings = watchClosings(store.sessions);
  const broken = whenBroken(dynamo, folder, log);
  broken.addEventListener('abort', () => closings.close(broken.reason as ReeveError));
  const listeners = new Set<(event: ConcludedEvent) => void>();
  const { retryPausesMillis } = options;
  const pauses = retryPausesMillis === undefined ? {} : { retryPausesMillis };
  const invoker = createInvoker({ handlers, ports: () => ports, limits, log, ...pauses });
  const executions = createExecutions({ invoker, limits, log });
  const checks = createChecks(invoker, clock);
  const records = createRecords(folder);
  const stores = { ...store, sessions: closings.sessions, records, ledgers: records };
  const schedules = new EmbeddedSchedules({ invoker, stores, clock, log });
  const ports: Ports = {
    ...stores,
    executions,
    checks,
    schedules,
    finalizer: finalizerBy(invoker),
    remote: options.remote,
    addresses: options.addresses ?? ANY_ADDRESS,
    events: announcer(listeners, log),
    clock,
    chance: CHANCE,
    log,
    metrics: options.metrics ?? { count: () => undefined },
  };
  const sweeping = sweepEvery(limits.sweepIntervalSeconds, invoker);
  const end = async (waitMillis: number): Promise<void> => {
    sweeping.end();
    checks.close();
    schedules.close();
    const patience = new AbortController();
    const waits = broken.aborted ? 0 : waitMillis;
    await Promise.race([executions.idle().then(invoker.idle), pauseMillis(waits, patience.signal)]);
    patience.abort();
    invoker.close();
    closings.close();
    await executions.abortAll();
    table.close();
  };
  const embedded: Omit<Embedded, 'close'> = {
    ports,
    start: async (input) => (await invoker.invoke('start', input)) as StartAnswer,
    abort: (sessionId) => abortSession(ports, sessionId),
    api: async (request) => (await invoker.invoke('api', request)) as HttpAnswer,
    keepSchedules: () => schedules.begin(),
    waitClosed: closings.waitClosed,
    broken,
    onConcluded: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return { embedded, invoker, beginSweeping: sweeping.begin, end };
}

function whenBroken(dynamo: Dynamo, { path }: Folder, log: Log): AbortSignal {
  const broken = new AbortController();
  dynamo.broken.addEventListener('abort', () => {
    const cause: unknown = dynamo.broken.reason;
    const fault = new ReeveError(
      'FolderUnusable',
      `The folder ${path} takes nothing any more: ${diskReasonOf(cause) ?? sentenceOf(cause)}; what was committed is kept, and the next start concludes what is open`,
      { cause },
    );
    log.error(fault.message, {});
    broken.abort(fault);
  });
  return broken.signal;
}

function finalizerBy(invoker: Invoker): Ports['finalizer'] {
  return {
    call: (call) => {
      invoker.later('finalize', call);
      return Promise.resolve();
    },
  };
}

/** @returns what ends it */
function sweepEvery(seconds: number, invoker: Invoker): { begin: () => void; end: () => void } {
  let next: Timer | undefined;
  const begin = (): void => {
    next = afterMillis(seconds * 1_000, () => {
      invoker.later('sweep', {});
      begin();
    });
  };
  return { begin, end: () => next?.cancel() };
}

function announcer(listeners: ReadonlySet<(event: ConcludedEvent) => void>, log: Log): Events {
  return {
    publish: (event) => {
      log.info(event.type, { event: event.id, session: event.session.id, status: event.session.status });
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          log.error('a listener failed', { session: event.session.id, because: sentenceOf(error) });
        }
      }
      return Promise.resolve();
    },
  };
}

interface Parts {
  readonly folder: Folder;
  readonly socket: string;
  readonly served: Served;
  readonly dynamo: Dynamo;
}

function closable(world: ReturnType<typeof assemble>, { folder, socket, served, dynamo }: Parts): Embedded {
  let closed: Promise<void> | undefined;
  const close = async (waitMillis: number): Promise<void> => {
    await world.end(waitMillis);
    await served.close();
    await disown(folder, socket);
    await dynamo.close();
  };
  return {
    ...world.embedded,
    close: ({ waitMillis = CLOSE_WAIT_MILLIS } = {}) => (closed ??= close(waitMillis)),
  };
}
