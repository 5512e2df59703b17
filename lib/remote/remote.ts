/** The one place through which Reeve talks to remotes: guard, bounds, politeness and retries, composed. */
import type { Agent } from 'undici';
import type { RemoteReply, RemoteRequest } from '../harvesters/harvester.ts';
import { parsedUrl, REDACTED, secretsIn } from '../harvesters/links.ts';
import type { Remote, RemoteOptions, Secrets } from '../ports.ts';
import { shownReference, type CredentialsReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import { judgedUrl } from './address.ts';
import { agentFor } from './agent.ts';
import { refusesToken } from './arcgis-token.ts';
import { blameIn, toldBy } from './blame.ts';
import type { BoundCredentials } from './bound-credentials.ts';
import { CredentialsKeeper } from './credentials-keeper.ts';
import { exchange, type Hop } from './exchange.ts';
import { calledOff, type Answer } from './failures.ts';
import { follow } from './fetch.ts';
import { createGate, type Gate } from './gate.ts';
import { retryAfterSecondsOf } from './polite.ts';
import type { RemotePolicy } from './policy.ts';
import { formsOf, redact, redactBytes } from './redact.ts';
import { nextTryMillis } from './retry.ts';
import { createRobots, type RobotsJudge } from './robots-cache.ts';
import { inTime, REAL_WORLD, sleep, type RemoteWorld, type Until } from './world.ts';

export interface RemoteSetup extends Partial<RemoteWorld> {
  readonly policy: RemotePolicy;
  /** Without it no request may have credentials. */
  readonly secrets?: Secrets;
  /** PEM certificates of private authorities to trust as well. */
  readonly authorities?: readonly string[];
  /** Shared by remotes that must be polite together. */
  readonly gate?: Gate;
}

export interface GuardedRemote extends Remote {
  /** Why nothing is asked of the host of this URL now: its breaker is open. */
  refusal(url: string): string | undefined;
  /** Gives up what is under way and closes all connections. */
  close(): Promise<void>;
}

export function createRemote(setup: RemoteSetup): GuardedRemote {
  return new HttpRemote(setup);
}

/** A request with all its tries. */
interface Asking {
  readonly policy: RemotePolicy;
  readonly url: URL;
  readonly request: RemoteRequest;
  readonly until: Until;
  readonly robots: RobotsJudge | undefined;
  readonly credentials?: BoundCredentials | undefined;
  /** The body holds a secret. */
  readonly isSecret?: true;
  /** Spellings of secrets that nothing may tell. */
  readonly hidden: readonly string[];
}

class HttpRemote implements GuardedRemote {
  readonly #policy: RemotePolicy;
  readonly #world: RemoteWorld;
  readonly #agent: Agent;
  readonly #gate: Gate;
  readonly #keeper: CredentialsKeeper;
  readonly #robots: RobotsJudge | undefined;

  constructor(setup: RemoteSetup) {
    const { policy } = setup;
    this.#policy = policy;
    this.#world = {
      clock: setup.clock ?? REAL_WORLD.clock,
      chance: setup.chance ?? REAL_WORLD.chance,
      resolver: setup.resolver ?? REAL_WORLD.resolver,
    };
    this.#gate = setup.gate ?? createGate(this.#world.clock);
    this.#agent = agentFor(policy, this.#world, setup.authorities);
    this.#robots = policy.respectRobots ? this.#robotsJudge() : undefined;
    this.#keeper = new CredentialsKeeper({
      clock: this.#world.clock,
      secrets: setup.secrets,
      ask: (request, hidden) => this.#askForToken(request, hidden),
    });
  }

  async fetch(request: RemoteRequest, options: RemoteOptions): Promise<RemoteReply> {
    const { credentials, following, movedTo, signal } = options;
    const remoteUrl = following ?? request.url;
    const until: Until = { at: this.#world.clock.now() + options.timeSecondsMax * 1_000, signal };
    const policy = policyOf(this.#policy, options, request.bodyBytesMax);
    const typed = formsOf(secretsIn(remoteUrl));
    const url = cleanly(typed, () => judgedUrl(request.url, policy, following, movedTo));
    const asking = { policy, url, request, until, robots: this.#robots };
    if (credentials === undefined) return this.#answer({ ...asking, hidden: typed });

    const bound = await this.#bound(credentials, remoteUrl, until);
    const known = { ...asking, credentials: bound, hidden: [...typed, ...bound.forms] };
    const reply = await this.#answer(known);
    const isRefused = reply.credentials === 'sent' && refusesToken(reply);
    if (!isRefused || !isRepeatable(request)) return reply;
    if ((await inTime(this.#world.clock, until, this.#keeper.renew(credentials, remoteUrl, bound))) !== true)
      return reply;
    const renewed = await this.#bound(credentials, remoteUrl, until);
    return this.#answer({ ...known, credentials: renewed, hidden: [...known.hidden, ...renewed.forms] });
  }

  /** @throws RemoteTooSlow, and as `CredentialsKeeper.bound` */
  async #bound(
    credentials: CredentialsReference,
    remoteUrl: string,
    until: Until,
  ): Promise<BoundCredentials> {
    const bound = await inTime(this.#world.clock, until, this.#keeper.bound(credentials, remoteUrl));
    if (bound !== undefined) return bound;
    const where = shownReference(credentials.secret);
    throw new ReeveError('RemoteTooSlow', `The credentials of ${where} were not there in the time given`);
  }

  refusal(url: string): string | undefined {
    return this.#gate.refusal(parsedUrl(url)?.host ?? '');
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** Asks until there is an answer; nothing hidden comes out of it. */
  async #answer(asking: Asking): Promise<RemoteReply> {
    try {
      const answer = await this.#tries(asking);
      if ('reply' in answer) return cleanReply(answer.reply, asking.hidden);
      throw answer.error;
    } catch (error) {
      throw cleanError(error, asking.hidden);
    }
  }

  async #tries(asking: Asking): Promise<Answer> {
    const { policy, url, request, until, hidden } = asking;
    const { clock, chance } = this.#world;
    let before: Answer | undefined;
    for (let made = 1; ; made += 1) {
      const answer = await this.#try(asking);
      // A repetition that nobody was asked for tells less than the answer that it was to repeat.
      const last = before !== undefined && 'unasked' in answer ? before : answer;
      const isOver = last !== answer;
      before = last;
      const now = clock.now();
      const retryAfterSeconds = 'reply' in last ? retryAfterSecondsOf(last.reply, now) : undefined;
      const repeatable = isRepeatable(request);
      const tries = { made, last, retryAfterSeconds, repeatable, leftMillis: until.at - now };
      const wait = isOver ? undefined : nextTryMillis(tries, policy, chance());
      if (wait === undefined) {
        const blame = blameIn(last);
        if (blame !== 'nobody')
          this.#gate.conclude(url.host, policy, blame.failure && redact(blame.failure, hidden));
        return last;
      }
      await sleep(clock, wait, until.signal);
      if (until.signal?.aborted === true) return calledOff(url.host);
    }
  }

  async #try(asking: Asking): Promise<Answer> {
    const { policy, credentials, isSecret } = asking;
    const ask = this.#asker(asking);
    return follow({ policy, credentials, ask, ...(isSecret && { isSecret }) }, asking.url, asking.request);
  }

  /** Asks the hops of one try, whose requestSeconds run from when it may start, not while it waits for its turn. */
  #asker({ policy, until, robots, hidden }: Asking): (hop: Hop) => Promise<Answer> {
    const { clock } = this.#world;
    let endsAt: number | undefined;
    return async (hop) => {
      const forbidden = robots && (await robots(hop.url, until));
      if (forbidden !== undefined) return forbidden;
      const visit = { host: hop.host, politeness: policy, until };
      const waiting = this.#gate.enter(visit);
      const refused = waiting === undefined ? undefined : await waiting;
      if (refused !== undefined) return refused;
      const startedAt = clock.now();
      endsAt ??= Math.min(until.at, startedAt + policy.requestSeconds * 1_000);
      const answer = await exchange({ agent: this.#agent, policy, clock }, hop, {
        at: endsAt,
        signal: until.signal,
      });
      const told = toldBy(answer, startedAt, clock.now());
      // Others who ask the same host are told of its trouble: they have no part in these secrets.
      this.#gate.leave(
        visit,
        told.trouble === undefined ? told : { ...told, trouble: redact(told.trouble, hidden) },
      );
      return answer;
    };
  }

  /** A request of our own, whoever waits for it: within the time of one request. */
  #own(request: RemoteRequest): Omit<Asking, 'hidden'> {
    const policy = this.#policy;
    const until = { at: this.#world.clock.now() + policy.requestSeconds * 1_000, signal: undefined };
    return { policy, url: judgedUrl(request.url, policy), request, until, robots: undefined };
  }

  #askForToken(request: RemoteRequest, hidden: readonly string[]): Promise<RemoteReply> {
    return this.#answer({ ...this.#own(request), isSecret: true, hidden });
  }

  #robotsJudge(): RobotsJudge {
    const { robotsDelaySecondsMax, userAgent } = this.#policy;
    return createRobots({
      clock: this.#world.clock,
      product: /^[\w-]*/.exec(userAgent)?.[0] ?? '',
      ask: (url) => this.#tries({ ...this.#own({ url: url.href }), hidden: [] }),
      keepApart: (host, seconds) => this.#gate.keepApart(host, Math.min(seconds, robotsDelaySecondsMax)),
    });
  }
}

