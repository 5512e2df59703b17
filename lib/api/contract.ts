/** Every route of the API: what it takes, what it answers. The app keeps it, the OpenAPI document and the client are made from it. */
import * as z from 'zod/mini';
import { closedObject } from '../settings/faults.ts';
import { RESOURCE_STATES } from '../resources.ts';
import type { ProblemName } from './problem.ts';
import {
  Choices,
  Decided,
  Harvester,
  HarvesterPage,
  HarvesterSettings,
  HeldPage,
  NewHarvester,
  Nothing,
  OutcomeSoFar,
  Probe,
  ProbeInput,
  ResourcePage,
  Session,
  SessionPage,
  Start,
} from './schemas.ts';

export interface AnswerSpec {
  readonly says: string;
  /** Without it the answer has no body. */
  readonly body?: z.ZodMiniType;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With `{names}` of parameters, each an id. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly query?: z.ZodMiniObject;
  /** Names in lower case. */
  readonly headers?: z.ZodMiniObject;
  readonly body?: z.ZodMiniType;
  /** An absent body is read as `{}`. */
  readonly bodyMayLack?: true;
  readonly answers: Readonly<Record<number, AnswerSpec>>;
  /** Besides those that every route may answer. */
  readonly problems: readonly ProblemName[];
}

/** What any request may be answered. */
export const ALWAYS_POSSIBLE: readonly ProblemName[] = ['InputInvalid', 'Defect', 'NotReady'];

export const PAGE_VALUES_MAX = 1_000;
const LIMIT_ALLOWED = `allowed is a whole number from 1 to ${PAGE_VALUES_MAX}`;
const CURSOR_CHARS_MAX = 4_096;
const paging = {
  limit: z
    .optional(z.string().check(z.regex(/^([1-9]\d{0,2}|1000)$/, LIMIT_ALLOWED)))
    .check(z.describe(`How many values at most, 1 to ${PAGE_VALUES_MAX}; 100 when it is not given`)),
  cursor: z
    .optional(z.string().check(z.minLength(1), z.maxLength(CURSOR_CHARS_MAX)))
    .check(z.describe('Of the page before')),
};
const Paging = closedObject(paging);

const KEY_ALLOWED = 'allowed are 1 to 200 visible ASCII characters';
const KeyHeader = z.object({
  'idempotency-key': z
    .optional(z.string().check(z.regex(/^[ -~]{1,200}$/, KEY_ALLOWED)))
    .check(z.describe('Of the caller: starting twice with the same key is starting once')),
});

const TAG_ALLOWED = 'allowed is the ETag that a GET answered, or *';
const MatchHeader = z.object({
  'if-match': z
    .optional(z.string(TAG_ALLOWED).check(z.maxLength(200, TAG_ALLOWED)))
    .check(z.describe('The ETag of the settings that are to be replaced, or * for whatever is there')),
});
const ETAG = { ETag: 'Names the settings: a session that begins or ends does not change it' };

