// A dataset of CKAN's `package_search` or `package_show` as a record draft; any field may be null, missing, an extra, or in several languages.
import type { JsonObject } from '../../json.ts';
import { at, type Found, isList, isObject, listAt, numberAt, textAt } from '../json-fields.ts';
import { languageIn } from '../language.ts';
import { readPeriod } from '../periods.ts';
import type { RecordDraft } from '../record.ts';
import {
  type Distribution,
  type DraftLink,
  formatOf,
  linksOfDistribution,
  relationOf,
} from '../service-links.ts';
import { readWhereabouts, type Whereabouts } from '../spatial.ts';
import { contactsOf } from './contacts.ts';
import { allTexts, type Fields, fieldsOf, inOneLanguage, objectsIn, wordsIn } from './fields.ts';

/** @param site the address of the site, for the page of the dataset on it */
export function ckanDraft(json: JsonObject, { id, site }: { id: string; site: string }): RecordDraft {
  const fields = fieldsOf(json);
  const languages = wordsIn(fields('language', 'metadata_language', 'dataset_language'));
  const text = (...names: readonly string[]) =>
    names.map((name) => inOneLanguage(fields(name), languages)).find((found) => found !== undefined);
  const where = whereabouts(fields);
  const period = periodOf(fields);
  const distributions = listAt(json, 'resources').filter(isObject).map(distributionOf);
  return {
    id,
    base: `${site}/`,
    type: typeOf(fields),
    title: text('title', 'title_translated', 'name'),
    description: text('notes', 'notes_translated', 'description'),
    keywords: [...keywordsOf(fields), ...where.places],
    language: languageIn(languages),
    created: inUtc(text('metadata_created')) ?? text('issued', 'dcat_issued'),
    updated: inUtc(text('metadata_modified')) ?? text('modified', 'dcat_modified', 'metadata_date'),
    bbox: where.bounds,
    interval: period.interval,
    contacts: contactsOf(fields),
    license: licenseOf(fields),
    rights: rightsOf(fields),
    formats: distributions.map(formatOf).filter((format) => format !== undefined),
    crs: crsOf(fields),
    externalIds: idsOf(fields, id),
    links: linksOf(fields, { site, distributions, uris: where.uris }),
    notes: [...where.notes, ...period.notes],
  };
}

/** CKAN's own dates are in UTC and do not say so (`ckan.lib.helpers`, "naive" dates). */
function inUtc(text: string | undefined): string | undefined {
  return text !== undefined && /T[\d:.]+$/.test(text) ? `${text}Z` : text;
}

/** What CKAN calls a dataset may be a service or a series in the ISO 19115 that it was harvested from. */
function typeOf(fields: Fields): string {
  const own = textAt(fields('type')) ?? 'dataset';
  return own === 'dataset' ? (textAt(fields('resource_type')) ?? own) : own;
}

function keywordsOf(fields: Fields): (string | undefined)[] {
  return [
    ...listOf(fields('tags')).flatMap(
      (tag) => textAt(tag) ?? textAt(tag, 'display_name') ?? textAt(tag, 'name'),
    ),
    ...wordsIn(fields('tags_translated')),
    ...wordsIn(fields('keywords')),
    ...listOf(fields('groups')).flatMap(
      (group) =>
        textAt(group) ??
        inOneLanguage(at(group, 'title')) ??
        textAt(group, 'display_name') ??
        textAt(group, 'name'),
    ),
    ...wordsIn(fields('theme', 'dcat_theme')),
    ...wordsIn(fields('topic_category', 'category')),
  ];
}

function listOf(value: Found): readonly Found[] {
  return isList(value) ? value : [];
}

/** Extras that say where, the surest first: `spatial` is GeoJSON in a text (ckanext-spatial). */
const PLACES = [
  'spatial',
  'spatial_coverage',
  'geographic_coverage',
  'spatial_text',
  'bbox',
  'bounding_box',
  'extent',
];

/** The four sides are extras too, and alone on some sites. */
function whereabouts(fields: Fields): Whereabouts {
  const found = PLACES.map((name) => readWhereabouts(fields(name)));
  const sides = ['west_long', 'south_lat', 'east_long', 'north_lat'].map((side) =>
    numberAt(fields(`bbox_${side}`)),
  );
  const [west, south, east, north] = sides;
  const box = [west, south, east, north].every((side) => side !== undefined)
    ? readWhereabouts(sides.map((side) => side ?? null))
    : undefined;
  const bounds = [...found, box].find((one) => one?.bounds !== undefined)?.bounds;
  return {
    ...(bounds === undefined ? {} : { bounds }),
    places: found.flatMap(({ places }) => places),
    uris: found.flatMap(({ uris }) => uris),
    notes: found.flatMap(({ notes }) => notes),
  };
}

/** Names of the two ends, as extensions call them. */
const ENDS = [
  ['temporal_start', 'temporal_end'],
  ['temporal_coverage_from', 'temporal_coverage_to'],
  ['temporal_extent_begin', 'temporal_extent_end'],
  ['temporal_extent_start', 'temporal_extent_end'],
  ['temporal_from', 'temporal_to'],
  ['time_period_coverage_start', 'time_period_coverage_end'],
] as const;

