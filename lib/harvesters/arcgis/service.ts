// What the layers of an ArcGIS service share, and how it is handed from the service's answer to that of its layers.
import type { Json, JsonObject } from '../../json.ts';
import { at, type Found, isList, listAt, numberAt, textAt } from '../json-fields.ts';
import { htmlAsLines, oneLine } from '../plain-text.ts';

export interface ServiceFacts {
  readonly wms: boolean;
  readonly wfs: boolean;
  /** A FeatureServer of the same name stands beside it. */
  readonly twin: boolean;
  readonly keywords: readonly string[];
  /** For layers that have no description of their own; cut short. */
  readonly description: string;
}

/** They travel in a URL, percent-encoded: lib/remote takes no URL over 8,192 characters. */
const KEYWORDS_CHARS_MAX = 200;
const DESCRIPTION_CHARS_MAX = 250;
const IDS_CHARS_MAX = 3_000;

export function serviceFactsOf(json: Json, twin: boolean): ServiceFacts {
  const extensions = textAt(json, 'supportedExtensions') ?? '';
  const keywords = oneLine(textAt(json, 'documentInfo', 'Keywords') ?? '', KEYWORDS_CHARS_MAX);
  const words = keywords.text.split(/[,;]/).map((word) => word.trim());
  return {
    wms: /\bWMSServer\b/i.test(extensions),
    wfs: /\bWFSServer\b/i.test(extensions),
    twin,
    // The last word of a list that was cut may be half a word.
    keywords: (keywords.cut ? words.slice(0, -1) : words).filter((word) => word !== ''),
    description: htmlAsLines(
      textAt(json, 'description') ?? textAt(json, 'serviceDescription') ?? '',
      DESCRIPTION_CHARS_MAX,
    ).text,
  };
}

/** Kept beside a resource, as its hint or with what was listed; the description only where there is room for it. */
export function jsonOf(facts: ServiceFacts, { withDescription }: { withDescription: boolean }): JsonObject {
  const { wms, wfs, twin, keywords, description } = facts;
  return { wms, wfs, twin, keywords, ...(withDescription && description !== '' ? { description } : {}) };
}

export function factsIn(json: Found): ServiceFacts {
  return {
    wms: at(json, 'wms') === true,
    wfs: at(json, 'wfs') === true,
    twin: at(json, 'twin') === true,
    keywords: listAt(json, 'keywords').filter((word) => typeof word === 'string'),
    description: textAt(json, 'description') ?? '',
  };
}

/** @param ids the layers that the service names, to be compared with those that `/layers` describes */
export function stateFrom(facts: ServiceFacts, ids: readonly number[]): URLSearchParams {
  const state = new URLSearchParams();
  for (const flag of ['wms', 'wfs', 'twin'] as const) if (facts[flag]) state.set(flag, '1');
  for (const word of facts.keywords) state.append('keyword', word);
  if (facts.description !== '') state.set('about', facts.description);
  const ranges = rangesOf(ids);
  if (ranges.length <= IDS_CHARS_MAX) state.set('ids', ranges);
  return state;
}

export function factsFrom(state: URLSearchParams): ServiceFacts {
  return {
    wms: state.has('wms'),
    wfs: state.has('wfs'),
    twin: state.has('twin'),
    keywords: state.getAll('keyword'),
    description: state.get('about') ?? '',
  };
}

export function idsFrom(state: URLSearchParams): readonly number[] {
  return (state.get('ids') ?? '').split('.').flatMap((range) => {
    const [from, to = from] = range === '' ? [] : range.split('-').map(Number);
    return from === undefined || to === undefined
      ? []
      : Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

/** `0-41.43`: services number their layers one after the other. */
function rangesOf(ids: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const id of [...new Set(ids)].sort((one, other) => one - other)) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === id - 1) last[1] = id;
    else ranges.push([id, id]);
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join('.');
}

export interface Described {
  readonly id: number;
  readonly json: Json;
}

/**
 * The layers and tables of a service's answer or of `/layers`, without the groups: those are folders, and their members are listed
 * beside them. `nameless` counts what has no number and cannot be asked for.
 */
export function layersIn(json: Json): { layers: Described[]; nameless: number } {
  const entries = [...listAt(json, 'layers'), ...listAt(json, 'tables')].filter((entry) => !isGroup(entry));
  const layers = entries.flatMap((entry): Described[] => {
    const id = numberAt(entry, 'id');
    return id !== undefined && Number.isSafeInteger(id) && id >= 0 ? [{ id, json: entry }] : [];
  });
  return { layers, nameless: entries.length - layers.length };
}

/** Servers before 10 name no type; a layer with members is a group then. */
export function isGroup(layer: Found): boolean {
  const type = textAt(layer, 'type');
  if (type !== undefined) return type === 'Group Layer';
  return [at(layer, 'subLayerIds'), at(layer, 'subLayers')].some(
    (members) => isList(members) && members.length > 0,
  );
}
