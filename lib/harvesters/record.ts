/**
 * The record that Reeve keeps: a GeoJSON Feature in the shape of OGC API - Records, Part 1 (OGC 20-004r1, clause 8, "Record Core").
 * Readers fill a `RecordDraft` with whatever the remote said; `keepRecord` makes of it a record that is clean, or says why it cannot.
 */
import type { LineString, MultiLineString, MultiPolygon, Point, Polygon } from 'geojson';

/** west, south, east, north in degrees, WGS 84; west > east crosses the antimeridian (RFC 7946, 5.2). */
export type Bbox = readonly [number, number, number, number];

/** What a box spans: no area makes a Point or a LineString of it, the antimeridian cuts it in two (RFC 7946, 3.1.9). */
export type RecordGeometry = Point | LineString | MultiLineString | Polygon | MultiPolygon;

export interface RecordLink {
  readonly href: string;
  readonly rel: string;
  readonly type?: string;
  readonly title?: string;
  /** For service links: the protocol, e.g. `OGC:WMS`. */
  readonly protocol?: string;
  /** For service links: the name of the layer, feature type or coverage to ask for. */
  readonly name?: string;
}

export interface RecordContact {
  readonly name?: string;
  readonly organization?: string;
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  readonly position?: string;
  readonly roles?: readonly string[];
  readonly links?: readonly RecordLink[];
}

export interface CatalogueRecord {
  readonly type: 'Feature';
  /** `<harvester id>:<resource id>`, url-safe, is made when stored; here the resource's own id. */
  readonly id: string;
  readonly conformsTo: readonly ['http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core'];
  readonly geometry: RecordGeometry | null;
  readonly bbox?: Bbox;
  readonly time: { readonly interval: readonly [string, string] } | null;
  readonly properties: {
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly keywords?: readonly string[];
    readonly language?: string;
    readonly created?: string;
    readonly updated?: string;
    readonly contacts?: readonly RecordContact[];
    readonly license?: string;
    readonly rights?: string;
    readonly formats?: readonly string[];
    readonly crs?: readonly string[];
    /** The identifiers by which others know the resource. */
    readonly externalIds?: readonly { readonly scheme?: string; readonly value: string }[];
    /** What had to be mended or left out when the record was read, e.g. `the box was outside of the world`. */
    readonly notes?: readonly string[];
  };
  readonly links: readonly RecordLink[];
}

/** What a reader found, before cleaning: anything may be missing, empty or absurd. */
export interface RecordDraft {
  id: string;
  type: string;
  title?: string | undefined;
  description?: string | undefined;
  keywords?: readonly (string | undefined)[] | undefined;
  language?: string | undefined;
  created?: string | undefined;
  updated?: string | undefined;
  /** Anything of four numbers; boxes that are not boxes of WGS 84 are left out with a note. */
  bbox?: readonly (number | undefined)[] | undefined;
  interval?: readonly [string | null | undefined, string | null | undefined] | undefined;
  contacts?: readonly RecordContact[] | undefined;
  license?: string | undefined;
  rights?: string | undefined;
  formats?: readonly string[] | undefined;
  crs?: readonly string[] | undefined;
  externalIds?: readonly { scheme?: string; value: string }[] | undefined;
  links?: readonly (Omit<RecordLink, 'href'> & { href: string | undefined })[] | undefined;
  /** The URL against which relative links are made absolute: that of the reply. */
  base?: string | undefined;
  notes?: readonly string[] | undefined;
}
