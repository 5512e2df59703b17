/** Copies that nobody can change: what goes into a store in memory, and what comes out, is never shared with the caller. */

/** Copies that were made here: frozen deeply, so that another copy may share them. */
const COPIES = new WeakSet<object>();

/** A deep copy of plain data, deeply frozen; what is such a copy already is not copied again. */
export function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null || COPIES.has(value)) return value;
  const copy: unknown = Array.isArray(value)
    ? value.map((inner: unknown) => frozenCopy(inner))
    : Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, frozenCopy<unknown>(inner)]));
  const frozen = Object.freeze(copy as T & object);
  COPIES.add(frozen);
  return frozen;
}
