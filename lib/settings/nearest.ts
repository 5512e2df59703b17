/** Finds what somebody may have meant. */

/** The known names nearest to a mistyped one, nearest first: those that begin alike, or differ in few letters. */
export function nearest(typed: string, known: Iterable<string>, atMost = 3): string[] {
  const lower = typed.toLowerCase();
  const ranked: { name: string; distance: number }[] = [];
  for (const name of known) {
    const other = name.toLowerCase();
    const near = lower.length >= 3 && (other.includes(lower) || lower.includes(other));
    const distance = near ? 0 : editDistance(lower, other);
    if (distance <= Math.max(2, Math.floor(lower.length / 3))) ranked.push({ name, distance });
  }
  return ranked
    .sort((a, b) => a.distance - b.distance)
    .slice(0, atMost)
    .map(({ name }) => name);
}

/** `; did you mean a or b?`, or nothing. */
export function didYouMean(typed: string, known: Iterable<string>): string {
  const names = nearest(typed, known);
  return names.length === 0 ? '' : `; did you mean ${names.join(' or ')}?`;
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
