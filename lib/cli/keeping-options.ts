/** Reads `--keep name=value` and `--filter name=value`. Every fault says which value and what is allowed. */
import { ReeveError } from '../session/errors.ts';
import type { Keeping } from '../session/keeping.ts';
import { faultsOf } from '../settings/faults.ts';
import { keepingParts, PartOfKeeping } from '../settings/keeping.ts';
import { didYouMean } from '../settings/nearest.ts';
import { pairsOf } from './options.ts';

const KEEP = [
  'listing',
  'changesOverlapSeconds',
  'fullListingDays',
  'harvestNewResourcesByDefault',
  'goneSharePercentMax',
  'graceListings',
  'graceDays',
] as const;
const FILTER = ['title', 'types', 'keywords', 'bbox', 'updatedFrom', 'updatedTo'] as const;
/** `--filter none` takes the filter away. */
const NO_FILTER = 'none';

/**
 * What is to be otherwise than it is.
 * @throws InputInvalid naming every fault
 */
export function typedKeeping(keep: readonly string[], filter: readonly string[]): Partial<Keeping> {
  return keepingParts(typedPartOfKeeping(keep, filter));
}

/**
 * The same as it stands in a settings file and in requests: `filter: null` takes the filter away.
 * @throws InputInvalid naming every fault
 */
export function typedPartOfKeeping(keep: readonly string[], filter: readonly string[]): PartOfKeeping {
  const said: Record<string, unknown> = {};
  for (const [name, value] of pairsOf('--keep', keep)) {
    known('--keep', name, KEEP);
    said[name] = name === 'listing' ? value : jsonOrText(value);
  }
  if (filter.length > 0) said['filter'] = filter.includes(NO_FILTER) ? null : typedFilter(filter);
  const parsed = PartOfKeeping.safeParse(said);
  if (parsed.success) return parsed.data;
  throw new ReeveError(
    'InputInvalid',
    `What is to be kept is not valid: ${faultsOf(parsed.error, said).join('; ')}`,
  );
}

function typedFilter(filter: readonly string[]): Record<string, unknown> {
  const said: Record<string, unknown> = {};
  for (const [name, value] of pairsOf('--filter', filter)) {
    known('--filter', name, FILTER);
    if (name === 'types' || name === 'keywords') said[name] = value.split(',').map((one) => one.trim());
    else if (name === 'bbox') said[name] = value.split(',').map(Number);
    else said[name] = value;
  }
  return said;
}

function known(option: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new ReeveError(
    'InputInvalid',
    `${option} ${name} is not known; allowed are ${names.join(', ')}${didYouMean(name, names)}`,
  );
}

function jsonOrText(value: string): unknown {
  return value === 'true' || value === 'false'
    ? value === 'true'
    : Number.isNaN(Number(value))
      ? value
      : Number(value);
}
