/** Starts a session, shows how far it is, aborts it when asked to, and tells how it ended. */
import { shownUrl } from '../harvesters/links.ts';
import { NO_COUNTS } from '../session/conclusion.ts';
import { ReeveError } from '../session/errors.ts';
import type { Session } from '../session/session.ts';
import type { Context } from './context.ts';
import { exitCodeOf, type ExitCode } from './exit-codes.ts';
import type { Interrupts } from './interrupts.ts';
import type { Embedded } from '../local/embedded/embedded.ts';
import { afterLine, afterLook, NO_PROGRESS, openBar } from './progress.ts';
import { isSampleHarvester } from './sample.ts';
import { sessionView } from './session-view.ts';
import { printSummary } from './summary.ts';
import { spokenTime } from './words.ts';

const LOOK_MILLIS = 500;

type StartOfSession = Parameters<Embedded['start']>[0];

/**
 * Runs a session from its start to its end.
 * @throws Conflict when the harvester has an open session
 */
export async function runSession(
  context: Context,
  world: Embedded,
  { interrupts, ...input }: StartOfSession & { readonly interrupts: Interrupts },
): Promise<ExitCode> {
  const session = await runToEnd(context, world, { interrupts, ...input });
  tellEnd(context, session);
  return exitCodeOf(session.status);
}

/**
 * The same, and tells nothing of the end.
 * @throws Conflict when the harvester has an open session
 */
export async function runToEnd(
  context: Context,
  world: Embedded,
  { interrupts, ...input }: StartOfSession & { readonly interrupts: Interrupts },
): Promise<Session> {
  const started = await world.start(input);
  if (started.outcome === 'conflict') throw alreadyRuns(started.holder);
  return follow(context, world, started.session, interrupts);
}

export function alreadyRuns(holder: Session): ReeveError {
  const since = spokenTime(holder.startedAt);
  return new ReeveError(
    'Conflict',
    `${shownUrl(holder.remote.url)} is being harvested already, by session ${holder.id} since ${since}; allowed is one session at a time: wait for it, or abort it`,
  );
}

/** @returns the session once it is closed */
async function follow(
  context: Context,
  world: Embedded,
  { id }: Session,
  interrupts: Interrupts,
): Promise<Session> {
  const { screen, log } = context;
  const bar = openBar(screen, context.err, () => Date.now());
  let progress = NO_PROGRESS;
  const stopListening = log.listen((message, fields) => {
    if (fields['session'] === id) bar.show((progress = afterLine(progress, message, fields)));
  });
  const looking = setInterval(() => {
    void world.ports.sessions.read(id).then(
      (session) => session && bar.show((progress = afterLook(progress, session))),
      () => undefined,
    );
  }, LOOK_MILLIS);
  const abort = (): void => {
    bar.above(() =>
      screen.note(
        `Aborting session ${id}: what is under way is ended and accounted for. Ctrl-C again quits at once.`,
      ),
    );
    world.abort(id).catch((error: unknown) => log.error('abort failed', { session: id, error }));
  };
  if (interrupts.signal.aborted) abort();
  else interrupts.signal.addEventListener('abort', abort, { once: true });
  try {
    return await world.waitClosed(id);
  } finally {
    interrupts.signal.removeEventListener('abort', abort);
    clearInterval(looking);
    stopListening();
    bar.stop();
  }
}

function tellEnd({ screen, folder }: Context, session: Session): void {
  const view = sessionView(session, folder);
  screen.document(view);
  printSummary(screen, view, nextSteps(session));
}

type Step = readonly [command: string, does: string];

function nextSteps({ id, harvesterId, remote, listing, conclusion }: Session): Step[] {
  const { total, harvested, failed, skipped, lost } = conclusion?.counts ?? NO_COUNTS;
  const steps: Step[] = [];
  if (failed + skipped + lost > 0)
    steps.push([`retry ${id}`, 'harvests only what failed, was skipped or was lost']);
  else if (!listing.complete && !isSampleHarvester(harvesterId))
    steps.push([`harvest ${remote.url}`, 'asks the remote again']);
  if (total > 0) steps.push([`show ${id}`, 'shows what became of each resource']);
  if (harvested > 0)
    steps.push([
      `export ${harvesterId} --format geojson --out records.geojson`,
      'writes the newest records as one file',
    ]);
  return steps;
}
