// What one `<Layer>` of a capabilities document says itself (WMS 1.3.0, 7.2.4.6; 1.1.1, 7.1.4.5).
import { readBox } from '../box.ts';
import { RECORD_LIMITS } from '../record-parts.ts';
import { at, childOf, childrenOf, textOf, walk, type XmlElement } from '../xml.ts';
import { boundingBox, type DegreesBox, geographicBox, type Interval, timeSpan } from './extent.ts';

/** One more than a record keeps, so that it can say that there were more. */
const LIST_MAX = RECORD_LIMITS.linksMax + 1;
/** Styles are inherited, so legends would multiply. */
export const LEGENDS_MAX = 5;
/** The systems that clients ask for first: never cut off, wherever in a list of thousands they stand. */
export const SOUGHT_CRS: readonly string[] = ['CRS:84', 'EPSG:4326', 'EPSG:3857'];

export interface LayerLink {
  readonly href: string;
  readonly type?: string | undefined;
  readonly title?: string | undefined;
}

/** Filled while the document is read. Lists that nothing was added to are one and the same: there may be 100,000 layers. */
export interface Layer {
  readonly parent: Layer | undefined;
  name: string | undefined;
  title: string | undefined;
  abstract: string | undefined;
  keywords: readonly string[];
  identifiers: readonly { readonly authority: string; readonly value: string }[];
  /** Names of authorities and where they are. */
  authorities: readonly (readonly [string, string])[];
  metadata: readonly LayerLink[];
  data: readonly LayerLink[];
  features: readonly LayerLink[];
  legends: readonly LayerLink[];
  crs: readonly string[];
  /** True when it has more than were kept. */
  crsCut: boolean;
  box: DegreesBox | undefined;
  time: Interval | 'unreadable' | undefined;
  attribution: XmlElement | undefined;
}

/** Behind all boxes that can be. */
const IMPOSSIBLE_RANK = 9;
const NONE: readonly never[] = [];

export function newLayer(parent: Layer | undefined): Layer {
  return {
    parent,
    name: undefined,
    title: undefined,
    abstract: undefined,
    keywords: NONE,
    identifiers: NONE,
    authorities: NONE,
    metadata: NONE,
    data: NONE,
    features: NONE,
    legends: NONE,
    crs: NONE,
    crsCut: false,
    box: undefined,
    time: undefined,
    attribution: undefined,
  };
}

export interface TakeContext {
  readonly isVersion13: boolean;
  readonly maxStoredCrs: number;
  /** The element was longer than the limits and is not all there. */
  readonly cut: boolean;
}

type Take = (layer: Layer, element: XmlElement, context: TakeContext) => void;

/** What is done with each child of a `<Layer>`; all others are passed over. Of what may stand once, the first counts. */
export const TAKES: ReadonlyMap<string, Take> = new Map<string, Take>([
  ['Name', (layer, element) => void (layer.name ??= textOf(element))],
  ['Title', (layer, element) => void (layer.title ??= textOf(element))],
  ['Abstract', (layer, element) => void (layer.abstract ??= textOf(element))],
  ['KeywordList', takeKeywords],
  ['Keywords', takeKeywords],
  ['CRS', takeCrs],
  ['SRS', takeCrs],
  ['EX_GeographicBoundingBox', (layer, element) => takeBox(layer, geographicBox(element))],
  ['LatLonBoundingBox', (layer, element) => takeBox(layer, geographicBox(element))],
  ['BoundingBox', (layer, element, { isVersion13 }) => takeBox(layer, boundingBox(element, isVersion13))],
  ['Dimension', takeTime],
  ['Extent', takeTime],
  ['Attribution', (layer, element) => void (layer.attribution ??= element)],
  ['AuthorityURL', takeAuthority],
  ['Identifier', takeIdentifier],
  [
    'MetadataURL',
    (layer, element) => {
      layer.metadata = added(layer.metadata, linkOf(element, element.attributes['type']));
    },
  ],
  ['DataURL', (layer, element) => void (layer.data = added(layer.data, linkOf(element)))],
  ['FeatureListURL', (layer, element) => void (layer.features = added(layer.features, linkOf(element)))],
  ['Style', takeStyle],
]);

