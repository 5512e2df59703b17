/** `reeve serve`: harvests the remotes of the settings file again and again, until it is stopped. */
import { setTimeout as pause } from 'node:timers/promises';
import { harvesterType } from '../../harvesters/index.ts';
import { ReeveError, sentenceOf } from '../../session/errors.ts';
import type { Pace } from '../../session/limits.ts';
import type { Instant } from '../../session/session.ts';
import { API_PORT, serveApi } from '../api-server.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { sessionsOf } from '../find.ts';
import { saveHarvester } from '../harvester-setup.ts';
import { catchInterrupts } from '../interrupts.ts';
import { paceOf, settingsOf } from '../../settings/harvester.ts';
import { USUAL_PACE } from '../options.ts';
import type { Embedded } from '../../local/embedded/embedded.ts';
import { all } from '../../pages.ts';
import { openToWork } from '../world.ts';
import { findType } from '../../probing.ts';
import { createRemotes, type Remotes } from '../remotes.ts';
import { nextRunAt } from '../../settings/schedule.ts';
import type { RecurringHarvest, ServeSettings } from '../settings-file.ts';
import { knownType } from './harvest.ts';

const SECRETS_ALLOWED =
  'credentials over this API could name any file of this machine; allowed are those of the settings file and the command line';

/** What sessions under way get to end by themselves before they are aborted; `docker stop` gives ten seconds in all. */
export const STOP_GRACE_SECONDS = 5;
const SLEEP_MILLIS_MAX = 3_600_000;

interface Due {
  readonly harvest: RecurringHarvest;
  readonly id: string;
  readonly pace: Pace;
  at: Instant;
}

export async function serve(
  context: Context,
  { harvesters, remotePolicy }: ServeSettings,
  { port }: { readonly port: number | undefined },
): Promise<ExitCode> {
  const interrupts = catchInterrupts(context.signals, context.quit);
  const remotes = createRemotes({ ...context, policy: remotePolicy });
  const closing: (() => Promise<void>)[] = [() => remotes.close()];
  try {
    const world = await openToWork(context, {
      remote: remotes.typedOverApi,
      addresses: { refusalOf: (url) => remotes.refusalOf(url), refusalOfSecret: () => SECRETS_ALLOWED },
      doing: `serving ${harvesters.length} harvesters`,
    });
    closing.unshift(() => world.close());
    const api = await serveApi((request) => world.api(request), {
      port: port ?? API_PORT,
      isTyped: port !== undefined,
      log: context.log,
    });
    closing.unshift(() => api.close());
    const server = new Server(context, world, remotes);
    context.log.info('serving', {
      folder: context.folder,
      harvesters: harvesters.length,
      api: api.url,
    });
    await world.keepSchedules();
    await server.run(harvesters, AbortSignal.any([interrupts.signal, world.broken]));
    world.broken.throwIfAborted();
    context.log.info('stopping', { underWay: server.underWay, graceSeconds: STOP_GRACE_SECONDS });
    await api.close();
    await server.end();
    context.log.info('stopped', {});
    return EXIT.allOk;
  } finally {
    interrupts.release();
    for (const close of closing) await close();
  }
}

/** All of a message that has several lines: a log line is one. */
function oneLineOf(error: unknown): string {
  return error instanceof ReeveError ? error.message.replace(/\n\s*/g, ' ') : sentenceOf(error);
}

class Server {
  readonly #context: Context;
  readonly #world: Embedded;
  readonly #remotes: Remotes;
  /** Sessions that are not closed, with the promise of their closing. */
  readonly #open = new Map<string, Promise<unknown>>();
  /** Harvesters whose session is being started. */
  readonly #starting = new Map<string, Promise<void>>();

  constructor(context: Context, world: Embedded, remotes: Remotes) {
    this.#context = context;
    this.#world = world;
    this.#remotes = remotes;
  }

  get underWay(): number {
    return this.#open.size;
  }

  /** Starts what is due when it is due, until the signal. */
  async run(harvests: readonly RecurringHarvest[], signal: AbortSignal): Promise<void> {
    const due = await Promise.all(harvests.map((harvest) => this.#firstDue(harvest)));
    while (!signal.aborted) {
      const now = Date.now();
      for (const one of due.filter(({ at }) => at <= now)) {
        one.at = nextRunAt(one.harvest.every, now, now, one.harvest.timezone);
        this.#begin(one, signal);
      }
      const next = Math.min(...due.map(({ at }) => at));
      const millis = Math.max(0, Math.min(SLEEP_MILLIS_MAX, next - Date.now()));
      await pause(millis, undefined, { signal }).catch(() => undefined);
    }
  }

  async #firstDue(harvest: RecurringHarvest): Promise<Due> {
    const { log, limits } = this.#context;
    const { id } = harvest;
    const last = await sessionsOf(this.#world.ports, id).next();
    const lastStartedAt = last.done === true ? undefined : last.value.startedAt;
    const at = nextRunAt(harvest.every, lastStartedAt, Date.now(), harvest.timezone);
    log.info('harvest planned', { harvester: id, name: harvest.name, at: new Date(at).toISOString() });
    return { harvest, id, pace: paceOf({ ...USUAL_PACE, ...harvest.pace }, limits), at };
  }

  /** Finding a type may take long: the others do not wait for it. */
  #begin(due: Due, signal: AbortSignal): void {
    if (this.#starting.has(due.id)) return;
    const starting = this.#start(due, signal).finally(() => this.#starting.delete(due.id));
    this.#starting.set(due.id, starting);
  }

  /** What goes wrong here is logged: the next time is another chance, and the other harvesters have theirs. */
  async #start({ harvest, id, pace, at }: Due, signal: AbortSignal): Promise<void> {
    const { log } = this.#context;
    const { name, url, credentials, keeping } = harvest;
    const fields = { harvester: id, name, next: new Date(at).toISOString() };
    try {
      await this.#remotes.grant(url, pace, credentials);
      const type =
        harvest.type ??
        (await knownType(this.#world, id, url)) ??
        (await findType(this.#remotes, url, signal, credentials));
      const settings = settingsOf(harvest.settings, harvesterType(type));
      await saveHarvester(this.#world.ports, { id, name, url, type, settings, credentials, pace, keeping });
      const started = await this.#world.start({ harvester: id });
      if (started.outcome === 'conflict')
        log.info('harvest left out: the session before is still open', {
          ...fields,
          session: started.holder.id,
        });
      else this.#watch(started.session.id);
    } catch (error) {
      if (!signal.aborted)
        log.error('harvest could not be started', { ...fields, because: oneLineOf(error) });
    }
  }

  #watch(id: string): void {
    const closed = this.#world.waitClosed(id).then(
      () => this.#open.delete(id),
      () => this.#open.delete(id),
    );
    this.#open.set(id, closed);
  }

  /** Gives what is under way a while, then aborts it: every session is accounted for before the process ends. */
  async end(): Promise<void> {
    await Promise.all(this.#starting.values());
    // Others were started over the API, or by schedules of harvesters that were saved over it.
    for await (const id of all((cursor) => this.#world.ports.sessions.open(cursor)))
      if (!this.#open.has(id)) this.#watch(id);
    const ended = Promise.all(this.#open.values());
    await Promise.race([ended, pause(STOP_GRACE_SECONDS * 1_000, undefined, { ref: false })]);
    await Promise.all([...this.#open.keys()].map((id) => this.#world.abort(id)));
    await ended;
  }
}
