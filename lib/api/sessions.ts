/** Sessions over the API: started, listed, read, aborted, retried; and what became of their resources. */
import pMap from 'p-map';
import { pageOf } from '../pages.ts';
import type { Page } from '../ports.ts';
import { abortSession } from '../protocol/abort.ts';
import { batchLines, type ResourceLine } from '../resources.ts';
import { NO_COUNTS } from '../session/conclusion.ts';
import type { Session } from '../session/session.ts';
import type { ApiPorts, ApiWorld, Operations, StartAsked } from './app.ts';
import type { Answered } from './contract.ts';
import { ProblemError } from './problem.ts';
import { sessionPath, sessionView } from './views.ts';

const PAGE_VALUES = 100;
/** Pages of the store that one request looks through; one of batches is up to 1 MB. */
const STORE_PAGES_MAX = 4;
const READS_AT_ONCE = 20;

export const sessionOperations: Operations<
  | 'startSession'
  | 'listSessions'
  | 'listOpenSessions'
  | 'readSession'
  | 'listResources'
  | 'abortSession'
  | 'retrySession'
> = {
  startSession: ({ params, headers, body }, world) =>
    started(world, { ...body, harvester: params.harvester, ...keyOf(headers) }),

  async listSessions({ params, query }, { ports }) {
    if ((await ports.harvesters.read(params.harvester)) === undefined) throw noHarvester(params.harvester);
    const list = (cursor?: string) => ports.sessions.ofHarvester(params.harvester, cursor);
    return { status: 200, body: await sessionPage(ports, list, query) };
  },

  async listOpenSessions({ query }, { ports }) {
    return { status: 200, body: await sessionPage(ports, (cursor) => ports.sessions.open(cursor), query) };
  },

  async readSession({ params }, { ports }) {
    return { status: 200, body: sessionView(await sessionAt(ports, params.session)) };
  },

  async listResources({ params, query }, { ports }) {
    const session = await sessionAt(ports, params.session);
    const page = await pageOf(linesOf(ports, session), {
      ...pagingOf(query),
      keyOf: ({ key }) => key,
      wants: ({ line }) => query.outcome === undefined || line.outcome === query.outcome,
    });
    return {
      status: 200,
      body: { resources: page.values.map(({ line }) => ({ ...line })), cursor: page.cursor ?? null },
    };
  },

  async abortSession({ params }, { ports }) {
    const { said, session } = await abortSession(ports, params.session);
    if (session === undefined) throw noSession(params.session);
    return { status: said === 'over' ? 200 : 202, body: sessionView(session) };
  },

  async retrySession({ params, headers, body }, world) {
    const session = await sessionAt(world.ports, params.session);
    if (session.closedAt !== undefined && !hasMissed(session))
      throw new ProblemError(
        'Conflict',
        `There is nothing to retry: in session ${session.id} nothing failed, was skipped or was lost`,
      );
    return started(world, {
      ...body,
      harvester: session.harvesterId,
      retryOf: session.id,
      ...keyOf(headers),
    });
  },
};

function hasMissed({ conclusion }: Session): boolean {
  const { failed, skipped, lost } = conclusion?.counts ?? NO_COUNTS;
  return failed + skipped + lost > 0;
}

function keyOf(headers: { 'idempotency-key'?: string | undefined }): { key?: string } {
  const key = headers['idempotency-key'];
  return key === undefined ? {} : { key };
}

async function started(world: ApiWorld, asked: StartAsked): Promise<Answered<'startSession'>> {
  const said = await world.start(asked);
  if (said.outcome === 'conflict') throw openSession(asked.harvester, said.holder);
  const body = sessionView(said.session);
  if (said.outcome === 'exists') return { status: 200, body };
  return { status: 201, body, headers: { location: sessionPath(said.session.id) } };
}

/** The open session that stands in the way of what was asked, with its path. */
export function openSession(harvesterId: string, holder: Session): ProblemError {
  return new ProblemError(
    'Conflict',
    `Harvester ${harvesterId} has an open session, ${holder.id} (${holder.status}); allowed is one at a time: wait for it, or abort it`,
    { session: sessionPath(holder.id) },
  );
}

export function noHarvester(id: string): ProblemError {
  return new ProblemError('NotFound', `There is no harvester ${id}`);
}

function noSession(id: string): ProblemError {
  return new ProblemError('NotFound', `There is no session ${id}`);
}

async function sessionAt(ports: Pick<ApiPorts, 'sessions'>, id: string): Promise<Session> {
  const session = await ports.sessions.read(id);
  if (session === undefined) throw noSession(id);
  return session;
}

interface PageQuery {
  readonly limit?: string | undefined;
  readonly cursor?: string | undefined;
}

export function pagingOf({ limit, cursor }: PageQuery) {
  return {
    limit: limit === undefined ? PAGE_VALUES : Number(limit),
    cursor,
    pagesMax: STORE_PAGES_MAX,
  };
}

async function sessionPage(
  { sessions }: Pick<ApiPorts, 'sessions'>,
  list: (cursor?: string) => Promise<Page<string>>,
  query: PageQuery,
) {
  const { values, cursor } = await pageOf(list, { ...pagingOf(query), keyOf: (id) => id });
  const views = await pMap(values, (id) => sessions.read(id), { concurrency: READS_AT_ONCE });
  // An index lags behind: what is gone is left out.
  return {
    sessions: views.flatMap((session) => (session === undefined ? [] : [sessionView(session)])),
    cursor: cursor ?? null,
  };
}

interface Line {
  readonly key: string;
  readonly line: ResourceLine;
}

/** The resources of a session in the order of its batches, each under a key of its own. */
function linesOf({ batches }: Pick<ApiPorts, 'batches'>, session: Session) {
  return async (cursor?: string): Promise<Page<Line>> => {
    const page = await batches.list(session.id, cursor);
    const values = page.values.flatMap((batch) =>
      batchLines(session, batch).map((line, index) => ({
        key: `${batch.key.number}-${batch.key.attempt}-${index}`,
        line,
      })),
    );
    return { values, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
  };
}
