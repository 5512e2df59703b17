/** Copies that nobody can change: what goes into a store in memory, and what comes out, is never shared with the caller. */

/** Copies that were made here: frozen deeply, so that another copy may share them. */
const COPIES = new WeakSet<object>();

/** A deep copy of plain data, deeply frozen; what is such a copy already is not copied again. */
export function frozenCopy<T>(value: T): T {
  return isCopied(value) ? (copyOf(value) as T) : value;
}

function isCopied(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !COPIES.has(value);
}

/** Plain loops: the simulation copies a million values a second. */
function copyOf(value: object): object {
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    for (const inner of value) copy.push(frozenCopy<unknown>(inner));
    return kept(copy);
  }
  const copy: Record<string, unknown> = { ...value };
  for (const name in copy) {
    const inner = copy[name];
    if (isCopied(inner)) copy[name] = copyOf(inner);
  }
  return kept(copy);
}

function kept(copy: object): object {
  COPIES.add(Object.freeze(copy));
  return copy;
}
