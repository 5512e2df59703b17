/** Virtual time's queue: what happens next, in order of time, then of creation. */
import type { Instant } from '../../lib/session/session.ts';

export interface Timer {
  readonly at: Instant;
  readonly order: number;
  /** What recurs for ever keeps no run going. */
  readonly recurs: boolean;
  readonly fire: () => void;
  live: boolean;
}

export class Timers {
  readonly #heap: Timer[] = [];
  #made = 0;
  /** Timers that are still to fire and do not recur. */
  waiting = 0;

  add(at: Instant, fire: () => void, { recurs = false }: { recurs?: boolean } = {}): Timer {
    const timer: Timer = { at, order: (this.#made += 1), recurs, fire, live: true };
    if (!recurs) this.waiting += 1;
    this.#heap.push(timer);
    this.#up(this.#heap.length - 1);
    return timer;
  }

  cancel(timer: Timer): void {
    if (!timer.live) return;
    timer.live = false;
    if (!timer.recurs) this.waiting -= 1;
  }

  /** The next timer; it stays. */
  peek(): Timer | undefined {
    while (this.#heap[0] !== undefined && !this.#heap[0].live) this.#pop();
    return this.#heap[0];
  }

  /** The next timer; it is gone. */
  take(): Timer | undefined {
    const timer = this.peek();
    if (timer === undefined) return undefined;
    this.#pop();
    timer.live = false;
    if (!timer.recurs) this.waiting -= 1;
    return timer;
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#down(0);
  }

  #up(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfLater(parent, index)) return;
      index = parent;
    }
  }

  #down(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      if (left >= this.#heap.length) return;
      const child = right < this.#heap.length && isLater(this.#at(left), this.#at(right)) ? right : left;
      if (!this.#swapIfLater(index, child)) return;
      index = child;
    }
  }

  #at(index: number): Timer {
    return this.#heap[index]!;
  }

  #swapIfLater(parent: number, child: number): boolean {
    const [above, below] = [this.#at(parent), this.#at(child)];
    if (!isLater(above, below)) return false;
    this.#heap[parent] = below;
    this.#heap[child] = above;
    return true;
  }
}

function isLater(one: Timer, other: Timer): boolean {
  return one.at > other.at || (one.at === other.at && one.order > other.order);
}
