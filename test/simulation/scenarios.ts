/** The written list of scenarios: each is enumerated, one fault at every point and, where it is small enough, two. */
import { remote, start } from './scenario-parts.ts';
import { LATER_SESSIONS } from './scenarios-later.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [
  { name: 'two resources in two batches', remotes: [remote()], users: [start()] },
  { name: 'nothing to harvest', remotes: [remote({ resources: 0 })], users: [start()] },
  {
    name: 'a resource that is not valid, two pages, the remote tells its size',
    remotes: [remote({ resources: 3, pageSize: 2, invalid: [1], matched: true, pace: { batchSize: 2 } })],
    users: [start()],
  },
  {
    name: 'the listing carries the records',
    remotes: [remote({ listed: true, pace: { batchSize: 2 } })],
    users: [start()],
  },
  {
    name: 'three waves, one with a Map of its own',
    remotes: [remote({ resources: 3, pace: { batchSize: 1 } })],
    users: [start()],
    limits: { waveBatchesMax: 1, inlineWavesMax: 2 },
  },
  {
    name: 'a page of the listing is broken',
    remotes: [remote({ resources: 2, pageSize: 1, brokenPage: 1 })],
    users: [start()],
  },
  {
    name: 'the remote changes between two pages',
    remotes: [
      remote({
        resources: 4,
        pageSize: 2,
        matched: true,
        changes: { afterRequests: 1, resources: 3 },
        pace: { batchSize: 4 },
      }),
    ],
    users: [start()],
  },
  {
    name: 'a resource that kills its workers',
    remotes: [remote({ poisonous: [1], pace: { batchSize: 2 } })],
    users: [start()],
  },
  {
    name: 'a batch that kills its workers until it is given up',
    remotes: [remote({ resources: 3, poisonous: [1], pace: { batchSize: 1, batchesAtOnce: 1 } })],
    users: [start()],
    limits: { workerDeathsMax: 100 },
  },
  {
    name: 'too slow for one call of a worker',
    remotes: [
      remote({
        resources: 4,
        answerSeconds: 80,
        isHealthy: true,
        pace: { batchSize: 4, resourcesAtOnce: 1 },
      }),
    ],
    users: [start()],
    limits: { batchSeconds: 150, harvestLambdaSeconds: 290, harvestTaskSeconds: 320 },
  },
  {
    name: 'too slow for three calls of a worker',
    remotes: [
      remote({
        resources: 8,
        answerSeconds: 80,
        isHealthy: true,
        pace: { batchSize: 8, resourcesAtOnce: 1 },
      }),
    ],
    users: [start()],
    limits: { batchSeconds: 150, harvestLambdaSeconds: 290, harvestTaskSeconds: 320 },
  },
  {
    name: 'too slow for its deadline',
    remotes: [
      remote({
        resources: 4,
        answerSeconds: 100,
        pace: {
          batchSize: 2,
          resourcesAtOnce: 1,
          bufferTimeSeconds: 200,
          estimatedDurationPerResourceSeconds: 1,
        },
      }),
    ],
    users: [start()],
  },
  {
    name: 'slow, and extended while it makes progress',
    remotes: [
      remote({
        resources: 3,
        answerSeconds: 90,
        isHealthy: true,
        pace: {
          batchSize: 1,
          batchesAtOnce: 1,
          bufferTimeSeconds: 250,
          estimatedDurationPerResourceSeconds: 1,
          extendWhileProgressing: true,
        },
      }),
    ],
    users: [start()],
  },
  {
    name: 'slow, and within its workflow time',
    remotes: [
      remote({
        resources: 4,
        answerSeconds: 100,
        isHealthy: true,
        pace: {
          batchSize: 2,
          resourcesAtOnce: 1,
          batchesAtOnce: 1,
          bufferTimeSeconds: 250,
          estimatedDurationPerResourceSeconds: 100,
        },
      }),
    ],
    users: [start()],
  },
  {
    name: 'slow, and no check is ever delivered',
    remotes: [
      remote({
        resources: 4,
        answerSeconds: 100,
        isHealthy: true,
        pace: {
          batchSize: 2,
          resourcesAtOnce: 1,
          batchesAtOnce: 1,
          bufferTimeSeconds: 250,
          estimatedDurationPerResourceSeconds: 100,
          monitorIntervalSeconds: 60,
        },
      }),
    ],
    users: [start()],
    missing: ['monitor'],
  },
  {
    name: 'aborted while it lists',
    remotes: [remote({ answerSeconds: 20 })],
    users: [start(), { when: { seconds: 10 }, does: 'abort', harvester: 'h' }],
  },
  {
    name: 'aborted while it harvests',
    remotes: [remote({ resources: 3, answerSeconds: 20, pace: { batchSize: 3, resourcesAtOnce: 1 } })],
    users: [start(), { when: { seconds: 45 }, does: 'abort', harvester: 'h' }],
  },
  {
    name: 'aborted while it is finalized',
    remotes: [remote()],
    users: [start(), { when: { calls: 32 }, does: 'abort', harvester: 'h' }],
  },
  {
    name: 'aborted while it is opened',
    remotes: [remote()],
    users: [start(), { when: { calls: 5 }, does: 'abort', harvester: 'h' }],
  },
  {
    name: 'aborted beside another, and started again with its key',
    remotes: [remote({ answerSeconds: 20 })],
    users: [
      start(),
      { when: { calls: 2 }, does: 'abort', harvester: 'h' },
      { when: { calls: 5 }, does: 'start', harvester: 'h' },
    ],
  },
  {
    name: 'started twice with one key',
    remotes: [remote({ resources: 1 })],
    users: [start(), start({ when: { calls: 2 } })],
  },
  {
    name: 'started twice without a key',
    remotes: [remote({ resources: 1 })],
    users: [start(), { when: { calls: 2 }, does: 'start', harvester: 'h' }],
  },
  {
    name: 'started again at the end',
    remotes: [remote({ resources: 1 })],
    users: [start(), start({ when: { calls: 36 }, key: 'second' })],
  },
  {
    name: 'what failed is retried',
    remotes: [remote({ invalid: [0] })],
    users: [start(), { when: { seconds: 50 }, does: 'retry', harvester: 'h', key: 'again' }],
  },
  {
    name: 'what failed is retried, of a listing that carries the records',
    remotes: [remote({ invalid: [0], listed: true, pace: { batchSize: 2 } })],
    users: [start(), { when: { seconds: 50 }, does: 'retry', harvester: 'h', key: 'again' }],
  },
  {
    name: 'the execution is stopped in the console',
    remotes: [remote({ resources: 1 })],
    users: [start(), { when: { calls: 22 }, does: 'stop', harvester: 'h' }],
  },
  { name: 'the execution never comes to life', remotes: [remote()], users: [start()], missing: ['workflow'] },
  {
    name: 'slow, and extended up to its cap',
    remotes: [
      remote({
        resources: 8,
        answerSeconds: 200,
        pace: {
          batchSize: 1,
          batchesAtOnce: 1,
          bufferTimeSeconds: 450,
          estimatedDurationPerResourceSeconds: 1,
          extendWhileProgressing: true,
          extendSecondsMax: 650,
          resourceSeconds: 250,
        },
      }),
    ],
    users: [start()],
  },
  {
    name: 'slow, extended while it makes progress, and aborted',
    remotes: [
      remote({
        resources: 3,
        answerSeconds: 100,
        pace: {
          batchSize: 1,
          batchesAtOnce: 1,
          bufferTimeSeconds: 900,
          extendWhileProgressing: true,
        },
      }),
    ],
    users: [start(), { when: { seconds: 210 }, does: 'abort', harvester: 'h' }],
  },
  {
    name: 'very slow, and aborted',
    remotes: [
      remote({
        resources: 24,
        pageSize: 24,
        answerSeconds: 100,
        pace: {
          batchSize: 8,
          resourcesAtOnce: 1,
          batchesAtOnce: 1,
          estimatedDurationPerResourceSeconds: 200,
        },
      }),
    ],
    users: [start(), { when: { seconds: 10 }, does: 'abort', harvester: 'h' }],
  },
  {
    name: 'a key that was used before, beside another session',
    remotes: [remote({ resources: 1 })],
    users: [start(), start({ when: { seconds: 100 }, key: 'second' }), start({ when: { calls: 70 } })],
  },
  ...LATER_SESSIONS,
  {
    name: 'two harvesters',
    remotes: [remote({ resources: 1 }), remote({ harvester: 'g', resources: 1 })],
    users: [start(), start({ harvester: 'g' })],
  },
];
