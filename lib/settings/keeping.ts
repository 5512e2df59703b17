/** What somebody says of what a harvester keeps: one schema for the settings file, the command line and the API. Pure. */
import { z } from 'zod';
import type { Filter, HarvesterType } from '../harvesters/harvester.ts';
import { faultsOfFilter } from '../listing/filter.ts';
import { DEFAULT_KEEPING, faultsOfKeeping, type Keeping } from '../session/keeping.ts';
import { closedObject } from './faults.ts';

const WORDS_MAX = 50;
const WORD_CHARS_MAX = 200;

const Word = z.string('allowed is a text').min(1).max(WORD_CHARS_MAX);
const Words = z.array(Word, 'allowed is a list of texts').min(1).max(WORDS_MAX);
const Longitude = z.number().min(-180).max(180);
const Latitude = z.number().min(-90).max(90);

const FilterParts = closedObject({
  title: Word.optional(),
  types: Words.optional(),
  keywords: Words.optional(),
  bbox: z
    .tuple([Longitude, Latitude, Longitude, Latitude], 'allowed is [west, south, east, north] in degrees')
    .optional(),
  updatedFrom: z.string('allowed is a date such as 2026-01-31').optional(),
  updatedTo: z.string('allowed is a date such as 2026-01-31').optional(),
});

/** Any part of a keeping; `filter: null` takes the filter away. */
export const PartOfKeeping = closedObject({
  listing: z.enum(['all', 'changes'], 'allowed are "all" and "changes"').optional(),
  changesOverlapSeconds: z.number().optional(),
  fullListingDays: z.number().optional(),
  harvestNewResourcesByDefault: z.boolean().optional(),
  filter: FilterParts.nullable().optional(),
  goneSharePercentMax: z.number().optional(),
  graceListings: z.number().optional(),
  graceDays: z.number().optional(),
});
export type PartOfKeeping = z.infer<typeof PartOfKeeping>;

/** What is to be otherwise, without what was not said. */
export function keepingParts({ filter, ...parts }: PartOfKeeping): Partial<Keeping> {
  const said = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
  return {
    ...said,
    ...(filter === undefined ? {} : { filter: filter === null ? undefined : filterOf(filter) }),
  };
}

function filterOf(parts: z.infer<typeof FilterParts>): Filter | undefined {
  const said = Object.entries(parts).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/** @param type absent: it is not known yet which parts of a filter it can be judged by */
export function faultsOfKeepingParts(parts: PartOfKeeping, type?: HarvesterType): string[] {
  const keeping = { ...DEFAULT_KEEPING, ...keepingParts(parts) };
  const filter = keeping.filter ?? {};
  return [...faultsOfKeeping(keeping), ...faultsOfFilter(filter, type ?? { type: 'any' })];
}
