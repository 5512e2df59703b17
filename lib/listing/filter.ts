/** Which resources meet a harvester's filter, as far as the listing tells. Pure. */
import type { Facts, Filter, HarvesterType, ListedResource } from '../harvesters/harvester.ts';
import type { Bbox } from '../harvesters/record.ts';

const PARTS: readonly (keyof Filter)[] = ['title', 'types', 'keywords', 'bbox', 'updatedFrom', 'updatedTo'];

/** Why a listing of this type cannot be filtered so, one sentence each: what it does not say cannot be judged. */
export function faultsOfFilter(filter: Filter, type: Pick<HarvesterType, 'type' | 'filters'>): string[] {
  const allowed = type.filters ?? PARTS;
  const given = PARTS.filter((part) => filter[part] !== undefined);
  const beyond = given.filter((part) => !allowed.includes(part));
  const faults = beyond.map(
    (part) =>
      `filter.${part} cannot be judged by what a listing of type ${type.type} says; allowed are ${allowed.join(', ')}`,
  );
  for (const part of ['updatedFrom', 'updatedTo'] as const) {
    const text = filter[part];
    if (text !== undefined && Number.isNaN(Date.parse(text)))
      faults.push(`filter.${part} is ${JSON.stringify(text)}; allowed is a date such as 2026-01-31`);
  }
  return faults;
}

/** What is not told does not meet the part of the filter that asks for it. */
export function meets(filter: Filter, facts: Facts): boolean {
  const { title, types, keywords, bbox, updatedFrom, updatedTo } = filter;
  return (
    (title === undefined || isPartOf(title, facts.title)) &&
    (types === undefined || (facts.type !== undefined && isAmong(facts.type, types))) &&
    (keywords === undefined || (facts.keywords ?? []).some((one) => isAmong(one, keywords))) &&
    (bbox === undefined || (facts.bbox !== undefined && meet(bbox, facts.bbox))) &&
    (updatedFrom === undefined || isNotBefore(facts.updated, updatedFrom)) &&
    (updatedTo === undefined || isNotAfter(facts.updated, updatedTo))
  );
}

/** What the listing said, or what the record that it carried says. */
export function factsOf(
  type: HarvesterType,
  context: { url: string; settings: unknown },
  resource: ListedResource,
): Facts {
  const named = resource.title === undefined ? {} : { title: resource.title };
  if (resource.facts !== undefined) return { ...named, ...resource.facts };
  if (type.resourceRequest(context, resource) !== undefined) return named;
  const reading = type.readResource(context, resource, undefined);
  if (reading.reading !== 'record') return named;
  const { properties, bbox } = reading.record;
  const { title, type: kind, keywords, updated } = properties;
  return {
    title,
    type: kind,
    ...(keywords === undefined ? {} : { keywords }),
    ...(bbox === undefined ? {} : { bbox }),
    ...(updated === undefined ? {} : { updated }),
  };
}

function isPartOf(part: string, text: string | undefined): boolean {
  return text?.toLowerCase().includes(part.toLowerCase()) === true;
}

function isAmong(text: string, texts: readonly string[]): boolean {
  return texts.some((one) => one.toLowerCase() === text.toLowerCase());
}

/** Have the boxes a point in common? West > east crosses the antimeridian: then they are two boxes. */
function meet(one: Bbox, other: Bbox): boolean {
  return halves(one).some(([west, south, east, north]) =>
    halves(other).some(([w, s, e, n]) => west <= e && w <= east && south <= n && s <= north),
  );
}

function halves(box: Bbox): readonly Bbox[] {
  const [west, south, east, north] = box;
  return west <= east
    ? [box]
    : [
        [west, south, 180, north],
        [-180, south, east, north],
      ];
}

const DAY_MILLIS = 86_400_000;

function isNotBefore(updated: string | undefined, from: string): boolean {
  return updated !== undefined && endOf(updated) >= Date.parse(from);
}

function isNotAfter(updated: string | undefined, to: string): boolean {
  return updated !== undefined && Date.parse(updated) <= endOf(to);
}

/** The last moment of a day, or the instant. */
function endOf(text: string): number {
  const at = Date.parse(text);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? at + DAY_MILLIS - 1 : at;
}
