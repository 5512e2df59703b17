/** The API: a request in, an answer out, over ports. The Lambda and `reeve serve` run this one. */
import type { Call } from '../handler.ts';
import type { Ports } from '../ports.ts';
import { sentenceOf } from '../session/errors.ts';
import type { Session, SessionKind } from '../session/session.ts';
import type { Answered, Asked, Operation } from './contract.ts';
import { harvesterOperations } from './harvesters.ts';
import { answerOf, type HttpAnswer, type HttpRequest } from './http.ts';
import { answerOfError } from './problem.ts';
import { findRoute, readRequest } from './read-request.ts';
import { sessionOperations } from './sessions.ts';

export const API_USES = [
  'sessions',
  'harvesters',
  'batches',
  'ledgers',
  'chance',
  'checks',
  'schedules',
  'remote',
  'addresses',
  'clock',
  'log',
] as const;
export type ApiPorts = Pick<Ports, (typeof API_USES)[number]>;

/** The handler `start`, which `lib` does not know. */
export interface StartAsked {
  readonly harvester: string;
  readonly key?: string;
  readonly retryOf?: string;
  readonly kind?: SessionKind | undefined;
  readonly full?: boolean | undefined;
  readonly acceptGone?: boolean | undefined;
}
export type StartSaid =
  | { readonly outcome: 'started' | 'exists'; readonly session: Session }
  | { readonly outcome: 'conflict'; readonly holder: Session };

export interface ApiWorld {
  readonly ports: ApiPorts;
  readonly call: Call;
  /** @throws what the handler throws */
  start(asked: StartAsked): Promise<StartSaid>;
}

export type Operations<Names extends Operation> = {
  readonly [O in Names]: (asked: Asked<O>, world: ApiWorld) => Promise<Answered<O>>;
};

/** What is large and seldom asked for is loaded when it is: the document, what knows every harvester type, and what reads ledgers. */
const OPERATIONS: Operations<Operation> = {
  ...harvesterOperations,
  ...sessionOperations,
  readOpenApi: async () => ({ status: 200, body: (await import('./document.ts')).OPEN_API }),
  createHarvester: async (asked, world) =>
    (await import('./save-harvester.ts')).savingOperations.createHarvester(asked, world),
  updateHarvester: async (asked, world) =>
    (await import('./save-harvester.ts')).savingOperations.updateHarvester(asked, world),
  listHeld: async (asked, world) => (await import('./holding.ts')).holdingOperations.listHeld(asked, world),
  chooseResources: async (asked, world) =>
    (await import('./holding.ts')).holdingOperations.chooseResources(asked, world),
  probe: async (asked, world) => (await import('./probe.ts')).probeOperations.probe(asked, world),
};

/** Never rejects: whatever goes wrong is an answer. */
export async function answerRequest(request: HttpRequest, world: ApiWorld): Promise<HttpAnswer> {
  const { log, clock } = world.ports;
  const begunAt = clock.now();
  const answer = await answered(request, world).catch((error: unknown) => {
    const { answer, isInside } = answerOfError(error);
    if (isInside)
      log[answer.statusCode === 503 ? 'warn' : 'error']('a request could not be served', {
        method: request.method,
        path: request.path,
        because: sentenceOf(error),
        ...(answer.statusCode === 500 && error instanceof Error ? { stack: error.stack ?? '' } : {}),
      });
    return answer;
  });
  log.debug('request answered', {
    method: request.method,
    path: request.path,
    status: answer.statusCode,
    millis: clock.now() - begunAt,
  });
  return request.method === 'HEAD' ? { ...answer, body: '' } : answer;
}

async function answered(request: HttpRequest, world: ApiWorld): Promise<HttpAnswer> {
  const { operation, params } = findRoute(request);
  const { status, body, headers } = await run(operation, request, params, world);
  return answerOf(status, body, headers === undefined ? {} : { headers });
}

interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is read of a request belongs to what is run with it: both go by the same operation. */
function run(
  operation: Operation,
  request: HttpRequest,
  params: Readonly<Record<string, string>>,
  world: ApiWorld,
): Promise<Said> {
  const serve = OPERATIONS[operation] as (asked: Asked<Operation>, world: ApiWorld) => Promise<Said>;
  return serve(readRequest(operation, params, request), world);
}
