/** EventBridge Scheduler as it behaves: one-shot schedules that fire at least once, not before their time, and then remove themselves. */
import type { Checks } from '../../lib/ports.ts';
import type { Engine } from './engine.ts';
import { LATE_SECONDS, SCHEDULES } from './faults.ts';
import type { Timer } from './timers.ts';

type Check = Parameters<Checks['arm']>[0];

interface Schedule {
  readonly check: Check;
  readonly how: (typeof SCHEDULES)[number];
  readonly timers: Timer[];
  hasFired: boolean;
}

/** A schedule is there for some seconds after it fired: its removal comes later. */
const REMOVED_AFTER_SECONDS = 5;
const TWICE_SECONDS = 41;

export class Schedules {
  readonly #engine: Engine;
  readonly #fire: (check: Check) => void;
  readonly #there = new Map<string, Schedule>();
  readonly #ordinals = new Map<string, number>();

  constructor(engine: Engine, fire: (check: Check) => void) {
    this.#engine = engine;
    this.#fire = fire;
  }

  /** Schedules that are still to fire. */
  get armed(): number {
    return this.#there.size;
  }

  /** The names of those that have not fired yet; one that has is there for some seconds more. */
  waiting(): readonly string[] {
    return [...this.#there].flatMap(([name, { hasFired }]) => (hasFired ? [] : [name]));
  }

  names(): readonly string[] {
    return [...this.#there.keys()];
  }

  arm(check: Check): 'armed' | 'exists' {
    if (this.#there.has(check.name)) return 'exists';
    const engine = this.#engine;
    const ordinal = (this.#ordinals.get(check.name) ?? 0) + 1;
    this.#ordinals.set(check.name, ordinal);
    const how = engine.choose(
      'service',
      () => `schedule ${check.name}${ordinal > 1 ? ` (${ordinal})` : ''}`,
      SCHEDULES,
    );
    engine.tell(() => `schedule ${check.name} is made for ${(check.at - engine.now) / 1_000} s from now`);
    const schedule: Schedule = { check, how, timers: [], hasFired: false };
    this.#there.set(check.name, schedule);
    // Never before its time, and never at the very moment of its making.
    const at = Math.max(check.at, engine.now + 1_000);
    const late = how === '45 s late' ? 45_000 : how === 'long late' ? LATE_SECONDS * 1_000 : 0;
    schedule.timers.push(engine.timers.add(at + late, () => this.#due(schedule)));
    if (how === 'fires twice')
      schedule.timers.push(
        engine.timers.add(at + TWICE_SECONDS * 1_000, () => this.#deliver(schedule, 'a second time')),
      );
    return 'armed';
  }

  disarm(name: string): void {
    const schedule = this.#there.get(name);
    if (schedule === undefined) return;
    this.#engine.tell(() => `schedule ${name} is deleted`);
    this.#there.delete(name);
    if (schedule.how !== 'fires after its deletion')
      for (const timer of schedule.timers) this.#engine.timers.cancel(timer);
  }

  #due(schedule: Schedule): void {
    const { name } = schedule.check;
    schedule.hasFired = true;
    this.#engine.after(REMOVED_AFTER_SECONDS, () => {
      if (this.#there.get(name) === schedule) this.#there.delete(name);
    });
    if (schedule.how === 'never fires') {
      this.#engine.faultUntil(this.#engine.now);
      this.#engine.tell(() => `schedule ${name} should fire, and does not`);
    } else {
      this.#deliver(schedule, '');
    }
  }

  #deliver({ check, how }: Schedule, again: string): void {
    if (how !== 'on time') this.#engine.faultUntil(this.#engine.now);
    this.#engine.tell(() => `schedule ${check.name} fires ${again}`.trim());
    this.#fire(check);
  }
}
