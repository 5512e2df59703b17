/** What somebody says of what a harvester keeps: one schema for the settings file, the command line and the API. Pure. */
import * as z from 'zod/mini';
import type { Filter, HarvesterType } from '../harvesters/harvester.ts';
import { faultsOfFilter } from '../listing/filter.ts';
import { DEFAULT_KEEPING, faultsOfKeeping, type Keeping } from '../session/keeping.ts';
import { closedObject } from './faults.ts';

const WORDS_MAX = 50;
const WORD_CHARS_MAX = 200;

const Word = z.string('allowed is a text').check(z.minLength(1), z.maxLength(WORD_CHARS_MAX));
const Words = z.array(Word, 'allowed is a list of texts').check(z.minLength(1), z.maxLength(WORDS_MAX));
const Longitude = z.number().check(z.minimum(-180), z.maximum(180));
const Latitude = z.number().check(z.minimum(-90), z.maximum(90));

const FilterParts = closedObject({
  title: z.optional(Word),
  types: z.optional(Words),
  keywords: z.optional(Words),
  bbox: z.optional(
    z.tuple([Longitude, Latitude, Longitude, Latitude], 'allowed is [west, south, east, north] in degrees'),
  ),
  updatedFrom: z.optional(z.string('allowed is a date such as 2026-01-31')),
  updatedTo: z.optional(z.string('allowed is a date such as 2026-01-31')),
});

/** Any part of a keeping; `filter: null` takes the filter away. */
export const PartOfKeeping = closedObject({
  listing: z.optional(z.enum(['all', 'changes'], 'allowed are "all" and "changes"')),
  changesOverlapSeconds: z.optional(z.number()),
  fullListingDays: z.optional(z.number()),
  harvestNewResourcesByDefault: z.optional(z.boolean()),
  filter: z.optional(z.nullable(FilterParts)),
  goneSharePercentMax: z.optional(z.number()),
  graceListings: z.optional(z.number()),
  graceDays: z.optional(z.number()),
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
