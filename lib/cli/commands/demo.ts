/** `reeve demo`: two sessions that get stuck on purpose, with short times. The handlers, the state machine and the monitor are the real ones. */
import { setTimeout as pause } from 'node:timers/promises';
import { harvesterType } from '../../harvesters/index.ts';
import type { Embedded } from '../../local/embedded/embedded.ts';
import { startSampleRemote, type SampleRemote } from '../../sample/remote.ts';
import { DEFAULT_PACE, type Pace } from '../../session/limits.ts';
import type { Session } from '../../session/session.ts';
import { workflowTimeSeconds } from '../../session/workflow-time.ts';
import type { Context } from '../context.ts';
import { toldOf } from '../demo/story.ts';
import { troubled, type Trouble } from '../demo/trouble.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { saveHarvester } from '../harvester-setup.ts';
import { catchInterrupts } from '../interrupts.ts';
import { settingsOf } from '../../settings/harvester.ts';
import { createRemotes, type Remotes } from '../remotes.ts';
import { alreadyRuns } from '../run-session.ts';
import { sessionView } from '../session-view.ts';
import { oneLine, styleOf } from '../summary.ts';
import { table } from '../tables.ts';
import { spokenNumber, wrapped } from '../words.ts';
import { openToWork } from '../world.ts';

/**
 * Shorter than a worker's own time limit, which elsewhere is forbidden: the point is to see the deadline do its work, not the limits
 * inside it.
 */
const SHORT: Pace = {
  ...DEFAULT_PACE,
  estimatedDurationPerResourceSeconds: 0.05,
  monitorIntervalSeconds: 3,
  batchSize: 5,
  // The worker that hangs shall not hold up the others.
  batchesAtOnce: 2,
  resourcesAtOnce: 5,
  requestsPerSecond: 25,
  abortSeconds: 2,
};
const HUNG: Pace = { ...SHORT, bufferTimeSeconds: 7 };
const KILLED: Pace = { ...SHORT, bufferTimeSeconds: 5 };
const TYPE = 'geonode';
const HANGING_DATASET = 13;
const RETURN_MILLIS = 1_000;

interface Stage {
  readonly context: Context;
  readonly world: Embedded;
  readonly remotes: Remotes;
  readonly trouble: Trouble;
  readonly signal: AbortSignal;
}

export async function demo(context: Context): Promise<ExitCode> {
  const interrupts = catchInterrupts(context.signals, context.quit);
  const remotes = createRemotes({ ...context, allowPrivate: false, policy: {} });
  const trouble: Trouble = { patientUrl: undefined, killsFinalizer: false, tell: () => undefined };
  const closing: (() => Promise<void>)[] = [() => remotes.close()];
  try {
    const handlers = troubled(await context.handlers(), trouble);
    const world = await openToWork(context, { remote: remotes, doing: 'the demo', handlers });
    closing.unshift(() => world.close({ waitMillis: 0 }));
    tellWhy(context);
    const stage: Stage = { context, world, remotes, trouble, signal: interrupts.signal };
    const isInterrupted = (): boolean => interrupts.signal.aborted;
    const hung = await hangWorker(stage);
    if (isInterrupted()) return tellInterrupted(context, [hung]);
    const healthy = await startSampleRemote();
    closing.push(() => healthy.close());
    const killed = await killFinalizer(stage, healthy);
    if (isInterrupted()) return tellInterrupted(context, [hung, killed]);
    const again = await retryLost(stage, healthy, hung);
    tellAll(context, { hung, killed, again });
    return exitCodeOf(again.status);
  } finally {
    interrupts.release();
    for (const close of closing) await close();
  }
}

async function hangWorker(stage: Stage): Promise<Session> {
  const { context, trouble } = stage;
  const remote = await startSampleRemote({
    faults: [{ match: 'dataset', ids: [HANGING_DATASET], fault: { kind: 'hang' } }],
  });
  const hanging = `The sample remote has ${remote.catalogue.size} datasets, and never answers when it is asked for number ${HANGING_DATASET}.`;
  const patient =
    "Reeve's own HTTP client would give up in time; for this demo the workers have one that waits for ever.";
  const silent = 'So one of them will never report, and no error is raised anywhere.';
  chapter(context, '1. A worker that hangs', `${hanging} ${patient} ${silent} ${spokenTimes(HUNG, remote)}`);
  trouble.patientUrl = `/datasets/${HANGING_DATASET}/`;
  const stopListening = listen(stage);
  try {
    const session = await run(stage, { id: 'demo-hung-worker', url: remote.geonodeUrl, pace: HUNG });
    trouble.tell('the remote closes the connection at last');
    await remote.close();
    await pause(RETURN_MILLIS);
    return session;
  } finally {
    trouble.patientUrl = undefined;
    stopListening();
    await remote.close();
  }
}

async function killFinalizer(stage: Stage, remote: SampleRemote): Promise<Session> {
  const killed =
    'Everything is harvested, but the finalizer dies whenever the state machine calls it, so nobody concludes the session.';
  chapter(stage.context, '2. A finalizer that is killed', `${killed} ${spokenTimes(KILLED, remote)}`);
  stage.trouble.killsFinalizer = true;
  const stopListening = listen(stage);
  try {
    return await run(stage, { id: 'demo-killed-finalizer', url: remote.geonodeUrl, pace: KILLED });
  } finally {
    stage.trouble.killsFinalizer = false;
    stopListening();
  }
}

