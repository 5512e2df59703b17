/** The commands with `--api`: the same questions, asked of a deployed stack or of `reeve serve`. */
import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod/mini';
import { Harvester, HarvesterPage, Probe, ResourcePage, Session, SessionPage } from '../../api/schemas.ts';
import { harvesterType } from '../../harvesters/index.ts';
import { ReeveError } from '../../session/errors.ts';
import { harvesterIdOf } from '../../session/names.ts';
import type { SessionKind } from '../../session/session.ts';
import { remoteUrl } from '../../settings/url.ts';
import type { ApiClient } from '../api-client.ts';
import type { Context } from '../context.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { catchInterrupts } from '../interrupts.ts';
import { pairsOf, typedPace, typedSettings } from '../options.ts';
import type { SessionView } from '../session-view.ts';
import { oneLine, printSummary } from '../summary.ts';
import { printSessions } from './sessions.ts';
import { printResources, printSession, type ShowOptions } from './show.ts';
import { printProbe } from './probe.ts';

type ApiSession = z.output<typeof Session>;

const LOOK_MILLIS = 1_000;

export async function probeOverApi(context: Context, api: ApiClient, typed: string): Promise<ExitCode> {
  const { body } = await api.ask('probe', Probe, { body: { url: remoteUrl(typed) } });
  return printProbe(context.screen, {
    ...body,
    title: body.title ?? undefined,
    type: body.type ?? undefined,
  });
}

export async function sessionsOverApi(
  { screen }: Context,
  api: ApiClient,
  { harvester, limit }: { harvester?: string | undefined; limit: number },
): Promise<ExitCode> {
  const harvesters = harvester === undefined ? await allHarvesters(api) : [idOf(harvester)];
  const found: ApiSession[] = [];
  for (const id of harvesters) {
    const query = { limit: String(Math.min(limit, 1_000)) };
    found.push(
      ...(await api.ask('listSessions', SessionPage, { params: { harvester: id }, query })).body.sessions,
    );
  }
  const newest = found.sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)).slice(0, limit);
  printSessions(screen, newest.map(viewOf));
  return EXIT.allOk;
}

async function allHarvesters(api: ApiClient): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { body }: { body: z.output<typeof HarvesterPage> } = await api.ask(
      'listHarvesters',
      HarvesterPage,
      { query: { cursor } },
    );
    ids.push(...body.harvesters.map(({ id }) => id));
    cursor = body.cursor;
  }
  return ids;
}

export async function showOverApi(
  { screen }: Context,
  api: ApiClient,
  options: ShowOptions,
): Promise<ExitCode> {
  const session = (await api.ask('readSession', Session, { params: { session: options.id } })).body;
  const page: z.output<typeof ResourcePage>['resources'] = [];
  let [matching, reported, listed] = [0, 0, 0];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const asked = { params: { session: options.id }, query: { limit: '1000', cursor } };
    const { body }: { body: z.output<typeof ResourcePage> } = await api.ask(
      'listResources',
      ResourcePage,
      asked,
    );
    for (const line of body.resources) {
      listed += 1;
      if (line.outcome !== 'under way') reported += 1;
      if (!isWanted(line.outcome, options.outcome)) continue;
      if (matching >= options.offset && page.length < options.limit) page.push(line);
      matching += 1;
    }
    cursor = body.cursor;
  }
  const view = viewOf(session);
  const { limit, offset } = options;
  screen.document({ ...view, resources: { matching, offset, limit, page } });
  if (screen.quiet) screen.print(oneLine(view));
  else {
    printSession(screen, view, { page, matching, reported, listed });
    printResources(screen, { page, matching, reported, listed }, options);
  }
  return EXIT.allOk;
}

function isWanted(outcome: string, wanted: ShowOptions['outcome']): boolean {
  if (wanted === undefined) return !['harvested', 'unchanged', 'under way'].includes(outcome);
  return wanted === 'all' || outcome === wanted;
}

