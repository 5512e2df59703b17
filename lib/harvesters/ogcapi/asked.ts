// What of a session's question an OGC API can be asked, and what it says that it can (its conformance classes).
import type { Asked } from '../harvester.ts';
import { type Found, listAt, textAt } from '../json-fields.ts';
import type { State } from './state.ts';

/** What a server declares, as far as it matters here: one letter each, so that it travels in a request's state. */
export interface Conformance {
  /** OGC API - Records: collections that do not say what they hold may hold records. */
  readonly records: boolean;
  /** `filter=` in CQL2 text (OGC 19-079r2). */
  readonly filter: boolean;
  /** `sortby=` (OGC 20-004r1, requirements class "Sorting"; OGC API - Features, Part 8). */
  readonly sort: boolean;
}

export const NO_CONFORMANCE: Conformance = { records: false, filter: false, sort: false };

export function conformanceOf(json: Found): Conformance {
  const classes = listAt(json, 'conformsTo').flatMap((one) => textAt(one) ?? []);
  const has = (pattern: RegExp): boolean => classes.some((one) => pattern.test(one));
  return {
    records: has(/\/ogcapi-records-1\//i) && !classes.some((one) => /stacspec/i.test(one)),
    filter:
      has(/\/ogcapi-features-3\/[^/]+\/(conf|req)\/(features-)?filter$/i) &&
      has(/\/cql2\/[^/]+\/(conf|req)\/cql2-text$|\/ogcapi-features-3\/[^/]+\/(conf|req)\/cql2?-text$/i),
    sort: has(/\/ogcapi-(records-1|features-8)\/[^/]+\/(conf|req)\/(sorting|sort|sort-by)$/i),
  };
}

export function lettersOf({ records, filter, sort }: Conformance): string {
  return `${records ? 'r' : ''}${filter ? 'f' : ''}${sort ? 's' : ''}`;
}

export function fromLetters(letters: string | undefined): Conformance {
  const has = (letter: string): boolean => letters?.includes(letter) ?? false;
  return { records: has('r'), filter: has('f'), sort: has('s') };
}

const DAY_MILLISECONDS = 86_400_000;

/** The part of the question that travels with every request of a listing. */
export function questionOf(asked: Asked | undefined): State {
  const { bbox, updatedFrom, updatedTo } = asked?.filter ?? {};
  const since = asked?.changedSinceAt;
  return {
    bbox: bbox?.join(','),
    from: [since === undefined ? undefined : dayOf(since), updatedFrom?.slice(0, 10)]
      .filter((day) => day !== undefined)
      .sort()
      .at(-1),
    to: updatedTo?.slice(0, 10),
  };
}

/** Whole days: catalogues that know only the day of a change compare it as a text, and `2026-01-31` is before `2026-01-31T10:00:00Z`. */
function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/** The ways in which the last change is asked for, one after the other until the server takes one: by the standard, as texts (pygeofilter), not at all. */
export const CHANGED_FILTERS = ['timestamp', 'text', 'none'] as const;

/** The last change as CQL2 text; `undefined` when nothing is asked of it. The end is the day after, since `to` is a day that counts. */
export function changedFilter({ from, to }: State, way: string): string | undefined {
  if (way === 'none') return undefined;
  const quoted = (day: string): string => (way === 'text' ? `'${day}'` : `TIMESTAMP('${day}T00:00:00Z')`);
  const after = to === undefined ? undefined : dayOf(Date.parse(to) + DAY_MILLISECONDS);
  const parts = [
    ...(from === undefined ? [] : [`updated >= ${quoted(from)}`]),
    ...(after === undefined ? [] : [`updated < ${quoted(after)}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' AND ');
}
