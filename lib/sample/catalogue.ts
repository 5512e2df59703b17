// The sample remote's catalogue: the county's own list, and as many more datasets as are wanted, each made when it is asked for.
import { ReeveError } from '../session/errors.ts';
import { COUNTY_LAND } from './county-land.ts';
import { COUNTY_LIFE } from './county-life.ts';
import {
  type Box,
  type Entry,
  type Geometry,
  type LicenseKey,
  type SampleDataset,
  type ThemeKey,
  CONTACTS,
  COUNTY_BOX,
  THEME_KEYS,
  parishBox,
  parishName,
  rounded,
} from './dataset.ts';

const COUNTY: readonly Entry[] = [...COUNTY_LAND, ...COUNTY_LIFE];
/** How many datasets the county itself has: the size of the catalogue when nothing else is asked for. */
export const COUNTY_DATASETS = COUNTY.length;
export const DATASETS_MAX = 1_000_000;

/** All datasets of a remote. Nothing is held but the county's own list: `dataset` makes the same one from the same number, always. */
export interface Catalogue {
  readonly size: number;
  /** `undefined` past the end: the numbers are 1 to `size`. */
  dataset(pk: number): SampleDataset | undefined;
  /** By layer name. */
  named(name: string): SampleDataset | undefined;
}

/**
 * The first `size` datasets of an endless, deterministic catalogue; the first 40 are the county's own.
 * @throws InputInvalid when `size` is not a whole number from 0 to 1,000,000
 */
export function makeCatalogue(size: number = COUNTY_DATASETS): Catalogue {
  if (!Number.isInteger(size) || size < 0 || size > DATASETS_MAX) {
    throw new ReeveError(
      'InputInvalid',
      `the sample remote cannot have ${size} datasets; allowed is 0 to ${DATASETS_MAX}`,
    );
  }
  const dataset = (pk: number): SampleDataset | undefined =>
    Number.isInteger(pk) && pk >= 1 && pk <= size ? datasetOf(pk) : undefined;
  const named = (name: string): SampleDataset | undefined => {
    const found = dataset(COUNTY_PKS.get(name) ?? Number(/_(\d{1,7})$/.exec(name)?.[1]));
    return found?.name === name ? found : undefined;
  };
  return { size, dataset, named };
}

const COUNTY_PKS: ReadonlyMap<string, number> = new Map(
  COUNTY.map((entry, index) => [entry.name, index + 1]),
);

function datasetOf(pk: number): SampleDataset {
  const entry = COUNTY[pk - 1] ?? surveySheet(pk);
  return {
    pk,
    uuid: uuidOf(pk),
    name: entry.name,
    title: entry.title,
    theme: entry.theme,
    geometry: entry.geometry,
    place: entry.place === 'county' ? 'Wendlemere' : parishName(entry.place),
    box: boxOf(pk, entry),
    publishedAt: `${entry.date}T09:00:00Z`,
    updatedAt: `${entry.date}T09:${twoDigits(mixed(pk, 7) % 60)}:${twoDigits(mixed(pk, 8) % 60)}.${(mixed(pk, 9) % 900_000) + 100_000}Z`,
    interval: entry.interval,
    keywords: entry.keywords,
    license: entry.license,
    contact: entry.contact,
    language: entry.language ?? 'eng',
    abstract: entry.abstract,
    extension: entry.extension,
  };
}

interface Subject {
  readonly name: string;
  readonly title: string;
  readonly theme: ThemeKey;
  readonly geometry: Geometry;
  readonly about: string;
}

