// Reads recorded answers with every harvester type that may have been asked for them, and counts which fields their records have.
import type {
  HarvesterType,
  ListedResource,
  Listing,
  Reading,
  RemoteReply,
  RemoteRequest,
} from '../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import { ReeveError, sentenceOf } from '../../lib/session/errors.ts';
import { candidatesIn, withNumberOf } from './candidates.ts';

export interface Recorded {
  /** `ckan/search.json`: the folder names the protocol. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** What is counted of a record, and when it counts. */
export const FIELDS: Readonly<Record<string, (record: CatalogueRecord) => boolean>> = {
  title: ({ properties: { notes } }) => !(notes ?? []).some((note) => note.startsWith('it has no title')),
  description: ({ properties }) => properties.description !== undefined,
  bbox: ({ bbox }) => bbox !== undefined,
  keywords: ({ properties }) => properties.keywords !== undefined,
  contacts: ({ properties }) => properties.contacts !== undefined,
  dates: ({ properties }) => properties.created !== undefined || properties.updated !== undefined,
  licence: ({ properties }) => properties.license !== undefined || properties.rights !== undefined,
  links: ({ links }) => links.length > 0,
  identifiers: ({ properties }) => properties.externalIds !== undefined,
  language: ({ properties }) => properties.language !== undefined,
  formats: ({ properties }) => properties.formats !== undefined,
  crs: ({ properties }) => properties.crs !== undefined,
  time: ({ time }) => time !== null,
};

export interface Refusal {
  readonly path: string;
  readonly because: string;
}

export interface TypeSurvey {
  readonly type: string;
  readonly answers: number;
  readonly records: number;
  /** Resources that the answers only name: their records come by requests of their own. */
  readonly named: number;
  readonly found: Readonly<Record<string, number>>;
  readonly refused: readonly Refusal[];
  /** Resources that cannot be records, with the reason. */
  readonly invalid: readonly Refusal[];
}

/** A made-up remote: recorded answers do not say where they came from. */
const SITE = 'https://remote.example/';
const REQUESTS_MAX = 40;
const ROUNDS = 3;

/** `oaipmh` is of `oai-pmh`, `ogcapi` of `ogc-records`: names are compared by their letters, as far as both go or by the first three at least. */
export function isOf(folder: string, type: string): boolean {
  const [one, other] = [folder, type].map((name) => name.toLowerCase().replaceAll(/[^a-z]/g, ''));
  if (one === undefined || other === undefined || one.length < 3 || other.length < 3) return false;
  return (
    one.startsWith(other) || other.startsWith(one) || (one.startsWith(other.slice(0, 3)) && one.length > 4)
  );
}

/** The protocol that a path names: its folder, or of `_made/wms-empty.xml` the first word of the file. */
export function protocolOf(path: string): string {
  const [folder = '', file = ''] = path.split('/');
  return folder.startsWith('_') ? (file.split(/[-_.]/)[0] ?? '') : folder;
}

export function survey(type: HarvesterType, recorded: readonly Recorded[]): TypeSurvey {
  const own = recorded.filter(({ path }) => isOf(protocolOf(path), type.type));
  const reader = new Reader(type);
  // Answers that list say which requests may follow, and so what the other answers may be answers to.
  for (let round = 0; round < ROUNDS; round += 1) for (const one of own) reader.read(one);
  const outcomes = own.map((one) => ({ path: one.path, ...reader.read(one) }));
  const records = outcomes.flatMap((outcome) => outcome.records);
  return {
    type: type.type,
    answers: own.length,
    records: records.length,
    named: outcomes.reduce((sum, { named }) => sum + named, 0),
    found: Object.fromEntries(
      Object.entries(FIELDS).map(([name, has]) => [name, records.filter(has).length]),
    ),
    refused: outcomes.flatMap(({ path, refused }) =>
      refused === undefined ? [] : [{ path, because: refused }],
    ),
    invalid: outcomes.flatMap(({ path, invalid }) => invalid.map((because) => ({ path, because }))),
  };
}

interface Outcome {
  readonly records: readonly CatalogueRecord[];
  readonly named: number;
  readonly invalid: readonly string[];
  /** Why nothing could be read. */
  readonly refused?: string;
}

class Reader {
  readonly #type: HarvesterType;
  readonly #context: { url: string; settings: unknown };
  readonly #requests: RemoteRequest[];
  readonly #named: ListedResource[] = [];

