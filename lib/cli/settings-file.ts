/** The settings file of `reeve serve`: which remotes are harvested how often. Pure: a text in, settings or every fault out. */
import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import type { CredentialsReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import type { Keeping } from '../session/keeping.ts';
import type { Limits, Pace } from '../session/limits.ts';
import { Id } from '../api/schemas.ts';
import { harvesterIdOf } from '../session/names.ts';
import { closedObject, faultsOf } from '../settings/faults.ts';
import { credentialsFrom } from '../settings/credentials.ts';
import { faultsOfHarvester } from '../settings/harvester.ts';
import { HARVESTER_MEMBERS } from '../settings/members.ts';
import { keepingParts } from '../settings/keeping.ts';
import { jsonFaultOf } from '../settings/json-fault.ts';
import { everyOf, type Every } from '../settings/schedule.ts';
import { remoteUrl } from '../settings/url.ts';
import { USUAL_PACE } from './options.ts';
import { policyChanges, type PolicyChanges } from './remote-options.ts';

export interface RecurringHarvest {
  /** Of the harvester: the one that was given, or the one that its URL gives it. */
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Found by probing when it is not given. */
  readonly type: string | undefined;
  readonly settings: Json;
  readonly credentials: CredentialsReference | undefined;
  readonly pace: Partial<Pace>;
  readonly keeping: Partial<Keeping>;
  readonly every: Every;
  /** Of a cron expression; that of this machine when it is not given. */
  readonly timezone: string | undefined;
}

export interface ServeSettings {
  readonly data: string | undefined;
  readonly harvesters: readonly RecurringHarvest[];
  readonly remotePolicy: PolicyChanges;
}

const HARVESTERS_MAX = 1_000;

/** An entry of the file: what is said of one harvester. */
export const HarvesterEntry = closedObject({
  id: z.optional(Id),
  ...HARVESTER_MEMBERS,
  type: z.optional(HARVESTER_MEMBERS.type),
});
export const FILE_MEMBERS = {
  remotePolicy: z._default(
    z.record(z.string(), z.unknown(), 'allowed is an object of bounds and settings of fetching'),
    {},
  ),
  data: z.optional(
    z.string('allowed is the path of a folder').check(z.minLength(1, 'allowed is the path of a folder')),
  ),
} as const;

/** The list of harvesters, each read as `entry` says. */
export function harvesterList<Entry extends z.ZodMiniType>(entry: Entry) {
  return z
    .array(entry, 'allowed is a list of harvesters')
    .check(
      z.minLength(1, 'allowed is at least one harvester'),
      z.maxLength(HARVESTERS_MAX, `allowed are at most ${HARVESTERS_MAX} harvesters`),
    );
}

const SettingsFile = closedObject({ ...FILE_MEMBERS, harvesters: harvesterList(HarvesterEntry) });
type HarvesterEntry = z.infer<typeof HarvesterEntry>;

/**
 * @param path of the file, for the message
 * @throws SettingsInvalid naming every fault, with line and column when the text is not JSON
 */
export function parseSettingsFile(text: string, path: string, limits: Limits): ServeSettings {
  const input = jsonIn(text, path);
  const parsed = SettingsFile.safeParse(input);
  if (!parsed.success) throw invalid(path, faultsOf(parsed.error, input));
  const read = parsed.data.harvesters.map((entry, index) => readEntry(entry, `harvesters[${index}]`, limits));
  const harvesters = read.flatMap((one) => ('harvest' in one ? [one.harvest] : []));
  const faults = read.flatMap((one) => ('faults' in one ? one.faults : []));
  for (const member of UNIQUE) faults.push(...twice(harvesters, member));
  if (faults.length > 0) throw invalid(path, faults);
  const { data, remotePolicy } = parsed.data;
  return { data, harvesters, remotePolicy: policyChanges(remotePolicy, `${path}: remotePolicy`) };
}

/** @throws SettingsInvalid with line and column when the text is not JSON */
export function jsonIn(text: string, path: string): unknown {
  const json = text.replace(/^\uFEFF/, '');
  const broken = jsonFaultOf(json);
  if (broken)
    throw new ReeveError(
      'SettingsInvalid',
      `${path} is not valid JSON: line ${broken.line}, column ${broken.column}: ${broken.what}`,
    );
  return JSON.parse(json) as unknown;
}

export function invalid(path: string, faults: readonly string[]): ReeveError {
  const many = faults.length === 1 ? '' : ` in ${faults.length} places`;
  return new ReeveError('SettingsInvalid', `${path} is not valid${many}: ${faults.join('; ')}`);
}

function readEntry(
  entry: HarvesterEntry,
  where: string,
  limits: Limits,
): { harvest: RecurringHarvest } | { faults: string[] } {
  const faults = faultsOfHarvester(entry, USUAL_PACE, limits);
  const every = everyOf(entry.every);
  if (faults.length > 0 || every === undefined) return { faults: faults.map((fault) => `${where}.${fault}`) };
  const { name, type, settings, pace, timezone } = entry;
  const credentials = entry.credentials === undefined ? undefined : credentialsFrom(entry.credentials);
  const url = remoteUrl(entry.url);
  const keeping = keepingParts(entry.keeping);
  const id = entry.id ?? harvesterIdOf(url);
  return { harvest: { id, name, url, type, settings, credentials, pace, keeping, every, timezone } };
}

/** Two of the same would be one harvester: it is known by its id, named after its URL, and shown by its name. */
export const UNIQUE = ['name', 'url', 'id'] as const;

function twice(harvests: readonly RecurringHarvest[], member: (typeof UNIQUE)[number]): string[] {
  return harvests.flatMap((harvest, index) => {
    const first = harvests.findIndex((other) => other[member] === harvest[member]);
    // The same URL gives the same id: that is said once.
    const isTold = member === 'id' && harvests[first]?.url === harvest.url;
    return first === index || isTold ? [] : [sameAs(member, harvest[member])];
  });
}

export function sameAs(member: (typeof UNIQUE)[number], value: string): string {
  return `harvesters: ${member} "${value}" is there twice; allowed is one harvester each`;
}
