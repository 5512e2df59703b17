/** Scenarios by chance: one or two harvesters, small remotes of every kind, users who start, abort, retry and stop at any moment. */
import type { Limits, Pace } from '../../lib/session/limits.ts';
import type { Moment, Route, Scenario, SimulatedRemote, UserStep } from './scenario.ts';

type Chance = () => number;

const pick = <T>(chance: Chance, values: readonly T[]): T => values[Math.floor(chance() * values.length)]!;
const below = (chance: Chance, most: number): number => Math.floor(chance() * most);
const odds = (chance: Chance, of: number): boolean => chance() < of;

/** Limits that make a small remote behave like a large one: several waves, distributed Maps, batches that do not fit in one call. */
const LIMITS: readonly (Partial<Limits> | undefined)[] = [
  undefined,
  undefined,
  undefined,
  { waveBatchesMax: 1 },
  { waveBatchesMax: 2, inlineBatchesMax: 1 },
  { inlineWavesMax: 1, waveBatchesMax: 1 },
  { wavesMax: 2, waveBatchesMax: 1 },
  { batchSeconds: 150, harvestLambdaSeconds: 290, harvestTaskSeconds: 320 },
];

/** In quiet one route is enough: the sweep or the monitor always, the event and the workflow where an execution runs. */
const MISSING: readonly (readonly Route[])[] = [
  ['workflow'],
  ['monitor'],
  ['event'],
  ['sweep'],
  ['event', 'workflow'],
  ['monitor', 'event', 'workflow'],
  ['sweep', 'event', 'workflow'],
  ['monitor', 'sweep'],
];

export function randomScenario(chance: Chance): Scenario {
  const remotes = Array.from({ length: odds(chance, 0.15) ? 2 : 1 }, (_, index) =>
    randomRemote(chance, `h${index}`),
  );
  const limits = pick(chance, LIMITS);
  const missing = odds(chance, 0.1) ? pick(chance, MISSING) : undefined;
  return {
    name: 'by chance',
    remotes,
    users: remotes.flatMap((remote) =>
      (remote.history === undefined ? randomUsers : regularUsers)(chance, remote.harvester),
    ),
    ...(limits === undefined ? {} : { limits }),
    ...(missing === undefined ? {} : { missing }),
    firstSweepSeconds: below(chance, 900) + 1,
    storePageSize: pick(chance, [100, 100, 1, 2]),
  };
}

/** Takes longer than the buffer time, and less than the workflow time of its size. */
function slowRemote(chance: Chance, harvester: string): SimulatedRemote {
  const batchSize = pick(chance, [1, 2, 8]);
  return {
    harvester,
    resources: 8 + below(chance, 3),
    pageSize: 10,
    answerSeconds: pick(chance, [100, 110]),
    isHealthy: true,
    pace: {
      batchSize,
      resourcesAtOnce: 1,
      batchesAtOnce: 1,
      bufferTimeSeconds: 910,
      estimatedDurationPerResourceSeconds: 150,
      monitorIntervalSeconds: pick(chance, [60, 300]),
    },
  };
}

/** A remote that changes from session to session: it grows, shrinks, edits, and tells more or less of it. */
function livingRemote(chance: Chance, harvester: string): SimulatedRemote {
  const turns = 1 + below(chance, 3);
  const history = Array.from({ length: turns }, (_, index) => ({
    atSeconds: 100 + index * 700 + below(chance, 900),
    resources: 1 + below(chance, 5),
    ...(odds(chance, 0.3) ? { without: [below(chance, 4)] } : {}),
    ...(odds(chance, 0.5) ? { edited: [below(chance, 4)] } : {}),
  })).sort((one, other) => one.atSeconds - other.atSeconds);
  return {
    harvester,
    resources: 1 + below(chance, 4),
    pageSize: pick(chance, [1, 2, 10, 10]),
    history,
    pace: { batchSize: pick(chance, [1, 2, 10]) },
    keeping: {
      listing: pick(chance, ['all', 'changes']),
      changesOverlapSeconds: 600,
      fullListingDays: pick(chance, [0.01, 7]),
      harvestNewResourcesByDefault: !odds(chance, 0.2),
      goneSharePercentMax: pick(chance, [10, 40, 100]),
      graceListings: pick(chance, [1, 2, 3]),
      graceDays: pick(chance, [0, 0, 0.01]),
    },
    ...(odds(chance, 0.5) ? { versions: true } : {}),
    ...(odds(chance, 0.5) ? { tellsDeleted: true } : {}),
    ...(odds(chance, 0.4) ? { matched: true } : {}),
    ...(odds(chance, 0.2) ? { listed: true } : {}),
    ...(odds(chance, 0.1) ? { invalid: [below(chance, 3)] } : {}),
  };
}

