/** Reads secrets and asks for tokens, as seldom as it must, and keeps both in memory for minutes; bound to the origin of a remote. */
import { parsedUrl } from '../harvesters/links.ts';
import type { RemoteReply, RemoteRequest } from '../harvesters/harvester.ts';
import type { Secrets } from '../ports.ts';
import { shownReference, type CredentialsReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import type { Instant } from '../session/session.ts';
import { tokenIn, tokenRequest, tokenUrlOf } from './arcgis-token.ts';
import { boundTo, boundToken, loginIn, type BoundCredentials } from './bound-credentials.ts';
import { formsOf } from './redact.ts';
import type { RemoteClock } from './world.ts';

export interface KeeperParts {
  readonly clock: RemoteClock;
  readonly secrets: Secrets | undefined;
  /** Asks for a token: never redirected to another origin, and `forms` taken out of all that comes back but the token. */
  readonly ask: (request: RemoteRequest, forms: readonly string[]) => Promise<RemoteReply>;
}

type Login = Extract<CredentialsReference, { kind: 'arcgis-login' }>;
interface Fetched {
  readonly bound: BoundCredentials;
  readonly untilAt: Instant;
}
interface Kept {
  readonly fetched: Promise<Fetched>;
  readonly sinceAt: Instant;
  /** Known when it was fetched. */
  untilAt: Instant;
}

/** After so long a secret that was changed where it lies is noticed. */
const SECRET_SECONDS = 120;
/** A token is not used in the last moments before it expires. */
const TOKEN_MARGIN_SECONDS = 60;
/** Who asks again and again with a wrong password locks the account. */
const REFUSED_SECONDS = 300;
const FAILED_SECONDS = 10;
/** What was fetched a moment ago and is refused would be fetched again as it is. */
const RENEWED_AFTER_SECONDS = 30;
const KEPT_MAX = 1_000;

export class CredentialsKeeper {
  readonly #parts: KeeperParts;
  readonly #kept = new Map<string, Kept>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** @throws SettingsInvalid naming the reference; StoreBusy; for a login what asking for its token may end with */
  async bound(credentials: CredentialsReference, remoteUrl: string): Promise<BoundCredentials> {
    const origin = originOf(remoteUrl);
    const key = JSON.stringify([credentials, remoteUrl]);
    const known = this.#kept.get(key);
    if (known !== undefined && this.#parts.clock.now() < known.untilAt) return (await known.fetched).bound;
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear();
    const kept: Kept = {
      fetched: this.#fetch(credentials, remoteUrl, origin),
      sinceAt: this.#parts.clock.now(),
      untilAt: Number.POSITIVE_INFINITY,
    };
    this.#kept.set(key, kept);
    try {
      const { bound, untilAt } = await kept.fetched;
      kept.untilAt = untilAt;
      return bound;
    } catch (error) {
      const seconds =
        error instanceof ReeveError && error.name === 'RemoteRefused' ? REFUSED_SECONDS : FAILED_SECONDS;
      kept.untilAt = this.#parts.clock.now() + seconds * 1_000;
      throw error;
    }
  }

  /**
   * The remote refused what was bound: a token that it forgot, a key that was changed where it lies.
   * @returns whether `bound` gives others now, so that asking again makes sense
   */
  async renew(
    credentials: CredentialsReference,
    remoteUrl: string,
    refused: BoundCredentials,
  ): Promise<boolean> {
    const key = JSON.stringify([credentials, remoteUrl]);
    const kept = this.#kept.get(key);
    const isRefused = kept !== undefined && (await kept.fetched).bound === refused;
    if (!isRefused) return true;
    if (this.#parts.clock.now() - kept.sinceAt < RENEWED_AFTER_SECONDS * 1_000) return false;
    if (this.#kept.get(key) === kept) this.#kept.delete(key);
    return (await this.bound(credentials, remoteUrl)).forms.join() !== refused.forms.join();
  }

  async #fetch(credentials: CredentialsReference, remoteUrl: string, origin: string): Promise<Fetched> {
    const { clock, secrets } = this.#parts;
    if (secrets === undefined) {
      throw new ReeveError(
        'SettingsInvalid',
        `The secret ${shownReference(credentials.secret)} cannot be read: credentials are taken from the command line and the settings file alone`,
      );
    }
    const text = await secrets.read(credentials.secret);
    if (credentials.kind === 'arcgis-login') return this.#token(credentials, { remoteUrl, origin, text });
    return { bound: boundTo(origin, credentials, text), untilAt: clock.now() + SECRET_SECONDS * 1_000 };
  }

  async #token(
    credentials: Login,
    { remoteUrl, origin, text }: { remoteUrl: string; origin: string; text: string },
  ): Promise<Fetched> {
    const login = loginIn(credentials, text);
    const url = tokenUrlOf(remoteUrl, credentials.tokenUrl);
    const secret = [login.password, `${login.user}:${login.password}`];
    const referer = `${origin}/`;
    const reply = await this.#parts.ask(tokenRequest(url, login, referer), formsOf(secret));
    const { token, expiresAt } = tokenIn(reply, this.#parts.clock.now());
    const bound = boundToken(origin, { in: credentials.in, token, secrets: secret, headers: { referer } });
    return { bound, untilAt: expiresAt - TOKEN_MARGIN_SECONDS * 1_000 };
  }
}

/**
 * Whether credentials can be used for a remote, as far as can be told without asking it.
 * @throws SettingsInvalid, StoreBusy
 */
export async function checkCredentials(
  secrets: Secrets,
  credentials: CredentialsReference,
  remoteUrl: string,
): Promise<void> {
  const text = await secrets.read(credentials.secret);
  if (credentials.kind === 'arcgis-login') {
    loginIn(credentials, text);
    tokenUrlOf(remoteUrl, credentials.tokenUrl);
  } else boundTo(originOf(remoteUrl), credentials, text);
}

function originOf(remoteUrl: string): string {
  const url = parsedUrl(remoteUrl);
  if (url === undefined)
    throw new ReeveError('SettingsInvalid', 'The URL of a remote with credentials is not a URL');
  return url.origin;
}
