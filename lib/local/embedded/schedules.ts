/** Recurring schedules as timers. What they should be lies with the harvesters: they are made from these each time the process begins to keep them. */
import type { Clock, Harvesters, Log, Schedules, Sessions } from '../../ports.ts';
import { all } from '../../pages.ts';
import { keepSchedule } from '../../protocol/recurrence.ts';
import { scheduledKey, scheduledText } from '../../session/names.ts';
import type { Instant, Recurrence } from '../../session/session.ts';
import { everyOf, nextRunAt } from '../../settings/schedule.ts';
import { afterMillis, type Timer } from '../timers.ts';
import type { Invoker } from './invoke.ts';

interface SchedulesParts {
  readonly invoker: Pick<Invoker, 'later'>;
  readonly stores: { readonly harvesters: Harvesters; readonly sessions: Sessions };
  readonly clock: Clock;
  readonly log: Log;
}

export class EmbeddedSchedules implements Schedules {
  readonly #parts: SchedulesParts;
  readonly #timers = new Map<string, Timer>();
  /** Until it begins, nothing is started by itself: a process that harvests one remote does not harvest others. */
  #isKeeping = false;

  constructor(parts: SchedulesParts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    const { stores, clock, log } = this.#parts;
    this.#isKeeping = true;
    for await (const harvester of all((cursor) => stores.harvesters.list(cursor))) {
      await keepSchedule({ schedules: this, sessions: stores.sessions, clock }, harvester);
      if (harvester.schedule !== undefined)
        log.info('harvest planned', { harvester: harvester.id, ...harvester.schedule });
    }
  }

  close(): void {
    this.#isKeeping = false;
    for (const harvesterId of [...this.#timers.keys()]) this.#forget(harvesterId);
  }

  set({ harvesterId, recurrence, from }: Parameters<Schedules['set']>[0]): Promise<void> {
    const now = this.#parts.clock.now();
    if (this.#isKeeping && everyOf(recurrence.every)?.every === 'duration')
      this.#wait(harvesterId, recurrence, Math.max(from, now));
    else if (this.#isKeeping) this.#next(harvesterId, recurrence, now);
    return Promise.resolve();
  }

  remove(harvesterId: string): Promise<void> {
    this.#forget(harvesterId);
    return Promise.resolve();
  }

  #forget(harvesterId: string): void {
    this.#timers.get(harvesterId)?.cancel();
    this.#timers.delete(harvesterId);
  }

  #wait(harvesterId: string, recurrence: Recurrence, at: Instant): void {
    this.#forget(harvesterId);
    const due = (): void => this.#fire(harvesterId, recurrence, at);
    this.#timers.set(harvesterId, afterMillis(at - this.#parts.clock.now(), due));
  }

  #fire(harvesterId: string, recurrence: Recurrence, at: Instant): void {
    const { clock, invoker } = this.#parts;
    // The clock that schedules go by is not the one that timers go by.
    if (clock.now() < at) {
      this.#wait(harvesterId, recurrence, at);
      return;
    }
    invoker.later('start', {
      harvester: harvesterId,
      key: scheduledKey(new Date(at).toISOString()),
      scheduled: scheduledText(recurrence),
    });
    this.#next(harvesterId, recurrence, clock.now());
  }

  #next(harvesterId: string, recurrence: Recurrence, lastAt: Instant): void {
    const every = everyOf(recurrence.every);
    const now = this.#parts.clock.now();
    const at = every === undefined ? Infinity : nextRunAt(every, lastAt, now, recurrence.timezone);
    if (at === Infinity) this.#forget(harvesterId);
    else this.#wait(harvesterId, recurrence, at);
  }
}
