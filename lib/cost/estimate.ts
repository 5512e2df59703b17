/** What harvesting costs on AWS: arithmetic over counted calls and list prices, nothing else. Pure. */
import type { Limits, Pace } from '../session/limits.ts';
import { BATCH_BYTES_OF_A_RESOURCE, OF_A_BATCH, OF_A_RESOURCE, OF_A_SESSION } from './counted.ts';
import { PRICES } from './prices.ts';

export interface Plan {
  readonly resources: number;
  /** How long the remote takes for one answer. */
  readonly latencyMillis: number;
  readonly recordBytes: number;
  readonly pace: Pace;
  readonly limits: Limits;
  readonly memoryMegabytes: { readonly discover: number; readonly harvest: number };
}

export interface Line {
  readonly service: 'Lambda' | 'Step Functions' | 'DynamoDB' | 'S3' | 'CloudWatch' | 'EventBridge';
  readonly what: string;
  readonly quantity: number;
  readonly unit: string;
  readonly dollars: number;
}

export interface Estimate {
  readonly batches: number;
  readonly waves: number;
  /** One batch, from its Lambda's start to its end. */
  readonly batchSeconds: number;
  /** The whole session. */
  readonly seconds: number;
  readonly lines: readonly Line[];
  readonly dollars: number;
}

/** What the calls of AWS, signing and packing take of a batch's time besides the remote: assumed, with a Lambda of 512 MB in mind. */
const BATCH_OVERHEAD_SECONDS = 0.5;
const KILOBYTE = 1_024;
const GIGABYTE = 1_024 ** 3;
const READ_UNIT_BYTES = 4 * KILOBYTE;
/** A session's own item; it grows with its waves only. */
const SESSION_BYTES = 2 * KILOBYTE;
/** One line of log and three of metrics for a batch; Lambda's own lines are turned off. */
const LOG_BYTES_OF_A_BATCH = 1_600;
/** Records are compressed; measured on the sample remote's. */
const COMPRESSED = 0.25;

/** Discover, the choice of the Map, the Map, the choice of going on. */
const TRANSITIONS_OF_A_WAVE = 4;
/** A child of a distributed Map: its start by the Map, into its one state, out of it. An iteration of an inline Map is its one state. */
const TRANSITIONS_OF_A_CHILD = 3;

export function estimate(plan: Plan): Estimate {
  const { resources, pace, limits } = plan;
  const batches = Math.ceil(resources / pace.batchSize);
  const waves = Math.max(1, Math.ceil(batches / limits.waveBatchesMax));
  const batchSeconds = secondsOfABatch(plan);
  const lines = [
    ...lambdaLines(plan, { batches, waves, batchSeconds }),
    transitions(batches, waves, limits),
    ...tableLines(plan, batches, batchSeconds),
    ...recordLines(plan, batches),
    ...watchLines(plan, batches, batchSeconds),
  ];
  return {
    batches,
    waves,
    batchSeconds,
    seconds: Math.ceil(batches / pace.batchesAtOnce) * batchSeconds,
    lines,
    dollars: lines.reduce((sum, { dollars }) => sum + dollars, 0),
  };
}

/** A worker waits for the remote, or for its share of the pace when that is slower. */
function secondsOfABatch({ resources, latencyMillis, pace }: Plan): number {
  const size = Math.min(pace.batchSize, resources);
  const fetches = size * OF_A_RESOURCE['harvest remote.fetch'];
  const waiting = (Math.ceil(fetches / pace.resourcesAtOnce) * latencyMillis) / 1_000;
  const paced = (fetches * pace.batchesAtOnce) / pace.requestsPerSecond;
  return Math.max(waiting, paced) + BATCH_OVERHEAD_SECONDS;
}

function line(
  service: Line['service'],
  what: string,
  { quantity, unit, price }: { quantity: number; unit: string; price: number },
): Line {
  return { service, what, quantity, unit, dollars: quantity * price };
}

function lambdaLines(
  { resources, latencyMillis, memoryMegabytes }: Plan,
  { batches, waves, batchSeconds }: Pick<Estimate, 'batches' | 'waves' | 'batchSeconds'>,
): Line[] {
  const listingSeconds = (resources * OF_A_RESOURCE['discover remote.fetch'] * latencyMillis) / 1_000;
  const gigabyteSeconds = (what: string, megabytes: number, seconds: number): Line =>
    line('Lambda', what, {
      quantity: (seconds * megabytes) / KILOBYTE,
      unit: 'GB-seconds',
      price: PRICES.lambdaGigabyteSecond,
    });
  return [
    gigabyteSeconds(
      'harvest, mostly waiting for the remote',
      memoryMegabytes.harvest,
      batches * batchSeconds,
    ),
    gigabyteSeconds('discover, listing', memoryMegabytes.discover, listingSeconds),
    line('Lambda', 'calls', { quantity: batches + waves + 2, unit: 'requests', price: PRICES.lambdaRequest }),
  ];
}

