/** The harvester's claim: one open session per harvester. A lease whose session is closed or missing is void. */
import type { Ports } from '../ports.ts';
import type { Session } from '../session/session.ts';
import { ReeveError } from '../session/errors.ts';

const CONFLICTS_MAX = 20;

export type LeaseAnswer =
  | { readonly lease: 'held'; readonly sequence: number }
  | { readonly lease: 'refused'; readonly holder: Session }
  | { readonly lease: 'no harvester' };

/** Takes the lease for a session, which must be in the store already. Taking it again is holding it. */
export async function takeLease(
  ports: Pick<Ports, 'harvesters' | 'sessions'>,
  harvesterId: string,
  sessionId: string,
): Promise<LeaseAnswer> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const harvester = await ports.harvesters.read(harvesterId);
    if (harvester === undefined) return { lease: 'no harvester' };
    if (harvester.lease === sessionId) return { lease: 'held', sequence: harvester.sequence };
    const holder = harvester.lease === undefined ? undefined : await ports.sessions.read(harvester.lease);
    if (holder !== undefined && holder.closedAt === undefined) return { lease: 'refused', holder };
    const taken = { ...harvester, lease: sessionId, sequence: harvester.sequence + 1 };
    if ((await ports.harvesters.save(taken)) === 'saved') return { lease: 'held', sequence: taken.sequence };
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${harvesterId} could not be written: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

/** Frees the harvester, if this session still holds it: an old finalizer cannot free a newer session's lease. */
export async function releaseLease(
  ports: Pick<Ports, 'harvesters'>,
  harvesterId: string,
  sessionId: string,
): Promise<void> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const harvester = await ports.harvesters.read(harvesterId);
    if (harvester?.lease !== sessionId) return;
    if (
      (await ports.harvesters.save({ ...harvester, lease: undefined, lastSessionId: sessionId })) === 'saved'
    )
      return;
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${harvesterId} could not be written: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}