export async function abortOverApi({ screen }: Context, api: ApiClient, id: string): Promise<ExitCode> {
  const { status } = await api.ask('abortSession', Session, { params: { session: id } });
  const view = viewOf(await closed(api, id));
  screen.document(view);
  screen.print(status === 200 ? `Session ${id} is over already. ${oneLine(view)}.` : `${oneLine(view)}.`);
  return EXIT.allOk;
}

export async function retryOverApi(context: Context, api: ApiClient, id: string): Promise<ExitCode> {
  const { body } = await api.ask('retrySession', Session, { params: { session: id } });
  return follow(context, api, body.id);
}

export interface HarvestOverApi {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly set: readonly string[];
  readonly pace: readonly string[];
  readonly asked: { readonly full?: true; readonly acceptGone?: true; readonly kind?: SessionKind };
}

/** Saves the harvester, if it is not there, and runs a session of it; a harvester that is there stays as it is. */
export async function harvestOverApi(
  context: Context,
  api: ApiClient,
  options: HarvestOverApi,
): Promise<ExitCode> {
  if (options.url === undefined)
    throw new ReeveError(
      'InputInvalid',
      'harvest --api has no URL; allowed is the URL of a remote, or the id of a harvester',
    );
  const id = idOf(options.url);
  const isUrl = id !== options.url;
  const isThere = await api.ask('readHarvester', Harvester, { params: { harvester: id } }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ReeveError && error.name === 'NotFound' && isUrl) return false;
      throw error;
    },
  );
  if (!isThere) await save(context, api, remoteUrl(options.url), options);
  const { body } = await api.ask('startSession', Session, {
    params: { harvester: id },
    body: options.asked,
  });
  return follow(context, api, body.id);
}

async function save(
  context: Context,
  api: ApiClient,
  url: string,
  { type, set, pace }: HarvestOverApi,
): Promise<void> {
  const found = type ?? (await api.ask('probe', Probe, { body: { url } })).body.type;
  if (found === null)
    throw new ReeveError('InputInvalid', `${url} is none of the remotes that Reeve can harvest`);
  const whole = typedPace(pace, context.limits);
  const typed = Object.fromEntries(
    [...pairsOf('--pace', pace).keys()].map((name) => [name, whole[name as keyof typeof whole]]),
  );
  const settings = typedSettings(set, harvesterType(found));
  await api.ask('createHarvester', Harvester, {
    body: { name: url.slice(0, 100), url, type: found, settings, pace: typed },
  });
}

/** Follows a session to its end; Ctrl-C aborts it. */
async function follow(context: Context, api: ApiClient, id: string): Promise<ExitCode> {
  const { screen } = context;
  const interrupts = catchInterrupts(context.signals, context.quit);
  try {
    screen.note(`Session ${id} is under way.`);
    const view = viewOf(await closed(api, id, interrupts.signal));
    screen.document(view);
    printSummary(screen, view, [[`show ${id}`, 'shows what became of each resource']]);
    return exitCodeOf(view.status);
  } finally {
    interrupts.release();
  }
}

/** @param signal aborts the session when it comes */
async function closed(api: ApiClient, id: string, signal?: AbortSignal): Promise<ApiSession> {
  for (let isAborted = false; ;) {
    const { body } = await api.ask('readSession', Session, { params: { session: id } });
    if (body.closedAt !== null) return body;
    if (signal?.aborted === true && !isAborted) {
      await api.ask('abortSession', Session, { params: { session: id } });
      isAborted = true;
    }
    await pause(LOOK_MILLIS, undefined, isAborted || signal === undefined ? {} : { signal }).catch(
      () => undefined,
    );
  }
}

/** A URL names the harvester that is named after it. */
function idOf(typed: string): string {
  return /^https?:/i.test(typed) ? harvesterIdOf(remoteUrl(typed)) : typed;
}

function viewOf({ closedAt, listed, difference, ...session }: ApiSession): SessionView {
  const { goneRefused, ...changes } = difference ?? { goneRefused: null };
  return {
    ...session,
    difference:
      difference === null
        ? null
        : ({ ...changes, goneRefused: goneRefused ?? undefined } as SessionView['difference']),
  };
}
