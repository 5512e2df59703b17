/** Harvesters over the API, as somebody wants them: created and replaced; their schedules follow them. Knows every harvester type. */
import type { Call } from '../handler.ts';
import { harvesterType } from '../harvesters/index.ts';
import type { Ports } from '../ports.ts';
import { deleteHarvester } from '../protocol/delete-harvester.ts';
import { keepSchedule } from '../protocol/recurrence.ts';
import type { CredentialsReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import { DEFAULT_KEEPING } from '../session/keeping.ts';
import { DEFAULT_PACE } from '../session/limits.ts';
import { harvesterIdOf } from '../session/names.ts';
import { newHarvester, type Said } from '../session/new-harvester.ts';
import type { Harvester } from '../session/session.ts';
import { readCredentials } from '../settings/credentials.ts';
import { faultsOfHarvester, settingsOf } from '../settings/harvester.ts';
import { keepingParts } from '../settings/keeping.ts';
import { remoteUrl } from '../settings/url.ts';
import type { ApiWorld, Operations } from './app.ts';
import { harvesterAt, viewOf } from './harvesters.ts';
import { badRequest, ProblemError } from './problem.ts';
import type { HarvesterSettings } from './schemas.ts';
import { harvesterPath, tagOf, urlView } from './views.ts';

const CONFLICTS_MAX = 20;
const TIMEZONE = 'UTC';

export const savingOperations: Operations<'createHarvester' | 'updateHarvester'> = {
  async createHarvester({ body: { id: named, ...settings } }, { ports, call }) {
    const said = saidBy(settings, ports, call);
    const id = named ?? harvesterIdOf(said.remote.url);
    const fresh = newHarvester(id, said);
    // One that is being deleted goes first.
    if ((await ports.harvesters.read(id))?.deletingAt !== undefined) await deleteHarvester(ports, id);
    const created = await ports.harvesters.create(fresh);
    const harvester = created === 'created' ? fresh : await harvesterAt(ports, id);
    if (tagOf(harvester) !== tagOf(fresh))
      throw new ProblemError(
        'Conflict',
        `Harvester ${id} is there already, with other settings; update it, or name another id`,
        {
          harvester: harvesterPath(id),
        },
      );
    await keepSchedule(ports, harvester);
    const { body, headers } = await viewOf(ports, harvester);
    if (created === 'exists') return { status: 200, body, headers };
    return { status: 201, body, headers: { ...headers, location: harvesterPath(id) } };
  },

  async updateHarvester({ params, headers, body }, world) {
    const match = headers['if-match'];
    if (match === undefined)
      throw new ProblemError(
        'PreconditionRequired',
        'The header If-Match is missing; allowed is the ETag of the settings that are to be replaced, or *',
      );
    const harvester = await replaced(world, params.harvester, { settings: body, match });
    await keepSchedule(world.ports, harvester);
    return { status: 200, ...(await viewOf(world.ports, harvester)) };
  },
};

/** The lease is in the same item: a session that begins or ends meanwhile is no conflict of settings. */
async function replaced(
  { ports, call }: ApiWorld,
  id: string,
  { settings, match }: { settings: HarvesterSettings; match: string },
): Promise<Harvester> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const there = await harvesterAt(ports, id);
    const said = saidBy(settings, ports, call, there);
    const wanted: Harvester = { ...there, ...said };
    // Also when the answer to this very request was lost, and it is made again.
    if (tagOf(wanted) === tagOf(there)) return there;
    if (match.trim() !== '*' && match.trim() !== tagOf(there))
      throw new ProblemError(
        'PreconditionFailed',
        `The settings of harvester ${id} are not those that If-Match names; read them again`,
      );
    if ((await ports.harvesters.save(wanted)) === 'saved') return { ...wanted, revision: there.revision + 1 };
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${id} could not be saved: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

/**
 * @param there what is replaced: its URL may come back as it was shown, without its secrets
 * @throws ProblemError 400 with every fault
 */
function saidBy(
  settings: HarvesterSettings,
  { addresses }: Pick<Ports, 'addresses'>,
  { limits }: Call,
  there?: Harvester,
): Said {
  const { every } = settings;
  const credentials = credentialsIn(settings);
  const isShown = there !== undefined && settings.url === urlView(there.remote.url);
  const typed = isShown ? there.remote.url : settings.url;
  const faults = faultsOfHarvester({ ...settings, url: typed }, DEFAULT_PACE, limits);
  const refusal = addresses.refusalOf(typed);
  if (refusal !== undefined && !faults.some((fault) => fault.startsWith('url: ')))
    faults.push(`url: ${refusal}`);
  const secretRefusal = credentials && addresses.refusalOfSecret(credentials.secret);
  if (secretRefusal !== undefined) faults.push(`credentials: secret: ${secretRefusal}`);
  if (settings.timezone !== undefined && every === undefined)
    faults.push('timezone is there without every; allowed is both, or neither');
  if (faults.length > 0) throw badRequest(faults.map((fault) => `body: ${fault}`));
  return saidIn({ ...settings, url: typed }, there?.keeping.choices);
}

/**
 * What valid settings say, with what is usual where they say nothing.
 * @param choices are made one by one, and are no settings
 */
export function saidIn(settings: HarvesterSettings, choices: string | undefined): Said {
  const { name, url, type, pace, every } = settings;
  const credentials = credentialsIn(settings);
  return {
    name,
    remote: {
      type,
      url: remoteUrl(url),
      settings: settingsOf(settings.settings, harvesterType(type)),
      ...(credentials && { credentials }),
    },
    pace: { ...DEFAULT_PACE, ...pace },
    keeping: { ...DEFAULT_KEEPING, ...keepingParts(settings.keeping), choices },
    schedule:
      every === undefined ? undefined : { every: every.trim(), timezone: settings.timezone ?? TIMEZONE },
  };
}

/** What is wrong with them is among the faults of the harvester. */
function credentialsIn({ credentials }: HarvesterSettings): CredentialsReference | undefined {
  const read = credentials === undefined ? undefined : readCredentials(credentials);
  return read !== undefined && 'credentials' in read ? read.credentials : undefined;
}
