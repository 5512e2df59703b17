/** Decides on resources one by one: which are harvested, whatever is usual for new ones. */
import { readChoices } from '../ledger/view.ts';
import type { Ledgers, Ports } from '../ports.ts';
import { putJson } from '../records.ts';
import { ReeveError } from '../session/errors.ts';
import { choicesKey } from '../session/names.ts';
import type { Harvester } from '../session/session.ts';
import { isTerminal } from '../session/transitions.ts';

const CONFLICTS_MAX = 20;
const CHOICES_MAX = 1_000_000;

/**
 * The lists are an object of their own under a new name, which counts from the conditional write of the harvester; the one before is then removed, by
 * the finalizer where a session goes by it. Who dies in between leaves an object that nobody reads.
 * @param choices by id: true is harvested, false is not, null is as usual again
 * @returns how many resources are decided on now
 * @throws NotFound, StoreBusy, InputInvalid when there are too many
 */
export async function choose(
  ports: Pick<Ports, 'harvesters' | 'sessions' | 'chance'> & { readonly records: Ledgers },
  harvesterId: string,
  choices: ReadonlyMap<string, boolean | null>,
): Promise<number> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const harvester = await ports.harvesters.read(harvesterId);
    if (harvester === undefined) throw new ReeveError('NotFound', `There is no harvester ${harvesterId}`);
    const before = harvester.keeping.choices;
    const there = await readChoices(ports, before);
    // Others wrote first, and removed it.
    if (there === undefined) continue;
    const isRead = await isReadBySession(ports, harvester);
    const now = new Map(there);
    for (const [id, choice] of choices) {
      if (choice === null) now.delete(id);
      else now.set(id, choice);
    }
    if (now.size > CHOICES_MAX)
      throw new ReeveError(
        'InputInvalid',
        `${now.size} resources would be decided on one by one; allowed are ${CHOICES_MAX}`,
      );
    const key = choicesKey(harvesterId, ports.chance.token());
    await putJson(ports.records, key, Object.fromEntries(now));
    const chosen = { ...harvester, keeping: { ...harvester.keeping, choices: key } };
    if ((await ports.harvesters.save(chosen)) === 'saved') {
      if (before !== undefined && !isRead) await ports.records.removeAll(before);
      return now.size;
    }
    await ports.records.removeAll(key);
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${harvesterId} could not be written: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

/** Whether a session that is not over goes, or may go, by the choices that the harvester names. Asked before the conditional write, which fails when the lease changed. */
async function isReadBySession(
  { sessions }: Pick<Ports, 'sessions'>,
  { lease, keeping }: Harvester,
): Promise<boolean> {
  const holder = lease === undefined ? undefined : await sessions.read(lease);
  if (holder === undefined || isTerminal(holder.status)) return false;
  // One that was not told yet that it holds the lease is about to be told, with these choices.
  return holder.sequence === 0 || holder.keeping.choices === keeping.choices;
}
