/** The one place through which Reeve talks to remotes: guard, bounds, politeness and retries, composed. */
import { Agent } from 'undici';
import type { RemoteReply, RemoteRequest } from '../harvesters/harvester.ts';
import { parsedUrl, secretsIn } from '../harvesters/links.ts';
import type { Remote, RemoteOptions } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import { judgedUrl } from './address.ts';
import { createConnect } from './connect.ts';
import { exchange, type Hop, type Until } from './exchange.ts';
import { calledOff, type Answer } from './failures.ts';
import { follow, type Credentials } from './fetch.ts';
import { createGate, type Gate } from './gate.ts';
import { isPassingStatus, retryAfterSecondsOf, type Told } from './polite.ts';
import type { RemotePolicy } from './policy.ts';
import { formsOf, redact, redactBytes } from './redact.ts';
import { nextTryMillis } from './retry.ts';
import { createRobots, type RobotsJudge } from './robots-cache.ts';
import { REAL_WORLD, sleep, type RemoteWorld } from './world.ts';

export interface RemoteSetup extends Partial<RemoteWorld> {
  readonly policy: RemotePolicy;
  readonly credentials?: Credentials;
  /** Texts that no error and no answer may carry, besides the credentials. */
  readonly secrets?: readonly string[];
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
}

const CONNECTIONS_MAX = 256;
const KEEP_ALIVE_SECONDS = 10;
const KEEP_ALIVE_SECONDS_MAX = 60;

class HttpRemote implements GuardedRemote {
  readonly #policy: RemotePolicy;
  readonly #world: RemoteWorld;
  readonly #agent: Agent;
  readonly #gate: Gate;
  readonly #credentials: Credentials | undefined;
  readonly #secrets: readonly string[];
  readonly #secretForms: readonly string[];
  readonly #robots: RobotsJudge | undefined;

