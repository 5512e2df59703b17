/**
 * Tokens of ArcGIS (REST API, "Generate Token"): user and password are sent to the token service once in a while, tokens with every request.
 * Pure.
 */
import type { RemoteReply, RemoteRequest } from '../harvesters/harvester.ts';
import { parsedUrl, shownUrl } from '../harvesters/links.ts';
import { ReeveError } from '../session/errors.ts';
import type { Instant } from '../session/session.ts';
import type { Login } from './bound-credentials.ts';

/** How long a token is asked for; servers give less where their operator says so. */
const TOKEN_MINUTES = 60;
const ANSWER_BYTES_MAX = 65_536;

export interface Token {
  readonly token: string;
  readonly expiresAt: Instant;
}

/**
 * Where the tokens of a remote come from: of `https://host/arcgis/rest/services/…` that is `https://host/arcgis/tokens/generateToken`. What the
 * server itself says of it (`authInfo.tokenServicesUrl`) is not asked: a password goes nowhere because an answer says so.
 * @throws SettingsInvalid when none can be told from the URL, or it would send a password unencrypted although the remote is on https
 */
export function tokenUrlOf(remoteUrl: string, given: string | undefined): URL {
  const remote = parsedUrl(remoteUrl);
  const home = remote && /^(.*?)\/(?:rest|services)(?:\/|$)/i.exec(remote.pathname)?.[1];
  const url =
    given === undefined
      ? home === undefined
        ? undefined
        : parsedUrl(`${home}/tokens/generateToken`, remoteUrl)
      : parsedUrl(given);
  if (url === undefined || remote === undefined) {
    throw new ReeveError(
      'SettingsInvalid',
      `The URL ${shownUrl(remoteUrl)} does not tell where its tokens come from; allowed is one with /rest/services, or the setting tokenUrl`,
    );
  }
  if (url.protocol !== 'https:' && url.origin !== remote.origin) {
    throw new ReeveError(
      'SettingsInvalid',
      `The token URL ${shownUrl(url.href)} is not encrypted; allowed is https, or the origin of the remote itself`,
    );
  }
  return url;
}

/** @param referer what the token is bound to; sent with every request that carries it */
export function tokenRequest(url: URL, { user, password }: Login, referer: string): RemoteRequest {
  const form = new URLSearchParams({
    f: 'json',
    username: user,
    password,
    client: 'referer',
    referer,
    expiration: String(TOKEN_MINUTES),
  });
  return {
    url: url.href,
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
}

/** @throws RemoteRefused when user and password are not accepted, RemoteUnreadable when the answer is no token */
export function tokenIn(reply: RemoteReply, now: Instant): Token {
  const { status, body } = reply;
  const asked = `${shownUrl(reply.url)}, asked for a token,`;
  const answer = body.length > ANSWER_BYTES_MAX ? undefined : objectIn(Buffer.from(body).toString());
  const error = answer?.['error'];
  if (error !== undefined || (status >= 400 && status < 500)) {
    const { code = status, message = '' } = (error ?? {}) as { code?: unknown; message?: unknown };
    const said = String(message).replace(/\s+/g, ' ').slice(0, 200);
    throw new ReeveError(
      'RemoteRefused',
      `${asked} did not accept user and password (${String(code).slice(0, 10)}${said === '' ? '' : `: ${said}`})`,
      { status },
    );
  }
  const token = answer?.['token'];
  const expires = Number(answer?.['expires']);
  if (status !== 200 || typeof token !== 'string' || !/^[\x21-\x7e]{8,4096}$/.test(token)) {
    throw new ReeveError('RemoteUnreadable', `${asked} answered with status ${status} and no token`, {
      status,
    });
  }
  const asLong = now + TOKEN_MINUTES * 60_000;
  return { token, expiresAt: Number.isFinite(expires) && expires > now ? Math.min(expires, asLong) : asLong };
}

/** The remote does not take the token any more (498), or did not see it (499): errors that come with status 200. */
export function refusesToken({ status, body }: RemoteReply): boolean {
  if (status === 498 || status === 499 || status === 401) return true;
  if (status !== 200 || body.length > 2_000) return false;
  const error = objectIn(Buffer.from(body).toString())?.['error'] as { code?: unknown } | undefined;
  return error?.code === 498 || error?.code === 499;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
