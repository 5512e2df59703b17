/**
 * The harvester type `dcat-us`: data.json of DCAT-US 1.1 (Project Open Data) and 3.0, and other catalogues of DCAT as JSON.
 *
 * One document is the whole catalogue. It is taken apart while it is read, so that one of 40,000 datasets is held a dataset at a time. A dataset that cannot be
 * one (no identifier, the identifier of another, no JSON) is listed as a resource that fails, with its reason: none of them is passed over.
 *
 * No resource has a version: `modified` is a day or a frequency, and many portals never change it.
 */
import * as z from 'zod/mini';
import type { Json } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import { type Head, KINDS, newHead, type Piece, piecesOf } from './dcat-us/catalogue.ts';
import { dcatDraft, identifierOf } from './dcat-us/record.ts';
import { shortNames, textOf } from './dcat-us/values.ts';
import type {
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { at, isObject, textAt } from './json-fields.ts';
import { JsonScanner, NotJson } from './json-scanner.ts';
import { markupOf, noJson, readJsonText } from './json.ts';
import { faultOfId, keepRecord } from './keep-record.ts';
import { parsedUrl, shownUrl } from './links.ts';
import { oneLine } from './plain-text.ts';
import type { RecordDraft } from './record.ts';
import { RECORD_LIMITS } from './record-parts.ts';
import { refuseBadStatus, verdictOf } from './reply.ts';
import { decodeSlices, decodeText } from './text.ts';

export const DcatUsSettings = z.strictObject({
  /** Of the document, inflated. 40,000 datasets have about 120,000,000. */
  fileBytesMax: z._default(z.int().check(z.minimum(1_000), z.maximum(1_073_741_824)), 268_435_456),
  /** What of the catalogue is harvested. */
  kinds: z._default(z.array(z.enum(KINDS)).check(z.minLength(1), z.maxLength(KINDS.length)), [...KINDS]),
});
export type DcatUsSettings = z.infer<typeof DcatUsSettings>;

const ASKED = 'the catalogue';
const MARKUP_BYTES = 20_000;

export const dcatUs: HarvesterType<DcatUsSettings> = {
  type: 'dcat-us',
  describes: 'DCAT-US 1.1 and 3.0 (data.json): datasets, services and series of one document',
  settings: DcatUsSettings,
  probeRequests: (url) => [requestFor(url, DcatUsSettings.parse({}).fileBytesMax)],
  readProbe: (_, reply) => verdictOf(() => readProbe(reply)),
  firstListing: (url, { fileBytesMax }) => requestFor(url, fileBytesMax),
  readListing: ({ settings }, reply) => readListing(settings, reply),
  resourceRequest: () => undefined,
  readResource: (_, resource) => readListed(resource),
};

/** The document: the URL itself, or of a site without a path its `/data.json`, where US law wants it. */
function requestFor(url: string, bodyBytesMax: number): RemoteRequest {
  const parsed = parsedUrl(url);
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} is no URL of a data.json; allowed is http(s)://host[/path/data.json]`,
    );
  }
  const isSite = /^\/?$/.test(parsed.pathname) && parsed.search === '';
  if (isSite) parsed.pathname = '/data.json';
  parsed.hash = '';
  return {
    url: parsed.href,
    headers: { accept: 'application/json, application/ld+json;q=0.9, */*;q=0.1' },
    bodyBytesMax,
  };
}

interface Opened {
  readonly head: Head;
  readonly pieces: Generator<Piece>;
  /** `undefined` of a catalogue without anything. */
  readonly first: Piece | undefined;
  readonly warnings: readonly string[];
}

/** Reads on to the first dataset, so that what is no catalogue is refused, and not listed as an empty one. */
function opened(reply: RemoteReply): Opened {
  refuseBadStatus(reply, ASKED);
  const { slices, warnings } = decodeSlices(reply.body, reply.headers['content-type']);
  const scanner = new JsonScanner(slices);
  if (scanner.peek() === '<') {
    const { text } = decodeText(reply.body.subarray(0, MARKUP_BYTES), reply.headers['content-type']);
    throw noJson(reply, ASKED, markupOf(text));
  }
  const head = newHead();
  const pieces = piecesOf(scanner, head);
  const first = named(reply, () => pieces.next());
  if (first.done === true && !head.hasList) throw noCatalogue(head, reply);
  return { head, pieces, first: first.done === true ? undefined : first.value, warnings: [...warnings] };
}

function noCatalogue(head: Head, reply: RemoteReply): ReeveError {
  const what = head.isGraph
    ? 'JSON-LD whose nodes are in one @graph; allowed is a catalogue with its datasets in it, as DCAT-US has it'
    : 'JSON that has no list of datasets';
  return new ReeveError('RemoteUnreadable', `${shownUrl(reply.url)} answered ${ASKED} with ${what}`, {
    status: reply.status,
  });
}

/** What the scanner throws, under a name of ours. */
function named<T>(reply: RemoteReply, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof NotJson ? noJson(reply, ASKED, error.message, error) : error;
  }
}

