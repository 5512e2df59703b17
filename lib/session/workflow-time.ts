/** The formula: how long a healthy session of a given size may take, and the deadline that follows from it. */
import type { Limits, Pace } from './limits.ts';
import type { Instant } from './session.ts';

/**
 * `resources × estimatedDurationPerResource + bufferTime`, in seconds: GeoNode's workflow time
 * (geonode/harvesting/tasks.py, `harvest_resources`), with GeoNode's defaults in `DEFAULT_PACE`.
 */
export function workflowTimeSeconds(
  resources: number,
  estimatedDurationPerResourceSeconds: number,
  bufferTimeSeconds: number,
): number {
  return resources * estimatedDurationPerResourceSeconds + bufferTimeSeconds;
}

/** `started + workflowTime`, bounded whatever number of resources a remote claims to have. */
export function deadlineAt(startedAt: Instant, resources: number, pace: Pace, limits: Limits): Instant {
  const seconds = workflowTimeSeconds(
    Math.min(resources, limits.resourcesMax),
    pace.estimatedDurationPerResourceSeconds,
    pace.bufferTimeSeconds,
  );
  return startedAt + Math.min(seconds, limits.workflowSecondsMax) * 1_000;
}
