/** From when on a session's successor may ask for changes. Pure. */
import type { WalkState } from '../listing/walk-state.ts';
import type { Session } from '../session/session.ts';
import type { Manifest } from './store.ts';
import { madeByOf, selectedByOf } from './view.ts';

/**
 * From when on changes are asked for next time: since this session began, if it left nothing open; else since the one before, so that what
 * failed is named again.
 */
export function marksOf(
  session: Session,
  base: Manifest | undefined,
  told: WalkState | undefined,
): Pick<Manifest, 'selectedBy' | 'changesSinceAt' | 'listedAllAt' | 'state' | 'validators'> {
  const leftNothing =
    session.status === 'finished-all-ok' &&
    session.kind === 'harvesting' &&
    session.retryOf === undefined &&
    told !== undefined;
  const isComparable =
    base !== undefined && base.selectedBy === selectedByOf(session) && base.madeBy === madeByOf(session);
  if (!leftNothing) {
    const { changesSinceAt, listedAllAt, state, validators } = base ?? {};
    return {
      selectedBy: base?.selectedBy ?? selectedByOf(session),
      changesSinceAt: changesSinceAt ?? null,
      listedAllAt: listedAllAt ?? null,
      ...(state === undefined ? {} : { state }),
      ...(validators === undefined ? {} : { validators }),
    };
  }
  // A remote that said that nothing has changed gave nothing new to be asked with.
  const {
    state = isComparable ? base.state : undefined,
    validators = isComparable ? base.validators : undefined,
  } = session.listing.of === 'changes' ? told : { state: told.state, validators: told.validators };
  return {
    selectedBy: selectedByOf(session),
    changesSinceAt: session.startedAt,
    listedAllAt: session.listing.of === 'all' ? session.startedAt : (base?.listedAllAt ?? null),
    ...(state === undefined ? {} : { state }),
    ...(validators === undefined ? {} : { validators }),
  };
}
