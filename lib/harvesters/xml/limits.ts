// How much of one XML document is read: bounds that follow from sizes alone, so that the same bytes are always read the same way.

export interface XmlLimits {
  /** Elements in elements. ISO 19139 needs about 25, nested layers seldom 10. */
  readonly depthMax: number;
  /** On one element, declarations of namespaces included. */
  readonly attributesMax: number;
  readonly elementsMax: number;
  /** A start tag up to its next attribute, one attribute, one comment, one DOCTYPE. Pictures in `data:` URLs are the longest. */
  readonly tokenCharsMax: number;
  /** Of one element that is taken whole; what is beyond is cut off, and said. */
  readonly textCharsMax: number;
  /** Text and attributes of all that one whole element holds; beyond this it is cut off, and said. */
  readonly wholeCharsMax: number;
  readonly wholeElementsMax: number;
  /** Faults of structure: end tags that fit no start tag, attributes without quotes ... */
  readonly faultsMax: number;
  /** `&` that should be `&amp;`: in large documents full of URLs there may be five for every layer. */
  readonly ampersandsMax: number;
  /** Stray `<` and unknown entities, which lose nothing either: they stay in the text. sax needs ten microseconds for each. */
  readonly straysMax: number;
  /** What may stand before the root element (warnings of scripts) and be looked at behind it. */
  readonly charsOutsideMax: number;
}

export const XML_LIMITS: XmlLimits = {
  depthMax: 200,
  attributesMax: 256,
  elementsMax: 5_000_000,
  tokenCharsMax: 1_000_000,
  textCharsMax: 1_000_000,
  wholeCharsMax: 8_000_000,
  wholeElementsMax: 200_000,
  faultsMax: 50,
  ampersandsMax: 200_000,
  straysMax: 10_000,
  charsOutsideMax: 2_000,
};
