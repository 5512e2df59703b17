/** One request and one answer, no redirects: everything a hostile server can do with it ends in a value, within its bounds. */
import type { Agent, Dispatcher } from 'undici';
import type { Instant } from '../session/session.ts';
import { faultOfHead, readHead, tooBig, type AnswerHead, type Asked } from './answer-head.ts';
import { BodyBuffer } from './body-buffer.ts';
import { calledOff, failed, failureOf, type Answer, type Failed } from './failures.ts';
import { codingOf, inflate } from './inflate.ts';
import type { RemotePolicy } from './policy.ts';
import type { RemoteClock, Until } from './world.ts';

export interface Hop extends Asked {
  /** As it may be told; what is asked for may have a secret in its query. */
  readonly url: URL;
  /** Path and query. */
  readonly target: string;
  readonly method: 'GET' | 'POST';
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

export interface ExchangeParts {
  readonly agent: Agent;
  readonly policy: RemotePolicy;
  readonly clock: RemoteClock;
}

/** Of the body of a redirect, which nobody reads, as much is taken as it costs to keep the connection. */
const REDIRECT_BODY_BYTES_MAX = 16_384;

/** Never rejects. The body of a redirect that is to be followed is empty. */
export async function exchange(parts: ExchangeParts, hop: Hop, until: Until): Promise<Answer> {
  const { head, wire, failure } = await new Promise<Received>((resolve) =>
    new Exchange(parts, hop, until, resolve).start(),
  );
  if (head === undefined || failure !== undefined)
    return failure ?? failed('RemoteUnreadable', `${hop.host} gave no answer`);
  const { status, headers } = head;
  const reply = { url: hop.url.href, status, headers };
  if (wire.length === 0) return { reply: { ...reply, body: wire } };
  const inflated = await inflate(wire, codingOf(headers['content-encoding']), parts.policy.bodyBytesMax);
  if ('body' in inflated) return { reply: { ...reply, body: inflated.body } };
  if (inflated.fault === 'too big')
    return tooBig(hop.host, `sent a body that inflates to ${inflated.because}`, parts.policy, status);
  const fault = inflated.fault === 'encoding' ? 'allowed are gzip and identity' : 'it is not read in part';
  return failed('RemoteUnreadable', `${hop.host} sent a body that is ${inflated.because}; ${fault}`, {
    status,
  });
}

interface Received {
  readonly head?: AnswerHead;
  readonly wire: Uint8Array;
  readonly failure?: Failed;
}

const NOTHING = new Uint8Array();
const GIVEN_UP = new Error('given up');

/** Collects an answer; for undici a handler, whose methods it calls in this order. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #parts: ExchangeParts;
  readonly #hop: Hop;
  readonly #until: Until;
  readonly #resolve: (received: Received) => void;
  readonly #startedAt: Instant;
  #lastByteAt: Instant;
  #takeBack: () => void = () => undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #head: AnswerHead | undefined;
  #body = new BodyBuffer(undefined);
  #lookedAgain = false;
  #done = false;

  constructor(parts: ExchangeParts, hop: Hop, until: Until, resolve: (received: Received) => void) {
    this.#parts = parts;
    this.#hop = hop;
    this.#until = until;
    this.#resolve = resolve;
    this.#startedAt = parts.clock.now();
    this.#lastByteAt = this.#startedAt;
  }

  start(): void {
    const { url, target, method, headers, body } = this.#hop;
    const { signal } = this.#until;
    if (signal?.aborted === true) {
      this.#givenUp();
      return;
    }
    signal?.addEventListener('abort', this.#givenUp, { once: true });
    this.#watch();
    try {
      this.#parts.agent.dispatch(
        { origin: url.origin, path: target, method, headers: [...headers], body: body ?? null },
        this,
      );
    } catch (error) {
      this.#settle({
        wire: NOTHING,
        failure: failureOf(
          error,
          { host: this.#hop.host, begun: this.#head !== undefined },
          this.#parts.policy,
        ),
      });
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#done) controller.abort(GIVEN_UP);
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    raw: Record<string, string | string[] | undefined>,
  ): void {
    // 1xx is no answer yet: a flood of them ends with firstByteSeconds.
    if (status < 200 || this.#done) return;
    const head = readHead(status, raw);
    const failure = faultOfHead(head, this.#hop, this.#parts.policy);
    if (failure !== undefined) {
      this.#settle({ wire: NOTHING, failure });
      return;
    }
    this.#head = head;
    this.#body = new BodyBuffer(head.contentLength);
    this.#lastByteAt = this.#parts.clock.now();
  }

  onResponseData(_: Dispatcher.DispatchController, piece: Buffer): void {
    const head = this.#head;
    if (this.#done || head === undefined) return;
    this.#lastByteAt = this.#parts.clock.now();
    const bytes = this.#body.length + piece.length;
    if (head.location !== undefined && bytes > REDIRECT_BODY_BYTES_MAX) {
      this.#settle({ head, wire: NOTHING });
      return;
    }
    if (bytes > this.#parts.policy.bodyBytesMax) {
      this.#settle({
        wire: NOTHING,
        failure: tooBig(this.#hop.host, `sent at least ${bytes} bytes`, this.#parts.policy, head.status),
      });
      return;
    }
    this.#body.add(piece);
  }

  onResponseEnd(): void {
    const head = this.#head;
    if (head !== undefined)
      this.#settle({ head, wire: head.location === undefined ? this.#body.bytes : NOTHING });
  }

  onResponseError(_: unknown, error: Error): void {
    this.#settle({
      wire: NOTHING,
      failure: failureOf(
        error,
        { host: this.#hop.host, begun: this.#head !== undefined },
        this.#parts.policy,
      ),
    });
  }

  /** One timer for three bounds: it wakes when the first of them could be over, and looks which. */
  readonly #watch = (): void => {
    if (this.#done) return;
    const { clock, policy } = this.#parts;
    const now = clock.now();
    const paceAt = this.#paceAt();
    const dueAt = Math.min(paceAt, this.#until.at);
    if (now >= dueAt && !this.#lookedAgain) {
      // If it was this process that was busy, the answer waits to be read: that comes first in the loop of events.
      this.#lookedAgain = true;
      setImmediate(this.#watch);
      return;
    }
    if (now >= dueAt) {
      const sentence = `${this.#hop.host} was too slow: ${this.#boundHit(paceAt < this.#until.at)}`;
      this.#settle({ wire: NOTHING, failure: failed('RemoteTooSlow', sentence, { transient: true }) });
      return;
    }
    this.#lookedAgain = false;
    // Not later than idleSeconds, in case the head comes meanwhile.
    this.#takeBack = clock.after(Math.min(dueAt - now, policy.idleSeconds * 1_000), this.#watch);
  };

  #paceAt(): Instant {
    const { firstByteSeconds, idleSeconds } = this.#parts.policy;
    return this.#head === undefined
      ? this.#startedAt + firstByteSeconds * 1_000
      : this.#lastByteAt + idleSeconds * 1_000;
  }

  #boundHit(pace: boolean): string {
    const { firstByteSeconds, idleSeconds } = this.#parts.policy;
    if (!pace) {
      const seconds = Math.round(this.#until.at - this.#startedAt) / 1_000;
      return `its answer was not whole after ${seconds} s (requestSeconds, or what was left of the time given)`;
    }
    return this.#head === undefined
      ? `it did not begin to answer within ${firstByteSeconds} s (firstByteSeconds)`
      : `it stopped in the middle of its answer for ${idleSeconds} s (idleSeconds)`;
  }

  readonly #givenUp = (): void => {
    this.#settle({ wire: NOTHING, failure: calledOff(this.#hop.host) });
  };

  #settle(received: Received): void {
    if (this.#done) return;
    this.#done = true;
    this.#takeBack();
    this.#until.signal?.removeEventListener('abort', this.#givenUp);
    this.#resolve(received);
    // After the end of an answer this is nothing; before it, it closes the connection.
    this.#controller?.abort(GIVEN_UP);
  }
}
