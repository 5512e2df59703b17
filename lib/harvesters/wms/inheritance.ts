// What a layer has: what it says itself and what it has from the layers above it (WMS 1.3.0, 7.2.4.8; 1.1.1, 7.1.4.7).
import type { XmlElement } from '../xml.ts';
import type { DegreesBox, Interval } from './extent.ts';
import { type Layer, type LayerLink, LEGENDS_MAX, SOUGHT_CRS } from './layer.ts';

/**
 * Lists that are only inherited are the very lists of the layer above: copying thousands of coordinate systems for every layer made ten
 * seconds of one.
 */
export interface Effective {
  readonly crs: readonly string[];
  /** True when there are more than were kept. */
  readonly crsCut: boolean;
  readonly box: DegreesBox | undefined;
  readonly time: Interval | 'unreadable' | undefined;
  readonly attribution: XmlElement | undefined;
  readonly legends: readonly LayerLink[];
  /** The titles of the layers without a name in which it lies; not that of the outermost, which is the service again. */
  readonly folders: readonly string[];
}

const NOTHING: Effective = {
  crs: [],
  crsCut: false,
  box: undefined,
  time: undefined,
  attribution: undefined,
  legends: [],
  folders: [],
};

/**
 * `above` is what the parent has. Coordinate systems, styles and authorities add up; box, dimension and attribution are replaced; name,
 * title, abstract, keywords, identifiers and all other links are its own alone (table 7).
 */
export function effectiveOf(layer: Layer, above: Effective = NOTHING, crsMax: number): Effective {
  return {
    ...crsOf(layer, above, crsMax),
    box: layer.box ?? above.box,
    time: layer.time ?? above.time,
    attribution: layer.attribution ?? above.attribution,
    legends:
      layer.legends.length === 0 ? above.legends : [...layer.legends, ...above.legends].slice(0, LEGENDS_MAX),
    folders: isFolder(layer) ? [...above.folders, layer.title] : above.folders,
  };
}

function crsOf(layer: Layer, above: Effective, crsMax: number): Pick<Effective, 'crs' | 'crsCut'> {
  if (layer.crs.length === 0) return { crs: above.crs, crsCut: above.crsCut };
  const all = new Set([...layer.crs, ...above.crs]);
  const sought = SOUGHT_CRS.filter((crs) => all.has(crs));
  const crs = [...new Set([...sought, ...all])];
  return { crs: crs.slice(0, crsMax), crsCut: layer.crsCut || above.crsCut || crs.length > crsMax };
}

function isFolder(layer: Layer): layer is Layer & { title: string } {
  return layer.parent !== undefined && layer.name === undefined && layer.title !== undefined;
}

/** Where an authority is, as a layer or one above it says. */
export function authorityUrl(layer: Layer, authority: string): string | undefined {
  for (let saying: Layer | undefined = layer; saying !== undefined; saying = saying.parent) {
    const found = saying.authorities.find(([name]) => name === authority);
    if (found !== undefined) return found[1];
  }
  return undefined;
}
