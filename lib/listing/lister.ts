/** Opens a walk over a remote, or over the rest of an earlier session, where the last accepted wave left it. */
import type { HarvesterType } from '../harvesters/harvester.ts';
import { openLedgerView } from '../ledger/view.ts';
import type { Ports } from '../ports.ts';
import { readJson } from '../records.ts';
import { ReeveError } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import { stagedCursorKey } from '../session/names.ts';
import type { Session } from '../session/session.ts';
import { isTerminal } from '../session/transitions.ts';
import { remoteLister } from './remote-lister.ts';
import { retryLister } from './retry-lister.ts';
import type { Lister } from './selected.ts';

type ListerPorts = Pick<Ports, 'remote' | 'batches' | 'sessions' | 'records' | 'log'>;

/** @returns `undefined` when the session is over: its cursor is cleaned up */
export async function openLister(
  ports: ListerPorts,
  session: Session,
  type: HarvesterType,
  limits: Limits,
): Promise<Lister | undefined> {
  const kept = await cursorOf(ports, session);
  if (kept === 'over') return undefined;
  const view = await openLedgerView(ports, session);
  const { retryOf } = session;
  return retryOf === undefined
    ? remoteLister(ports, session, { type, limits, kept, view })
    : retryLister(ports, session, { retryOf, kept, view });
}

async function cursorOf(ports: ListerPorts, session: Session): Promise<unknown> {
  const attempt = session.waves.at(-1)?.attempt;
  if (attempt === undefined) return undefined;
  const cursor = await readJson(ports.records, stagedCursorKey(session.id, attempt));
  if (cursor !== undefined) return cursor;
  // A discover that comes back late finds what the clean-up left.
  const current = await ports.sessions.read(session.id);
  if (current === undefined || isTerminal(current.status)) return 'over';
  throw new ReeveError(
    'InvariantBroken',
    `The cursor of session ${session.id} after wave ${session.waves.length} is gone`,
  );
}