export const ROUTES = {
  readOpenApi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    answers: { 200: { says: 'OpenAPI 3.1', body: z.looseObject({ openapi: z.string() }) } },
    problems: [],
  },
  createHarvester: {
    method: 'POST',
    path: '/harvesters',
    summary: 'Create a harvester',
    description:
      'Creating it again with the same settings is creating it once. Its address is judged; what its name leads to is judged with every request to it.',
    body: NewHarvester,
    answers: {
      200: { says: 'It was there, with these settings', body: Harvester, headers: ETAG },
      201: { says: 'Created', body: Harvester, headers: { ...ETAG, Location: 'Its path' } },
    },
    problems: ['Conflict', 'TooLarge', 'UnsupportedMediaType'],
  },
  listHarvesters: {
    method: 'GET',
    path: '/harvesters',
    summary: 'List harvesters, by id',
    query: Paging,
    answers: { 200: { says: 'A page of harvesters', body: HarvesterPage } },
    problems: [],
  },
  readHarvester: {
    method: 'GET',
    path: '/harvesters/{harvester}',
    summary: 'Read a harvester',
    answers: { 200: { says: 'The harvester', body: Harvester, headers: ETAG } },
    problems: ['NotFound'],
  },
  updateHarvester: {
    method: 'PUT',
    path: '/harvesters/{harvester}',
    summary: 'Replace the settings of a harvester',
    description:
      'A session under way keeps the settings that it was opened with. Settings that are the given ones already are no conflict, whatever If-Match says: the request may be repeated.',
    headers: MatchHeader,
    body: HarvesterSettings,
    answers: { 200: { says: 'The harvester as it is now', body: Harvester, headers: ETAG } },
    problems: ['NotFound', 'PreconditionFailed', 'PreconditionRequired', 'TooLarge', 'UnsupportedMediaType'],
  },
  deleteHarvester: {
    method: 'DELETE',
    path: '/harvesters/{harvester}',
    summary: 'Delete a harvester',
    description:
      'Its schedule goes first. Its sessions and records stay. Refused while it has an open session.',
    answers: { 204: { says: 'Deleted' } },
    problems: ['NotFound', 'Conflict'],
  },
  listHeld: {
    method: 'GET',
    path: '/harvesters/{harvester}/resources',
    summary: 'List what is known of the resources of a harvester: held, gone, not selected',
    description:
      'As the last session that closed left it. A page of before that is refused, or may repeat some.',
    query: closedObject({
      ...paging,
      state: z.optional(z.enum(RESOURCE_STATES)).check(z.describe('Only resources that are this')),
    }),
    answers: { 200: { says: 'A page of resources', body: HeldPage } },
    problems: ['NotFound'],
  },
  chooseResources: {
    method: 'POST',
    path: '/harvesters/{harvester}/choices',
    summary: 'Decide on resources one by one: harvested, left out, or as usual again',
    description: 'It counts from the next session on. What is not named stays as it was decided.',
    body: Choices,
    answers: { 200: { says: 'Decided', body: Decided } },
    problems: ['NotFound', 'TooLarge', 'UnsupportedMediaType'],
  },
  startSession: {
    method: 'POST',
    path: '/harvesters/{harvester}/sessions',
    summary: 'Start a session of a harvester',
    headers: KeyHeader,
    body: Start,
    bodyMayLack: true,
    answers: {
      200: { says: 'The session that this key started before', body: Session },
      201: { says: 'Started', body: Session, headers: { Location: 'Its path' } },
    },
    problems: ['NotFound', 'Conflict', 'TooLarge', 'UnsupportedMediaType'],
  },
  listSessions: {
    method: 'GET',
    path: '/harvesters/{harvester}/sessions',
    summary: 'List the sessions of a harvester, newest first',
    query: Paging,
    answers: { 200: { says: 'A page of sessions', body: SessionPage } },
    problems: ['NotFound'],
  },
  listOpenSessions: {
    method: 'GET',
    path: '/sessions',
    summary: 'List the sessions of all harvesters that are not closed, the most overdue first',
    query: Paging,
    answers: { 200: { says: 'A page of sessions', body: SessionPage } },
    problems: [],
  },
  readSession: {
    method: 'GET',
    path: '/sessions/{session}',
    summary: 'Read a session',
    answers: { 200: { says: 'The session', body: Session } },
    problems: ['NotFound'],
  },
  listResources: {
    method: 'GET',
    path: '/sessions/{session}/resources',
    summary: 'List what became of the resources of a session',
    query: closedObject({
      ...paging,
      outcome: z.optional(OutcomeSoFar).check(z.describe('Only resources with this outcome')),
    }),
    answers: { 200: { says: 'A page of resources', body: ResourcePage } },
    problems: ['NotFound'],
  },
  abortSession: {
    method: 'POST',
    path: '/sessions/{session}/abort',
    summary: 'Abort a session, whatever its remote does',
    body: Nothing,
    bodyMayLack: true,
    answers: {
      200: { says: 'It is over already', body: Session },
      202: { says: 'It is aborting: what is under way is ended and accounted for', body: Session },
    },
    problems: ['NotFound', 'TooLarge', 'UnsupportedMediaType'],
  },
  retrySession: {
    method: 'POST',
    path: '/sessions/{session}/retry',
    summary: 'Start a session of only what failed, was skipped or was lost in an earlier one',
    headers: KeyHeader,
    body: Nothing,
    bodyMayLack: true,
    answers: {
      200: { says: 'The session that this key started before', body: Session },
      201: { says: 'Started', body: Session, headers: { Location: 'Its path' } },
    },
    problems: ['NotFound', 'Conflict', 'TooLarge', 'UnsupportedMediaType'],
  },
  probe: {
    method: 'POST',
    path: '/probe',
    summary: 'Find out which harvester type a URL wants',
    description: 'Asks the remote a few requests and harvests nothing.',
    body: ProbeInput,
    answers: { 200: { says: 'What was found out', body: Probe } },
    problems: ['RemoteFailed', 'TooLarge', 'UnsupportedMediaType'],
  },
} as const satisfies Record<string, Route>;

export type Operation = keyof typeof ROUTES;
type Spec<O extends Operation> = (typeof ROUTES)[O];
type Parsed<R, Part extends string> =
  R extends Readonly<Record<Part, infer Schema extends z.ZodMiniType>> ? z.output<Schema> : undefined;

/** The names in a path. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never;
export type Params<O extends Operation> = Readonly<Record<Names<Spec<O>['path']>, string>>;

/** A request that keeps the contract. */
export interface Asked<O extends Operation> {
  readonly params: Params<O>;
  readonly query: Parsed<Spec<O>, 'query'>;
  readonly headers: Parsed<Spec<O>, 'headers'>;
  readonly body: Parsed<Spec<O>, 'body'>;
}

type BodyOf<A> = A extends { readonly body: infer Schema extends z.ZodMiniType }
  ? z.output<Schema>
  : undefined;

/** An answer that keeps the contract: one of the route's statuses, with its body. */
export type Answered<O extends Operation> = {
  [Status in keyof Spec<O>['answers']]: {
    readonly status: Status;
    readonly body: BodyOf<Spec<O>['answers'][Status]>;
    readonly headers?: Readonly<Record<string, string>>;
  };
}[keyof Spec<O>['answers']];
