// The form in which each service of the sample remote says what a request is and how it would be answered.
import { type Answer } from './answer.ts';
import { type RequestKind, type Service, type Tricks } from './faults.ts';

/** What a request asks for. Nothing is rendered before it is known whether the answer is spoilt anyway. */
export interface Route {
  readonly service: Service;
  readonly kind: RequestKind;
  /** The number of the dataset or of the page. */
  readonly number?: number;
  answer(tricks: Tricks): Answer;
  /** The service's own way to say that it could not. */
  exception(): Answer;
}

/** The first `count` of the list once more behind it: what a listing with duplicates looks like. */
export function withDuplicates<T>(list: readonly T[], count: number): readonly T[] {
  return count === 0 ? list : [...list, ...list.slice(0, count)];
}
