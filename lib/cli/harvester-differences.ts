/** In what two harvesters differ, in words: what a change changed, or an entry of a settings file would change. Pure. */
import { saidIn } from '../api/save-harvester.ts';
import type { Harvester, HarvesterSettings } from '../api/schemas.ts';
import { harvesterView, sorted, urlView } from '../api/views.ts';
import { newHarvester } from '../session/new-harvester.ts';
import { shortened } from '../settings/shortened.ts';

const PLAIN = ['name', 'url', 'type', 'every', 'timezone'] as const;
const COMPOSED = ['settings', 'credentials', 'pace', 'keeping'] as const;
const VALUE_CHARS_MAX = 60;

/** What valid settings would be seen as; its state is that of nobody. */
export function viewOfSettings(id: string, settings: HarvesterSettings): Harvester {
  return harvesterView(newHarvester(id, saidIn(settings, undefined)), undefined);
}

/** `every: 1d → 12h`, `pace.batchSize: 25 → 10`. */
export function differencesBetween(before: Harvester, after: Harvester): string[] {
  const plain = PLAIN.flatMap((name) => difference(name, before[name], after[name]));
  const composed = COMPOSED.flatMap((name) => {
    const [from, to] = [membersOf(before[name]), membersOf(after[name])];
    const names = new Set([...Object.keys(from), ...Object.keys(to)]);
    return [...names].flatMap((member) => difference(`${name}.${member}`, from[member], to[member]));
  });
  return [...plain, ...composed];
}

/** A URL is shown without the values of parameters that look like secrets: two that look the same need not be. */
export function hidesSecret(url: string): boolean {
  return urlView(url) !== url;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function difference(name: string, from: unknown, to: unknown): string[] {
  const [before, after] = [shown(from), shown(to)];
  return JSON.stringify(sorted(from ?? null)) === JSON.stringify(sorted(to ?? null))
    ? []
    : [`${name}: ${before} → ${after}`];
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  return shortened(typeof value === 'string' ? value : JSON.stringify(sorted(value)), VALUE_CHARS_MAX);
}