/** Who harvests a living remote: session after session, and choices between them. */
function regularUsers(chance: Chance, harvester: string): UserStep[] {
  const steps: UserStep[] = [];
  for (let seconds = 0; seconds < 3_000; seconds += 300 + below(chance, 900)) {
    const does = pick(chance, ['start', 'start', 'start', 'start', 'list', 'retry'] as const);
    steps.push({ when: { seconds }, does, harvester, ...key(chance, `at ${seconds}`) });
  }
  if (odds(chance, 0.4)) {
    const choices = pick(chance, [
      { r0: true },
      { r1: false },
      { r0: true, r1: false },
      { r2: null, r3: true },
    ]);
    for (let index = 0; index < 2; index += 1)
      steps.push({ when: randomMoment(chance), does: 'choose', harvester, choices });
  }
  if (odds(chance, 0.1)) steps.push({ when: randomMoment(chance), does: 'abort', harvester });
  return steps;
}

function randomRemote(chance: Chance, harvester: string): SimulatedRemote {
  if (odds(chance, 0.1)) return livingRemote(chance, harvester);
  if (odds(chance, 0.12)) return slowRemote(chance, harvester);
  // Several batches are staged at once: one that fails leaves the others under way.
  if (odds(chance, 0.1))
    return { harvester, resources: 3 + below(chance, 3), pageSize: 10, listed: true, pace: { batchSize: 1 } };
  const resources = pick(chance, [0, 1, 1, 1, 2, 2, 3, 5]);
  const pageSize = pick(chance, [1, 2, 3, 10]);
  const isRare = (): boolean => odds(chance, 0.08);
  const pace: Partial<Pace> = {
    batchSize: pick(chance, [1, 1, 2, 3]),
    resourcesAtOnce: pick(chance, [1, 2]),
    batchesAtOnce: pick(chance, [1, 2, 3]),
    bufferTimeSeconds: pick(chance, [900, 1_200]),
    ...(isRare() ? { extendWhileProgressing: true } : {}),
  };
  return {
    harvester,
    resources,
    pageSize,
    pace,
    ...(isRare() ? { invalid: [0] } : {}),
    ...(isRare() ? { poisonous: [1] } : {}),
    ...(odds(chance, 0.2) ? { listed: true } : {}),
    ...(odds(chance, 0.3) ? { matched: true } : {}),
    ...(isRare() ? { brokenPage: below(chance, 2) } : {}),
    ...(isRare() ? { changes: { afterRequests: below(chance, 4), resources: below(chance, 7) } } : {}),
    // So slow that a batch does not fit in one Lambda, or the session not in its deadline.
    ...(isRare() ? { answerSeconds: pick(chance, [30, 110, 300]) } : {}),
  };
}

function randomMoment(chance: Chance): Moment {
  return odds(chance, 0.7) ? { calls: below(chance, 70) } : { seconds: below(chance, 2_000) };
}

function randomUsers(chance: Chance, harvester: string): UserStep[] {
  const steps: UserStep[] = [{ when: { seconds: 0 }, does: 'start', harvester, ...key(chance, 'first') }];
  const more = pick(chance, [0, 0, 0, 0, 0, 1, 1, 1, 2, 3]);
  for (let index = 0; index < more; index += 1) {
    const does = pick(chance, ['start', 'start', 'abort', 'abort', 'retry', 'stop'] as const);
    const when =
      does === 'retry' && odds(chance, 0.7) ? { seconds: 100 + below(chance, 3_000) } : randomMoment(chance);
    steps.push({
      when,
      does,
      harvester,
      ...(does === 'start' || does === 'retry' ? key(chance, pick(chance, ['first', 'second'])) : {}),
    });
  }
  return steps;
}

function key(chance: Chance, key: string): { key?: string } {
  return odds(chance, 0.6) ? { key } : {};
}
