/** A settings file that is applied to a stack: entry by entry, for a bad one stops no other. Pure: a text in, entries out. */
import * as z from 'zod/mini';
import { Id, type HarvesterSettings } from '../api/schemas.ts';
import { DEFAULT_PACE, type Limits } from '../session/limits.ts';
import { harvesterIdOf } from '../session/names.ts';
import { closedObject, faultsOf } from '../settings/faults.ts';
import { faultsOfHarvester } from '../settings/harvester.ts';
import { HARVESTER_MEMBERS } from '../settings/members.ts';
import { remoteUrl } from '../settings/url.ts';
import {
  FILE_MEMBERS,
  harvesterList,
  HarvesterEntry,
  invalid,
  jsonIn,
  sameAs,
  UNIQUE,
} from './settings-file.ts';

/** What an entry says; a type that is not said is found out by asking the remote. */
export interface GoodEntry {
  readonly id: string;
  readonly type: string | undefined;
  readonly settings: Omit<HarvesterSettings, 'type'>;
}
export interface BadEntry {
  /** `undefined` when it cannot be told which harvester is meant. */
  readonly id: string | undefined;
  /** `harvesters[3]` */
  readonly where: string;
  readonly faults: readonly string[];
}
export type AppliedEntry = GoodEntry | BadEntry;

/** A harvester of a stack need not be harvested by itself. */
const Entry = closedObject({ ...HarvesterEntry.shape, every: z.optional(HARVESTER_MEMBERS.every) });
const AppliedFile = closedObject({ ...FILE_MEMBERS, harvesters: harvesterList(z.unknown()) });

/**
 * @param path of the file, for the message
 * @throws SettingsInvalid when the file as a whole cannot be read
 */
export function parseAppliedFile(
  text: string,
  path: string,
  limits: Limits,
): { readonly entries: readonly AppliedEntry[]; readonly hasPolicy: boolean } {
  const input = jsonIn(text, path);
  const parsed = AppliedFile.safeParse(input);
  if (!parsed.success) throw invalid(path, faultsOf(parsed.error, input));
  const read = parsed.data.harvesters.map((entry, index) => readEntry(entry, `harvesters[${index}]`, limits));
  const entries = read.map((entry, index) => onlyOnce(entry, `harvesters[${index}]`, read.slice(0, index)));
  return { entries, hasPolicy: Object.keys(parsed.data.remotePolicy).length > 0 };
}

function readEntry(written: unknown, where: string, limits: Limits): AppliedEntry {
  const parsed = Entry.safeParse(written);
  const faults = parsed.success
    ? faultsOfHarvester(parsed.data, DEFAULT_PACE, limits)
    : faultsOf(parsed.error, written);
  if (!parsed.success || faults.length > 0) return { id: meantBy(written), where, faults };
  const { id, type, every, timezone, credentials, ...settings } = parsed.data;
  const url = remoteUrl(settings.url);
  return {
    id: id ?? harvesterIdOf(url),
    type,
    settings: {
      ...settings,
      url,
      ...(credentials === undefined ? {} : { credentials }),
      ...(every === undefined ? {} : { every, ...(timezone === undefined ? {} : { timezone }) }),
    },
  };
}

/** Of two that would be one harvester the first counts. */
function onlyOnce(entry: AppliedEntry, where: string, before: readonly AppliedEntry[]): AppliedEntry {
  if ('faults' in entry) return entry;
  const same = UNIQUE.filter((member) =>
    before.some((other) => !('faults' in other) && memberOf(other, member) === memberOf(entry, member)),
  );
  const [first] = same;
  return first === undefined
    ? entry
    : { id: entry.id, where, faults: [sameAs(first, memberOf(entry, first)).replace('harvesters: ', '')] };
}

function memberOf({ id, settings }: GoodEntry, member: (typeof UNIQUE)[number]): string {
  return member === 'id' ? id : settings[member];
}

/** Which harvester a bad entry is about: that one is left as it is. */
function meantBy(written: unknown): string | undefined {
  if (typeof written !== 'object' || written === null) return undefined;
  const { id, url } = written as Readonly<Record<string, unknown>>;
  if (id !== undefined) return Id.safeParse(id).data;
  try {
    return typeof url === 'string' ? harvesterIdOf(remoteUrl(url)) : undefined;
  } catch {
    return undefined;
  }
}
