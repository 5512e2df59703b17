/** Scenarios of several sessions of a remote that changes between them: what is held, what is gone, what is chosen. */
import { remote, start } from './scenario-parts.ts';
import type { Scenario } from './scenario.ts';

export const LATER_SESSIONS: readonly Scenario[] = [
  {
    name: 'later sessions: what is gone gets a tombstone, then goes',
    remotes: [
      remote({
        resources: 3,
        history: [{ atSeconds: 50, resources: 2 }],
        pace: { batchSize: 3 },
        keeping: { graceListings: 2, graceDays: 0.001 },
      }),
    ],
    users: [0, 100, 200].map((seconds) => start({ when: { seconds }, key: `at ${seconds}` })),
  },
  {
    name: 'later sessions: only changes are asked for',
    remotes: [
      remote({
        resources: 3,
        history: [
          { atSeconds: 1_000, resources: 3, without: [1], edited: [0] },
          { atSeconds: 2_100, resources: 4, edited: [1] },
        ],
        tellsDeleted: true,
        versions: true,
        pace: { batchSize: 3 },
        keeping: { listing: 'changes', changesOverlapSeconds: 600, graceListings: 1 },
      }),
    ],
    users: [0, 2_000, 4_000].map((seconds) => start({ when: { seconds }, key: `at ${seconds}` })),
  },
  {
    name: 'later sessions: listed, then chosen, then harvested',
    remotes: [
      remote({ resources: 3, pace: { batchSize: 3 }, keeping: { harvestNewResourcesByDefault: false } }),
    ],
    users: [
      start({ does: 'list', key: 'list' }),
      { when: { seconds: 50 }, does: 'choose', harvester: 'h', choices: { r0: true, r1: true } },
      start({ when: { seconds: 100 }, key: 'harvest' }),
      { when: { seconds: 100 }, does: 'choose', harvester: 'h', choices: { r0: null, r2: true } },
    ],
  },
  {
    name: 'later sessions: retried after a tombstone',
    remotes: [
      remote({
        resources: 3,
        invalid: [0],
        history: [{ atSeconds: 50, resources: 2 }],
        pace: { batchSize: 3 },
        keeping: { graceListings: 1 },
      }),
    ],
    users: [
      ...[0, 100].map((seconds) => start({ when: { seconds }, key: `at ${seconds}` })),
      { when: { seconds: 200 }, does: 'retry', harvester: 'h', key: 'again' },
    ],
  },
  {
    name: 'later sessions: edited while a slow session runs',
    remotes: [
      remote({
        resources: 8,
        answerSeconds: 100,
        history: [{ atSeconds: 250, edited: [7] }],
        versions: true,
        pace: { batchSize: 8, resourcesAtOnce: 1 },
        keeping: { listing: 'changes', changesOverlapSeconds: 500 },
      }),
    ],
    users: [0, 2_000].map((seconds) => start({ when: { seconds }, key: `at ${seconds}` })),
  },
];