  constructor(setup: RemoteSetup) {
    const { policy, credentials, secrets = [] } = setup;
    this.#policy = policy;
    this.#world = {
      clock: setup.clock ?? REAL_WORLD.clock,
      chance: setup.chance ?? REAL_WORLD.chance,
      resolver: setup.resolver ?? REAL_WORLD.resolver,
    };
    this.#gate = setup.gate ?? createGate(this.#world.clock);
    this.#credentials = credentials && { ...credentials, origin: originOf(credentials) };
    // Of `Bearer abc` the abc alone is a secret too.
    const sent = Object.values(credentials?.headers ?? {});
    this.#secrets = [...secrets, ...sent, ...sent.flatMap((value) => value.split(/\s+/).slice(1))];
    this.#secretForms = formsOf(this.#secrets);
    this.#agent = agentFor(policy, this.#world, setup.authorities);
    this.#robots = policy.respectRobots ? this.#robotsJudge() : undefined;
  }

  async fetch(request: RemoteRequest, options: RemoteOptions): Promise<RemoteReply> {
    const until: Until = {
      at: this.#world.clock.now() + options.timeSecondsMax * 1_000,
      signal: options.signal,
    };
    const policy = policyOf(this.#policy, options);
    const typed = secretsIn(options.following ?? request.url);
    try {
      const url = judgedUrl(request.url, policy, options.following);
      const answer = await this.#tries({ policy, url, request, until, robots: this.#robots });
      if ('reply' in answer) return this.#cleanReply(answer.reply, typed);
      throw answer.error;
    } catch (error) {
      throw this.#cleanError(error, typed);
    }
  }

  refusal(url: string): string | undefined {
    return this.#gate.refusal(parsedUrl(url)?.host ?? '');
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #tries(asking: Asking): Promise<Answer> {
    const { policy, url, request, until } = asking;
    const { clock, chance } = this.#world;
    const repeatable = request.method !== 'POST' || request.repeatable === true;
    for (let made = 1; ; made += 1) {
      const last = await this.#try(asking);
      const now = clock.now();
      const retryAfterSeconds = 'reply' in last ? retryAfterSecondsOf(last.reply, now) : undefined;
      const tries = { made, last, retryAfterSeconds, repeatable, leftMillis: until.at - now };
      const wait = nextTryMillis(tries, policy, chance());
      if (wait === undefined) {
        const blame = blameIn(last);
        if (blame !== 'nobody') this.#gate.conclude(url.host, policy, blame.failure);
        return last;
      }
      await sleep(clock, wait, until.signal);
      if (until.signal?.aborted === true) return calledOff(url.host);
    }
  }

  async #try(asking: Asking): Promise<Answer> {
    const ask = this.#asker(asking);
    return follow({ policy: asking.policy, credentials: this.#credentials, ask }, asking.url, asking.request);
  }

  /** Asks the hops of one try, whose requestSeconds run from when it may start, not while it waits for its turn. */
  #asker({ policy, until, robots }: Asking): (hop: Hop) => Promise<Answer> {
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
      this.#gate.leave(visit, toldBy(answer, startedAt, clock.now()));
      return answer;
    };
  }

  #robotsJudge(): RobotsJudge {
    const { clock } = this.#world;
    const { robotsDelaySecondsMax, requestSeconds, userAgent } = this.#policy;
    return createRobots({
      clock,
      product: /^[\w-]*/.exec(userAgent)?.[0] ?? '',
      ask: (url) => {
        const until = { at: clock.now() + requestSeconds * 1_000, signal: undefined };
        return this.#tries({
          policy: this.#policy,
          url,
          request: { url: url.href },
          until,
          robots: undefined,
        });
      },
      keepApart: (host, seconds) => this.#gate.keepApart(host, Math.min(seconds, robotsDelaySecondsMax)),
    });
  }

  /** @param typed secrets of the URL that was typed: a remote may say them back */
  #cleanReply(reply: RemoteReply, typed: readonly string[]): RemoteReply {
    const forms = typed.length === 0 ? this.#secretForms : formsOf([...this.#secrets, ...typed]);
    if (forms.length === 0) return reply;
    const clean = (text: string) => forms.reduce((rest, form) => rest.replaceAll(form, 'redacted'), text);
    const headers = Object.fromEntries(
      Object.entries(reply.headers).map(([name, value]) => [name, clean(value)]),
    );
    return { ...reply, url: clean(reply.url), headers, body: redactBytes(reply.body, forms) };
  }

  #cleanError(error: unknown, typed: readonly string[]): unknown {
    if (!(error instanceof ReeveError)) return error;
    const message = redact(error.message, [...this.#secrets, ...typed]);
    if (message === error.message) return error;
    const { status, retryAfterSeconds } = error;
    return new ReeveError(error.name, message, {
      ...(status !== undefined && { status }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    });
  }
}

function originOf({ origin }: Credentials): string {
  const url = parsedUrl(origin);
  if (url === undefined) {
    throw new ReeveError(
      'SettingsInvalid',
      'The origin of credentials is not a URL; allowed is one like https://example.org',
    );
  }
  return url.origin;
}

/** What a session asks of a host is its harvester's to say; everything else is the installation's. */
function policyOf(policy: RemotePolicy, { politeness, requestSecondsMax }: RemoteOptions): RemotePolicy {
  return {
    ...policy,
    ...(politeness && {
      requestsAtOnceMax: politeness.requestsAtOnce,
      requestsPerSecondMax: politeness.requestsPerSecond,
    }),
    requestSeconds: requestSecondsMax ?? policy.requestSeconds,
  };
}

function agentFor(
  policy: RemotePolicy,
  { clock, resolver }: RemoteWorld,
  authorities: readonly string[] | undefined,
): Agent {
  return new Agent({
    connect: createConnect({ policy, clock, resolver, ...(authorities !== undefined && { authorities }) }),
    // How many there may be is the gate's business; this only bounds it.
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    maxHeaderSize: policy.headerBytesMax,
    keepAliveTimeout: KEEP_ALIVE_SECONDS * 1_000,
    keepAliveMaxTimeout: KEEP_ALIVE_SECONDS_MAX * 1_000,
    // The exchange keeps all bounds of time itself: undici's are coarse, and not on our clock.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function toldBy(answer: Answer, startedAt: number, now: number): Told {
  if ('reply' in answer) {
    const struggles = isPassingStatus(answer.reply.status);
    return {
      startedAt,
      struggles,
      retryAfterSeconds: struggles ? retryAfterSecondsOf(answer.reply, now) : undefined,
    };
  }
  const { error, ours } = answer;
  const struggles =
    ours === undefined && (error.name === 'RemoteTooSlow' || isPassingStatus(error.status ?? 200));
  return { startedAt, struggles, retryAfterSeconds: undefined };
}

/** Who is to blame for how a request ended: the host, nobody outside, or there is nothing to blame. */
function blameIn(answer: Answer): { failure: string | undefined } | 'nobody' {
  if ('reply' in answer) {
    const { status } = answer.reply;
    return { failure: isPassingStatus(status) ? `status ${status}` : undefined };
  }
  if (answer.ours !== undefined) return 'nobody';
  switch (answer.error.name) {
    case 'RemoteTooBig':
      return { failure: undefined };
    case 'RemoteUnreachable':
    case 'RemoteTooSlow':
    case 'RemoteUnreadable':
    case 'RemoteBusy':
      return { failure: answer.error.message };
    default:
      return 'nobody';
  }
}
