/**
 * What the property elements of ISO 19139 and ISO 19115-3 say in words. A property (`gmd:title`) holds its value in a child that names the
 * type: `gco:CharacterString`, `gmx:Anchor`, a code, a date; or it holds none and says why (`gco:nilReason`); or it refers to one elsewhere
 * (`xlink:href`); and `PT_FreeText` beside it holds the same in other languages (ISO 19139, 7.4.1.4 and 9.8.7).
 */
import { childOf, childrenOf, textOf, walk, type XmlElement } from '../xml.ts';

const TRANSLATIONS = 'PT_FreeText';

/** The value in words, in the language of the record where it has that, else in the first there is; `undefined` when it says nothing. */
export function wordsIn(property: XmlElement | undefined): string | undefined {
  if (property === undefined) return undefined;
  for (const child of property.children) {
    if (child.name === TRANSLATIONS) continue;
    const words = textOf(child) ?? codeOf(child) ?? hrefOf(child);
    if (words !== undefined) return words;
  }
  // Some writers forget the type: `<gmd:language>eng</gmd:language>`.
  const own = property.text.trim();
  return own === '' ? translationsIn(property)[0] : own;
}

/** The same in other languages, in the order of the document, each once; the record's own is not among them. */
export function translationsIn(property: XmlElement): readonly string[] {
  const own = property.children.find(({ name }) => name !== TRANSLATIONS);
  const said = new Set<string>();
  for (const free of childrenOf(property, TRANSLATIONS)) {
    for (const { name, text } of walk(free)) {
      if (name === 'LocalisedCharacterString' && text.trim() !== '') said.add(text.trim());
    }
  }
  said.delete(textOf(own) ?? '');
  return [...said];
}

/** A code by its value, else by what stands in the element (ISO 19139, 8.5.5): servers translate the text, not the value. */
export function codeIn(property: XmlElement | undefined): string | undefined {
  for (const child of property?.children ?? []) {
    const code = codeOf(child) ?? textOf(child);
    if (code !== undefined) return code;
  }
  return property === undefined ? undefined : nonEmpty(property.text);
}

function codeOf({ attributes }: XmlElement): string | undefined {
  return nonEmpty(attributes['codeListValue'] ?? '');
}

/** Of an Anchor, or of a property that refers to its value elsewhere. */
export function hrefOf(element: XmlElement | undefined): string | undefined {
  return nonEmpty(element?.attributes['href'] ?? '');
}

/** The address behind the words of an Anchor: `<gmx:Anchor xlink:href="https://...">Words</gmx:Anchor>`. */
export function anchorIn(property: XmlElement | undefined): string | undefined {
  const href = hrefOf(childOf(property, 'Anchor'));
  return href !== undefined && isWebAddress(href) ? href : undefined;
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text.trim());
}

function nonEmpty(text: string): string | undefined {
  const trimmed = text.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** Every `property/type` pair: the elements that the properties of that name hold. */
export function heldIn(element: XmlElement | undefined, property: string): readonly XmlElement[] {
  return childrenOf(element, property).flatMap(({ children }) =>
    children.filter(({ name }) => name !== TRANSLATIONS),
  );
}