function periodOf(fields: Fields): Pick<RecordDraft, 'interval'> & { notes: readonly string[] } {
  for (const [begin, end] of ENDS) {
    const [from, to] = [allTexts(fields(begin))[0], allTexts(fields(end))[0]];
    if (from !== undefined || to !== undefined) return { interval: [from, to], notes: [] };
  }
  const coverage = fields('temporal_coverage', 'temporal');
  const [first] = objectsIn(coverage);
  if (first !== undefined) return { interval: [textAt(first, 'start'), textAt(first, 'end')], notes: [] };
  const text = textAt(coverage);
  return text === undefined ? { notes: [] } : readPeriod(text);
}

/** What CKAN offers where nobody chose one. */
const NO_LICENSE = /^(notspecified|not-?specified|none|)$/i;
/** `other-open` names no licence: the title beside it may. */
const SOME_LICENSE = /^other/i;

function licenseOf(fields: Fields): string | undefined {
  const id = textAt(fields('license_id', 'license')) ?? '';
  const title = inOneLanguage(fields('license_title'));
  if (NO_LICENSE.test(id)) return textAt(fields('license_url')) ?? (id === '' ? title : undefined);
  return SOME_LICENSE.test(id) ? (title ?? id) : id;
}

function rightsOf(fields: Fields): string | undefined {
  const names = [
    'rights',
    'access_rights',
    'access_constraints',
    'use_constraints',
    'license_title',
  ] as const;
  const lines = names.flatMap((name) => {
    const value = fields(name);
    return isList(value) ? allTexts(value) : (inOneLanguage(value) ?? []);
  });
  return lines.length === 0 ? undefined : [...new Set(lines)].join('\n');
}

/** `urn:ogc:def:crs:EPSG::32636`, `http://www.opengis.net/def/crs/EPSG/0/4326`, `EPSG:4326`. */
function crsOf(fields: Fields): string[] {
  const system = textAt(fields('spatial_reference_system', 'reference_system', 'crs'));
  const [, code] = /EPSG(?:[:/]+[\d.]*)?[:/]+(\d{4,6})/i.exec(system ?? '') ?? [];
  return code !== undefined ? [`EPSG:${code}`] : system === undefined ? [] : [system];
}

/** Extras that say by which name others know the dataset. */
const OTHER_IDS = ['guid', 'identifier', 'dcat_identifier', 'uri', 'doi', 'alternate_identifier'] as const;

function idsOf(fields: Fields, id: string): { scheme: string; value: string }[] {
  const name = textAt(fields('name'));
  const own = name === undefined || name === id ? [] : [{ scheme: 'ckan:name', value: name }];
  const others = OTHER_IDS.flatMap((scheme) =>
    allTexts(fields(scheme)).flatMap((value) => (value === id ? [] : [{ scheme, value }])),
  );
  return [...own, ...others];
}

function distributionOf(resource: JsonObject): Distribution {
  const inside = fieldsOf(resource);
  const title = ['name', 'name_translated', 'title', 'description']
    .map((name) => inOneLanguage(inside(name)))
    .find((text) => text !== undefined);
  const shared: Distribution = {
    format: textAt(inside('format')),
    mediaType: mediaTypeOf(textAt(inside('mimetype', 'media_type'))),
    title,
    name: textAt(inside('wms_layer', 'layer_name')),
  };
  const url = textAt(inside('access_url')) ?? textAt(inside('url'));
  // `url` is the data itself, unless it is a service or a page.
  const isFile = url !== undefined && relationOf(shared, url) === undefined;
  return {
    ...shared,
    accessUrl: url,
    downloadUrl: textAt(inside('download_url')) ?? (isFile ? url : undefined),
  };
}

function mediaTypeOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.+-]+\/[\w.+-]+/.test(text) ? text : undefined;
}

interface Linked {
  readonly site: string;
  readonly distributions: readonly Distribution[];
  readonly uris: readonly string[];
}

function linksOf(fields: Fields, { site, distributions, uris }: Linked): DraftLink[] {
  const name = textAt(fields('name')) ?? textAt(fields('id'));
  const page = name === undefined ? undefined : `${site}/dataset/${encodeURIComponent(name)}`;
  return [
    { href: page, rel: 'alternate', type: 'text/html' },
    { href: textAt(fields('url')), rel: 'related' },
    ...distributions.flatMap(linksOfDistribution),
    { href: textAt(fields('license_url')), rel: 'license' },
    ...allTexts(fields('documentation')).map((href) => ({ href, rel: 'describedby' })),
    ...allTexts(fields('conforms_to'))
      .filter(isUrl)
      .map((href) => ({ href, rel: 'profile' })),
    { href: textAt(fields('harvest_dataset_url')), rel: 'via' },
    ...uris.map((href) => ({ href, rel: 'related' })),
  ];
}

function isUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}
