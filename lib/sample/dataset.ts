// The shape of one dataset of the sample remote, and the small vocabularies that its catalogue is written in.

/** west, south, east, north in degrees, WGS 84. */
export type Box = readonly [number, number, number, number];

export type ThemeKey =
  'land' | 'water' | 'heritage' | 'nature' | 'people' | 'transport' | 'imagery' | 'archive';
export type LicenseKey = 'CC0-1.0' | 'CC-BY-4.0' | 'ODbL-1.0' | 'not_specified';
export type ContactKey = 'surveyor' | 'rivers' | 'archive' | 'nature' | 'highways';
export type Geometry = 'point' | 'line' | 'polygon' | 'raster' | 'document';

/** One entry of the county's own list, as it is written down. */
export interface Entry {
  /** Unique, ASCII: the layer's name. */
  readonly name: string;
  readonly title: string;
  readonly theme: ThemeKey;
  readonly geometry: Geometry;
  /** A parish by its number (`PARISHES`), or the whole county. */
  readonly place: number | 'county';
  /** ISO 8601 day of publication. */
  readonly date: string;
  /** What time the data are about: ISO 8601 days, `null` for an open end. */
  readonly interval?: readonly [string | null, string | null];
  readonly keywords: readonly string[];
  readonly license: LicenseKey;
  readonly contact: ContactKey;
  /** ISO 639-2. */
  readonly language?: string;
  readonly abstract?: string;
  /** Of a document: the suffix of its file. */
  readonly extension?: string;
}

/** One dataset as the three services tell it. */
export interface SampleDataset {
  /** 1, 2, 3 ... in the order of the catalogue. */
  readonly pk: number;
  readonly uuid: string;
  readonly name: string;
  /** Empty only where a fault took it away. */
  readonly title: string;
  readonly theme: ThemeKey;
  readonly geometry: Geometry;
  readonly place: string;
  /** Valid but where a fault replaced it. */
  readonly box: Box;
  /** ISO 8601 instants. */
  readonly publishedAt: string;
  readonly updatedAt: string;
  readonly interval: readonly [string | null, string | null] | undefined;
  readonly keywords: readonly string[];
  readonly license: LicenseKey;
  readonly contact: ContactKey;
  readonly language: string;
  readonly abstract: string | undefined;
  readonly extension: string | undefined;
}

export const THEMES: Readonly<Record<ThemeKey, { readonly title: string; readonly category: string }>> = {
  land: { title: 'Land and parishes', category: 'boundaries' },
  water: { title: 'Water & tides', category: 'inlandWaters' },
  heritage: { title: 'Heritage', category: 'structure' },
  nature: { title: 'Nature', category: 'biota' },
  people: { title: 'People', category: 'society' },
  transport: { title: 'Roads, paths and ferries', category: 'transportation' },
  imagery: { title: 'Imagery and terrain', category: 'imageryBaseMapsEarthCover' },
  archive: { title: 'Papers of the archive', category: 'planningCadastre' },
};
export const THEME_KEYS: readonly ThemeKey[] = [
  'land',
  'water',
  'heritage',
  'nature',
  'people',
  'transport',
  'imagery',
  'archive',
];

export const LICENSES: Readonly<Record<LicenseKey, string>> = {
  'CC0-1.0': 'Creative Commons Zero 1.0: no rights reserved',
  'CC-BY-4.0': 'Creative Commons Attribution 4.0',
  'ODbL-1.0': 'Open Data Commons Open Database License 1.0',
  not_specified: '',
};

export interface Contact {
  readonly first: string;
  readonly last: string;
  readonly organization: string;
  readonly position: string;
  readonly email: string;
  readonly phone: string;
}

export const CONTACTS: Readonly<Record<ContactKey, Contact>> = {
  surveyor: {
    first: 'Maud',
    last: 'Ashwend',
    organization: 'Wendlemere County Surveyor',
    position: 'County surveyor',
    email: 'surveyor@wendlemere.example',
    phone: '+44 1632 960101',
  },
  rivers: {
    first: 'Íde',
    last: 'Ní Chorráin',
    organization: 'Wendlemere Rivers Board',
    position: 'Keeper of the weirs',
    email: 'rivers@wendlemere.example',
    phone: '+44 1632 960102',
  },
  archive: {
    first: 'Tobias',
    last: 'Wöhrmann',
    organization: 'County Archive & Record Office',
    position: 'Archivist',
    email: 'archive@wendlemere.example',
    phone: '+44 1632 960103',
  },
  nature: {
    first: 'Saoirse',
    last: "O'Fenn",
    organization: 'Wendlemere Naturalists’ Field Club',
    position: 'Recorder',
    email: 'nature@wendlemere.example',
    phone: '+44 1632 960104',
  },
  highways: {
    first: 'Ragnhild',
    last: 'Østby',
    organization: 'Roads, Bridges and Ferries Committee',
    position: 'Clerk of works',
    email: 'roads@wendlemere.example',
    phone: '+44 1632 960105',
  },
};

/** The county lies in open sea, where no real data can be mistaken for it: six columns of parishes, four rows. */
export const PARISHES: readonly string[] = [
  'Aldermoor Quay',
  'Brindle Cross',
  'Cawthen',
  'Dunmallow',
  'Eastrey-on-Wend',
  'Fennick',
  'Gorsewell',
  'Hollin Parva',
  'Ivercombe',
  'Kestlebeck',
  'Llanfeddan',
  'Merrowby',
  'Nether Tarn',
  'Oxlode',
  'Pellow’s Worth',
  'Quernham',
  'Ravelstoke',
  'St Ísa',
  'Thrupp Magna',
  'Ulverdean',
  'Vennacott',
  'Wickersough',
  'Yarrowmouth',
  'Zeal Abbas',
];

const WEST = -10.6;
const SOUTH = 48.9;
const COLUMNS = 6;
const WIDTH = 0.2;
const HEIGHT = 0.175;
export const COUNTY_BOX: Box = [WEST, SOUTH, -9.4, 49.6];

/** The box of a parish by its number; any whole number, they go round. */
export function parishBox(number: number): Box {
  const index = number % PARISHES.length;
  const west = WEST + (index % COLUMNS) * WIDTH;
  const south = SOUTH + Math.floor(index / COLUMNS) * HEIGHT;
  return [rounded(west), rounded(south), rounded(west + WIDTH), rounded(south + HEIGHT)];
}

export function parishName(number: number): string {
  return PARISHES[number % PARISHES.length] ?? 'Wendlemere';
}

/** The county's workspace: GeoNode's `alternate` and the name of the WMS layer are the same, as they are on a real GeoNode. */
export const WORKSPACE = 'wendlemere';
export function layerName(dataset: SampleDataset): string {
  return `${WORKSPACE}:${dataset.name}`;
}

/** Six decimals, about 10 cm: as many as such a catalogue would give. */
export function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
