/**
 * A deployment replaces the code in the middle of sessions, as it does on AWS: calls that are under way go on with the limits they began with;
 * new calls, retries of old ones among them, get the new version; an execution keeps the state machine with which it was started.
 */
import { faultsOfLimits, type Limits } from '../../lib/session/limits.ts';
import type { Code } from './code.ts';
import type { Engine } from './engine.ts';
import { DEPLOYMENTS, EXTENTS, FLIGHTS } from './faults.ts';
import type { Process } from './process.ts';

/** What a call of a handler runs from. */
export interface Version {
  readonly code: Code;
  readonly limits: Limits;
}

type Change = (typeof DEPLOYMENTS)[number];
type Extent = (typeof EXTENTS)[number];

/** Limits that make sense only together change together. */
const TIMES = {
  work: ['batchSeconds', 'harvestLambdaSeconds', 'harvestTaskSeconds'],
  listing: ['discoverSeconds', 'discoverLambdaSeconds', 'discoverTaskSeconds'],
  finalizing: ['finalizeLambdaSeconds', 'finalizeTaskSeconds'],
  watching: ['sweepIntervalSeconds', 'checkGraceSeconds', 'startGraceSeconds', 'sessionLookSeconds'],
} as const satisfies Readonly<Record<string, readonly (keyof Limits)[]>>;
const WAVES = { waves: ['waveBatchesMax', 'inlineBatchesMax', 'inlineWavesMax'] } as const;
const BOUNDS = {
  waves: [...WAVES.waves, 'wavesMax', 'batchItemBytesMax'],
  listing: ['resourcesMax', 'listingRequestsMax', 'spoiltResourcesMax', 'barrenRepliesMax'],
  deaths: ['workerDeathsMax'],
  checks: ['checksMax'],
} as const;

/**
 * Shorter times end here: a harvester's own times (`resourceSeconds`) must fit in those of the Lambdas, or it is refused when it is saved; and an execution may
 * not be seen for a minute. A finalizer leaves itself 10 s to write.
 */
const LEAST: Partial<Record<keyof Limits, number>> = {
  batchSeconds: 130,
  harvestLambdaSeconds: 145,
  harvestTaskSeconds: 175,
  discoverSeconds: 130,
  discoverLambdaSeconds: 145,
  discoverTaskSeconds: 175,
  finalizeLambdaSeconds: 60,
  finalizeTaskSeconds: 90,
  sweepIntervalSeconds: 60,
  checkGraceSeconds: 60,
  startGraceSeconds: 60,
  inlineWavesMax: 1,
  waveBatchesMax: 2,
};
/** No Lambda runs longer than 900 s. */
const MOST: Partial<Record<keyof Limits, number>> = {
  batchSeconds: 870,
  harvestLambdaSeconds: 900,
  harvestTaskSeconds: 930,
  discoverSeconds: 870,
  discoverLambdaSeconds: 900,
  discoverTaskSeconds: 930,
  finalizeLambdaSeconds: 900,
  finalizeTaskSeconds: 930,
};
/** The smallest and the largest that a deployment makes of what is counted: a strong change, and a stronger one. */
const COUNTS: Partial<Record<keyof Limits, { smaller: readonly [number, number]; larger: number }>> = {
  waveBatchesMax: { smaller: [3, 2], larger: 2_000 },
  inlineBatchesMax: { smaller: [2, 1], larger: 40 },
  inlineWavesMax: { smaller: [2, 1], larger: 20 },
  wavesMax: { smaller: [2, 1], larger: 400 },
  batchItemBytesMax: { smaller: [100, 10], larger: 150_000 },
  resourcesMax: { smaller: [2, 1], larger: 1_000_000 },
  listingRequestsMax: { smaller: [2, 1], larger: 100_000 },
  spoiltResourcesMax: { smaller: [2, 1], larger: 20 },
  barrenRepliesMax: { smaller: [2, 1], larger: 12 },
  workerDeathsMax: { smaller: [1, 1], larger: 4 },
  checksMax: { smaller: [3, 1], larger: 100_000 },
};

