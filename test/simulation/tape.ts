/**
 * The one tape that decides everything that chance decides: a run is a pure function of code, scenario and tape. A tape is sparse: it
 * holds only where the run deviates from quiet, by the name of the choice, so that it can be read, shrunk and kept.
 */
import { HARMLESS, KINDS } from './faults.ts';

/**
 * `call`: what becomes of a port call. `service`: what Lambda, Scheduler and Step Functions do; rarer choices, so each deviates more
 * often. `order`: what goes first; costs none of a run's faults. `aftermath`: what follows from a fault.
 */
export type Group = 'call' | 'service' | 'order' | 'aftermath';

/** Choice -> what was chosen instead of the quiet option. */
export type Deviations = Readonly<Record<string, string>>;

export interface Tape {
  /** One of the options; the first is what happens in quiet. `label` names the choice, once per run. */
  choose<T extends string>(group: Group, label: () => string, options: readonly T[]): T;
  /** What was chosen so far. */
  readonly deviations: Deviations;
}

/** A choice that a run came to. */
export interface ChoicePoint {
  readonly label: string;
  readonly group: Group;
  readonly options: readonly string[];
}

/** Follows given deviations; quiet elsewhere. */
export class ReplayTape implements Tape {
  readonly deviations: Deviations;
  readonly #wanted: ReadonlyMap<string, string>;
  /** The choices that the run came to after its last deviation, if they were asked for. */
  readonly points: ChoicePoint[] = [];
  readonly #record: boolean;
  #left: number;

  constructor(deviations: Deviations, { record = false }: { record?: boolean } = {}) {
    this.deviations = deviations;
    this.#wanted = new Map(Object.entries(deviations));
    this.#record = record;
    this.#left = this.#wanted.size;
  }

  choose<T extends string>(group: Group, label: () => string, options: readonly T[]): T {
    const [quiet] = options;
    if (quiet === undefined) throw new Error('a choice needs an option');
    if (options.length === 1) return quiet;
    if (this.#left <= 0 && !this.#record) return quiet;
    const name = label();
    const wanted = this.#wanted.get(name);
    if (wanted !== undefined) {
      this.#left -= 1;
      return options.find((option) => option === wanted) ?? quiet;
    }
    if (this.#record && this.#left <= 0) this.points.push({ label: name, group, options });
    return quiet;
  }
}

/** Numbers from 0 to 1, the same for the same seeds (mulberry32). */
export function chanceOf(...seeds: readonly number[]): () => number {
  let state = 0x9e3779b9;
  for (const seed of seeds) {
    state = Math.imul(state ^ (seed | 0), 0x85ebca6b);
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35) ^ Math.floor(seed / 0x1_0000_0000);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const TIME_RATE = 0.3;

function oneOf<T>(chance: () => number, values: readonly T[]): T {
  const value = values[Math.floor(chance() * values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}

/**
 * Deviates by chance. Each seed draws its own rates, its own kinds and its own number of faults (swarm testing): what two faults find
 * a flood of them hides.
 */
export class RandomTape implements Tape {
  readonly deviations: Record<string, string> = {};
  readonly #chance: () => number;
  readonly #rates: Readonly<Record<Group, number>>;
  readonly #off: ReadonlySet<string>;
  #faultsLeft: number;

  /** @param onlyHarmless nothing but duplicates, small delays and other orders: for worlds in which a part is missing already */
  constructor(chance: () => number, { onlyHarmless = false }: { onlyHarmless?: boolean } = {}) {
    this.#chance = chance;
    this.#rates = {
      call: oneOf(chance, [0, 0.01, 0.02, 0.05, 0.15]),
      service: oneOf(chance, [0, 0.02, 0.1, 0.3]),
      order: oneOf(chance, [0, 0.02, 0.1, 0.4]),
      aftermath: 0.7,
    };
    this.#faultsLeft = oneOf(chance, [0, 1, 1, 2, 2, 3, 4]);
    const offRate = oneOf(chance, [0, 0.3, 0.7]);
    this.#off = new Set(KINDS.filter((kind) => chance() < offRate || (onlyHarmless && !HARMLESS.has(kind))));
  }

  choose<T extends string>(group: Group, label: () => string, options: readonly T[]): T {
    const [quiet] = options;
    if (quiet === undefined) throw new Error('a choice needs an option');
    if (options.length === 1) return quiet;
    const isFault = group === 'call' || group === 'service';
    if (isFault && this.#faultsLeft === 0) return quiet;
    if (this.#chance() >= this.#rates[group]) return quiet;
    const option = oneOf(this.#chance, options.slice(1));
    if (this.#off.has(option)) return quiet;
    // Where calls change places often, time may not pass them as often: all would run out of it.
    if (option === 'time first' && this.#chance() > TIME_RATE) return quiet;
    if (isFault) this.#faultsLeft -= 1;
    this.deviations[label()] = option;
    return option;
  }
}
