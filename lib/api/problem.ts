/** Errors as problem details (RFC 9457): what the caller can do something about, and nothing of what goes on inside. */
import * as z from 'zod/mini';
import { familyOf, ReeveError, type ReeveErrorName } from '../session/errors.ts';
import { answerOf, type HttpAnswer } from './http.ts';

/** Complete by what is answered: the status, its title, and the name that programs go by. */
const PROBLEMS = {
  InputInvalid: [400, 'Bad Request'],
  Forbidden: [403, 'Forbidden'],
  NotFound: [404, 'Not Found'],
  MethodNotAllowed: [405, 'Method Not Allowed'],
  Conflict: [409, 'Conflict'],
  PreconditionFailed: [412, 'Precondition Failed'],
  TooLarge: [413, 'Content Too Large'],
  UnsupportedMediaType: [415, 'Unsupported Media Type'],
  PreconditionRequired: [428, 'Precondition Required'],
  Defect: [500, 'Internal Server Error'],
  RemoteFailed: [502, 'Bad Gateway'],
  NotReady: [503, 'Service Unavailable'],
} as const satisfies Record<string, readonly [number, string]>;
export type ProblemName = keyof typeof PROBLEMS;
export const PROBLEM_STATUS = Object.fromEntries(
  Object.entries(PROBLEMS).map(([name, [status]]) => [name, status]),
) as Readonly<Record<ProblemName, number>>;

const NAMES = Object.keys(PROBLEMS) as [ProblemName, ...ProblemName[]];

export const Problem = z
  .strictObject({
    type: z.literal('about:blank').check(z.describe('The status says what kind of problem it is')),
    title: z.string(),
    status: z.int().check(z.minimum(400), z.maximum(599)),
    detail: z
      .string()
      .check(z.describe('One sentence for people: what, where, which value, what is allowed')),
    name: z.enum(NAMES).check(z.describe('What programs go by')),
    faults: z
      .optional(z.array(z.string()))
      .check(z.describe('Every fault of the request, each with its place')),
    session: z.optional(z.string()).check(z.describe('The path of the open session that stands in the way')),
    harvester: z.optional(z.string()).check(z.describe('The path of the harvester that is there already')),
  })
  .check(z.meta({ id: 'Problem', description: 'Problem details (RFC 9457)' }));
export type Problem = z.infer<typeof Problem>;

export interface ProblemMore {
  readonly faults?: readonly string[];
  readonly session?: string;
  readonly harvester?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Thrown where a request ends; the app answers it. */
export class ProblemError extends Error {
  readonly problem: ProblemName;
  readonly more: ProblemMore;

  constructor(problem: ProblemName, detail: string, more: ProblemMore = {}) {
    super(detail);
    this.problem = problem;
    this.more = more;
  }
}

/** @throws nothing; @returns what a request with these faults is answered */
export function badRequest(faults: readonly string[]): ProblemError {
  const many = faults.length === 1 ? '' : ` in ${faults.length} places`;
  return new ProblemError('InputInvalid', `The request is not valid${many}: ${faults.join('; ')}`, {
    faults,
  });
}

const RETRY_AFTER_SECONDS = '2';

export function problemAnswer(problem: ProblemName, detail: string, more: ProblemMore = {}): HttpAnswer {
  const [status, title] = PROBLEMS[problem];
  const { headers = {}, faults, ...links } = more;
  const body: Problem = {
    type: 'about:blank',
    title,
    status,
    detail,
    name: problem,
    ...(faults === undefined ? {} : { faults: [...faults] }),
    ...links,
  };
  return answerOf(status, body, { headers, type: 'application/problem+json' });
}

const NAMES_OF_ERRORS: Partial<Record<ReeveErrorName, ProblemName>> = {
  NotFound: 'NotFound',
  Conflict: 'Conflict',
  InputInvalid: 'InputInvalid',
  SettingsInvalid: 'InputInvalid',
  RemoteForbidden: 'InputInvalid',
};

/**
 * What anything thrown is answered. Messages of our own about the request are the caller's; what a store, a service or a defect says
 * stays inside, and is for the log.
 */
export function answerOfError(error: unknown): { answer: HttpAnswer; isInside: boolean } {
  if (error instanceof ProblemError)
    return { answer: problemAnswer(error.problem, error.message, error.more), isInside: false };
  if (error instanceof ReeveError) {
    const name = NAMES_OF_ERRORS[error.name];
    if (name !== undefined) {
      const faults = name === 'InputInvalid' ? { faults: [error.message] } : {};
      return { answer: problemAnswer(name, error.message, faults), isInside: false };
    }
    if (error.name.startsWith('Remote'))
      return { answer: problemAnswer('RemoteFailed', error.message), isInside: false };
  }
  if (familyOf(error) === 'again')
    return {
      answer: problemAnswer('NotReady', 'The service is not ready for it now; ask again', {
        headers: { 'retry-after': RETRY_AFTER_SECONDS },
      }),
      isInside: true,
    };
  return {
    answer: problemAnswer('Defect', 'This is a defect of Reeve; its log says more'),
    isInside: true,
  };
}
