/** What a session may ask of one host, all its workers together. */
import type { Pace } from './limits.ts';

/** As many requests at once as the session has workers' hands; the workers of a Map share what is allowed in a second. */
export function politenessOf(pace: Pace): {
  requestsAtOnce: number;
  requestsPerSecond: number;
  workers: number;
} {
  return {
    requestsAtOnce: pace.batchesAtOnce * pace.resourcesAtOnce,
    requestsPerSecond: pace.requestsPerSecond,
    workers: pace.batchesAtOnce,
  };
}
