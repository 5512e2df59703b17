/** The settings file of `reeve serve`: which remotes are harvested how often. Pure: a text in, settings or every fault out. */
import { z } from 'zod';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import type { Json } from '../json.ts';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import type { Limits, Pace } from '../session/limits.ts';
import { closedObject, faultsOf } from './faults.ts';
import { jsonFaultOf } from './json-fault.ts';
import { didYouMean } from './nearest.ts';
import { PartOfPace, paceFaults, remoteUrl } from './options.ts';
import { EVERY_ALLOWED, everyOf, type Every } from './schedule.ts';

export interface RecurringHarvest {
  readonly name: string;
  readonly url: string;
  /** Found by probing when it is not given. */
  readonly type: string | undefined;
  readonly settings: Json;
  readonly pace: Partial<Pace>;
  readonly every: Every;
}

export interface ServeSettings {
  readonly data: string | undefined;
  readonly harvesters: readonly RecurringHarvest[];
}

const HARVESTERS_MAX = 1_000;

const HarvesterEntry = closedObject({
  name: z
    .string('allowed is a text of 1 to 100 characters')
    .min(1, 'allowed is a text of 1 to 100 characters')
    .max(100, 'allowed is a text of 1 to 100 characters'),
  url: z.string('allowed is an http or https URL'),
  type: z.string('allowed is the name of a harvester type').optional(),
  settings: z
    .record(z.string(), z.json(), 'allowed is an object of the settings of the harvester type')
    .default({}),
  pace: PartOfPace.default({}),
  every: z.string(EVERY_ALLOWED),
});
const SettingsFile = closedObject({
  data: z.string('allowed is the path of a folder').min(1, 'allowed is the path of a folder').optional(),
  harvesters: z
    .array(HarvesterEntry, 'allowed is a list of harvesters')
    .min(1, 'allowed is at least one harvester')
    .max(HARVESTERS_MAX, `allowed are at most ${HARVESTERS_MAX} harvesters`),
});
type HarvesterEntry = z.infer<typeof HarvesterEntry>;

/**
 * @param path of the file, for the message
 * @throws SettingsInvalid naming every fault, with line and column when the text is not JSON
 */
export function parseSettingsFile(text: string, path: string, limits: Limits): ServeSettings {
  const json = text.replace(/^\uFEFF/, '');
  const broken = jsonFaultOf(json);
  if (broken)
    throw new ReeveError(
      'SettingsInvalid',
      `${path} is not valid JSON: line ${broken.line}, column ${broken.column}: ${broken.what}`,
    );
  const input = JSON.parse(json) as unknown;
  const parsed = SettingsFile.safeParse(input);
  if (!parsed.success) throw invalid(path, faultsOf(parsed.error, input));
  const read = parsed.data.harvesters.map((entry, index) => readEntry(entry, `harvesters[${index}]`, limits));
  const harvesters = read.flatMap((one) => ('harvest' in one ? [one.harvest] : []));
  const faults = read.flatMap((one) => ('faults' in one ? one.faults : []));
  faults.push(...twice(harvesters, 'name'), ...twice(harvesters, 'url'));
  if (faults.length > 0) throw invalid(path, faults);
  return { data: parsed.data.data, harvesters };
}

function invalid(path: string, faults: readonly string[]): ReeveError {
  const many = faults.length === 1 ? '' : ` in ${faults.length} places`;
  return new ReeveError('SettingsInvalid', `${path} is not valid${many}: ${faults.join('; ')}`);
}

function readEntry(
  entry: HarvesterEntry,
  where: string,
  limits: Limits,
): { harvest: RecurringHarvest } | { faults: string[] } {
  const { name, type, settings, pace } = entry;
  const faults = paceFaults(pace, limits).map((fault) => `${where}.pace: ${fault}`);
  const url = readUrl(entry.url);
  if ('fault' in url) faults.push(`${where}.url: ${url.fault}`);
  if (type !== undefined) faults.push(...typeFaults({ type, settings }, where));
  const every = everyOf(entry.every);
  if (every === undefined) faults.push(`${where}.every is ${JSON.stringify(entry.every)}; ${EVERY_ALLOWED}`);
  if (faults.length > 0 || every === undefined || 'fault' in url) return { faults };
  return { harvest: { name, url: url.url, type, settings, pace, every } };
}

function typeFaults({ type, settings }: { type: string; settings: Json }, where: string): string[] {
  const known = HARVESTER_TYPES.find((one) => one.type === type);
  if (known === undefined) {
    const types = HARVESTER_TYPES.map((one) => one.type);
    return [`${where}.type is "${type}"; allowed are ${types.join(', ')}${didYouMean(type, types)}`];
  }
  const parsed = known.settings.safeParse(settings);
  return parsed.success ? [] : faultsOf(parsed.error, settings).map((fault) => `${where}.settings: ${fault}`);
}

function readUrl(text: string): { url: string } | { fault: string } {
  try {
    return { url: remoteUrl(text) };
  } catch (error) {
    return { fault: sentenceOf(error) };
  }
}

/** Two of the same would be one harvester: it is named after its URL, and shown by its name. */
function twice(harvests: readonly RecurringHarvest[], member: 'name' | 'url'): string[] {
  return harvests.flatMap((harvest, index) => {
    const first = harvests.findIndex((other) => other[member] === harvest[member]);
    return first === index
      ? []
      : [`harvesters: ${member} "${harvest[member]}" is there twice; allowed is one harvester each`];
  });
}