function transitions(batches: number, waves: number, limits: Limits): Line {
  const isInline = batches <= limits.inlineBatchesMax;
  const ofMap = batches * (isInline ? 1 : TRANSITIONS_OF_A_CHILD);
  const quantity = waves * TRANSITIONS_OF_A_WAVE + ofMap + 2;
  const what = isInline ? 'an inline Map' : 'a distributed Map with STANDARD children';
  return line('Step Functions', what, { quantity, unit: 'state transitions', price: PRICES.stateTransition });
}

/** How many calls a session takes besides of those that match. */
function ofSession(calls: RegExp): number {
  return Object.entries(OF_A_SESSION).reduce((sum, [call, times]) => sum + (calls.test(call) ? times : 0), 0);
}

/** Every write of a batch's item is charged for the whole item. */
function tableLines({ pace, limits, resources }: Plan, batches: number, batchSeconds: number): Line[] {
  const batchBytes = Math.min(pace.batchSize, resources) * BATCH_BYTES_OF_A_RESOURCE;
  const writesOfABatch =
    OF_A_BATCH['discover batches.plan'] +
    OF_A_BATCH['harvest batches.begin'] +
    OF_A_BATCH['harvest batches.commit'];
  const looks = Math.floor(batchSeconds / limits.sessionLookSeconds);
  const sessionReads = batches * (OF_A_BATCH['harvest sessions.read'] + looks);
  const passes = OF_A_SESSION['finalize batches.list'] + OF_A_SESSION['finalize batches.summaries'];
  const written = batches * writesOfABatch * Math.ceil(batchBytes / KILOBYTE);
  const read =
    sessionReads * Math.ceil(SESSION_BYTES / READ_UNIT_BYTES) +
    (passes * batches * batchBytes) / READ_UNIT_BYTES;
  const itemUnits = SESSION_BYTES / KILOBYTE;
  return [
    line('DynamoDB', 'batches planned, begun, committed', {
      quantity: written + ofSession(/\.(create|save)$/) * itemUnits,
      unit: 'write units',
      price: PRICES.tableWriteUnit,
    }),
    line('DynamoDB', 'sessions looked at, batches counted', {
      quantity: read + ofSession(/(sessions|harvesters)\.read$/),
      unit: 'read units',
      price: PRICES.tableReadUnit,
    }),
  ];
}

function recordLines({ resources, recordBytes }: Plan, batches: number): Line[] {
  const puts = batches * (OF_A_BATCH['harvest records.put'] + OF_A_BATCH['harvest records.copy']);
  return [
    line('S3', 'records staged and published', {
      quantity: puts + ofSession(/records\.(put|list|removeAll)$/),
      unit: 'puts and copies',
      price: PRICES.recordPut,
    }),
    line('S3', 'records kept for a month, compressed', {
      quantity: (resources * recordBytes * COMPRESSED) / GIGABYTE,
      unit: 'GB',
      price: PRICES.recordGigabyteMonth,
    }),
  ];
}

function watchLines({ pace }: Plan, batches: number, batchSeconds: number): Line[] {
  const seconds = Math.ceil(batches / pace.batchesAtOnce) * batchSeconds;
  const checks = OF_A_SESSION['start checks.arm'] + Math.floor(seconds / pace.monitorIntervalSeconds);
  return [
    line('CloudWatch', 'logs and metrics, a few lines a batch', {
      quantity: (batches * LOG_BYTES_OF_A_BATCH) / GIGABYTE,
      unit: 'GB',
      price: PRICES.logGigabyte,
    }),
    line('EventBridge', 'checks by the monitor, and the event of the end', {
      quantity: checks + OF_A_SESSION['finalize events.publish'],
      unit: 'calls',
      price: PRICES.scheduleInvocation,
    }),
  ];
}

/**
 * The same resources with one Lambda each, in the Map of one Standard workflow, and their records and a counter in the table: what is usually
 * built first. (One execution could not hold a million: its history ends at 25,000 events.)
 */
export function estimateOneEach({ resources, latencyMillis, recordBytes, memoryMegabytes }: Plan): number {
  const seconds = latencyMillis / 1_000 + 0.05;
  const compute = ((seconds * memoryMegabytes.harvest) / KILOBYTE) * PRICES.lambdaGigabyteSecond;
  const writes = (Math.ceil(recordBytes / KILOBYTE) + 1) * PRICES.tableWriteUnit;
  return resources * (compute + PRICES.lambdaRequest + PRICES.stateTransition + writes);
}
