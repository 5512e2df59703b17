/** Lets callers in this process wait until a session is closed. */
import type { Sessions } from '../../ports.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Session } from '../../session/session.ts';
import { pauseMillis } from '../timers.ts';

export interface Closings {
  /** The sessions port, telling those who wait when a session is written. */
  readonly sessions: Sessions;
  /** @throws NotFound, and when the world is closed first why it was, else StoreBusy */
  readonly waitClosed: (sessionId: string) => Promise<Session>;
  /** Those who still wait are told that it is over, and why. */
  close(because?: ReeveError): void;
}

/** A write may be a success without being answered so: who waits also looks by himself. */
const LOOK_MILLIS = 1_000;

export function watchClosings(sessions: Sessions): Closings {
  const written = new EventTarget();
  const closing = new AbortController();
  return {
    sessions: {
      ...sessions,
      async save(session) {
        const saved = await sessions.save(session);
        if (session.closedAt !== undefined) written.dispatchEvent(new Event(session.id));
        return saved;
      },
    },
    async waitClosed(sessionId) {
      while (!closing.signal.aborted) {
        const changed = new AbortController();
        const wake = (): void => changed.abort();
        written.addEventListener(sessionId, wake, { once: true });
        try {
          const session = await sessions.read(sessionId);
          if (session === undefined) throw new ReeveError('NotFound', `There is no session ${sessionId}`);
          if (session.closedAt !== undefined) return session;
          await pauseMillis(LOOK_MILLIS, AbortSignal.any([changed.signal, closing.signal]));
        } finally {
          written.removeEventListener(sessionId, wake);
        }
      }
      throw closing.signal.reason instanceof ReeveError
        ? closing.signal.reason
        : new ReeveError('StoreBusy', `The folder was closed before session ${sessionId} was`);
    },
    close: (because) => closing.abort(because),
  };
}
