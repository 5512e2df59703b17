/**
 * A metadata record of ISO 19115 as the draft of a record: ISO 19139 (gmd), 19139-2 (gmi), profiles of them such as the Swiss che, and
 * ISO 19115-3 (mdb). They name the same things in the same words but for a few, so one reader goes by names without their prefixes.
 *
 * | of the draft | gmd (ISO 19115:2003) | mdb (ISO 19115-1) |
 * |---|---|---|
 * | id | fileIdentifier (B.2.1) | metadataIdentifier (B.2.1) |
 * | type | hierarchyLevel | metadataScope/resourceScope |
 * | updated | dateStamp | dateInfo: revision |
 * | created | citation: creation, publication | dateInfo: creation, else as gmd |
 */
import type { RecordDraft } from '../record.ts';
import { childOf, childrenOf, type XmlElement } from '../xml.ts';
import { rightsOf } from './constraints.ts';
import { distributorsOf, formatsOf, languageOf, linksOf, systemsOf } from './distribution.ts';
import { extentElements, extentsOf } from './extent.ts';
import { contactsOf } from './parties.ts';
import { anchorIn, codeIn, heldIn, translationsIn, wordsIn } from './words.ts';

/** Root elements of records. Profiles name their own: `che:CHE_MD_Metadata`. */
export function isIsoRoot(name: string): boolean {
  return /^([A-Z]{2,8}_)?M[DI]_Metadata$/.test(name);
}

/** The draft, or why there is none: a record without any identifier cannot be kept apart from others. */
export function isoDraft(root: XmlElement): { draft: RecordDraft } | { because: string; title?: string } {
  const identifications = heldIn(root, 'identificationInfo');
  const citations = identifications.flatMap((one) => heldIn(one, 'citation'));
  const title = citations.map((citation) => wordsIn(childOf(citation, 'title'))).find(isSaid);
  const identifiers = citations.flatMap(identifiersOf);
  const own = ownIdentifier(root);
  const id = own ?? identifiers[0]?.value;
  if (id === undefined)
    return {
      because: `it has neither an identifier of its own nor one of its resource${title === undefined ? '' : ` (${JSON.stringify(title.slice(0, 100))})`}`,
      ...(title === undefined ? {} : { title }),
    };
  const extents = extentsOf(identifications.flatMap(extentElements));
  const said = (name: string): string | undefined =>
    identifications.map((one) => wordsIn(childOf(one, name))).find(isSaid);
  const draft: RecordDraft = {
    id,
    type: typeOf(root, identifications),
    title,
    description: said('abstract'),
    keywords: [...identifications.flatMap(keywordsOf), ...extents.places],
    language: languageOf(root, identifications),
    ...datesOf(root, citations),
    bbox: extents.bbox,
    interval: extents.interval,
    contacts: contactsOf([
      ...identifications.flatMap((one) => childrenOf(one, 'pointOfContact')),
      ...citations.flatMap((one) => childrenOf(one, 'citedResponsibleParty')),
      ...childrenOf(root, 'contact'),
      ...distributorsOf(root),
    ]),
    ...rightsOf(identifications),
    formats: formatsOf(root, identifications),
    crs: systemsOf(root),
    externalIds: identifiers.filter(({ value }) => value !== id),
    links: linksOf(root, identifications),
    notes: own === undefined ? ['it has no identifier of its own; that of its resource stands in'] : [],
  };
  return { draft };
}

function isSaid(text: string | undefined): boolean {
  return text !== undefined;
}

function ownIdentifier(root: XmlElement): string | undefined {
  const [identifier] = heldIn(root, 'metadataIdentifier');
  return wordsIn(childOf(root, 'fileIdentifier')) ?? wordsIn(childOf(identifier, 'code'));
}

/** As others know the resource; an anchor's address is an identifier too, mostly a DOI. */
function identifiersOf(citation: XmlElement): { scheme?: string; value: string }[] {
  return heldIn(citation, 'identifier').flatMap((identifier) => {
    const code = childOf(identifier, 'code');
    const [authority] = heldIn(identifier, 'authority');
    const scheme = wordsIn(childOf(identifier, 'codeSpace')) ?? wordsIn(childOf(authority, 'title'));
    const value = wordsIn(code);
    const href = anchorIn(code);
    return [
      ...(value === undefined ? [] : [{ ...(scheme === undefined ? {} : { scheme }), value }]),
      ...(href === undefined || href === value ? [] : [{ value: href }]),
    ];
  });
}

function typeOf(root: XmlElement, identifications: readonly XmlElement[]): string {
  const [scope] = heldIn(root, 'metadataScope');
  const level = codeIn(childOf(root, 'hierarchyLevel')) ?? codeIn(childOf(scope, 'resourceScope'));
  if (level !== undefined) return level;
  return identifications.some(({ name }) => name.endsWith('SV_ServiceIdentification'))
    ? 'service'
    : 'dataset';
}

/** With their translations: who searches in one language finds what was described in another. Topic categories are keywords too. */
function keywordsOf(identification: XmlElement): string[] {
  const keywords = heldIn(identification, 'descriptiveKeywords')
    .flatMap((group) => childrenOf(group, 'keyword'))
    .flatMap((keyword) => [wordsIn(keyword) ?? '', ...translationsIn(keyword)]);
  const topics = childrenOf(identification, 'topicCategory').map((topic) => wordsIn(topic) ?? '');
  return [...keywords, ...topics];
}

interface Dated {
  readonly kind: string;
  readonly date: string;
}

/** CI_Date: a date and what happened then. */
function datesIn(element: XmlElement, property: string): Dated[] {
  return heldIn(element, property).flatMap((held) => {
    const date = wordsIn(childOf(held, 'date'));
    return date === undefined ? [] : [{ kind: codeIn(childOf(held, 'dateType')) ?? '', date }];
  });
}

function datesOf(
  root: XmlElement,
  citations: readonly XmlElement[],
): Pick<RecordDraft, 'created' | 'updated'> {
  const own = datesIn(root, 'dateInfo');
  const cited = citations.flatMap((citation) => datesIn(citation, 'date'));
  const of = (dates: readonly Dated[], ...kinds: readonly string[]): string | undefined =>
    kinds.flatMap((kind) => latest(dates.filter((dated) => dated.kind === kind)) ?? [])[0];
  return {
    created: of(own, 'creation') ?? of(cited, 'creation', 'publication', 'released'),
    updated:
      wordsIn(childOf(root, 'dateStamp')) ?? of(own, 'revision', 'lastUpdate') ?? of(cited, 'revision'),
  };
}

function latest(dates: readonly Dated[]): string | undefined {
  return dates
    .map(({ date }) => date)
    .sort()
    .at(-1);
}