function readListing({ kinds }: DcatUsSettings, reply: RemoteReply): Listing {
  const { pieces, first, warnings } = opened(reply);
  return {
    resources: [],
    next: [],
    stream: streamOf({ pieces, first, kinds, reply }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

interface Stream extends Pick<Opened, 'pieces' | 'first'> {
  readonly kinds: DcatUsSettings['kinds'];
  readonly reply: RemoteReply;
}

/**
 * @throws RemoteUnreadable where the document breaks off; at its end, when some of it was no JSON: which identifiers those had nobody knows, so that
 *   nothing that is missing may be taken for gone
 */
function* streamOf({ pieces, first, kinds, reply }: Stream): Generator<ListedResource> {
  const names = new Names();
  let unreadable: string | undefined;
  for (let piece = first; piece !== undefined;) {
    const { resource, fault } = kinds.includes(piece.kind) ? listedOf(piece, names, reply.url) : NOTHING;
    unreadable ??= fault;
    if (resource !== undefined) yield resource;
    const step = named(reply, () => pieces.next());
    piece = step.done === true ? undefined : step.value;
  }
  if (unreadable !== undefined)
    throw new ReeveError('RemoteUnreadable', `${shownUrl(reply.url)} answered ${ASKED} with ${unreadable}`, {
      status: reply.status,
    });
}

interface Listed {
  readonly resource?: ListedResource;
  /** It is not known which resource this is. */
  readonly fault?: string;
}
const NOTHING: Listed = {};

function listedOf(piece: Piece, names: Names, base: string): Listed {
  const place = `${piece.kind} number ${piece.number}`;
  const read = piece.text === undefined ? { because: 'too long' } : readJsonText(piece.text);
  const json = 'json' in read ? read.json : undefined;
  if (!isObject(json)) {
    const because = 'because' in read ? read.because : 'no object';
    const fault = `a ${place} that is ${because}`;
    return { resource: failing(`${place}, which cannot be read`, `it is ${because}`), fault };
  }
  const object = shortNames(json);
  const title = oneLine(textOf(at(object, 'title')) ?? '', 200).text;
  const id = identifierOf(object)?.trim();
  if (id === undefined || faultOfId(id) !== undefined) {
    const because = id === undefined ? 'it has no identifier' : (faultOfId(id) ?? '');
    const name = names.makeUp(title === '' ? place : `${title} (${piece.kind} without an identifier)`, place);
    return { resource: failing(name, because, title) };
  }
  const other = names.placeOf(id);
  if (other !== undefined) {
    const name = names.makeUp(`${id} (again)`.slice(0, RECORD_LIMITS.idBytesMax / 4), place);
    return {
      resource: failing(
        name,
        `it has the identifier of ${other}, ${JSON.stringify(id.slice(0, 100))}`,
        title,
      ),
    };
  }
  names.give(id, place);
  const draft = dcatDraft(object, { id, kind: piece.kind, base });
  return { resource: { id, listed: draft as unknown as Json, ...(title === '' ? {} : { title }) } };
}

/** The names that are given out, and the places in the document that have them. */
class Names {
  readonly #places = new Map<string, string>();
  readonly #repeats = new Map<string, number>();

  placeOf(name: string): string | undefined {
    return this.#places.get(name);
  }

  give(name: string, place: string): string {
    this.#places.set(name, place);
    return name;
  }

  /** A name of its own for what has none: the same every time as long as the catalogue is the same, so that a retry finds it again. */
  makeUp(name: string, place: string): string {
    for (;;) {
      const number = (this.#repeats.get(name) ?? 0) + 1;
      this.#repeats.set(name, number);
      const numbered = number === 1 ? name : `${name} ${number}`;
      if (!this.#places.has(numbered)) return this.give(numbered, place);
    }
  }
}

function failing(id: string, because: string, title = ''): ListedResource {
  return { id, listed: { because }, ...(title === '' ? {} : { title }) };
}

function readListed({ id, listed }: ListedResource): Reading {
  if (!isObject(listed)) {
    throw new ReeveError(
      'InvariantBroken',
      `the dataset ${id.slice(0, 60)} came without what its catalogue said of it`,
    );
  }
  const because = textAt(listed, 'because');
  if (because !== undefined) return { reading: 'invalid', because };
  // The draft is plain data but for its undefined fields, which JSON leaves out wherever it is staged.
  const kept = keepRecord(listed as unknown as RecordDraft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}

function readProbe(reply: RemoteReply): ProbeVerdict {
  const { head, first } = opened(reply);
  const read = readJsonText(first?.text ?? 'null');
  const object = 'json' in read && isObject(read.json) ? shortNames(read.json) : {};
  const looksRight = identifierOf(object) !== undefined && textOf(at(object, 'title')) !== undefined;
  if (!head.isCatalogue && !looksRight)
    return { match: false, because: 'its JSON does not look like a catalogue of DCAT' };
  const title = oneLine(head.title ?? '', 200).text;
  return { match: true, ...(title === '' ? {} : { title }) };
}
