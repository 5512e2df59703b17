/** What went wrong with a request, read from the errors of Node and undici: one of ours, in one sentence, and whether another try makes sense. */
import type { RemoteReply } from '../harvesters/harvester.ts';
import { ReeveError, type ReeveErrorName } from '../session/errors.ts';
import type { RemotePolicy } from './policy.ts';

export interface Failed {
  readonly error: ReeveError;
  /** The same request may succeed in a moment. */
  readonly transient: boolean;
  /** It was our decision and says nothing about the host. */
  readonly ours?: true;
  /** Nobody was asked: its turn did not come, or its host is left alone. */
  readonly unasked?: true;
}
/** What became of a request; all that can be expected is a value. */
export type Answer = { readonly reply: RemoteReply } | Failed;

export function failed(
  name: ReeveErrorName,
  sentence: string,
  more: { transient?: boolean; status?: number } = {},
): Failed {
  const error = new ReeveError(name, sentence, more.status === undefined ? {} : { status: more.status });
  return { error, transient: more.transient ?? false };
}

/** The caller's signal ended the request. */
export function calledOff(host: string): Failed {
  return {
    ...failed('RemoteTooSlow', `The request to ${host} was called off before its answer was whole`),
    ours: true,
  };
}

type Meaning = readonly [name: ReeveErrorName, sentence: string, transient: boolean];

const UNREACHABLE: Readonly<Record<string, Meaning>> = {
  ENOTFOUND: ['RemoteUnreachable', 'its name has no address (DNS)', false],
  ENODATA: ['RemoteUnreachable', 'its name has no address (DNS)', false],
  EAI_AGAIN: ['RemoteUnreachable', 'its name could not be looked up (DNS) for now', true],
  ESERVFAIL: ['RemoteUnreachable', 'its name could not be looked up (DNS) for now', true],
  ECONNREFUSED: ['RemoteUnreachable', 'it refused the connection', true],
  ECONNRESET: ['RemoteUnreachable', 'it reset the connection', true],
  ECONNABORTED: ['RemoteUnreachable', 'it broke off the connection', true],
  EPIPE: ['RemoteUnreachable', 'it closed the connection while it was being asked', true],
  ETIMEDOUT: ['RemoteTooSlow', 'it did not answer at its address', true],
  EHOSTUNREACH: ['RemoteUnreachable', 'there is no route to it', true],
  ENETUNREACH: ['RemoteUnreachable', 'there is no route to it', true],
  EADDRNOTAVAIL: ['RemoteUnreachable', 'there is no route to it', true],
  UND_ERR_SOCKET: ['RemoteUnreachable', 'it closed the connection before its answer was whole', true],
  UND_ERR_DESTROYED: ['RemoteUnreachable', 'the request was given up because Reeve stops', false],
  UND_ERR_CLOSED: ['RemoteUnreachable', 'the request was given up because Reeve stops', false],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [
    'RemoteUnreachable',
    'it closed the connection before its answer was whole',
    true,
  ],
  UND_ERR_INVALID_ARG: ['InputInvalid', 'the request has a part that HTTP does not allow', false],
};

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT_|CRL_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;

/** undici quotes its parser, whose reasons are fixed texts; all else in its messages, and in Node's, may be written by the remote. */
const PARSER_REASON = /^Response does not match the HTTP\/1\.1 protocol \(([\w `',./-]{1,80})\)$/;
const CUT_SHORT = 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';

/**
 * Reads an error that undici or Node gave.
 * @param begun the head of the answer had been read
 */
export function failureOf(
  error: unknown,
  { host, begun }: { host: string; begun: boolean },
  policy: Pick<RemotePolicy, 'headerBytesMax'>,
): Failed {
  if (error instanceof ReeveError) return { error, transient: error.name === 'RemoteTooSlow' };
  const broken = (how: string) => failed('RemoteUnreadable', `${host} broke the HTTP protocol${how}`);
  const message = error instanceof Error ? error.message : '';
  const reason = PARSER_REASON.exec(message)?.[1];
  const code = reason === 'Invalid EOF state' ? CUT_SHORT : codeOf(error);
  // Before a head there is no body to cut short: it is the Content-Length itself that is no length.
  if (code === CUT_SHORT && !begun && reason === undefined)
    return broken(': its Content-Length is no length');
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return broken(`: ${message}`);
  const known = UNREACHABLE[code];
  if (known !== undefined) {
    return failed(known[0], `${host} could not be asked: ${known[1]} (${code})`, { transient: known[2] });
  }
  if (TLS_CODE.test(code)) {
    return failed(
      'RemoteUnreachable',
      `${host} could not be asked: its TLS certificate or protocol is refused (${code})`,
    );
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return broken(
      `: it sent more than ${policy.headerBytesMax} bytes of headers or trailers (headerBytesMax)`,
    );
  }
  return broken(reason === undefined ? (code === '' ? '' : ` (${code})`) : ` (${reason})`);
}

/** Node gathers what went wrong with each of several addresses; the first names the kind. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code !== '' || !(error instanceof AggregateError)) return code;
  return codeOf(error.errors[0]);
}