const GROUPS: Readonly<Record<Change, Readonly<Record<string, readonly (keyof Limits)[]>>>> = {
  none: {},
  'a deployment with shorter times': TIMES,
  'a deployment with longer times': TIMES,
  'a deployment with smaller waves': WAVES,
  'a deployment with larger waves': WAVES,
  'a deployment with smaller bounds': BOUNDS,
};

/** The limits after a deployment; `extentOf` says how far it goes for each group of them. */
export function deployed(limits: Limits, change: Change, extentOf: (group: string) => Extent): Limits {
  const changed: Record<string, number> = { ...limits };
  for (const [group, names] of Object.entries(GROUPS[change])) {
    const extent = extentOf(group);
    if (extent === 'the change leaves this out') continue;
    for (const name of names) changed[name] = changedLimit(name, limits[name], { change, extent });
  }
  const after = changed as unknown as Limits;
  // Scenarios may begin with limits that no stack has, so that small remotes behave like large ones.
  const faults = faultsOfLimits(limits).length > 0 ? [] : faultsOfLimits(after);
  if (faults.length > 0) throw new Error(`no stack is deployed with these limits: ${faults.join('; ')}`);
  return after;
}

function changedLimit(
  name: keyof Limits,
  value: number,
  { change, extent }: { change: Change; extent: Extent },
): number {
  const isStronger = extent === 'the change is stronger';
  const counts = COUNTS[name];
  if (counts !== undefined)
    return change === 'a deployment with larger waves' ? counts.larger : counts.smaller[isStronger ? 1 : 0];
  const factor = isStronger ? 4 : 2;
  return change === 'a deployment with shorter times'
    ? Math.max(value / factor, LEAST[name] ?? 0)
    : Math.min(value * factor, MOST[name] ?? Infinity);
}

/** Which version runs now, and when another takes its place. */
export class Deployments {
  readonly #engine: Engine;
  readonly #listeners: ((before: Version, after: Version) => void)[] = [];
  /** Calls of handlers that are under way. */
  readonly #inFlight = new Set<Process>();
  version: Version;
  /** How many checks the stingiest version so far gave a session. */
  checksMaxLeast: number;
  /** The longest pause between two sweeps that any version so far made. */
  sweepIntervalSecondsMost: number;

  constructor(engine: Engine, version: Version) {
    this.#engine = engine;
    this.version = version;
    this.checksMaxLeast = version.limits.checksMax;
    this.sweepIntervalSecondsMost = version.limits.sweepIntervalSeconds;
  }

  /** Hears of every deployment, when it has taken place. */
  heard(by: (before: Version, after: Version) => void): void {
    this.#listeners.push(by);
  }

  began(process: Process): void {
    this.#inFlight.add(process);
  }

  ended(process: Process): void {
    this.#inFlight.delete(process);
  }

  /** A moment at which what comes next may come to another version. */
  mayComeBefore(what: () => string): void {
    const engine = this.#engine;
    const label = (): string => `deployment before ${what()}`;
    const change = engine.choose('service', label, DEPLOYMENTS);
    if (change === 'none') return;
    const before = this.version;
    const limits = deployed(before.limits, change, (group) =>
      engine.choose('aftermath', () => `${label()}: ${group}`, EXTENTS),
    );
    this.version = { ...before, limits };
    this.checksMaxLeast = Math.min(this.checksMaxLeast, limits.checksMax);
    this.sweepIntervalSecondsMost = Math.max(this.sweepIntervalSecondsMost, limits.sweepIntervalSeconds);
    for (const process of [...this.#inFlight]) {
      const flight = engine.choose('aftermath', () => `${label()}: ${process.id}`, FLIGHTS);
      if (flight === 'dies with its version') process.kill({ withCalls: false });
    }
    for (const hear of this.#listeners) hear(before, this.version);
  }
}
