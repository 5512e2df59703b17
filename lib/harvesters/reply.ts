// Which statuses of a remote are answers at all: the check that every reader makes first.
import { ReeveError, sentenceOf } from '../session/errors.ts';
import type { ProbeVerdict, RemoteReply } from './harvester.ts';
import { shownUrl } from './links.ts';

/** Statuses that say "not now": RFC 9110 15.5.9 (408), RFC 8470 (425), RFC 6585 4 (429), and the 5xx but those that will not change. */
const PASSING_4XX: ReadonlySet<number> = new Set([408, 425, 429]);
const LASTING_5XX: ReadonlySet<number> = new Set([501, 505, 510, 511]);
const RETRY_AFTER_SECONDS_MAX = 86_400;

/**
 * Returns when the status is 2xx.
 * @param asked what was asked for, for the sentence: `the listing`, `the layer roads`
 * @throws RemoteRefused (4xx, and 5xx that will not pass), RemoteBusy (408, 425, 429, other 5xx; with `retryAfterSeconds` where the
 *   remote named it), RemoteUnreadable (1xx and 3xx, which no reader can use)
 */
export function refuseBadStatus(reply: RemoteReply, asked: string): void {
  const { status } = reply;
  if (status >= 200 && status <= 299) return;
  const said = `${shownUrl(reply.url)} answered ${asked} with status ${status}`;
  if (PASSING_4XX.has(status) || (status >= 500 && !LASTING_5XX.has(status))) {
    const retryAfterSeconds = retryAfterOf(reply);
    const wait = retryAfterSeconds === undefined ? '' : ` and asks to wait ${retryAfterSeconds} s`;
    throw new ReeveError('RemoteBusy', `${said}${wordsOf(status)}${wait}`, {
      status,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  }
  if (status >= 400) throw new ReeveError('RemoteRefused', `${said}: ${meaningOf(reply)}`, { status });
  throw new ReeveError('RemoteUnreadable', `${said}, which carries nothing to read; allowed is 200 to 299`, {
    status,
  });
}

/** The reason phrases of RFC 9110, 15: those of the reply are the remote's to write. */
const BUSY_WORDS: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  425: 'Too Early',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** ` Service Unavailable`, or nothing. */
export function wordsOf(status: number): string {
  const words = BUSY_WORDS[status];
  return words === undefined ? '' : ` ${words}`;
}

function meaningOf(reply: RemoteReply): string {
  const { status } = reply;
  if (status === 401 || status === 407) return wantsCredentials(reply);
  if (status === 403) return `it does not allow us this${withWhich(reply)}`;
  if (status === 404 || status === 410) return 'there is nothing at that address';
  if (status >= 500) return 'it cannot do that';
  return 'it refuses the request';
}

/** What an answer means that asks who we are: whether it was told decides what its reader must do about it. */
export function wantsCredentials(reply: Pick<RemoteReply, 'credentials'>): string {
  if (reply.credentials === 'sent') return 'it does not accept the credentials that were sent';
  return `it wants credentials${withWhich(reply)}`;
}

function withWhich({ credentials }: Pick<RemoteReply, 'credentials'>): string {
  if (credentials === undefined) return ', and the harvester has none';
  return credentials === 'sent'
    ? ', although credentials were sent'
    : ", and the harvester's were not sent: it is on another origin than the harvester's URL";
}

/**
 * `Retry-After` (RFC 9110 10.2.3) in whole seconds, at most a day. Its date form is counted from the reply's own `Date`, so that no
 * clock of ours is asked; without that header it says nothing.
 */
export function retryAfterOf(reply: RemoteReply): number | undefined {
  const value = reply.headers['retry-after']?.trim() ?? '';
  if (/^\d{1,9}$/.test(value)) return Math.min(Number(value), RETRY_AFTER_SECONDS_MAX);
  // The three forms of RFC 9110, 5.6.7; what else Date.parse takes for a date (`-5`, `1.5`) is none.
  if (!/^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(value)) return undefined;
  const seconds = (Date.parse(value) - Date.parse(reply.headers['date'] ?? '')) / 1_000;
  return Number.isFinite(seconds)
    ? Math.min(Math.max(Math.ceil(seconds), 0), RETRY_AFTER_SECONDS_MAX)
    : undefined;
}

/** Reads a probe's reply by readers that throw: a reply that cannot be read is no match, with the reason they gave. */
export function verdictOf(read: () => ProbeVerdict): ProbeVerdict {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReeveError) return { match: false, because: sentenceOf(error) };
    throw error;
  }
}
