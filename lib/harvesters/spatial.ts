/**
 * Where a dataset of an open-data catalogue lies, in the many ways in which it is written: GeoJSON as an object or as text, WKT, GML, four numbers in
 * one order or another, a place by its name or its URI (DCAT-US 1.1 "spatial", DCAT 3 6.12 "dcterms:Location", the `spatial` extra of ckanext-spatial).
 */
import { type Bounds, boundsOfGeoJson, unionOf } from './bounds.ts';
import { readBox } from './box.ts';
import { at, type Found, isList, isObject, manyAt, numberAt, textAt } from './json-fields.ts';
import { readJsonText } from './json.ts';
import { boundsOfGml, boundsOfWkt } from './spatial-texts.ts';

export interface Whereabouts {
  readonly bounds?: Bounds;
  /** Names of places and codes of countries. */
  readonly places: readonly string[];
  /** Of places in a gazetteer. */
  readonly uris: readonly string[];
  /** What was assumed, or could not be read. */
  readonly notes: readonly string[];
}

const NOWHERE: Whereabouts = { places: [], uris: [], notes: [] };
const NESTED_MAX = 6;
const SHOWN_CHARS = 60;
/** How objects call the four sides, whatever the case, and with or without their prefix. */
const SIDES = [
  ['west', 'south', 'east', 'north'],
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['minx', 'miny', 'maxx', 'maxy'],
  ['westlimit', 'southlimit', 'eastlimit', 'northlimit'],
  ['westboundlongitude', 'southboundlatitude', 'eastboundlongitude', 'northboundlatitude'],
] as const;
const PARTS = ['bbox', 'geometry', 'locn:geometry', 'dcat:bbox', 'centroid', 'dcat:centroid', '@value'];
const NAMES = [
  'prefLabel',
  'skos:prefLabel',
  'label',
  'name',
  'title',
  'geographicName',
  'geographicIdentifier',
  'text',
];

/** All that a value says of a place; several are put together, in one box around all of theirs. */
export function readWhereabouts(value: Found, nested = 0): Whereabouts {
  if (value === undefined || value === null || nested > NESTED_MAX) return NOWHERE;
  if (typeof value === 'string') return ofText(value.trim(), nested);
  if (isList(value)) {
    const numbers = value.map((number) => (typeof number === 'object' ? undefined : numberAt(number)));
    if (numbers.length > 0 && numbers.every((number) => number !== undefined)) return ofNumbers(numbers);
    return together(value.map((one) => readWhereabouts(one, nested + 1)));
  }
  return isObject(value) ? ofObject(value, nested) : NOWHERE;
}

function ofObject(value: Found, nested: number): Whereabouts {
  const geometry = boundsOfGeoJson(value);
  if (geometry !== undefined) return { ...NOWHERE, bounds: geometry };
  const sides = sidesOf(value);
  if (sides !== undefined) return { ...NOWHERE, bounds: sides };
  // The first part that says where: a centroid says less than the box that is there too.
  const parts = PARTS.map((key) => readWhereabouts(at(value, key), nested + 1));
  const where = parts.find(({ bounds }) => bounds !== undefined) ?? together(parts);
  const names = NAMES.flatMap((key) => manyAt(value, key)).flatMap(
    (name) => textAt(name) ?? textAt(name, '@value') ?? textAt(name, 'en') ?? [],
  );
  const uri = textAt(value, '@id');
  return together([where, { ...NOWHERE, places: names, uris: uri !== undefined && isUrl(uri) ? [uri] : [] }]);
}

function sidesOf(value: Found): Bounds | undefined {
  if (!isObject(value)) return undefined;
  const sides = new Map(
    Object.entries(value).map(([key, side]) => [key.replace(/^.*:/, '').toLowerCase(), numberAt(side)]),
  );
  for (const names of SIDES) {
    const [west, south, east, north] = names.map((name) => sides.get(name));
    if (west !== undefined && south !== undefined && east !== undefined && north !== undefined)
      return [west, south, east, north];
  }
  return undefined;
}

