/**
 * A catalogue of DCAT-US taken apart while it is read: the texts of its datasets, services and series, one at a time, catalogues within it included.
 * (DCAT-US 1.1, "Catalog Fields": `dataset`; DCAT-US 3.0, "Catalog": `dataset`, `service`, `datasetSeries`, `catalog`.)
 */
import { readJsonText } from '../json.ts';
import { type JsonScanner, NotJson } from '../json-scanner.ts';

export const KINDS = ['dataset', 'service', 'datasetSeries'] as const;
export type Kind = (typeof KINDS)[number];

export interface Piece {
  readonly kind: Kind;
  /** Its place in the whole document among those of its kind, from 1. */
  readonly number: number;
  /** Not parsed yet; `undefined` when it is longer than `PIECE_CHARS_MAX`. */
  readonly text: string | undefined;
}

/** What is known of the document besides its pieces; complete when the last of them was read. */
export interface Head {
  title?: string;
  /** The document names a list of one of the kinds, be it empty. */
  hasList: boolean;
  /** It is JSON-LD with all of its nodes in one list. */
  isGraph: boolean;
  /** It says of itself that it is a catalogue of datasets. */
  isCatalogue: boolean;
  readonly numbers: Record<Kind, number>;
}

/** The largest that was seen has 310 kB, for the corners of one polygon. */
export const PIECE_CHARS_MAX = 8_388_608;
const HEAD_CHARS_MAX = 10_000;
const CATALOGUES_NESTED_MAX = 8;
/** Prefixes of DCAT as JSON-LD may spell them out. */
const PREFIX = /^(dcat:|dct:|dcterms:|http:\/\/www\.w3\.org\/ns\/dcat#|http:\/\/purl\.org\/dc\/terms\/)/;
const CATALOGUE = /project-open-data|dcat/i;

export function newHead(): Head {
  return {
    hasList: false,
    isGraph: false,
    isCatalogue: false,
    numbers: { dataset: 0, service: 0, datasetSeries: 0 },
  };
}

/**
 * The pieces of the document in their order. A list at the top is a list of datasets, as in the first years of data.json.
 * @throws NotJson where the document breaks off, or is something else
 */
export function* piecesOf(scanner: JsonScanner, head: Head): Generator<Piece> {
  if (scanner.peek() === '[') yield* listOf(scanner, head, 'dataset');
  else if (scanner.peek() === '{') yield* catalogueOf(scanner, head, 0);
  else throw new NotJson(scanner.peek() === '' ? 'nothing' : 'something that is no catalogue');
  scanner.end();
}

function* catalogueOf(scanner: JsonScanner, head: Head, nested: number): Generator<Piece> {
  if (nested > CATALOGUES_NESTED_MAX)
    throw new NotJson(`catalogues nested deeper than ${CATALOGUES_NESTED_MAX}`);
  for (const key of scanner.keys()) {
    const name = key.replace(PREFIX, '');
    const kind = KINDS.find((one) => one === name);
    if (kind !== undefined) yield* listOf(scanner, head, kind);
    else if (name === 'catalog') yield* cataloguesOf(scanner, head, nested + 1);
    else noteHead(head, name, scanner.value(HEAD_CHARS_MAX), nested);
  }
}

/** A list, or the one thing that stands in its place: compacted JSON-LD knows no list of one. */
function* listOf(scanner: JsonScanner, head: Head, kind: Kind): Generator<Piece> {
  const piece = (): Piece => {
    head.numbers[kind] += 1;
    return { kind, number: head.numbers[kind], text: scanner.value(PIECE_CHARS_MAX) };
  };
  const first = scanner.peek();
  if (first === '[') {
    head.hasList = true;
    for (const position of scanner.items()) if (position >= 0) yield piece();
  } else if (first === '{') {
    head.hasList = true;
    yield piece();
  } else scanner.value(HEAD_CHARS_MAX);
}

function* cataloguesOf(scanner: JsonScanner, head: Head, nested: number): Generator<Piece> {
  const one = function* (): Generator<Piece> {
    if (scanner.peek() === '{') yield* catalogueOf(scanner, head, nested);
    else scanner.value(HEAD_CHARS_MAX);
  };
  if (scanner.peek() !== '[') yield* one();
  else for (const position of scanner.items()) if (position >= 0) yield* one();
}

function noteHead(head: Head, name: string, text: string | undefined, nested: number): void {
  if (name === '@graph') head.isGraph = true;
  if (nested > 0 || text === undefined) return;
  if (['conformsTo', '@context', '@type', 'describedBy'].includes(name))
    head.isCatalogue ||= CATALOGUE.test(text);
  if (name !== 'title' || head.title !== undefined) return;
  const read = readJsonText(text);
  if ('json' in read && typeof read.json === 'string') head.title = read.json;
}
