/** What a session's end is: its counts, its terminal status, its cause in words. A total always equals the sum of its outcomes. */
import type { Batch, Counts, Outcome, ReasonCount, Session, TerminalStatus } from './session.ts';

export const NO_COUNTS: Counts = { total: 0, harvested: 0, unchanged: 0, failed: 0, skipped: 0, lost: 0 };

/**
 * The outcome of each resource of a batch, for a session in this status: what its worker committed, or else what nobody
 * reported, which is `lost`, or `skipped` when the session was aborted.
 */
export function outcomesOf(
  batch: Pick<Batch, 'outcomes' | 'resources'>,
  aborted: boolean,
): { outcome: Outcome; because?: string }[] {
  if (batch.outcomes) return [...batch.outcomes];
  return batch.resources.map(() =>
    aborted
      ? { outcome: 'skipped', because: 'the session was aborted before it was harvested' }
      : { outcome: 'lost', because: 'no worker reported on it' },
  );
}

export function addOutcomes(counts: Counts, outcomes: readonly { outcome: Outcome }[]): Counts {
  const sum = { ...counts };
  for (const { outcome } of outcomes) {
    sum.total += 1;
    sum[outcome] += 1;
  }
  return sum;
}

/** GeoNode's terminal statuses. All ok needs a complete listing and nothing failed, skipped or lost. */
export function statusOf(session: Pick<Session, 'status' | 'listing'>, counts: Counts): TerminalStatus {
  if (session.status === 'aborting' || session.status === 'aborted') return 'aborted';
  if (session.listing.complete && counts.failed + counts.skipped + counts.lost === 0)
    return 'finished-all-ok';
  return counts.harvested + counts.unchanged === 0 ? 'finished-all-failed' : 'finished-some-failed';
}

/** One to three sentences: what stopped the session, what is wrong with the listing, what is wrong with the resources. */
export function causeOf(session: Session, counts: Counts): string {
  const sentences: string[] = [];
  if (session.status === 'aborting') sentences.push('Aborted on request.');
  if (session.sealing && session.sealing.because !== '') sentences.push(sentence(session.sealing.because));
  if (session.listing.fault !== undefined) sentences.push(sentence(session.listing.fault));
  else if (!session.listing.ended) sentences.push('The listing of the remote was not finished.');
  else if (counts.total === 0) sentences.push('The remote lists no resources.');
  const bad = [
    counts.failed > 0 ? `${counts.failed} failed` : '',
    counts.lost > 0 ? `${counts.lost} lost (no worker reported on them)` : '',
  ].filter((part) => part !== '');
  if (bad.length > 0) sentences.push(`Of ${counts.total} resources ${bad.join(' and ')}.`);
  return sentences.join(' ');
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`;
}

/** How many different reasons a conclusion keeps. */
const REASONS_MAX = 20;

/** Different reasons that are told apart while counting; what comes after them is counted together. */
const GROUPS_MAX = 200;
const URL_IN_REASON = /https?:\/\/([^\s/?#]+)\S*/g;
const CODE_OR_NUMBER = /\b(?:status|error) \d{3}\b|\d+/g;
const OTHERS = 'other reasons';

interface Group {
  /** The first reason, to the letter. */
  readonly first: string;
  /** What all of them have in common, in words. */
  readonly shared: string;
  readonly example: string;
  count: number;
}

/** Groups reasons that differ only in numbers, quoted names and paths of URLs ("412 x 503 from host"), most frequent first. */
export class ReasonTally {
  readonly #groups = new Map<string, Group>();
  #others: Group | undefined;

  add(resourceId: string, because: string): void {
    const shared = withoutId(because, resourceId).replace(URL_IN_REASON, '$1');
    const pattern = shared
      .replace(/"[^"]*"/g, '"…"')
      .replace(CODE_OR_NUMBER, (found) => (/^\d/.test(found) ? '#' : found));
    const group = this.#groups.get(pattern);
    if (group !== undefined) group.count += 1;
    else if (this.#groups.size < GROUPS_MAX)
      this.#groups.set(pattern, { first: because, shared, example: resourceId, count: 1 });
    else this.#addOther(resourceId);
  }

  /** Together they count every reason that was added. */
  top(): readonly ReasonCount[] {
    const all = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    const rest = all.splice(
      all.length + (this.#others ? 1 : 0) > REASONS_MAX ? REASONS_MAX - 1 : REASONS_MAX,
    );
    const others = rest.reduce((sum, { count }) => sum + count, this.#others?.count ?? 0);
    const told = all.map(({ first, shared, example, count }) => ({
      reason: count === 1 ? first : shared,
      count,
      example,
    }));
    const example = rest[0]?.example ?? this.#others?.example ?? '';
    return others === 0 ? told : [...told, { reason: OTHERS, count: others, example }];
  }

  #addOther(example: string): void {
    this.#others ??= { first: OTHERS, shared: OTHERS, example, count: 0 };
    this.#others.count += 1;
  }
}

/** Where the id stands by itself: one of a letter or two is a part of many words. */
function withoutId(text: string, id: string): string {
  if (id === '' || !text.includes(id)) return text;
  const literal = id.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  return text.replace(new RegExp(String.raw`(?<![\p{L}\p{N}])${literal}(?![\p{L}\p{N}])`, 'gu'), '…');
}