/** What the county's surveyors go on surveying, parish by parish, year by year, when more datasets are wanted. */
const SUBJECTS: readonly Subject[] = [
  {
    name: 'hedges',
    title: 'Hedges and banks',
    theme: 'nature',
    geometry: 'line',
    about: 'species, height and gaps',
  },
  { name: 'ponds', title: 'Ponds', theme: 'water', geometry: 'polygon', about: 'depth, shade and newts' },
  {
    name: 'lanes',
    title: 'Lanes & tracks',
    theme: 'transport',
    geometry: 'line',
    about: 'width, surface and grass in the middle',
  },
  { name: 'barns', title: 'Barns', theme: 'heritage', geometry: 'point', about: 'roof, walls and owls' },
  {
    name: 'rents',
    title: 'Rents and tenures',
    theme: 'land',
    geometry: 'polygon',
    about: 'tenant, term and rent in kind',
  },
  {
    name: 'heights',
    title: 'Spot heights',
    theme: 'imagery',
    geometry: 'raster',
    about: 'metres above the county datum',
  },
  {
    name: 'households',
    title: 'Households',
    theme: 'people',
    geometry: 'polygon',
    about: 'hearths, souls and bees',
  },
  {
    name: 'drains',
    title: 'Drains',
    theme: 'water',
    geometry: 'line',
    about: 'fall, bed and who must clean them',
  },
  {
    name: 'walls',
    title: 'Dry-stone walls',
    theme: 'heritage',
    geometry: 'line',
    about: 'length, state and stiles',
  },
  {
    name: 'minutes',
    title: 'Minutes of the parish meeting',
    theme: 'archive',
    geometry: 'document',
    about: 'who spoke, and for how long',
  },
];
const LICENSE_KEYS: readonly LicenseKey[] = ['CC0-1.0', 'CC-BY-4.0', 'ODbL-1.0', 'not_specified'];
const CONTACT_KEYS = Object.keys(CONTACTS) as readonly (keyof typeof CONTACTS)[];

function surveySheet(pk: number): Entry {
  const subject = chosen(SUBJECTS, mixed(pk, 1));
  const place = mixed(pk, 2);
  const year = 1880 + (mixed(pk, 3) % 145);
  const parish = parishName(place);
  return {
    name: `${subject.name}_${year}_${pk}`,
    title: `${subject.title} of ${parish}, ${year} (sheet ${pk})`,
    theme: subject.theme,
    geometry: subject.geometry,
    place,
    date: `${Math.min(year + 1 + (mixed(pk, 4) % 9), 2024)}-${twoDigits(1 + (mixed(pk, 5) % 12))}-${twoDigits(1 + (mixed(pk, 6) % 28))}`,
    interval: [`${year}-01-01`, `${year}-12-31`],
    keywords: [subject.name, parish, String(year)],
    license: chosen(LICENSE_KEYS, mixed(pk, 10)),
    contact: chosen(CONTACT_KEYS, mixed(pk, 11)),
    abstract: `Sheet ${pk} of the county survey: ${subject.title.toLowerCase()} in the parish of ${parish} as they were in ${year}, with ${subject.about}. Drawn at 1:2 500 from the surveyor’s books.`,
    ...(subject.geometry === 'document' ? { extension: 'pdf' } : {}),
  };
}

function boxOf(pk: number, entry: Entry): Box {
  if (entry.place === 'county') return COUNTY_BOX;
  const [west, south, east, north] = parishBox(entry.place);
  if (pk <= COUNTY_DATASETS) return [west, south, east, north];
  const inset = (salt: number): number => (mixed(pk, salt) % 1_000) / 20_000;
  return [
    rounded(west + inset(12)),
    rounded(south + inset(13)),
    rounded(east - inset(14)),
    rounded(north - inset(15)),
  ];
}

/** The theme's datasets by theme, for what is grouped: found once, held as numbers only. */
export function pksByTheme(
  catalogue: Catalogue,
  wanted: (dataset: SampleDataset) => boolean,
): ReadonlyMap<ThemeKey, readonly number[]> {
  const found = new Map<ThemeKey, number[]>(THEME_KEYS.map((key) => [key, []]));
  for (let pk = 1; pk <= catalogue.size; pk++) {
    const dataset = catalogue.dataset(pk);
    if (dataset !== undefined && wanted(dataset)) found.get(dataset.theme)?.push(pk);
  }
  return found;
}

function chosen<T>(list: readonly T[], number: number): T {
  const value = list[number % list.length];
  if (value === undefined)
    throw new ReeveError('InvariantBroken', 'the sample remote has an empty list of words');
  return value;
}

/** A whole number below 2^32 that looks like chance and is always the same: the 32-bit finalizer of MurmurHash3 (public domain). */
function mixed(pk: number, salt: number): number {
  let hash = (Math.imul(pk, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca77)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A UUID of version 8 (RFC 9562 5.8: for own schemes), made of the number alone. */
function uuidOf(pk: number): string {
  const hex = [20, 21, 22, 23].map((salt) => mixed(pk, salt).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
