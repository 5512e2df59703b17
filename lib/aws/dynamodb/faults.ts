/** What DynamoDB answers instead of an answer, in Reeve's words: refused by a condition, busy, or broken. */
import { ReeveError, sentenceOf } from '../../session/errors.ts';

/** The condition of a write did not hold: an expected outcome, not an error. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

const THROTTLINGS: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
]);

/** The request was turned away before it had any effect. */
export function isThrottling(error: unknown): boolean {
  return error instanceof Error && THROTTLINGS.has(error.name);
}

/** Errors of the caller that pass by themselves: credentials that are being renewed. */
const PASSING: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'RequestTimeTooSkewed',
  'InternalServerError',
]);

/** `doing` says what was tried with what, e.g. `PutItem of S#20261123-abc S in table reeve`. */
export function tableFault(error: unknown, doing: string): ReeveError {
  const said = `${error instanceof Error ? error.name : 'Error'}: ${sentenceOf(error)}`;
  const isOurs = (error as { $fault?: unknown } | undefined)?.$fault === 'client';
  const passes = !isOurs || isThrottling(error) || (error instanceof Error && PASSING.has(error.name));
  return passes
    ? new ReeveError('StoreBusy', `The store was not ready for ${doing} (${said})`, { cause: error })
    : new ReeveError('InvariantBroken', `The store refuses ${doing} (${said})`, { cause: error });
}