  constructor(type: HarvesterType) {
    this.#type = type;
    this.#context = { url: SITE, settings: type.settings.parse({}) };
    this.#requests = [type.firstListing(SITE, this.#context.settings)];
  }

  /** The answer as a listing to any request that is known, else as one resource. */
  read(recorded: Recorded): Outcome {
    let refused: string | undefined;
    let empty: Outcome | undefined;
    for (const request of [...this.#requests]) {
      const outcome = this.#asListing(recorded, request);
      if (typeof outcome === 'string') refused ??= outcome;
      else if (outcome.records.length + outcome.named > 0) return outcome;
      else empty ??= outcome;
    }
    const one = this.#asResource(recorded);
    return one ?? empty ?? { records: [], named: 0, invalid: [], refused: refused ?? 'nothing was asked' };
  }

  #asListing(recorded: Recorded, request: RemoteRequest): Outcome | string {
    const records: CatalogueRecord[] = [];
    const invalid: string[] = [];
    let named = 0;
    try {
      const listing = this.#type.readListing({ ...this.#context, request }, replyOf(recorded, request.url));
      for (const next of listing.next) this.#learn(next);
      for (const resource of oneByOne(listing)) {
        if (this.#type.resourceRequest(this.#context, resource) !== undefined) {
          named += 1;
          if (this.#named.length < REQUESTS_MAX) this.#named.push(resource);
          continue;
        }
        const reading = this.#type.readResource(this.#context, resource, undefined);
        if (reading.reading === 'record') records.push(reading.record);
        else invalid.push(reading.because);
      }
    } catch (error) {
      if (!(error instanceof ReeveError)) throw error;
      if (records.length + named === 0) return sentenceOf(error);
      invalid.push(sentenceOf(error));
    }
    return { records, named, invalid };
  }

  /** Which resource it is, the answer says itself; what the listing said of it besides, another one may stand in for. */
  #asResource(recorded: Recorded): Outcome | undefined {
    const known = this.#named.slice(0, 5);
    const ids = candidatesIn(Buffer.from(recorded.body).toString('utf8'));
    const resources = [
      ...ids.flatMap((id) => [{ id }, ...known.map((one) => ({ ...one, id }))]),
      ...this.#named.flatMap((one) => [one, ...ids.map((id) => ({ ...one, id: withNumberOf(one.id, id) }))]),
    ];
    for (const resource of resources) {
      const reading = this.#readingOf(resource, recorded);
      if (reading?.reading === 'record') return { records: [reading.record], named: 0, invalid: [] };
    }
    return undefined;
  }

  #readingOf(resource: ListedResource, recorded: Recorded): Reading | undefined {
    try {
      const request = this.#type.resourceRequest(this.#context, resource);
      if (request === undefined) return undefined;
      return this.#type.readResource(this.#context, resource, replyOf(recorded, request.url));
    } catch (error) {
      if (error instanceof ReeveError) return undefined;
      throw error;
    }
  }

  #learn(request: RemoteRequest): void {
    const shape = shapeOf(request);
    if (this.#requests.length < REQUESTS_MAX && !this.#requests.some((one) => shapeOf(one) === shape))
      this.#requests.push(request);
  }
}

/** What the stream throws comes after what it gave. */
function* oneByOne({ resources, stream }: Listing): Generator<ListedResource> {
  yield* resources;
  yield* stream ?? [];
}

/** Requests that differ in a number only ask for the same kind of answer. */
function shapeOf({ url, body = '' }: RemoteRequest): string {
  return `${url} ${body}`.replaceAll(/\d+/g, '0');
}

function replyOf({ path, body }: Recorded, url: string): RemoteReply {
  const contentType = /\.(json|geojson|jsonld)$/i.test(path)
    ? 'application/json'
    : /\.html?$/i.test(path)
      ? 'text/html'
      : 'application/xml';
  return { url, status: 200, headers: { 'content-type': contentType }, body };
}
