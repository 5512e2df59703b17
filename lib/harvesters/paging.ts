/** Paging by position: the rules that a listing's next page follows, whatever the protocol calls its parameters. */

export interface PageAt {
  /** How many resources come before this page: the first page is at 0. */
  readonly position: number;
  /** How many resources are asked for, at most. */
  readonly size: number;
}

/**
 * The page after one that was read: `undefined` at the end of the listing.
 *
 * It advances by what was returned, since servers cap the size of a page silently. A page that returned nothing is not the end while the remote says
 * that there are more (it may filter after it pages): the listing goes on behind it, and the walk's own limit on replies without anything new ends a remote that goes on so.
 * @param returned resources on the page, before any that could not be read were left out
 * @param matched how many there are in all, where the remote says so
 */
export function pageAfter(
  { position, size }: PageAt,
  { returned, matched }: { returned: number; matched?: number | undefined },
): PageAt | undefined {
  const next = position + (returned > 0 ? returned : size);
  if (matched === undefined) return returned > 0 ? { position: next, size } : undefined;
  return next < matched ? { position: next, size } : undefined;
}
