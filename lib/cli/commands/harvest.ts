/** `reeve harvest [url]`: one session of one remote, from start to end. */
import { HARVESTER_TYPES, harvesterType } from '../../harvesters/index.ts';
import type { CredentialsReference } from '../../session/credentials.ts';
import { harvesterIdOf } from '../../session/names.ts';
import type { Keeping } from '../../session/keeping.ts';
import type { Session } from '../../session/session.ts';
import type { Pace } from '../../session/limits.ts';
import type { Context } from '../context.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { saveHarvester } from '../harvester-setup.ts';
import { catchInterrupts } from '../interrupts.ts';
import { remoteUrl } from '../../settings/url.ts';
import { typedKeeping } from '../keeping-options.ts';
import { typedPace, typedSettings } from '../options.ts';
import type { Embedded } from '../../local/embedded/embedded.ts';
import { openToWork } from '../world.ts';
import { findType } from '../../probing.ts';
import { typedCredentials, typedPolicy, type RemoteOptionTexts } from '../remote-options.ts';
import { createRemotes, type Remotes } from '../remotes.ts';
import { runSession, runToEnd } from '../run-session.ts';
import { openSample, sampleHarvesterId, SAMPLE_PACE, SAMPLE_TYPE } from '../sample.ts';

export interface HarvestOptions extends RemoteOptionTexts {
  /** Without it the sample remote is harvested. */
  readonly url: string | undefined;
  /** Without it the remote is probed, the first time. */
  readonly type: string | undefined;
  readonly set: readonly string[];
  readonly pace: readonly string[];
  readonly keep: readonly string[];
  readonly filter: readonly string[];
  /** Fetch and read every resource again. */
  readonly full: boolean;
  /** Believe the listing, however much is gone. */
  readonly acceptGone: boolean;
  /** List only what there is to harvest. */
  readonly listOnly: boolean;
}

/** What is done around the one session. */
export interface Around {
  /** Where it runs; the folder of the context when it is not given. */
  readonly folder?: string;
  /** Before the harvester is set up as it was typed. */
  prepare?(world: Embedded, harvesterId: string): Promise<void>;
  /** When it is closed; without it the usual summary is told. */
  tell?(world: Embedded, session: Session): Promise<void>;
}

/** What was typed, judged before anything is opened. */
interface Wanted {
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly set: readonly string[];
  readonly pace: Pace;
  readonly credentials: CredentialsReference | undefined;
  readonly keeping: Partial<Keeping>;
}

export async function harvest(
  given: Context,
  options: HarvestOptions,
  around: Around = {},
): Promise<ExitCode> {
  const context = around.folder === undefined ? given : { ...given, folder: around.folder };
  const url = options.url === undefined ? undefined : remoteUrl(options.url);
  const type = options.type === undefined ? undefined : harvesterType(options.type).type;
  const pace = typedPace(options.pace, context.limits, url === undefined ? SAMPLE_PACE : {});
  const credentials = typedCredentials(options.credentials);
  const keeping = typedKeeping(options.keep, options.filter);
  const wanted: Wanted = { url, type, set: options.set, pace, keeping, credentials };
  const policy = typedPolicy(options.remotePolicy);
  const interrupts = catchInterrupts(context.signals, context.quit);
  const remotes = createRemotes({ ...context, policy });
  const closing: (() => Promise<void>)[] = [() => remotes.close()];
  try {
    const world = await openToWork(context, {
      remote: remotes,
      doing: `harvesting ${url ?? 'the sample remote'}`,
    });
    closing.unshift(() => world.close());
    const sample = url === undefined ? await openSample(context.screen, type ?? SAMPLE_TYPE) : undefined;
    if (sample) closing.push(() => sample.close());
    await around.prepare?.(
      world,
      url === undefined ? sampleHarvesterId(type ?? SAMPLE_TYPE) : harvesterIdOf(url),
    );
    const harvester = await setUp(context, wanted, {
      world,
      remotes,
      sampleUrl: sample?.url,
      signal: interrupts.signal,
    });
    const input = { harvester, interrupts, ...asksOf(options) };
    if (around.tell === undefined) return await runSession(context, world, input);
    const session = await runToEnd(context, world, input);
    await around.tell(world, session);
    return exitCodeOf(session.status);
  } finally {
    interrupts.release();
    for (const close of closing) await close();
  }
}

function asksOf({ full, acceptGone, listOnly }: HarvestOptions) {
  return {
    ...(full ? { full } : {}),
    ...(acceptGone ? { acceptGone } : {}),
    ...(listOnly ? { kind: 'discover-harvestable-resources' as const } : {}),
  };
}

interface Surroundings {
  readonly world: Embedded;
  readonly remotes: Remotes;
  readonly sampleUrl: string | undefined;
  readonly signal: AbortSignal;
}

/** @returns the id of the harvester, which is then as it was typed */
async function setUp(
  { screen }: Context,
  wanted: Wanted,
  { world, remotes, sampleUrl, signal }: Surroundings,
): Promise<string> {
  const { pace, set, keeping } = wanted;
  if (wanted.url === undefined) {
    const type = wanted.type ?? SAMPLE_TYPE;
    const url = sampleUrl ?? '';
    await remotes.grant(url, pace);
    const settings = typedSettings(set, harvesterType(type));
    return (
      await saveHarvester(world.ports, {
        id: sampleHarvesterId(type),
        name: `Sample remote (${type})`,
        url,
        type,
        settings,
        pace,
        keeping,
      })
    ).id;
  }
  const { url, credentials } = wanted;
  await remotes.grant(url, pace, credentials);
  const id = harvesterIdOf(url);
  const known = wanted.type ?? (await knownType(world, id));
  const type = known ?? (await findType(remotes, url, signal, credentials));
  if (known === undefined) screen.note(`${url} is a remote of type ${type}.`);
  const settings = typedSettings(set, harvesterType(type));
  return (
    await saveHarvester(world.ports, { id, name: url, url, type, settings, credentials, pace, keeping })
  ).id;
}

/** As it was found or given the last time: so a remote that is down later is a session that failed. */
export async function knownType(
  { ports }: Pick<Embedded, 'ports'>,
  harvesterId: string,
): Promise<string | undefined> {
  const harvester = await ports.harvesters.read(harvesterId);
  return HARVESTER_TYPES.find(({ type }) => type === harvester?.remote.type)?.type;
}
