/** How a session asks its remote: the limits that its pace sets, as every request of it carries them. */
import type { Session } from './session.ts';

/**
 * As many requests at once as the session's workers have hands; what is allowed in a second is the whole session's, and its workers
 * share it. `following`: what is asked comes out of the remote's answers, and must keep to its origin, as credentials do.
 */
export function askingFor({ pace, remote, listing }: Pick<Session, 'pace' | 'remote' | 'listing'>) {
  return {
    timeSecondsMax: pace.resourceSeconds,
    requestSecondsMax: pace.requestSeconds,
    following: remote.url,
    ...(listing.movedTo !== undefined && { movedTo: listing.movedTo }),
    ...(remote.credentials && { credentials: remote.credentials }),
    politeness: {
      requestsAtOnce: pace.batchesAtOnce * pace.resourcesAtOnce,
      requestsPerSecond: pace.requestsPerSecond,
      workers: pace.batchesAtOnce,
    },
  };
}
