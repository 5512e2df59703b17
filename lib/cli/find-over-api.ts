/** Finds harvesters and sessions over an API by what somebody typed; what is not there is answered with the nearest that is. */
import pMap from 'p-map';
import type * as z from 'zod/mini';
import { Harvester, HarvesterPage, Session, SessionPage } from '../api/schemas.ts';
import { urlView } from '../api/views.ts';
import { ReeveError } from '../session/errors.ts';
import { harvesterIdOf } from '../session/names.ts';
import { remoteUrl } from '../settings/url.ts';
import type { Operation } from '../api/contract.ts';
import type { Api, ApiAsk } from './api.ts';
import { spokenKnown } from './find.ts';

export type ApiSession = z.output<typeof Session>;

/** A harvester, and what names the settings that it has. */
export interface FoundHarvester {
  readonly harvester: Harvester;
  readonly tag: string | undefined;
}

/** A deployed API takes 50 requests a second of all its callers (`reeve:apiRequestsPerSecond`). */
export const ASKED_AT_ONCE = 4;
const PAGE = '1000';

export function isUrl(typed: string): boolean {
  return /^https?:/i.test(typed);
}

/** A URL names the harvester that is named after it. */
export function idOf(typed: string): string {
  return isUrl(typed) ? harvesterIdOf(remoteUrl(typed)) : typed;
}

/** `undefined` when there is none. */
export async function readHarvester(api: Api, id: string): Promise<FoundHarvester | undefined> {
  return orNothing(
    api
      .ask('readHarvester', Harvester, { params: { harvester: id } })
      .then(({ body, tag }) => ({ harvester: body, tag })),
  );
}

/**
 * By id, name or URL.
 * @throws NotFound naming the nearest, InputInvalid when several have this name or URL
 */
export async function findHarvester(api: Api, typed: string): Promise<FoundHarvester> {
  const named = await readHarvester(api, idOf(typed));
  if (named !== undefined) return named;
  const harvesters = await allHarvesters(api);
  const shown = isUrl(typed) ? urlView(remoteUrl(typed)) : undefined;
  const [found, ...others] = harvesters.filter(({ name, url }) => name === typed || url === shown);
  if (found !== undefined && others.length > 0)
    throw new ReeveError(
      'InputInvalid',
      `${JSON.stringify(typed)} may be ${[found, ...others].map(({ id }) => id).join(' or ')}; allowed is one of these ids`,
    );
  const again = found && (await readHarvester(api, found.id));
  if (again !== undefined) return again;
  const ids = harvesters.map(({ id }) => id);
  throw new ReeveError(
    'NotFound',
    `There is no harvester ${JSON.stringify(typed)}${spokenKnown(typed, ids, 'harvester', 'there')}`,
  );
}

/** All pages of a listing; one may be short of what was asked for, or empty, and not the last. */
export async function* pagesOver<Schema extends z.ZodMiniType<{ readonly cursor: string | null }>>(
  api: Api,
  operation: Operation,
  schema: Schema,
  { query, ...asked }: ApiAsk = {},
): AsyncGenerator<z.output<Schema>> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await api.ask(operation, schema, { ...asked, query: { limit: PAGE, ...query, cursor } });
    yield page.body;
    ({ cursor } = page.body);
  }
}

export async function allHarvesters(api: Api): Promise<Harvester[]> {
  const found: Harvester[] = [];
  for await (const { harvesters } of pagesOver(api, 'listHarvesters', HarvesterPage))
    found.push(...harvesters);
  return found;
}

/** `undefined` when there is none (any more). */
export async function readSession(api: Api, id: string): Promise<ApiSession | undefined> {
  return orNothing(api.ask('readSession', Session, { params: { session: id } }).then(({ body }) => body));
}

async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof ReeveError && error.name === 'NotFound') return undefined;
    throw error;
  });
}

/** The open session of a harvester, or else the last one that closed. */
export function latestIdOf({ openSession, lastSession }: Harvester): string | undefined {
  return openSession ?? lastSession ?? undefined;
}

/** The newest sessions of one harvester, newest first. */
export async function sessionsOf(api: Api, id: string, most: number): Promise<ApiSession[]> {
  const found: ApiSession[] = [];
  const query = { limit: String(Math.min(most, Number(PAGE))) };
  for await (const { sessions } of pagesOver(api, 'listSessions', SessionPage, {
    params: { harvester: id },
    query,
  })) {
    found.push(...sessions);
    if (found.length >= most) break;
  }
  return found.slice(0, most);
}

/** The newest session of each harvester that has one. */
export async function latestSessions(
  api: Api,
  harvesters: readonly Harvester[],
): Promise<ReadonlyMap<string, ApiSession>> {
  const found = await pMap(
    harvesters,
    async (one) => {
      const id = latestIdOf(one);
      const session = id === undefined ? undefined : await readSession(api, id);
      return session === undefined ? [] : [[one.id, session] as const];
    },
    { concurrency: ASKED_AT_ONCE },
  );
  return new Map(found.flat());
}

/**
 * The newest session of all harvesters.
 * @throws NotFound when there is none
 */
export async function newestSession(api: Api): Promise<ApiSession> {
  const latest = await latestSessions(api, await allHarvesters(api));
  const [newest] = [...latest.values()].sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
  if (newest !== undefined) return newest;
  throw new ReeveError('NotFound', `${api.where} has no sessions yet`);
}
