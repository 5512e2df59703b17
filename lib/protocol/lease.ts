/** The harvester's claim: one open session per harvester. A lease whose session is closed or missing is void. */
import type { Ports } from '../ports.ts';
import type { Harvester, LedgerPointer, Session } from '../session/session.ts';
import type { Found } from '../session/transitions.ts';
import { ReeveError } from '../session/errors.ts';

const CONFLICTS_MAX = 20;

export type LeaseAnswer =
  | {
      readonly lease: 'held';
      /** It was free until now; else the session has had it. */
      readonly fresh: boolean;
      readonly sequence: number;
      readonly found: Found;
    }
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
    const found: Found = { ledger: harvester.ledger, choices: harvester.keeping.choices };
    if (harvester.lease === sessionId)
      return { lease: 'held', fresh: false, sequence: harvester.sequence, found };
    const holder = harvester.lease === undefined ? undefined : await ports.sessions.read(harvester.lease);
    if (holder !== undefined && holder.closedAt === undefined) return { lease: 'refused', holder };
    if (harvester.deletingAt !== undefined) return { lease: 'no harvester' };
    const taken = { ...harvester, lease: sessionId, sequence: harvester.sequence + 1 };
    if ((await ports.harvesters.save(taken)) === 'saved')
      return { lease: 'held', fresh: true, sequence: taken.sequence, found };
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${harvesterId} could not be written: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

/**
 * Frees the harvester, if this session still holds it: an old finalizer cannot free a newer session's lease. In the same write the ledger
 * that the session made becomes the harvester's.
 * @returns the harvester as it is then
 */
export async function releaseLease(
  ports: Pick<Ports, 'harvesters'>,
  harvesterId: string,
  sessionId: string,
  made?: LedgerPointer,
): Promise<Harvester | undefined> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const harvester = await ports.harvesters.read(harvesterId);
    if (harvester?.lease !== sessionId) return harvester;
    const ledger = made ?? harvester.ledger;
    const freed = { ...harvester, lease: undefined, lastSessionId: sessionId, ledger };
    if ((await ports.harvesters.save(freed)) === 'saved') return freed;
  }
  throw new ReeveError(
    'StoreBusy',
    `Harvester ${harvesterId} could not be written: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}
