/** Pages of values that lie in memory: small ones, so that faults in paging show in tests. */
import type { Page } from '../../ports.ts';

/** `entries` in order of their keys; a cursor is the key of the last value that was given. */
export function pageOf<T>(
  entries: readonly (readonly [string, T])[],
  cursor: string | undefined,
  size: number,
): Page<T> {
  const rest = cursor === undefined ? entries : entries.filter(([key]) => key > cursor);
  const given = rest.slice(0, size);
  const last = given.at(-1);
  return {
    values: given.map(([, value]) => value),
    ...(rest.length > size && last ? { cursor: last[0] } : {}),
  };
}

export function byKey(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
}

/** Instants as texts that sort like the instants; `newestFirst` sorts the other way round. */
export function instantKey(at: number, newestFirst = false): string {
  return String(newestFirst ? Number.MAX_SAFE_INTEGER - at : at).padStart(16, '0');
}
