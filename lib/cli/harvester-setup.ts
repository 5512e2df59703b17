/** Makes sure that a harvester is as the command line or the settings file says, before a session is started. */
import { harvesterType } from '../harvesters/index.ts';
import type { Json } from '../json.ts';
import { faultsOfFilter } from '../listing/filter.ts';
import type { Ports } from '../ports.ts';
import type { CredentialsReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import { DEFAULT_KEEPING, faultsOfKeeping, type Keeping } from '../session/keeping.ts';
import type { Pace } from '../session/limits.ts';
import { newHarvester } from '../session/new-harvester.ts';
import type { Harvester } from '../session/session.ts';

export interface WantedHarvester {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly type: string;
  readonly settings: Json;
  readonly credentials?: CredentialsReference | undefined;
  readonly pace: Pace;
  /** What is to be otherwise than it is; the rest stays, or is the default. */
  readonly keeping?: Partial<Keeping>;
}

const CONFLICTS_MAX = 20;

/**
 * Creates or updates it; a session under way keeps the settings that it was opened with.
 * @throws SettingsInvalid naming every fault of what is to be kept
 */
export async function saveHarvester(
  ports: Pick<Ports, 'harvesters'>,
  wanted: WantedHarvester,
): Promise<Harvester> {
  const { id, name, url, type, settings, credentials, pace, keeping = {} } = wanted;
  const remote = { type, url, settings, ...(credentials && { credentials }) };
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const there = await ports.harvesters.read(id);
    const said = {
      name,
      remote,
      pace,
      keeping: { ...(there?.keeping ?? DEFAULT_KEEPING), ...keeping },
    };
    judge(said.keeping, type);
    if (there === undefined) {
      const fresh = newHarvester(id, said);
      if ((await ports.harvesters.create(fresh)) === 'created') return fresh;
      continue;
    }
    if (isSame(there, said) && there.deletingAt === undefined) return there;
    // One that is being deleted stays after all.
    const changed: Harvester = { ...there, ...said, deletingAt: undefined };
    if ((await ports.harvesters.save(changed)) === 'saved')
      return { ...changed, revision: there.revision + 1 };
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${id} could not be saved: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

/** What an earlier call said is judged again: the type may be another. */
function judge(keeping: Keeping, type: string): void {
  const faults = [...faultsOfKeeping(keeping), ...faultsOfFilter(keeping.filter ?? {}, harvesterType(type))];
  if (faults.length > 0)
    throw new ReeveError('SettingsInvalid', `What is to be kept is not valid: ${faults.join('; ')}`);
}

function isSame(
  { name, remote, pace, keeping }: Harvester,
  said: Pick<Harvester, 'name' | 'remote' | 'pace' | 'keeping'>,
): boolean {
  return JSON.stringify(sorted({ name, remote, pace, keeping })) === JSON.stringify(sorted(said));
}

/** The store may hand members out in another order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
