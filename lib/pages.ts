/** Listings that come in pages: all of one, or a page of another size. */
import type { Page } from './ports.ts';
import { ReeveError } from './session/errors.ts';

/** A listing of a port. */
export type Listed<T> = (cursor?: string) => Promise<Page<T>>;

/** All values of a listing that comes in pages. */
export async function* all<T>(list: Listed<T>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.values;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** What somebody outside asks of a listing. */
export interface Wanted<T> {
  readonly cursor: string | undefined;
  readonly limit: number;
  /** Different for every value of the listing. */
  readonly keyOf: (value: T) => string;
  readonly wants?: (value: T) => boolean;
  /** How many pages of the listing are looked through before a page is given that is not full. */
  readonly pagesMax: number;
}

/** Where a page of ours ended: a page of the listing, and the last value of it that was looked at. */
interface Place {
  readonly page?: string;
  readonly after?: string;
}

/**
 * A page of at most `limit` values. It may have fewer, or none, and still a cursor: only the lack of a cursor says that it was the last.
 * What is put at the beginning of the listing meanwhile moves nothing.
 * @throws InputInvalid for a cursor that this did not give
 */
export async function pageOf<T>(list: Listed<T>, wanted: Wanted<T>): Promise<Page<T>> {
  const { keyOf, limit, wants = () => true } = wanted;
  const values: T[] = [];
  let place = wanted.cursor === undefined ? {} : placeOf(wanted.cursor);
  for (let pages = 1; ; pages += 1) {
    const page = await list(place.page);
    const from = page.values.findIndex((value) => keyOf(value) === place.after) + 1;
    for (const value of page.values.slice(from)) {
      if (values.length === limit) return { values, cursor: cursorOf(place) };
      if (wants(value)) values.push(value);
      place = { ...place, after: keyOf(value) };
    }
    if (page.cursor === undefined) return { values };
    place = { page: page.cursor };
    if (pages === wanted.pagesMax) return { values, cursor: cursorOf(place) };
  }
}

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify([place.page ?? null, place.after ?? null])).toString('base64url');
}

function placeOf(cursor: string): Place {
  const [page, after] = parsed(cursor);
  if (!isPart(page) || !isPart(after) || (page === null && after === null)) {
    throw new ReeveError(
      'InputInvalid',
      `The cursor ${JSON.stringify(cursor.slice(0, 100))} is not one that this listing gave; begin without a cursor`,
    );
  }
  return { ...(page === null ? {} : { page }), ...(after === null ? {} : { after }) };
}

function isPart(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown;
    return Array.isArray(value) && value.length === 2 ? value : [];
  } catch {
    return [];
  }
}
