/** `reeve harvest [url]`: one session of one remote, from start to end. */
import { harvesterView, urlView } from '../../api/views.ts';
import { HARVESTER_TYPES, harvesterType } from '../../harvesters/index.ts';
import type { Json } from '../../json.ts';
import type { CredentialsReference } from '../../session/credentials.ts';
import { ReeveError } from '../../session/errors.ts';
import { harvesterIdOf } from '../../session/names.ts';
import type { Keeping } from '../../session/keeping.ts';
import type { Harvester, Session } from '../../session/session.ts';
import type { Pace } from '../../session/limits.ts';
import type { Context } from '../context.ts';
import { exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { differencesBetween } from '../harvester-differences.ts';
import { saveHarvester } from '../harvester-setup.ts';
import { allHarvesters, spokenKnown } from '../find.ts';
import { catchInterrupts } from '../interrupts.ts';
import { remoteUrl } from '../../settings/url.ts';
import { typedKeeping } from '../keeping-options.ts';
import { typedPace, typedSettings } from '../options.ts';
import type { Embedded } from '../../local/embedded/embedded.ts';
import { isFolder, openToLook, openToWork } from '../world.ts';
import { findType } from '../../probing.ts';
import { typedCredentials, typedPolicy, type RemoteOptionTexts } from '../remote-options.ts';
import { createRemotes, type Remotes } from '../remotes.ts';
import { runSession, runToEnd } from '../run-session.ts';
import { isSampleHarvester, openSample, sampleHarvesterId, SAMPLE_PACE, SAMPLE_TYPE } from '../sample.ts';

export interface HarvestOptions extends RemoteOptionTexts {
  /** Of a remote, or the id of a harvester; without it the sample remote is harvested. */
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
  /** The harvester whose id was typed: what was not typed is as it says. */
  readonly saved: Harvester | undefined;
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
  const wanted = await wantedBy(given, options);
  const { url, type } = wanted;
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
      url === undefined ? sampleHarvesterId(type ?? SAMPLE_TYPE) : (wanted.saved?.id ?? harvesterIdOf(url)),
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

/** @throws InputInvalid | SettingsInvalid | NotFound */
async function wantedBy(context: Context, options: HarvestOptions): Promise<Wanted> {
  const type = options.type === undefined ? undefined : harvesterType(options.type).type;
  const credentials = typedCredentials(options.credentials);
  const keeping = typedKeeping(options.keep, options.filter);
  const saved = options.url === undefined ? undefined : await savedHarvester(context, options.url);
  const url = saved?.remote.url ?? (options.url === undefined ? undefined : remoteUrl(options.url));
  if (url === undefined || (saved !== undefined && isSampleHarvester(saved.id))) {
    const pace = typedPace(options.pace, context.limits, SAMPLE_PACE);
    const itsType = type ?? saved?.remote.type;
    return { url: undefined, saved: undefined, type: itsType, set: options.set, pace, credentials, keeping };
  }
  const pace = typedPace(options.pace, context.limits, saved?.pace);
  return {
    url,
    saved,
    type: type ?? saved?.remote.type,
    set: options.set,
    pace,
    // What a folder keeps of credentials was typed here, or stood in a settings file: an API saves none in it.
    credentials: credentials ?? saved?.remote.credentials,
    keeping,
  };
}

/** Ids have neither dots nor slashes, and URLs have. */
const AN_ID = /^[A-Za-z0-9][\w-]{0,63}$/;

/** @throws InputInvalid when it is neither the id of a harvester nor a URL */
async function savedHarvester(context: Context, typed: string): Promise<Harvester | undefined> {
  if (!AN_ID.test(typed) || !(await isFolder(context))) return undefined;
  const guest = await openToLook(context);
  try {
    const found = await guest.ports.harvesters.read(typed);
    if (found !== undefined && found.deletingAt === undefined) return found;
    const known = (await allHarvesters(guest.ports)).map(({ id }) => id);
    const near = spokenKnown(typed, known, 'harvester');
    throw new ReeveError(
      'InputInvalid',
      `${JSON.stringify(typed)} is not a URL: allowed is an http or https URL such as https://example.org/geonode, or the id of a harvester${near}`,
    );
  } finally {
    await guest.close();
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
  const { url, credentials, saved } = wanted;
  await remotes.grant(url, pace, credentials);
  const id = saved?.id ?? harvesterIdOf(url);
  const known = wanted.type ?? (await knownType(world, id, url));
  const type = known ?? (await findType(remotes, url, signal, credentials));
  if (known === undefined) screen.note(`${url} is a remote of type ${type}.`);
  const given = saved?.remote.type === type ? (saved.remote.settings as Record<string, Json>) : {};
  const settings = typedSettings(set, harvesterType(type), given);
  const name = saved?.name ?? urlView(url);
  const before = await world.ports.harvesters.read(id);
  const said = { id, name, url, type, settings, credentials, pace, keeping };
  const after = await saveHarvester(world.ports, said);
  const otherwise = before === undefined ? [] : differencesBetween(seen(before), seen(after));
  if (otherwise.length > 0) screen.note(`Harvester ${id} was changed as typed: ${otherwise.join('; ')}.`);
  return id;
}

function seen(harvester: Harvester) {
  return harvesterView(harvester, undefined);
}

/** As it was found or given the last time: so a remote that is down later is a session that failed. */
export async function knownType(
  { ports }: Pick<Embedded, 'ports'>,
  harvesterId: string,
  url: string,
): Promise<string | undefined> {
  const harvester = await ports.harvesters.read(harvesterId);
  if (harvester?.remote.url !== url) return undefined;
  return HARVESTER_TYPES.find(({ type }) => type === harvester.remote.type)?.type;
}
