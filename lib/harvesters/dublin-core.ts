/**
 * Dublin Core as the draft of a record: `csw:Record` and its shorter forms (OGC 07-006r1, 10.2.5 and table 10; CSW 3.0, 7.3.4), and `oai_dc`
 * (OAI-PMH 2.0, 5.1). Elements are those of DCMI Metadata Terms, with what servers put beside them: `dc:URI` of GeoNetwork is a link.
 */
import { cornersBox, sentenceBox, sentencePeriod } from './dublin-core/box.ts';
import { isWebAddress } from './iso/words.ts';
import { type DraftLink, onlineLink } from './online.ts';
import type { RecordContact, RecordDraft } from './record.ts';
import { rightsOf } from './rights.ts';
import { textOf, type XmlElement } from './xml.ts';

const ROOTS: ReadonlySet<string> = new Set(['Record', 'SummaryRecord', 'BriefRecord', 'dc']);

export function isDublinCoreRoot(name: string): boolean {
  return ROOTS.has(name);
}

/** DCMI Type is written as a URL by some. */
const TYPE_URL = /^https?:\/\/purl\.org\/dc\/dcmitype\//i;

/**
 * The draft, or why there is none.
 * @param id known otherwise: OAI-PMH names the record in its header, and `dc:identifier` is then one of the resource's
 */
export function dublinCoreDraft(
  root: XmlElement,
  id?: string,
): { draft: RecordDraft } | { because: string; title?: string } {
  const texts = (...names: readonly string[]): string[] =>
    names.flatMap((name) =>
      root.children.filter((child) => child.name === name).flatMap((child) => textOf(child) ?? []),
    );
  const identifiers = texts('identifier');
  const known = id ?? identifiers[0];
  const [title] = texts('title', 'alternative');
  if (known === undefined)
    return {
      because: `it has no identifier${title === undefined ? '' : ` (${JSON.stringify(title.slice(0, 100))})`}`,
      ...(title === undefined ? {} : { title }),
    };
  const [description] = texts('abstract', 'description', 'tableOfContents');
  const others = identifiers.filter((value) => value !== known);
  const draft: RecordDraft = {
    id: known,
    type: texts('type')[0]?.replace(TYPE_URL, '') ?? 'dataset',
    title,
    description,
    keywords: [...texts('subject'), ...texts('spatial', 'coverage').filter(isPlace)],
    language: texts('language')[0],
    created: earliest(texts('created', 'issued', 'dateSubmitted')) ?? plainDate(texts, 'first'),
    updated: texts('modified')[0] ?? plainDate(texts, 'last'),
    bbox: boxOf(root, texts('coverage', 'spatial')),
    interval: texts('temporal', 'coverage')
      .map(sentencePeriod)
      .find((period) => period !== undefined),
    contacts: contactsOf(texts),
    ...rightsOf(texts('license', 'rights', 'accessRights')),
    formats: texts('format', 'medium'),
    externalIds: others.filter((value) => !isWebAddress(value)).map((value) => ({ value })),
    links: linksOf(root, others),
  };
  return { draft };
}

type Texts = (...names: readonly string[]) => string[];

/** `dc:date` says not what happened on it: where there are several, the first is taken for the beginning and the last for the last change. */
function plainDate(texts: Texts, which: 'first' | 'last'): string | undefined {
  const dates = texts('date').sort();
  if (which === 'first') return dates[0];
  return dates.length > 1 ? dates.at(-1) : undefined;
}

function earliest(dates: readonly string[]): string | undefined {
  return [...dates].sort()[0];
}

/** Not a box or a period in words, nor the name of a coordinate system. */
function isPlace(text: string): boolean {
  return (
    text.length <= 200 &&
    !/limit\s*=|^\s*North |start\s*=|urn:|\/def\/crs/i.test(text) &&
    sentencePeriod(text) === undefined
  );
}

function boxOf(root: XmlElement, sentences: readonly string[]): RecordDraft['bbox'] {
  const corners = root.children
    .filter(({ name }) => name === 'WGS84BoundingBox' || name === 'BoundingBox')
    .map(cornersBox)
    .find((box) => box !== undefined);
  return corners ?? sentences.map(sentenceBox).find((box) => box !== undefined);
}

/** Names only; which of them are people is nowhere said. */
function contactsOf(texts: Texts): RecordContact[] {
  const roles = new Map<string, string[]>();
  for (const [element, role] of [
    ['creator', 'author'],
    ['publisher', 'publisher'],
    ['contributor', 'contributor'],
    ['rightsHolder', 'rightsHolder'],
  ] as const) {
    for (const name of texts(element)) {
      const known = roles.get(name) ?? [];
      if (!known.includes(role)) known.push(role);
      roles.set(name, known);
    }
  }
  return [...roles].map(([organization, held]) => ({ organization, roles: held }));
}

/** What refers to something else by a URL; names and numbers of other records are left out. */
const REFERRING: ReadonlyMap<string, string> = new Map([
  ['source', 'related'],
  ['relation', 'related'],
  ['isPartOf', 'collection'],
  ['hasPart', 'item'],
  ['isVersionOf', 'related'],
  ['hasVersion', 'related'],
  ['isReferencedBy', 'related'],
  ['conformsTo', 'related'],
]);

function linksOf(root: XmlElement, identifiers: readonly string[]): DraftLink[] {
  const links: DraftLink[] = [];
  for (const element of root.children) {
    const text = textOf(element);
    if (text === undefined) continue;
    const { attributes, name } = element;
    if (name === 'references' || name === 'URI')
      links.push(
        onlineLink({
          href: text,
          protocol: attributes['scheme'] ?? attributes['protocol'],
          name: nonEmpty(attributes['name']),
          description: nonEmpty(attributes['description']),
        }),
      );
    else if (isWebAddress(text) && REFERRING.has(name))
      links.push({ href: text, rel: REFERRING.get(name) ?? 'related' });
  }
  return [...links, ...identifiers.filter(isWebAddress).map((href) => ({ href, rel: 'about' }))];
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