async function retryLost(stage: Stage, remote: SampleRemote, hung: Session): Promise<Session> {
  const rest = `A retry of session ${hung.id}, now that the remote answers: it knows which resources were lost, and asks for no others.`;
  chapter(stage.context, '3. Only the lost again', rest);
  const stopListening = listen(stage);
  try {
    return await run(stage, { id: 'demo-hung-worker', url: remote.geonodeUrl, pace: HUNG, retryOf: hung.id });
  } finally {
    stopListening();
  }
}

interface Part {
  readonly id: string;
  readonly url: string;
  readonly pace: Pace;
  readonly retryOf?: string;
}

async function run({ world, remotes, signal }: Stage, { id, url, pace, retryOf }: Part): Promise<Session> {
  await remotes.grant(url, pace);
  const settings = settingsOf({}, harvesterType(TYPE));
  await saveHarvester(world.ports, { id, name: `Demo (${id})`, url, type: TYPE, settings, pace });
  const started = await world.start({ harvester: id, ...(retryOf === undefined ? {} : { retryOf }) });
  if (started.outcome === 'conflict') throw alreadyRuns(started.holder);
  const abort = (): void => void world.abort(started.session.id);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return world.waitClosed(started.session.id).finally(() => signal.removeEventListener('abort', abort));
}

/** Tells what happens, with the time since now. */
function listen({ context, trouble }: Stage): () => void {
  const { screen, log } = context;
  const begunAt = Date.now();
  const say = (line: string): void => {
    const seconds = ((Date.now() - begunAt) / 1_000).toFixed(1).padStart(5);
    if (!screen.quiet)
      screen.print(`${screen.paint('dim', `${seconds} s`)}  ${indented(line, screen.columns)}`);
  };
  trouble.tell = (line) => say(screen.paint('yellow', indented(line, screen.columns)));
  return log.listen((message, fields) => {
    const told = toldOf(message, fields);
    if (told !== undefined) say(told);
  });
}

const LINE_INDENT = 9;

function indented(line: string, columns: number): string {
  return line.includes('\n')
    ? line
    : wrapped(line, columns - LINE_INDENT).replaceAll('\n', `\n${' '.repeat(LINE_INDENT)}`);
}

function spokenTimes(pace: Pace, remote: SampleRemote): string {
  const { size } = remote.catalogue;
  const seconds = workflowTimeSeconds(size, pace.estimatedDurationPerResourceSeconds, pace.bufferTimeSeconds);
  return `The session may take ${pace.bufferTimeSeconds} s and ${pace.estimatedDurationPerResourceSeconds} s for each dataset, so it is overdue after ${seconds} s. Its monitor looks every ${pace.monitorIntervalSeconds} s.`;
}

function tellWhy({ screen }: Context): void {
  if (screen.quiet) return;
  screen.print(wrapped(WHY, screen.columns));
}

const WHY =
  'Harvesting sessions get stuck: a worker hangs, a process dies, and nobody says so. In Reeve every session has a deadline, and a monitor that looks in on it. Past the deadline the monitor has it concluded, and what nobody reported on is counted as lost. Here two sessions get stuck on purpose, with times short enough to watch.';

function chapter({ screen }: Context, title: string, text: string): void {
  if (screen.quiet) return;
  screen.print(`\n${screen.paint('bold', title)}`);
  screen.print(`${wrapped(text, screen.columns)}\n`);
}

/** What was begun is aborted and accounted for; the rest of the demo is left out. */
function tellInterrupted({ screen, folder }: Context, sessions: readonly Session[]): ExitCode {
  const views = sessions.map((session) => sessionView(session, folder));
  screen.document({ sessions: views, retry: null });
  for (const view of views) screen.print(`${oneLine(view)}.`);
  return EXIT.notAllOk;
}

function tellAll(
  { screen, folder }: Context,
  { hung, killed, again }: { hung: Session; killed: Session; again: Session },
): void {
  const view = (session: Session): ReturnType<typeof sessionView> => sessionView(session, folder);
  screen.document({ sessions: [view(hung), view(killed)], retry: view(again) });
  const row = (what: string, { status, conclusion }: Session): string[] => [
    what,
    screen.paint(styleOf(status), status),
    spokenNumber(conclusion?.counts.harvested ?? 0),
    spokenNumber(conclusion?.counts.lost ?? 0),
    spokenNumber(conclusion?.counts.total ?? 0),
    conclusion?.finalizedBy ?? '',
  ];
  screen.print();
  screen.print(
    table(
      [
        row('the worker hung', hung),
        row('the finalizer was killed', killed),
        row('only the lost again', again),
      ],
      {
        head: ['session', 'status', 'harvested', 'lost', 'total', 'concluded by'],
        right: [2, 3, 4],
      },
    ),
  );
  screen.print(
    'Nobody had to notice, and every resource is accounted for: total = harvested + unchanged + failed + skipped + lost.',
  );
  screen.print(`${screen.paint('bold', 'Next')}  ${screen.paint('cyan', screen.command(`show ${hung.id}`))}`);
}
