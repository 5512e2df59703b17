/** What must be done so that the harvesters of a stack are as a settings file says. Pure. */
import type { Harvester } from '../api/schemas.ts';
import { urlView } from '../api/views.ts';
import { sentenceOf } from '../session/errors.ts';
import type { AppliedEntry, GoodEntry } from './applied-file.ts';
import { differencesBetween, hidesSecret, viewOfSettings } from './harvester-differences.ts';

export type Step =
  | (Named & { readonly does: 'create' | 'change'; readonly entry: GoodEntry })
  | (Named & { readonly does: 'keep' })
  | (Named & { readonly does: 'delete' })
  /** A bad entry, under its id or its place in the file. */
  | (Named & { readonly does: 'refuse' });

interface Named {
  readonly id: string;
  /** In what it differs, or what is wrong. */
  readonly what: readonly string[];
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Why nothing is deleted although that was asked for. */
  readonly pruneRefused: string | undefined;
}

/** Whether it differs cannot be seen, for it is not shown. */
const SENT_AGAIN = 'url: what of it is secret is sent again';
const ASKED = 'type: found out by asking the remote';

export function planOf(
  entries: readonly AppliedEntry[],
  there: readonly Harvester[],
  { prune }: { readonly prune: boolean },
): Plan {
  const byId = new Map(there.map((harvester) => [harvester.id, harvester]));
  const steps = entries.map((entry): Step =>
    'faults' in entry
      ? {
          does: 'refuse',
          id: entry.id ?? entry.where,
          what: entry.faults.map((fault) => `${entry.where}: ${fault}`),
        }
      : stepFor(entry, byId.get(entry.id)),
  );
  if (!prune) return { steps, pruneRefused: undefined };
  const nameless = entries.find((entry) => entry.id === undefined);
  if (nameless !== undefined && 'where' in nameless)
    return {
      steps,
      pruneRefused: `Nothing is deleted: which harvester ${nameless.where} means cannot be told`,
    };
  const named = new Set(entries.map(({ id }) => id));
  const gone = there.filter(({ id }) => !named.has(id));
  return {
    steps: [...steps, ...gone.map(({ id, url }): Step => ({ does: 'delete', id, what: [url] }))],
    pruneRefused: undefined,
  };
}

/** Decided once for the plan, and again on what is there when it is carried out. */
export function stepFor(entry: GoodEntry, there: Harvester | undefined): Step {
  const { id, type, settings } = entry;
  if (there === undefined)
    return {
      does: 'create',
      id,
      entry,
      what: [urlView(settings.url), ...(type === undefined ? [ASKED] : [])],
    };
  const known = typeOf(entry, there);
  if (known === undefined)
    return { does: 'change', id, entry, what: [`url: ${there.url} → ${urlView(settings.url)}`, ASKED] };
  try {
    const what = differencesBetween(there, viewOfSettings(id, { ...settings, type: known }));
    if (hidesSecret(settings.url)) what.push(SENT_AGAIN);
    return what.length === 0 ? { does: 'keep', id, what } : { does: 'change', id, entry, what };
  } catch (error) {
    return { does: 'refuse', id, what: [sentenceOf(error)] };
  }
}

/** The one that is said, or that of the harvester while it is about the same URL. */
export function typeOf({ type, settings }: GoodEntry, there: Harvester | undefined): string | undefined {
  return type ?? (there?.url === urlView(settings.url) ? there.type : undefined);
}
