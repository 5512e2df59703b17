/** What a simulated remote has at a moment: the truth that listings are held against. */
import { BEGIN } from './clock.ts';
import type { Instant } from '../../lib/session/session.ts';
import type { SimulatedRemote } from './scenario.ts';

export interface Held {
  readonly id: string;
  readonly number: number;
  /** How often it was edited so far. */
  readonly revision: number;
  /** When it came, or was edited last. */
  readonly changedAt: Instant;
}

export interface Catalogue {
  /** The newest first. */
  readonly resources: readonly Held[];
  /** What was there once: its id, and since when it is not. */
  readonly gone: ReadonlyMap<string, Instant>;
}

/** @param requests how many the remote has had */
export function catalogueAt(remote: SimulatedRemote, requests: number, now: Instant): Catalogue {
  const { changes } = remote;
  const first =
    changes !== undefined && requests > changes.afterRequests ? changes.resources : remote.resources;
  let there = new Map(
    Array.from({ length: first }, (_, number) => [number, { revision: 0, changedAt: BEGIN }]),
  );
  const gone = new Map<string, Instant>();
  for (const { atSeconds, resources = there.size, without = [], edited = [] } of remote.history ?? []) {
    const at = BEGIN + atSeconds * 1_000;
    if (at > now) break;
    const before = there;
    there = new Map();
    for (let number = 0; number < resources; number += 1) {
      if (without.includes(number)) continue;
      const was = before.get(number) ?? { revision: 0, changedAt: at };
      there.set(number, edited.includes(number) ? { revision: was.revision + 1, changedAt: at } : was);
      gone.delete(`r${number}`);
    }
    for (const number of before.keys()) if (!there.has(number)) gone.set(`r${number}`, at);
  }
  const resources = [...there]
    .map(([number, { revision, changedAt }]) => ({ id: `r${number}`, number, revision, changedAt }))
    .sort((one, other) => other.number - one.number);
  return { resources, gone };
}

/** What was listed to one process, page by page. */
export interface Listed {
  readonly pages: Set<number>;
  /** The number of the last page, once it was given. */
  last: number | undefined;
  readonly ids: Set<string>;
  readonly gone: Set<string>;
  of: 'all' | 'changes';
}
