/** The commands with `--api`: the same questions, asked of a deployed stack or of `reeve serve`. */
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import { Probe, ResourcePage, Session, type Harvester } from '../../api/schemas.ts';
import { shownUrl } from '../../harvesters/links.ts';
import type { OutcomeSoFar, ResourceLine } from '../../resources.ts';
import { ReeveError } from '../../session/errors.ts';
import type { SessionKind } from '../../session/session.ts';
import { remoteUrl } from '../../settings/url.ts';
import type { Api } from '../api.ts';
import type { Context } from '../context.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import {
  allHarvesters,
  ASKED_AT_ONCE,
  findHarvester,
  idOf,
  isUrl,
  latestIdOf,
  newestSession,
  pagesOver,
  readHarvester,
  readSession,
  sessionsOf,
  type ApiSession,
  type FoundHarvester,
} from '../find-over-api.ts';
import { newestNote } from '../find.ts';
import {
  changedSettings,
  isAnyTyped,
  newSettings,
  typedHarvester,
  type HarvesterFlags,
  type TypedHarvester,
} from '../harvester-options.ts';
import { createOver, replaceOver, typeOver } from '../harvester-saving.ts';
import { catchInterrupts } from '../interrupts.ts';
import type { ResourcesFlags } from '../command-calls.ts';
import { BOTH_RESOURCES } from '../program-help.ts';
import { collectLines, type LinesAsked } from '../resource-lines.ts';
import type { Screen } from '../screen.ts';
import type { SessionView } from '../session-view.ts';
import { oneLine, printSummary } from '../summary.ts';
import { heldOverApi } from './holding-over-api.ts';
import { noSessionYet, printSessionResources } from './session-resources.ts';
import { printSessions } from './sessions.ts';
import { tellSession, type ShowOptions } from './show.ts';
import { printProbe } from './probe.ts';

const LOOK_MILLIS = 1_000;

export async function probeOverApi(context: Context, api: Api, typed: string): Promise<ExitCode> {
  const { body } = await api.ask('probe', Probe, { body: { url: remoteUrl(typed) } });
  return printProbe(context.screen, {
    ...body,
    title: body.title ?? undefined,
    type: body.type ?? undefined,
  });
}

export async function sessionsOverApi(
  { screen }: Context,
  api: Api,
  { harvester, limit }: { harvester?: string | undefined; limit: number },
): Promise<ExitCode> {
  const harvesters =
    harvester === undefined ? await allHarvesters(api) : [(await findHarvester(api, harvester)).harvester];
  const found = await pMap(harvesters, ({ id }) => sessionsOf(api, id, limit), {
    concurrency: ASKED_AT_ONCE,
  });
  const newest = found
    .flat()
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1))
    .slice(0, limit);
  printSessions(screen, newest.map(viewOf));
  return EXIT.allOk;
}

export async function showOverApi({ screen }: Context, api: Api, options: ShowOptions): Promise<ExitCode> {
  const session = await sessionNamed(screen, api, options.id);
  tellSession(screen, viewOf(session), await collectLines(linesOver(api, session.id), options), options);
  return EXIT.allOk;
}

export async function resourcesOverApi(
  context: Context,
  api: Api,
  { what, state, ...own }: ResourcesFlags & { readonly what: string | undefined },
): Promise<ExitCode> {
  const { screen } = context;
  if (state !== undefined && own.outcome !== undefined) throw new ReeveError('InputInvalid', BOTH_RESOURCES);
  const named = what === undefined || isUrl(what) ? undefined : await readSession(api, what);
  if (named === undefined && own.outcome === undefined)
    return heldOverApi(context, api, { harvester: what, state, limit: own.limit, offset: own.offset });
  if (state !== undefined) throw new ReeveError('InputInvalid', BOTH_RESOURCES);
  const asked: LinesAsked = { ...own, outcome: own.outcome ?? 'all' };
  const session = named ?? (await newestOfHarvester(screen, api, what));
  const outcome = asked.outcome === 'all' ? undefined : asked.outcome;
  const found = await collectLines(linesOver(api, session.id, outcome), { ...asked, outcome: 'all' });
  printSessionResources(screen, viewOf(session), found, asked);
  return EXIT.allOk;
}

