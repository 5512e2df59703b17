/** Deletes a harvester and leaves nothing that would start it again. Its sessions and records stay. */
import type { Ports } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import type { Harvester, Session } from '../session/session.ts';

export type Deletion =
  | { readonly said: 'deleted' | 'gone' }
  /** The harvester has an open session: nothing was changed. */
  | { readonly said: 'refused'; readonly holder: Session };

const CONFLICTS_MAX = 20;

/**
 * First the mark, which no lease is taken under; then the schedule; then the harvester itself. Whoever dies in between leaves the mark: deleting
 * again goes on from there.
 */
export async function deleteHarvester(
  ports: Pick<Ports, 'harvesters' | 'sessions' | 'schedules' | 'clock'>,
  harvesterId: string,
): Promise<Deletion> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const harvester = await ports.harvesters.read(harvesterId);
    if (harvester === undefined) return { said: 'gone' };
    const holder = await openSessionOf(ports, harvester);
    if (holder !== undefined) return { said: 'refused', holder };
    if (harvester.deletingAt === undefined) {
      await ports.harvesters.save({ ...harvester, deletingAt: ports.clock.now() });
      // Saved or not: what counts is what is there now.
      continue;
    }
    await ports.schedules.remove(harvesterId);
    if ((await ports.harvesters.remove(harvester)) === 'removed') return { said: 'deleted' };
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${harvesterId} could not be deleted: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

/** The session that holds the lease; a lease whose session is closed or missing is void. */
export async function openSessionOf(
  ports: Pick<Ports, 'sessions'>,
  { lease }: Harvester,
): Promise<Session | undefined> {
  const holder = lease === undefined ? undefined : await ports.sessions.read(lease);
  return holder?.closedAt === undefined ? holder : undefined;
}
