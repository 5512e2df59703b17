/** What an AWS service answers instead of an answer, in Reeve's words: busy, or broken. */
import { ReeveError, sentenceOf } from '../session/errors.ts';

/**
 * Errors that the services blame on the caller and that pass all the same: throttling, credentials that are being renewed, and permissions
 * that have not spread yet (a fresh role is refused for some seconds).
 */
const PASSING: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestTimeTooSkewed',
  'AccessDenied',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'ServiceQuotaExceededException',
  'ConflictException',
]);

/** `doing` says what was tried with what: `PutObject of records/… in bucket …`. */
export function serviceFault(error: unknown, doing: string): ReeveError {
  const name = error instanceof Error ? error.name : 'Error';
  const isOurs = (error as { $fault?: unknown } | undefined)?.$fault === 'client' && !PASSING.has(name);
  const said = `${name}: ${withoutArns(sentenceOf(error))}`;
  return isOurs
    ? new ReeveError('InvariantBroken', `AWS refuses ${doing} (${said})`, { cause: error })
    : new ReeveError('StoreBusy', `AWS was not ready for ${doing} (${said})`, { cause: error });
}

/** What is said here may become the cause of a session, which callers of the API read: account and role are not their business. */
function withoutArns(text: string): string {
  return text.replace(/\barn:[^\s"',)]+/g, 'arn:…');
}

/** Whether a service answered with this error of its own. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** Runs a call; the answers that are expected are turned into values by `expected`, everything else is thrown as `serviceFault`. */
export async function calling<T>(
  doing: string,
  call: () => Promise<T>,
  expected: Readonly<Record<string, T>> = {},
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    if (Object.hasOwn(expected, name)) return expected[name] as T;
    throw serviceFault(error, doing);
  }
}