function isRepeatable(request: RemoteRequest): boolean {
  return request.method !== 'POST' || request.repeatable === true;
}

/** What `act` throws has nothing hidden in it. */
function cleanly<T>(forms: readonly string[], act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw cleanError(error, forms);
  }
}

function cleanReply(reply: RemoteReply, forms: readonly string[]): RemoteReply {
  if (forms.length === 0) return reply;
  const clean = (text: string) => forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
  const headers = Object.fromEntries(
    Object.entries(reply.headers).map(([name, value]) => [name, clean(value)]),
  );
  return { ...reply, url: clean(reply.url), headers, body: redactBytes(reply.body, forms) };
}

function cleanError(error: unknown, forms: readonly string[]): unknown {
  if (!(error instanceof ReeveError)) return error;
  const message = redact(error.message, forms);
  if (message === error.message) return error;
  const { status, retryAfterSeconds } = error;
  return new ReeveError(error.name, message, {
    ...(status !== undefined && { status }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** What a session asks of a host is its harvester's to say, and how long one document may be is its type's; everything else is the installation's. */
function policyOf(
  policy: RemotePolicy,
  { politeness, requestSecondsMax }: RemoteOptions,
  bodyBytesMax: number | undefined,
): RemotePolicy {
  return {
    ...policy,
    ...(politeness && {
      requestsAtOnceMax: politeness.requestsAtOnce,
      requestsPerSecondMax: politeness.requestsPerSecond,
    }),
    requestSeconds: requestSecondsMax ?? policy.requestSeconds,
    bodyBytesMax: bodyBytesMax ?? policy.bodyBytesMax,
  };
}