function added<Item>(list: readonly Item[], items: readonly Item[], itemsMax = LIST_MAX): readonly Item[] {
  return items.length === 0 || list.length >= itemsMax ? list : [...list, ...items].slice(0, itemsMax);
}

function takeKeywords(layer: Layer, element: XmlElement): void {
  layer.keywords = added(layer.keywords, keywordsOf(element), RECORD_LIMITS.keywordsMax + 1);
}

/** In WMS 1.0.0 one text, with commas or without. */
function keywordsOf(element: XmlElement): string[] {
  if (element.children.length === 0) {
    const text = element.text;
    return text.split(text.includes(',') ? ',' : /\s+/).filter((word) => word.trim() !== '');
  }
  return [...walk(element)]
    .filter(({ name }) => name === 'Keyword')
    .flatMap((keyword) => textOf(keyword) ?? []);
}

/** WMS 1.1.0 and older list several in one element. */
function takeCrs(layer: Layer, element: XmlElement, { maxStoredCrs }: TakeContext): void {
  for (const word of element.text.split(/\s+/)) {
    const crs = word.replace(/^(epsg|crs|auto2?|ignf):/i, (prefix) => prefix.toUpperCase());
    if (crs === '' || layer.crs.includes(crs)) continue;
    if (layer.crs.length < maxStoredCrs || SOUGHT_CRS.includes(crs)) layer.crs = [...layer.crs, crs];
    else layer.crsCut = true;
  }
}

/** The one that is nearest to degrees of WGS 84; one that cannot be a box only when there is no other. */
function takeBox(layer: Layer, found: DegreesBox | undefined): void {
  if (found === undefined) return;
  const box = 'because' in readBox(found.box) ? { ...found, rank: IMPOSSIBLE_RANK } : found;
  if (box.rank < (layer.box?.rank ?? Infinity)) layer.box = box;
}

/** 1.3.0 has the extent in the Dimension, 1.1 in an element of its own beside an empty Dimension. */
function takeTime(layer: Layer, element: XmlElement, { cut }: TakeContext): void {
  if (element.attributes['name']?.trim().toLowerCase() !== 'time') return;
  const extent = textOf(element);
  if (extent !== undefined) layer.time ??= (cut ? undefined : timeSpan(extent)) ?? 'unreadable';
}

function takeAuthority(layer: Layer, element: XmlElement): void {
  const href = hrefOf(element);
  if (href !== undefined)
    layer.authorities = added(layer.authorities, [[element.attributes['name'] ?? '', href]]);
}

function takeIdentifier(layer: Layer, element: XmlElement): void {
  const identifier = { authority: element.attributes['authority'] ?? '', value: textOf(element) ?? '' };
  layer.identifiers = added(layer.identifiers, [identifier]);
}

function takeStyle(layer: Layer, element: XmlElement): void {
  const legend = linkOf(childOf(element, 'LegendURL'), textOf(childOf(element, 'Title')));
  layer.legends = added(layer.legends, legend, LEGENDS_MAX);
}

function linkOf(element: XmlElement | undefined, title?: string): LayerLink[] {
  const href = hrefOf(element);
  return href === undefined ? [] : [{ href, type: textOf(childOf(element, 'Format')), title }];
}

/** The address in an element: that of its OnlineResource, or (1.0.0) its attribute or its text. */
export function hrefOf(element: XmlElement | undefined): string | undefined {
  const resource = childrenOf(element, 'OnlineResource').find(
    (child) => child.attributes['href'] !== undefined,
  );
  const attribute = element?.attributes['href'] ?? element?.attributes['onlineResource'];
  const written =
    resource?.attributes['href'] ?? attribute ?? textOf(at(element, 'OnlineResource')) ?? element?.text;
  const href = written?.trim() ?? '';
  return href === '' ? undefined : href;
}
