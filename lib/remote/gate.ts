/** Lets requests through to each host one by one, as `polite.ts` decides; shared by all that talk to the same hosts. */
import { ReeveError } from '../session/errors.ts';
import type { Instant } from '../session/session.ts';
import { calledOff, type Failed } from './failures.ts';
import {
  concluded,
  ended,
  isAtRest,
  NEW_HOST,
  started,
  turnOf,
  type HostState,
  type Politeness,
  type Told,
} from './polite.ts';
import type { RemoteClock, Until } from './world.ts';

export interface Visit {
  readonly host: string;
  readonly politeness: Politeness;
  readonly until: Until;
}

export interface Gate {
  /** Waits for the visit's turn; a failure when it would not come in time, or when the breaker is open. `undefined`: begun. */
  enter(visit: Visit): Promise<Failed | undefined> | undefined;
  /** One hop has ended. */
  leave(visit: Visit, told: Told): void;
  /** A whole request has ended, with all its tries; `failure` when the host is to blame. */
  conclude(host: string, politeness: Politeness, failure: string | undefined): void;
  keepApart(host: string, seconds: number): void;
  /** Why nothing is asked of this host now, if its breaker is open. */
  refusal(host: string): string | undefined;
}

interface Waiting {
  readonly visit: Visit;
  readonly answer: (failure: Failed | undefined) => void;
}

interface Host {
  state: HostState;
  readonly waiting: Waiting[];
  /** Takes back the timer that wakes the first in the queue. */
  takeBack: (() => void) | undefined;
}

const HOSTS_MAX = 1_000;

export function createGate(clock: RemoteClock): Gate {
  return new HostGate(clock);
}

class HostGate implements Gate {
  readonly #clock: RemoteClock;
  readonly #hosts = new Map<string, Host>();

  constructor(clock: RemoteClock) {
    this.#clock = clock;
  }

  enter(visit: Visit): Promise<Failed | undefined> | undefined {
    const host = this.#hostOf(visit.host);
    if (host.waiting.length === 0) {
      const now = this.#clock.now();
      if (turnOf(host.state, now, visit.politeness).turn === 'go') {
        host.state = started(host.state, now, visit.politeness);
        return undefined;
      }
    }
    return this.#wait(host, visit);
  }

  leave({ host: name, politeness }: Visit, told: Told): void {
    const host = this.#hostOf(name);
    host.state = ended(host.state, this.#clock.now(), politeness, told);
    if (host.waiting.length > 0) this.#letIn(host);
  }

  conclude(name: string, politeness: Politeness, failure: string | undefined): void {
    const host = this.#hostOf(name);
    if (failure === undefined && host.state.failuresInARow === 0) return;
    host.state = concluded(host.state, this.#clock.now(), politeness, failure);
    if (host.waiting.length > 0) this.#letIn(host);
  }

  keepApart(name: string, seconds: number): void {
    const host = this.#hostOf(name);
    host.state = { ...host.state, crawlDelayMillis: seconds * 1_000 };
  }

  refusal(name: string): string | undefined {
    const state = this.#hosts.get(name)?.state;
    return state?.openUntilAt !== undefined && this.#clock.now() < state.openUntilAt
      ? breakerSentence(name, state)
      : undefined;
  }

  #wait(host: Host, visit: Visit): Promise<Failed | undefined> {
    return new Promise((resolve) => {
      const { signal, at } = visit.until;
      const waiting: Waiting = { visit, answer };
      const takeBack = this.#clock.after(Math.max(0, at - this.#clock.now()), () =>
        dropOut(outOfTime(visit, host.state, undefined)),
      );
      const onAbort = () => dropOut(calledOff(visit.host));
      function answer(failure: Failed | undefined): void {
        takeBack();
        signal?.removeEventListener('abort', onAbort);
        resolve(failure);
      }
      function dropOut(failure: Failed): void {
        const place = host.waiting.indexOf(waiting);
        if (place >= 0) host.waiting.splice(place, 1);
        answer(failure);
      }
      if (signal?.aborted === true) {
        onAbort();
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      host.waiting.push(waiting);
      this.#letIn(host);
    });
  }

  /** Answers those at the head of the queue who may go or need not wait; sets a timer for the first who must. */
  #letIn(host: Host): void {
    host.takeBack?.();
    host.takeBack = undefined;
    for (let first = host.waiting[0]; first !== undefined; first = host.waiting[0]) {
      const { visit, answer } = first;
      const now = this.#clock.now();
      const turn = turnOf(host.state, now, visit.politeness);
      if (turn.turn === 'full') return;
      if (turn.turn === 'wait' && turn.untilAt < visit.until.at) {
        host.takeBack = this.#clock.after(turn.untilAt - now, () => this.#letIn(host));
        return;
      }
      host.waiting.shift();
      if (turn.turn === 'go') host.state = started(host.state, now, visit.politeness);
      answer(
        turn.turn === 'go'
          ? undefined
          : turn.turn === 'wait'
            ? outOfTime(visit, host.state, now)
            : refused(visit, host.state),
      );
    }
  }

  #hostOf(name: string): Host {
    const known = this.#hosts.get(name);
    if (known !== undefined) return known;
    if (this.#hosts.size >= HOSTS_MAX) this.#forgetThoseAtRest();
    const host: Host = { state: NEW_HOST, waiting: [], takeBack: undefined };
    this.#hosts.set(name, host);
    return host;
  }

  #forgetThoseAtRest(): void {
    const now = this.#clock.now();
    for (const [name, { state, waiting }] of this.#hosts) {
      if (waiting.length === 0 && isAtRest(state, now)) this.#hosts.delete(name);
    }
  }
}

/** @param now given when the turn would come, but too late */
function outOfTime({ host, politeness }: Visit, state: HostState, now: Instant | undefined): Failed {
  if (now !== undefined && state.askedUntilAt > now) {
    const retryAfterSeconds = Math.ceil((state.askedUntilAt - now) / 1_000);
    const sentence = `${host} asked us to stay away for another ${retryAfterSeconds} s (Retry-After), longer than the time that is left`;
    return {
      error: new ReeveError('RemoteBusy', sentence, { retryAfterSeconds }),
      transient: false,
      ours: true,
      unasked: true,
    };
  }
  const { requestsAtOnceMax, requestsPerSecondMax } = politeness;
  const limits = `requestsAtOnceMax ${requestsAtOnceMax}, requestsPerSecondMax ${requestsPerSecondMax}, pause ${state.pauseMillis / 1_000} s`;
  // What is behind a pause is what its reader must know.
  const why = state.pauseMillis === 0 ? '' : `, for it struggles: ${state.lastTrouble}`;
  const error = new ReeveError(
    'RemoteTooSlow',
    `The turn of a request to ${host} did not come in the time given${why} (${limits})`,
  );
  // A host that struggles is to blame itself: without that, its pause alone would fail every resource slowly and the breaker never open.
  return {
    error,
    transient: false,
    unasked: true,
    ...(state.pauseMillis === 0 && { ours: true as const }),
  };
}

function refused({ host }: Visit, state: HostState): Failed {
  return {
    error: new ReeveError('RemoteUnreachable', breakerSentence(host, state)),
    transient: false,
    ours: true,
    unasked: true,
  };
}

function breakerSentence(host: string, { failuresInARow, lastFailure }: HostState): string {
  return `The breaker for host ${host} is open after ${failuresInARow} failures in a row, the last: ${lastFailure}`;
}
