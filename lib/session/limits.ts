/**
 * Every bound of the session protocol, with its unit in its name, and the order in which the time limits must nest.
 *
 * `Pace` is what a harvester may set for its own sessions; it is copied into the session when that is opened, so that a change of
 * settings never moves a session under way. `Limits` belong to the installation: the Lambdas and the state machine are built from them.
 */

export interface Pace {
  /** GeoNode's estimate: how long a healthy session may take for one resource. */
  readonly estimatedDurationPerResourceSeconds: number;
  /** GeoNode's allowance for all that is not a resource: queues, listing, finalizing. */
  readonly bufferTimeSeconds: number;
  readonly monitorIntervalSeconds: number;
  /** Resources that one Map iteration harvests; 1 is one Lambda per resource. */
  readonly batchSize: number;
  /** Batches of one wave that are harvested at the same time: with `resourcesAtOnce`, the requests that a remote sees at once. */
  readonly batchesAtOnce: number;
  /** Resources of one batch that are harvested at the same time. */
  readonly resourcesAtOnce: number;
  /** Requests that the whole session may make to one host in a second. */
  readonly requestsPerSecond: number;
  /** One resource, with all its requests and their retries. */
  readonly resourceSeconds: number;
  /** One request, with its redirects and its body. */
  readonly requestSeconds: number;
  /** What an aborted session gets to stop by itself before it is concluded for it. */
  readonly abortSeconds: number;
  /** Opt in: an overdue session that still commits batches gets another interval, up to `extendSecondsMax` after its opening. */
  readonly extendWhileProgressing: boolean;
  readonly extendSecondsMax: number;
}

/**
 * GeoNode's defaults for the formula (20 s and 1,200 s). One worker with ten requests under way asks as much as two with five, for half of the
 * Lambda time; a batch of 100 costs a fourth of what four of 25 do, and is over in 15 s where the remote takes 1.5 s (ARCHITECTURE.md, "Batch
 * size").
 */
export const DEFAULT_PACE: Pace = {
  estimatedDurationPerResourceSeconds: 20,
  bufferTimeSeconds: 1_200,
  monitorIntervalSeconds: 300,
  batchSize: 100,
  batchesAtOnce: 1,
  resourcesAtOnce: 10,
  requestsPerSecond: 10,
  resourceSeconds: 120,
  requestSeconds: 60,
  abortSeconds: 60,
  extendWhileProgressing: false,
  extendSecondsMax: 86_400,
};

export interface Limits {
  /** How long a harvest works on its batch before it keeps what it has and asks to be called again. */
  readonly batchSeconds: number;
  readonly harvestLambdaSeconds: number;
  readonly harvestTaskSeconds: number;
  /** How long a discover lists before it hands over its wave. */
  readonly discoverSeconds: number;
  readonly discoverLambdaSeconds: number;
  readonly discoverTaskSeconds: number;
  readonly finalizeLambdaSeconds: number;
  readonly finalizeTaskSeconds: number;
  readonly sweepIntervalSeconds: number;
  /** How late a check may be before the sweep takes it for lost (Scheduler is precise to 60 s, retries included). */
  readonly checkGraceSeconds: number;
  /** How long a session may have no execution before that means something. */
  readonly startGraceSeconds: number;
  /** How often a worker looks whether its session was aborted or is over. */
  readonly sessionLookSeconds: number;
  readonly waveBatchesMax: number;
  /** Waves up to this size use the inline Map; its iterations share the parent's history of 25,000 events. */
  readonly inlineBatchesMax: number;
  /** From this wave on every Map is a distributed one, whatever its size: the same history. */
  readonly inlineWavesMax: number;
  readonly wavesMax: number;
  readonly resourcesMax: number;
  readonly listingRequestsMax: number;
  /**
   * Listing replies in a row that bring nothing new before the listing is given up as going in circles: more than a type needs to come to terms with a
   * server that refuses questions, and than levels of folders have nothing in them.
   */
  readonly barrenRepliesMax: number;
  /** Resources that may be stepped over because they spoil every page that they are on; then the listing is given up. */
  readonly spoiltResourcesMax: number;
  readonly batchSizeMax: number;
  /** What of a batch's resources may lie in its table item (an item holds 400 KB, outcomes included). */
  readonly batchItemBytesMax: number;
  readonly resourceIdBytesMax: number;
  readonly reasonCharsMax: number;
  /** Deaths of a worker over one resource after which that resource is `failed`. */
  readonly workerDeathsMax: number;
  readonly workflowSecondsMax: number;
  /** Checks of one session; after so many it is the sweep's alone. */
  readonly checksMax: number;
}

