/** Reads a session, decides, writes conditionally, and decides again when somebody else wrote in between. */
import type { Ports } from '../ports.ts';
import type { Session } from '../session/session.ts';
import type { Transition } from '../session/transitions.ts';
import { isTerminal, LEGAL_TRANSITIONS } from '../session/transitions.ts';
import { ReeveError } from '../session/errors.ts';

/** A session item is written a few times per wave; so many conflicts in a row mean that something else is wrong. */
const CONFLICTS_MAX = 20;

export interface Changed<Said> {
  /** As it is now in the store. */
  readonly session: Session;
  readonly said: Said;
}

/**
 * @returns what the transition said and the session as it is then; `undefined` when there is no such session
 * @throws StoreBusy when others keep writing first
 */
export async function change<Said>(
  ports: Pick<Ports, 'sessions'>,
  sessionId: string,
  decide: (session: Session) => Transition<Said>,
): Promise<Changed<Said> | undefined> {
  for (let conflicts = 0; conflicts < CONFLICTS_MAX; conflicts += 1) {
    const session = await ports.sessions.read(sessionId);
    if (session === undefined) return undefined;
    const decision = decide(session);
    if ('stay' in decision) return { session, said: decision.stay };
    assertLegal(session, decision.to);
    if ((await ports.sessions.save(decision.to)) === 'saved') {
      return { session: { ...decision.to, revision: session.revision + 1 }, said: decision.say };
    }
  }
  throw new ReeveError(
    'StoreBusy',
    `Session ${sessionId} could not be written: others wrote first ${CONFLICTS_MAX} times in a row`,
  );
}

function assertLegal(from: Session, to: Session): void {
  if (from.status !== to.status && !LEGAL_TRANSITIONS[from.status].includes(to.status)) {
    throw new ReeveError(
      'InvariantBroken',
      `Session ${from.id} may not go from ${from.status} to ${to.status}`,
    );
  }
  if (from.revision !== to.revision || from.id !== to.id) {
    throw new ReeveError(
      'InvariantBroken',
      `Session ${from.id}: a transition may change neither id nor revision`,
    );
  }
  if (isTerminal(from.status) && JSON.stringify(from.conclusion) !== JSON.stringify(to.conclusion)) {
    throw new ReeveError('InvariantBroken', `Session ${from.id}: a conclusion may not change`);
  }
}