async function newestOfHarvester(screen: Screen, api: Api, typed: string | undefined): Promise<ApiSession> {
  if (typed === undefined) return sessionNamed(screen, api, undefined);
  const { harvester } = await findHarvester(api, typed);
  const id = latestIdOf(harvester);
  const session = id === undefined ? undefined : await readSession(api, id);
  if (session === undefined) throw noSessionYet(harvester.id);
  return session;
}

/** The one that was typed, or the newest: says which one was taken. */
async function sessionNamed(
  { note }: Pick<Screen, 'note'>,
  api: Api,
  id: string | undefined,
): Promise<ApiSession> {
  if (id !== undefined) return (await api.ask('readSession', Session, { params: { session: id } })).body;
  const newest = await newestSession(api);
  note(newestNote(newest.id));
  return newest;
}

async function* linesOver(api: Api, session: string, outcome?: OutcomeSoFar): AsyncGenerator<ResourceLine> {
  const asked = { params: { session }, query: { outcome } };
  for await (const { resources } of pagesOver(api, 'listResources', ResourcePage, asked)) yield* resources;
}

export async function abortOverApi(
  { screen }: Context,
  api: Api,
  typed: string | undefined,
): Promise<ExitCode> {
  const { id } = await sessionNamed(screen, api, typed);
  const { status } = await api.ask('abortSession', Session, { params: { session: id } });
  const view = viewOf(await closed(api, id));
  screen.document(view);
  screen.print(status === 200 ? `Session ${id} is over already. ${oneLine(view)}.` : `${oneLine(view)}.`);
  return EXIT.allOk;
}

export async function retryOverApi(context: Context, api: Api, typed: string | undefined): Promise<ExitCode> {
  const { id } = await sessionNamed(context.screen, api, typed);
  const { body } = await api.ask('retrySession', Session, { params: { session: id } });
  return follow(context, api, body.id);
}

export interface HarvestOverApi extends HarvesterFlags {
  /** A URL, or the id of a harvester. */
  readonly what: string | undefined;
  readonly asked: { readonly full?: true; readonly acceptGone?: true; readonly kind?: SessionKind };
}

/** Makes the harvester be as it was typed, if anything was, and runs a session of it; what was not typed stays as it is. */
export async function harvestOverApi(
  context: Context,
  api: Api,
  { what, asked, ...flags }: HarvestOverApi,
): Promise<ExitCode> {
  if (what === undefined)
    throw new ReeveError(
      'InputInvalid',
      'harvest --api has no URL; allowed is the URL of a remote, or the id of a harvester',
    );
  const typed = typedHarvester(flags);
  const found = isUrl(what) ? await readHarvester(api, idOf(what)) : await findHarvester(api, what);
  const { id } = await madeSo(context.screen, api, { found, typed, url: what, isTyped: isAnyTyped(flags) });
  const { body } = await api.ask('startSession', Session, { params: { harvester: id }, body: asked });
  return follow(context, api, body.id);
}

async function madeSo(
  { note }: Screen,
  api: Api,
  wanted: { found: FoundHarvester | undefined; typed: TypedHarvester; url: string; isTyped: boolean },
): Promise<Harvester> {
  const { found, typed, isTyped } = wanted;
  if (found === undefined) {
    const url = remoteUrl(wanted.url);
    const type = typed.type ?? (await typeOver(api, url));
    if (typed.type === undefined) note(`${shownUrl(url)} is a remote of type ${type}.`);
    return (await createOver(api, undefined, newSettings(typed, url, type))).harvester;
  }
  if (!isTyped) return found.harvester;
  const { harvester, differences, did } = await replaceOver(
    api,
    found,
    changedSettings(found.harvester, typed),
  );
  if (did === 'changed') note(`Harvester ${harvester.id} was changed: ${differences.join('; ')}.`);
  return harvester;
}

/** Follows a session to its end; Ctrl-C aborts it. */
async function follow(context: Context, api: Api, id: string): Promise<ExitCode> {
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
async function closed(api: Api, id: string, signal?: AbortSignal): Promise<ApiSession> {
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