function ofText(text: string, nested: number): Whereabouts {
  if (text === '' || /^[a-z]+\s+empty$/i.test(text)) return NOWHERE;
  if (text.startsWith('{') || text.startsWith('[')) {
    const read = readJsonText(text);
    return 'json' in read ? readWhereabouts(read.json, nested + 1) : unread(text);
  }
  const drawn = boundsOfWkt(text) ?? boundsOfGml(text);
  if (drawn !== undefined) return { ...NOWHERE, bounds: drawn };
  const box = dcmiBoxIn(text);
  if (box !== undefined) return ofObject(box, nested);
  if (text.length <= 400 && /^[\s\d.,;/+\-eE°[\]()]+$/.test(text) && /\d/.test(text)) {
    const numbers = text.split(/[\s,;/°[\]()]+/).filter((number) => number !== '');
    return ofNumbers(numbers.map((number) => numberAt(number)));
  }
  if (isUrl(text)) return { ...NOWHERE, uris: [text] };
  // What is that long is no name: a geometry in a form that nobody knows.
  return text.length > 300 || text.startsWith('<') ? unread(text) : { ...NOWHERE, places: [text] };
}

function isUrl(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text);
}

function unread(text: string): Whereabouts {
  return {
    ...NOWHERE,
    notes: [`the place ${JSON.stringify(text.slice(0, SHOWN_CHARS))} could not be read and was left out`],
  };
}

/** `name=X; northlimit=1; eastlimit=2; southlimit=0; westlimit=1` (DCMI Box Encoding Scheme). */
function dcmiBoxIn(text: string): Record<string, string> | undefined {
  if (!/(^|;)\s*(north|south|east|west)limit\s*=/i.test(text)) return undefined;
  return Object.fromEntries(
    text.split(';').map((part) => {
      const [key = '', ...rest] = part.split('=');
      return [key.trim().toLowerCase(), rest.join('=').trim()] as const;
    }),
  );
}

/**
 * Four numbers: west, south, east, north (DCAT-US 1.1), or where that is no box south, west, north, east, or west, east, south, north.
 * Two: latitude, longitude (the same).
 */
function ofNumbers(numbers: readonly (number | undefined)[]): Whereabouts {
  const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers;
  const shown = numbers.join(', ').slice(0, SHOWN_CHARS);
  if (numbers.length === 2) {
    if (Math.abs(a) <= 90)
      return {
        ...NOWHERE,
        bounds: [b, a, b, a],
        notes: [`the point ${shown} was read as latitude, longitude`],
      };
    return {
      ...NOWHERE,
      bounds: [a, b, a, b],
      notes: [`the point ${shown} was read as longitude, latitude`],
    };
  }
  if (numbers.length !== 4) return unread(shown);
  if (!('because' in readBox([a, b, c, d])) && a <= c) return { ...NOWHERE, bounds: [a, b, c, d] };
  const others = [
    { bounds: [b, a, d, c], as: 'south, west, north, east' },
    { bounds: [a, c, b, d], as: 'west, east, south, north' },
  ] as const;
  const other = others.find(({ bounds }) => bounds[0] <= bounds[2] && !('because' in readBox(bounds)));
  return other === undefined
    ? { ...NOWHERE, bounds: [a, b, c, d] }
    : { ...NOWHERE, bounds: other.bounds, notes: [`the box ${shown} was read as ${other.as}`] };
}

function together(all: readonly Whereabouts[]): Whereabouts {
  const bounds = unionOf(all.map((one) => one.bounds));
  return {
    ...(bounds === undefined ? {} : { bounds }),
    places: all.flatMap(({ places }) => places),
    uris: all.flatMap(({ uris }) => uris),
    notes: all.flatMap(({ notes }) => notes),
  };
}