export const DEFAULT_LIMITS: Limits = {
  batchSeconds: 780,
  harvestLambdaSeconds: 840,
  harvestTaskSeconds: 870,
  discoverSeconds: 600,
  discoverLambdaSeconds: 840,
  discoverTaskSeconds: 870,
  finalizeLambdaSeconds: 600,
  finalizeTaskSeconds: 630,
  sweepIntervalSeconds: 900,
  checkGraceSeconds: 300,
  startGraceSeconds: 120,
  sessionLookSeconds: 10,
  waveBatchesMax: 2_000,
  inlineBatchesMax: 40,
  inlineWavesMax: 20,
  wavesMax: 400,
  resourcesMax: 1_000_000,
  listingRequestsMax: 100_000,
  barrenRepliesMax: 12,
  spoiltResourcesMax: 20,
  batchSizeMax: 200,
  batchItemBytesMax: 150_000,
  resourceIdBytesMax: 2_048,
  reasonCharsMax: 300,
  workerDeathsMax: 2,
  workflowSecondsMax: 30 * 86_400,
  checksMax: 100_000,
};

/**
 * The faults of a configuration, one sentence each; none when `request < resource < batch < Lambda < task < session` holds and every
 * number is within its bounds. Checked when a harvester is saved and when the stack is synthesised.
 */
export function faultsOfPace(pace: Pace, limits: Limits): string[] {
  const faults: string[] = [];
  for (const [name, value] of Object.entries(pace)) {
    if (typeof value === 'number' && !(Number.isFinite(value) && value > 0)) {
      faults.push(`${name} is ${value}; allowed is a number above 0`);
    }
  }
  for (const name of ['batchSize', 'batchesAtOnce', 'resourcesAtOnce'] as const) {
    if (!Number.isInteger(pace[name])) faults.push(`${name} is ${pace[name]}; allowed is a whole number`);
  }
  if (pace.batchSize > limits.batchSizeMax) {
    faults.push(`batchSize is ${pace.batchSize}; allowed is at most ${limits.batchSizeMax}`);
  }
  const sessionSeconds = pace.bufferTimeSeconds + pace.estimatedDurationPerResourceSeconds;
  return [
    ...faults,
    ...faultsOfOrder([
      ['requestSeconds', pace.requestSeconds],
      ['resourceSeconds', pace.resourceSeconds],
      ['batchSeconds', limits.batchSeconds],
      ['harvestLambdaSeconds', limits.harvestLambdaSeconds],
      ['harvestTaskSeconds', limits.harvestTaskSeconds],
      [
        'the workflow time of a session of one resource (bufferTimeSeconds + estimatedDurationPerResourceSeconds)',
        sessionSeconds,
      ],
    ]),
  ];
}

/** A finalizer keeps its last seconds for what comes after the counting: one that has no more than these would never finish. */
const FINALIZE_LAMBDA_SECONDS_MIN = 60;

/** The same for the limits of an installation. */
export function faultsOfLimits(limits: Limits): string[] {
  const faults = Object.entries(limits as unknown as Record<string, number>)
    .filter(([, value]) => !(Number.isFinite(value) && value > 0))
    .map(([name, value]) => `${name} is ${value}; allowed is a number above 0`);
  if (limits.finalizeLambdaSeconds < FINALIZE_LAMBDA_SECONDS_MIN)
    faults.push(
      `finalizeLambdaSeconds is ${limits.finalizeLambdaSeconds}; allowed is at least ${FINALIZE_LAMBDA_SECONDS_MIN}`,
    );
  return [
    ...faults,
    ...faultsOfOrder([
      ['discoverSeconds', limits.discoverSeconds],
      ['discoverLambdaSeconds', limits.discoverLambdaSeconds],
      ['discoverTaskSeconds', limits.discoverTaskSeconds],
    ]),
    ...faultsOfOrder([
      ['finalizeLambdaSeconds', limits.finalizeLambdaSeconds],
      ['finalizeTaskSeconds', limits.finalizeTaskSeconds],
    ]),
    ...faultsOfOrder([
      ['inlineBatchesMax', limits.inlineBatchesMax],
      ['waveBatchesMax', limits.waveBatchesMax],
    ]),
  ];
}

function faultsOfOrder(ascending: readonly (readonly [string, number])[]): string[] {
  return ascending.slice(1).flatMap(([name, value], index) => {
    const [smallerName, smaller] = ascending[index] ?? ['', 0];
    return smaller < value ? [] : [`${smallerName} (${smaller}) must be less than ${name} (${value})`];
  });
}
