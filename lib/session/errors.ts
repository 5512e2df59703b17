/**
 * The errors that are thrown: three closed families, told apart by name, because a name is all that crosses a state machine.
 *
 * - `again`: the world was not ready (busy, unreachable, out of time); the same call may succeed later.
 * - `bad input`: the same call will fail again; somebody outside must change something.
 * - `bug`: this must not happen; nobody outside can help.
 *
 * Expected outcomes (a conflict, a batch already committed) are returned values, never errors.
 */

export const TRY_AGAIN_NAMES = [
  'RemoteUnreachable',
  'RemoteBusy',
  'RemoteTooSlow',
  'StoreBusy',
  'BatchUnfinished',
  'FinalizeUnfinished',
] as const;
export const BAD_INPUT_NAMES = [
  'RemoteRefused',
  'RemoteException',
  'RemoteUnreadable',
  'RemoteTooBig',
  'RemoteForbidden',
  'SettingsInvalid',
  'InputInvalid',
  'NotFound',
  'Conflict',
  'FolderUnusable',
] as const;
export const BUG_NAMES = ['InvariantBroken'] as const;

export type TryAgainName = (typeof TRY_AGAIN_NAMES)[number];
export type BadInputName = (typeof BAD_INPUT_NAMES)[number];
export type BugName = (typeof BUG_NAMES)[number];
export type ReeveErrorName = TryAgainName | BadInputName | BugName;
export type ErrorFamily = 'again' | 'bad input' | 'bug';

/**
 * The one error class. `message` is one sentence for people: what, where, which value, what is allowed.
 *
 * Of the remote's errors: `RemoteUnreachable` no answer (DNS, connect, TLS, reset); `RemoteTooSlow` a time limit was hit;
 * `RemoteBusy` 429 or 503 or another passing 5xx; `RemoteRefused` 4xx; `RemoteException` the protocol's own exception report,
 * whatever the status; `RemoteUnreadable` broken or wrong content; `RemoteTooBig` a size limit was hit; `RemoteForbidden` an
 * address that may not be fetched.
 */
export class ReeveError extends Error {
  override readonly name: ReeveErrorName;
  /** How long the remote asked us to wait, where it did. */
  readonly retryAfterSeconds: number | undefined;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;

  constructor(
    name: ReeveErrorName,
    message: string,
    more: { cause?: unknown; retryAfterSeconds?: number; status?: number } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = name;
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.status = more.status;
  }
}

const FAMILIES: ReadonlyMap<string, ErrorFamily> = new Map<string, ErrorFamily>([
  ...TRY_AGAIN_NAMES.map((name) => [name, 'again'] as const),
  ...BAD_INPUT_NAMES.map((name) => [name, 'bad input'] as const),
  ...BUG_NAMES.map((name) => [name, 'bug'] as const),
]);

/** The family of anything thrown; what we did not name ourselves is a bug. */
export function familyOf(error: unknown): ErrorFamily {
  return (error instanceof Error ? FAMILIES.get(error.name) : undefined) ?? 'bug';
}

/** One line about anything thrown, for reasons and causes: never a stack trace. */
export function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n', 1)[0]?.trim() ?? '';
  return line === '' ? 'unknown error' : line.slice(0, 500);
}
