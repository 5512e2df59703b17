// The words by which a resource is described in OGC APIs and STAC: language, keywords, themes, licence, formats, identifiers.
import { at, type Found, listAt, manyAt, textAt } from '../json-fields.ts';
import type { RecordDraft } from '../record.ts';
import type { ApiLink } from './links.ts';

/** A text, or `{code, name}` (OGC 20-004r1, table 9). */
export function languageIn(json: Found): string | undefined {
  const candidates = [
    at(json, 'language'),
    ...listAt(json, 'languages'),
    ...listAt(json, 'resourceLanguages'),
  ];
  return candidates.map((one) => textAt(one) ?? textAt(one, 'code')).find((text) => text !== undefined);
}

/** Keywords, and the concepts of themes: `themes[].concepts[]` are objects, in drafts texts; in older ones `theme` or `keywords[].keywords`. */
export function keywordsIn(json: Found): string[] {
  const keywords = manyAt(json, 'keywords').flatMap((one) => {
    const text = textAt(one) ?? textAt(one, 'name') ?? textAt(one, 'title');
    return text === undefined ? manyAt(one, 'keywords') : [text];
  });
  const themes = [...manyAt(json, 'themes'), ...manyAt(json, 'theme')].flatMap((theme) => {
    const concepts = manyAt(theme, 'concepts');
    return concepts.length === 0 ? [theme] : concepts;
  });
  return [...keywords, ...themes].flatMap(
    (word) => textAt(word) ?? textAt(word, 'title') ?? textAt(word, 'name') ?? textAt(word, 'id') ?? [],
  );
}

/** Words that name no licence but that there is one (STAC 1.0 `proprietary`, `various`; 1.1 and Records `other`). */
const NO_NAME = /^(proprietary|various|other|see license link)$/i;

/**
 * The licence by its name, or where it has none by the address of its text; a word that only says that there is one, and what a name does not
 * hold, go to the rights.
 */
export function licenceOf(json: Found, links: readonly ApiLink[]): Pick<RecordDraft, 'license' | 'rights'> {
  const said = [at(json, 'license'), at(json, 'licence')]
    .map((one) => textAt(one) ?? textAt(one, 'name') ?? textAt(one, 'id') ?? textAt(one, 'url'))
    .find((text) => text !== undefined);
  const link = links.find(({ rel }) => rel.toLowerCase() === 'license');
  const nameless = said === undefined || NO_NAME.test(said.trim());
  const rights = [textAt(json, 'rights'), textAt(json, 'attribution'), textAt(json, 'accessConstraints')];
  const kept = [nameless && link !== undefined ? said : undefined, ...rights].filter(
    (text) => text !== undefined,
  );
  return {
    license: nameless ? (link?.href ?? said) : said,
    rights: kept.length === 0 ? undefined : [...new Set(kept)].join('\n'),
  };
}

/** Texts, or `{name, mediaType}` (OGC 20-004r1, table 13). */
export function formatsIn(json: Found): string[] {
  return manyAt(json, 'formats').flatMap(
    (one) => textAt(one) ?? textAt(one, 'name') ?? textAt(one, 'mediaType') ?? [],
  );
}

/** `externalIds` of Records, its drafts' `externalId`, a DOI (STAC scientific extension). */
export function identifiersIn(json: Found): NonNullable<RecordDraft['externalIds']> {
  const found = [...manyAt(json, 'externalIds'), ...manyAt(json, 'externalId')].flatMap((one) => {
    const [value, scheme] = [textAt(one) ?? textAt(one, 'value') ?? textAt(one, 'id'), textAt(one, 'scheme')];
    return value === undefined ? [] : [scheme === undefined ? { value } : { scheme, value }];
  });
  const doi = textAt(json, 'sci:doi') ?? textAt(json, 'doi');
  return doi === undefined ? found : [...found, { scheme: 'doi', value: doi }];
}

/** `http://www.opengis.net/def/crs/EPSG/0/3857` and `urn:ogc:def:crs:EPSG::3857` as `EPSG:3857`; CRS84 as `CRS:84`; others as they are. */
export function crsName(text: string): string {
  const [, epsg] = /\bEPSG(?:\/|:)[^/:]*(?:\/|:)(\d{4,6})$/i.exec(text.trim()) ?? [];
  if (epsg !== undefined) return `EPSG:${epsg}`;
  return /\bOGC(?:\/|:)[^/:]*(?:\/|:)CRS84$/i.test(text.trim()) ? 'CRS:84' : text.trim();
}
