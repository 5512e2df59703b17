/** What a harvester keeps of its remote, and when it believes that something is gone. */
import type { Filter } from '../harvesters/harvester.ts';

export interface Keeping {
  /**
   * What sessions ask for. `all`: everything, each time; a resource that has not changed costs no fetch and no write, and what is gone is noticed. `changes`: only what
   * the remote says has changed, where the protocol can say it; what is gone is noticed every `fullListingDays`.
   */
  readonly listing: 'all' | 'changes';
  /** How far back before the last session changes are asked for: clocks differ, and a remote's index may lag. */
  readonly changesOverlapSeconds: number;
  /** How old the last whole listing may be: then everything is listed again. */
  readonly fullListingDays: number;
  /** Whether a resource that nobody has decided on is harvested. */
  readonly harvestNewResourcesByDefault: boolean;
  /** Only such resources; absent: all of them. */
  readonly filter: Filter | undefined;
  /** Decided on one by one, by id: the name of the object that holds the lists. */
  readonly choices: string | undefined;
  /** When a larger share of what is held is missing from a listing, it is the listing that is not believed. One resource may always be missing. */
  readonly goneSharePercentMax: number;
  /** In how many whole listings in a row a resource must be missing before it is removed, and for how many days. */
  readonly graceListings: number;
  readonly graceDays: number;
}

export const DEFAULT_KEEPING: Keeping = {
  listing: 'all',
  changesOverlapSeconds: 3_600,
  fullListingDays: 7,
  harvestNewResourcesByDefault: true,
  filter: undefined,
  choices: undefined,
  goneSharePercentMax: 10,
  graceListings: 3,
  graceDays: 0,
};

/** The faults of a keeping, one sentence each. */
export function faultsOfKeeping(keeping: Keeping): string[] {
  const bounds: readonly (readonly [keyof Keeping, number, number, 'whole' | 'any'])[] = [
    ['changesOverlapSeconds', 0, 30 * 86_400, 'any'],
    ['fullListingDays', 0, 366, 'any'],
    ['goneSharePercentMax', 0, 100, 'any'],
    ['graceListings', 1, 1_000, 'whole'],
    ['graceDays', 0, 3_660, 'any'],
  ];
  return bounds.flatMap(([name, least, most, kind]) => {
    const value = keeping[name] as number;
    const isGood = value >= least && value <= most && (kind === 'any' || Number.isInteger(value));
    const number = kind === 'whole' ? 'a whole number' : 'a number';
    return isGood ? [] : [`${name} is ${value}; allowed is ${number} from ${least} to ${most}`];
  });
}
