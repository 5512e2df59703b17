// What may go wrong with the sample remote, as data: which requests or datasets are hit, how often, and what then happens.
import { ReeveError } from '../session/errors.ts';
import { type Box, type SampleDataset } from './dataset.ts';

export type Service = 'geonode' | 'wms' | 'arcgis' | 'ckan' | 'dcat-us' | 'other';
/** `listing`: a page of GeoNode's or CKAN's, the document of DCAT-US; `capabilities`: of the WMS; `directory`: ArcGIS documents that list; `dataset`: details of one; `map`: a picture. */
export type RequestKind = 'listing' | 'dataset' | 'capabilities' | 'directory' | 'map' | 'other';

/** Which requests a fault hits: all that fit every line that is given. */
export interface Where {
  readonly match: RequestKind | 'any';
  readonly service?: Service;
  /** A part of the path and query. */
  readonly path?: string;
  /** Numbers of datasets; of pages, for a listing. */
  readonly ids?: readonly number[];
  /** Datasets or pages whose number is a multiple of it; where a request has no number, every n-th request. */
  readonly every?: number;
  /** At most so often in all. */
  readonly times?: number;
  /** At most so often for each dataset or page: `1` is a fault that a retry heals. */
  readonly timesEach?: number;
}

/** How an answer is spoilt on its way. */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: 'hang'; readonly afterHeaders?: boolean }
  | { readonly kind: 'drip'; readonly bytesPerSecond: number }
  | { readonly kind: 'html' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'truncated' }
  | { readonly kind: 'truncated-gzip' }
  | { readonly kind: 'service-exception' }
  | { readonly kind: 'reset'; readonly afterBytes?: number };

/** What is wrong in the listing itself. */
export type Trick =
  /** The first `count` resources of the page (layers, services) are listed once more at its end. */
  | { readonly kind: 'duplicates'; readonly count: number }
  /** The total that is told is wrong by so many. */
  | { readonly kind: 'total-lies'; readonly by: number }
  /** So many resources come (negative: go) at the head of the list between one page and the next. */
  | { readonly kind: 'drift'; readonly by: number };

export type Spoilt = { readonly kind: 'missing-title' } | { readonly kind: 'absurd-box' };

export type Fault =
  | (Where & { readonly fault: Trouble })
  | (Where & { readonly match: 'listing' | 'capabilities' | 'directory'; readonly fault: Trick })
  | (Pick<Where, 'ids' | 'every'> & { readonly match: 'dataset'; readonly fault: Spoilt });

export interface Tricks {
  readonly duplicates: number;
  readonly totalBy: number;
  readonly driftBy: number;
}

/** What a fault may be matched against. */
export interface Target {
  readonly service: Service;
  readonly kind: RequestKind;
  /** The dataset's number, or the page's. */
  readonly number?: number;
  readonly path: string;
}

export interface Faults {
  /** What happens to this request; counts it. The first trouble that fits wins, tricks add up. */
  strike(target: Target): { readonly trouble: Trouble | undefined; readonly tricks: Tricks };
  /** The dataset as the remote tells it. */
  spoil(dataset: SampleDataset): SampleDataset;
}

/** @throws InputInvalid when a count is not a whole number of at least one */
export function makeFaults(faults: readonly Fault[]): Faults {
  faults.forEach(refuseBadCounts);
  const troubles = faults.flatMap((where) =>
    isTrouble(where.fault) ? [{ trouble: where.fault, hits: hitCounter(where) }] : [],
  );
  const tricks = faults.flatMap((where) =>
    isTrick(where.fault) ? [{ trick: where.fault, hits: hitCounter(where) }] : [],
  );
  const spoilers = faults.filter(({ fault }) => isSpoilt(fault));
  return {
    strike: (target) => ({
      trouble: troubles.find(({ hits }) => hits(target))?.trouble,
      tricks: tricks
        .filter(({ hits }) => hits(target))
        .reduce((all, { trick }) => withTrick(all, trick), NO_TRICKS),
    }),
    spoil: (dataset) =>
      spoilers
        .filter((where) => chosenNumber(where, dataset.pk))
        .reduce((told, { fault }) => spoilt(told, fault.kind), dataset),
  };
}

type Kind = Fault['fault'];
const isTrick = (fault: Kind): fault is Trick =>
  fault.kind === 'duplicates' || fault.kind === 'total-lies' || fault.kind === 'drift';
const isSpoilt = (fault: Kind): fault is Spoilt =>
  fault.kind === 'missing-title' || fault.kind === 'absurd-box';
const isTrouble = (fault: Kind): fault is Trouble => !isTrick(fault) && !isSpoilt(fault);

const NO_TRICKS: Tricks = { duplicates: 0, totalBy: 0, driftBy: 0 };

function withTrick(tricks: Tricks, trick: Trick): Tricks {
  switch (trick.kind) {
    case 'duplicates':
      return { ...tricks, duplicates: tricks.duplicates + trick.count };
    case 'total-lies':
      return { ...tricks, totalBy: tricks.totalBy + trick.by };
    case 'drift':
      return { ...tricks, driftBy: tricks.driftBy + trick.by };
  }
}

/** Whether the fault hits the target now; remembers how often it did. */
function hitCounter(where: Where): (target: Target) => boolean {
  let seen = 0;
  let hits = 0;
  const hitsOf = new Map<number, number>();
  return (target) => {
    if (where.match !== 'any' && where.match !== target.kind) return false;
    if (where.service !== undefined && where.service !== target.service) return false;
    if (where.path !== undefined && !target.path.includes(where.path)) return false;
    seen += 1;
    if (!chosenNumber(where, target.number, seen)) return false;
    const each = hitsOf.get(target.number ?? 0) ?? 0;
    if (hits >= (where.times ?? Infinity) || each >= (where.timesEach ?? Infinity)) return false;
    hits += 1;
    if (where.timesEach !== undefined) hitsOf.set(target.number ?? 0, each + 1);
    return true;
  };
}

function chosenNumber(where: Pick<Where, 'ids' | 'every'>, number: number | undefined, seen = 0): boolean {
  if (where.ids !== undefined && (number === undefined || !where.ids.includes(number))) return false;
  return where.every === undefined || (number ?? seen) % where.every === 0;
}

/** Each of them was seen on a real server: a world a million times too wide, upside down, all zero, not a number. */
const ABSURD_BOXES: readonly Box[] = [
  [-1e9, -1e9, 1e9, 1e9],
  [181, 95, -181, -95],
  [0, 0, 0, 0],
  [NaN, NaN, NaN, NaN],
];

function spoilt(dataset: SampleDataset, kind: Kind['kind']): SampleDataset {
  if (kind === 'missing-title') return { ...dataset, title: '' };
  return { ...dataset, box: ABSURD_BOXES[dataset.pk % ABSURD_BOXES.length] ?? dataset.box };
}

function refuseBadCounts(fault: Fault): void {
  const counts: Partial<Where> = fault;
  for (const name of ['every', 'times', 'timesEach'] as const) {
    const count = counts[name];
    if (count === undefined || (Number.isInteger(count) && count >= 1)) continue;
    throw new ReeveError(
      'InputInvalid',
      `a fault of the sample remote has ${name} ${count}; allowed is a whole number from 1`,
    );
  }
}
