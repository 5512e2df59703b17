/** Judges what somebody says of a harvester, beyond the schema of its members. Pure: input in, settings or every fault out. */
import type { HarvesterType } from '../harvesters/harvester.ts';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import type { Json } from '../json.ts';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import { faultsOfPace, type Limits, type Pace } from '../session/limits.ts';
import { readCredentials } from './credentials.ts';
import { faultsOf } from './faults.ts';
import { didYouMean } from './nearest.ts';
import { faultsOfKeepingParts, type PartOfKeeping } from './keeping.ts';
import { EVERY_ALLOWED, TIMEZONE_ALLOWED } from './members.ts';
import { everyOf, isTimezone } from './schedule.ts';
import { remoteUrl } from './url.ts';

/** The members that are judged beyond their schema; others need no more than that. */
export interface SaidOfHarvester {
  readonly url: string;
  readonly type?: string | undefined;
  readonly settings: Json;
  readonly credentials?: unknown;
  readonly pace: Partial<Pace>;
  readonly keeping?: PartOfKeeping;
  readonly every?: string | undefined;
  readonly timezone?: string | undefined;
}

/**
 * Every fault of what was said, beyond what the schema of its members sees.
 * @param usual the pace of which parts are said
 */
export function faultsOfHarvester(
  { url, type, settings, credentials, pace, keeping = {}, every, timezone }: SaidOfHarvester,
  usual: Pace,
  limits: Limits,
): string[] {
  const faults = faultsOfPace({ ...usual, ...pace }, limits).map((fault) => `pace: ${fault}`);
  const urlFault = faultOfUrl(url);
  if (urlFault !== undefined) faults.push(`url: ${urlFault}`);
  if (type !== undefined) faults.push(...typeFaults(type, settings));
  const read = credentials === undefined ? undefined : readCredentials(credentials);
  if (read !== undefined && 'faults' in read)
    faults.push(...read.faults.map((fault) => `credentials: ${fault}`));
  const known = HARVESTER_TYPES.find((one) => one.type === type);
  faults.push(...faultsOfKeepingParts(keeping, known).map((fault) => `keeping: ${fault}`));
  if (every !== undefined && everyOf(every) === undefined)
    faults.push(`every is ${JSON.stringify(every)}; ${EVERY_ALLOWED}`);
  if (timezone !== undefined && !isTimezone(timezone))
    faults.push(`timezone is ${JSON.stringify(timezone)}; ${TIMEZONE_ALLOWED}`);
  return faults;
}

function typeFaults(type: string, settings: Json): string[] {
  const known = HARVESTER_TYPES.find((one) => one.type === type);
  if (known === undefined) {
    const types = HARVESTER_TYPES.map((one) => one.type);
    return [`type is "${type}"; allowed are ${types.join(', ')}${didYouMean(type, types)}`];
  }
  const parsed = known.settings.safeParse(settings);
  return parsed.success
    ? []
    : faultsOf(parsed.error, settings, settingNames(known)).map((fault) => `settings: ${fault}`);
}

function faultOfUrl(text: string): string | undefined {
  try {
    remoteUrl(text);
    return undefined;
  } catch (error) {
    return sentenceOf(error);
  }
}

/**
 * A whole pace.
 * @throws InputInvalid naming every part that is out of bounds or out of order
 */
export function paceOf(pace: Pace, limits: Limits): Pace {
  const faults = faultsOfPace(pace, limits);
  if (faults.length > 0) throw new ReeveError('InputInvalid', `The pace is not valid: ${faults.join('; ')}`);
  return pace;
}

/**
 * Settings as the schema of the type makes them.
 * @throws SettingsInvalid naming every fault
 */
export function settingsOf(values: Json, type: HarvesterType): Json {
  const parsed = type.settings.safeParse(values);
  if (parsed.success) return parsed.data as Json;
  throw new ReeveError(
    'SettingsInvalid',
    `The settings for harvester type ${type.type} are not valid: ${faultsOf(parsed.error, values, settingNames(type)).join('; ')}`,
  );
}

/** The settings that a type knows; types do not see this module, and make their schemas as they like. */
function settingNames({ settings }: HarvesterType): string[] | undefined {
  return 'shape' in settings ? Object.keys(settings.shape as object) : undefined;
}
