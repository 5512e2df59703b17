/** What is known of one resource of a remote between two sessions; a ledger is one line of JSON per entry. */
import * as z from 'zod/mini';
import type { BatchKey, Instant, Made } from '../session/session.ts';

/** Where the record that is held lies: one line of a published file. */
export interface Place {
  readonly session: string;
  readonly attempt: string;
  readonly batch: number;
}

/** A tombstone: the resource is missing, its record is still held. */
export interface Tombstone {
  readonly sinceAt: Instant;
  /** In how many whole listings in a row it was missing, or said to be deleted. */
  readonly listings: number;
}

export interface Entry {
  readonly id: string;
  readonly title?: string;
  /** What the listing said of the resource when the record was made. */
  readonly version?: string;
  readonly place?: Place;
  readonly made?: Made;
  readonly gone?: Tombstone;
  /** It was listed and not selected: nothing of it is held. */
  readonly leftOut?: true;
}

const Line = z.object({
  i: z.string(),
  t: z.optional(z.string()),
  v: z.optional(z.string()),
  p: z.optional(z.tuple([z.string(), z.string(), z.int()])),
  f: z.optional(z.string()),
  e: z.optional(z.string()),
  m: z.optional(z.string()),
  g: z.optional(z.tuple([z.number(), z.int()])),
  o: z.optional(z.literal(1)),
});

/** Short names: there may be a million lines. */
export function lineOf({ id, title, version, place, made, gone, leftOut }: Entry): string {
  return JSON.stringify({
    i: id,
    t: title,
    v: version,
    p: place && [place.session, place.attempt, place.batch],
    f: made?.fingerprint,
    e: made?.etag,
    m: made?.modified,
    g: gone && [gone.sinceAt, gone.listings],
    o: leftOut === true ? 1 : undefined,
  });
}

export function entryOf(line: string): Entry {
  const { i, t, v, p, f, e, m, g, o } = Line.parse(JSON.parse(line));
  return {
    id: i,
    ...(t === undefined ? {} : { title: t }),
    ...(v === undefined ? {} : { version: v }),
    ...(p === undefined ? {} : { place: { session: p[0], attempt: p[1], batch: p[2] } }),
    ...(f === undefined
      ? {}
      : {
          made: {
            fingerprint: f,
            ...(e === undefined ? {} : { etag: e }),
            ...(m === undefined ? {} : { modified: m }),
          },
        }),
    ...(g === undefined ? {} : { gone: { sinceAt: g[0], listings: g[1] } }),
    ...(o === undefined ? {} : { leftOut: true }),
  };
}

export function isHeld(entry: Entry): entry is Entry & { place: Place; made: Made } {
  return entry.place !== undefined && entry.made !== undefined;
}

export function placeIn({ sessionId, attempt, number }: BatchKey): Place {
  return { session: sessionId, attempt, batch: number };
}

export function batchAt({ session, attempt, batch }: Place): BatchKey {
  return { sessionId: session, attempt, number: batch };
}
