/** Cuts listed resources into batches, and batches into what each state of the machine is told of them. */
import type { ListedResource } from '../harvesters/harvester.ts';
import type { Batch, BatchKey, PlannedResource, Wave } from './session.ts';
import type { Limits, Pace } from './limits.ts';

/** What a batch is planned of. */
type ToPlan = PlannedResource & Pick<ListedResource, 'listed'>;

export interface PlannedBatch {
  readonly batch: Batch;
  /** What the listing said of each resource, parallel to the batch's resources, where it said all. */
  readonly listed: readonly ListedResource['listed'][] | undefined;
}

/**
 * Takes resources one by one and gives out full batches: of `batchSize` resources, or fewer when what must be kept of them
 * would not fit in the batch's table item.
 */
export class BatchPlanner {
  readonly #sessionId: string;
  readonly #attempt: string;
  readonly #first: number;
  readonly #size: number;
  readonly #bytesMax: number;
  #resources: ToPlan[] = [];
  #bytes = 0;
  #batches = 0;
  #total = 0;

  constructor(wave: { sessionId: string; attempt: string; firstBatch: number }, pace: Pace, limits: Limits) {
    this.#sessionId = wave.sessionId;
    this.#attempt = wave.attempt;
    this.#first = wave.firstBatch;
    this.#size = pace.batchSize;
    this.#bytesMax = limits.batchItemBytesMax;
  }

  /** The batches that became full by this resource: none, one, or (before an oversize resource) two. */
  add(resource: ToPlan): PlannedBatch[] {
    const bytes = Buffer.byteLength(JSON.stringify({ ...resource, listed: undefined }));
    const full = this.#resources.length > 0 && this.#bytes + bytes > this.#bytesMax ? this.flush() : [];
    this.#resources.push(resource);
    this.#bytes += bytes;
    this.#total += 1;
    return this.#resources.length >= this.#size ? [...full, ...this.flush()] : full;
  }

  /** What is left, as a smaller batch. */
  flush(): PlannedBatch[] {
    if (this.#resources.length === 0) return [];
    const resources = this.#resources;
    const key: BatchKey = {
      sessionId: this.#sessionId,
      attempt: this.#attempt,
      number: this.#first + this.#batches,
    };
    this.#batches += 1;
    this.#resources = [];
    this.#bytes = 0;
    return [plan(key, resources)];
  }

  get wave(): Wave {
    return {
      attempt: this.#attempt,
      firstBatch: this.#first,
      batches: this.#batches,
      resources: this.#total,
    };
  }
}

function plan(key: BatchKey, resources: readonly ToPlan[]): PlannedBatch {
  const staged = resources.some((resource) => resource.listed !== undefined);
  return {
    batch: {
      key,
      state: 'planned',
      resources: resources.map(({ listed: _listed, ...kept }) => kept),
      staged,
      tries: 0,
      outcomes: undefined,
      records: 0,
      committedBy: undefined,
    },
    listed: staged ? resources.map((resource) => resource.listed) : undefined,
  };
}

/** The number of the batch after the last one of these waves. */
export function nextBatchNumber(waves: readonly Wave[]): number {
  const last = waves.at(-1);
  return last ? last.firstBatch + last.batches : 0;
}

/** The key of batch `number`, if an accepted wave has it. */
export function batchKeyOf(sessionId: string, waves: readonly Wave[], number: number): BatchKey | undefined {
  const wave = waves.find((one) => number >= one.firstBatch && number < one.firstBatch + one.batches);
  return wave && { sessionId, attempt: wave.attempt, number };
}

/** The numbers of a wave's batches, for the Map. */
export function batchNumbers(wave: Wave): number[] {
  return Array.from({ length: wave.batches }, (_, index) => wave.firstBatch + index);
}
