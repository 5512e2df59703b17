/**
 * A dataset, a service or a series of DCAT-US as a record draft. Names follow "Dataset Fields" of DCAT-US 1.1 and the classes Dataset, DataService and
 * DatasetSeries of DCAT-US 3.0 (which are those of DCAT 3); any field may be missing, null, of another shape, one or many.
 */
import type { JsonObject } from '../../json.ts';
import { at, type Found, isObject, manyAt, textAt } from '../json-fields.ts';
import { languageIn } from '../language.ts';
import { isFrequency, readPeriod } from '../periods.ts';
import type { RecordDraft } from '../record.ts';
import { readWhereabouts } from '../spatial.ts';
import type { Kind } from './catalogue.ts';
import { contactsOf } from './contacts.ts';
import { formatsOf, linksOf } from './links.ts';
import {
  isHref,
  labelsOf,
  objectsAt,
  shortNames,
  textOf,
  textOrAddress,
  textsOrAddresses,
} from './values.ts';

/** What records call the kinds. */
const TYPES: Readonly<Record<Kind, string>> = {
  dataset: 'dataset',
  service: 'service',
  datasetSeries: 'series',
};

/** The identifier: a text, a number, a node by its address or its value; without any, the address of the whole (`@id`). */
export function identifierOf(json: JsonObject): string | undefined {
  const [node] = objectsAt(json, 'identifier');
  return textOrAddress(at(json, 'identifier')) ?? textOf(at(node, 'notation')) ?? textAt(json, '@id');
}

/** @param base the URL of the document, for links that are not whole */
export function dcatDraft(
  object: JsonObject,
  { id, kind, base }: { id: string; kind: Kind; base: string },
): RecordDraft {
  const json = shortNames(object);
  const where = readWhereabouts(at(json, 'spatial'));
  const period = periodOf(at(json, 'temporal'));
  const updated = dateOf(at(json, 'modified'));
  return {
    id,
    base,
    type: TYPES[kind],
    title: textOf(at(json, 'title')),
    description: textOf(at(json, 'description')),
    keywords: [...keywordsOf(json), ...where.places],
    language: languageIn(textsOrAddresses(at(json, 'language'))),
    created: dateOf(at(json, 'issued')).date,
    updated: updated.date,
    bbox: where.bounds,
    interval: period.interval,
    contacts: contactsOf(json),
    ...termsOf(json),
    formats: formatsOf(json),
    crs: crsOf(json),
    externalIds: idsOf(json, id),
    links: linksOf(json, kind, where.uris),
    notes: [...where.notes, ...period.notes, ...updated.notes],
  };
}

/** Keywords may be one text with commas; themes are words, or nodes of a vocabulary. */
function keywordsOf(json: JsonObject): string[] {
  const keyword = at(json, 'keyword');
  const words = typeof keyword === 'string' ? keyword.split(/[,;]/) : labelsOf(keyword);
  return [...words, ...labelsOf(at(json, 'theme')), ...labelsOf(at(json, 'subject'))];
}

/** `modified` may be how often it changes (`R/P1D`), which is no date. */
function dateOf(value: Found): { date: string | undefined; notes: string[] } {
  const text = textOf(value);
  return text !== undefined && isFrequency(text)
    ? {
        date: undefined,
        notes: [`it is changed regularly (${text.trim().slice(0, 40)}) and names no date of it`],
      }
    : { date: text, notes: [] };
}

/** DCAT-US 1.1: one text. DCAT-US 3.0: nodes with `startDate` and `endDate`; of several the first. */
function periodOf(value: Found): Pick<RecordDraft, 'interval'> & { notes: readonly string[] } {
  for (const one of manyAt(value)) {
    const node = isObject(one) ? shortNames(one) : undefined;
    const [from, to] = [endOf(node, ['startDate', 'hasBeginning']), endOf(node, ['endDate', 'hasEnd'])];
    if (from !== undefined || to !== undefined) return { interval: [from, to], notes: [] };
    const text = textOf(one);
    if (text !== undefined) return readPeriod(text);
  }
  return { notes: [] };
}

function endOf(node: JsonObject | undefined, names: readonly string[]): string | undefined {
  return names
    .map((name) => textOf(at(node, name)) ?? textAt(at(node, name), 'inXSDDateTime'))
    .find((text) => text !== undefined);
}

/** A licence is a word or an address; portals put whole texts of HTML in its place, which are rights. */
function termsOf(json: JsonObject): Pick<RecordDraft, 'license' | 'rights'> {
  const license = textOrAddress(at(json, 'license')) ?? labelsOf(at(json, 'license'))[0];
  const isText =
    license !== undefined && !isHref(license) && (license.length > 200 || /<[a-z]/i.test(license));
  const access = textOf(at(json, 'accessLevel'));
  const rights = [
    ...labelsOf(at(json, 'rights')),
    ...labelsOf(at(json, 'accessRights')),
    ...(access === undefined || /^public$/i.test(access.trim()) ? [] : [`Access level: ${access}`]),
    ...(isText ? [license] : []),
    // Of each distribution, where the dataset says nothing.
    ...objectsAt(json, 'distribution').flatMap((one) => labelsOf(at(one, 'rights'))),
  ];
  const ofDistributions = objectsAt(json, 'distribution').map((one) => textOrAddress(at(one, 'license')));
  return {
    license: isText ? undefined : (license ?? ofDistributions.find((text) => text !== undefined)),
    rights: rights.length === 0 ? undefined : [...new Set(rights)].join('\n'),
  };
}

/** Coordinate systems are among the standards that data conform to: `http://www.opengis.net/def/crs/EPSG/0/4326`. */
function crsOf(json: JsonObject): string[] {
  const standards = [json, ...objectsAt(json, 'distribution')].flatMap((one) => [
    ...textsOrAddresses(at(one, 'conformsTo')),
    ...labelsOf(at(one, 'conformsTo')),
  ]);
  return standards.flatMap((text) => {
    const [, code] = /EPSG(?:[:/]+[\d.]*)?[:/]+(\d{4,6})\/?$/i.exec(text) ?? [];
    return code === undefined ? [] : [`EPSG:${code}`];
  });
}

function idsOf(json: JsonObject, id: string): { scheme: string; value: string }[] {
  const own = textAt(json, '@id');
  const others = ['otherIdentifier', 'sameAs', 'doi'].flatMap((scheme) =>
    manyAt(json, scheme).flatMap((one) => {
      const node = isObject(one) ? shortNames(one) : undefined;
      const value =
        textOf(one) ??
        textOf(at(node, 'notation')) ??
        textOrAddress(at(node, 'identifier')) ??
        textAt(one, '@id');
      return value === undefined ? [] : [{ scheme, value }];
    }),
  );
  // A parent that is known by a word and not by an address: there is no link to it.
  const parents = textsOrAddresses(at(json, 'isPartOf'))
    .filter((value) => !isHref(value))
    .map((value) => ({ scheme: 'isPartOf', value }));
  const all = [...(own === undefined ? [] : [{ scheme: '@id', value: own }]), ...others, ...parents];
  return all.filter(({ value }) => value !== id);
}
