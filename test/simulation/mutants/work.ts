/** Bugs of the work: listing, harvesting, the state machine. */
import { metBy, one, HARVEST, WORKFLOW, type Mutant } from './mutant.ts';

export const OF_WORK: readonly Mutant[] = [
  one(
    'records are shown before their batch is committed',
    HARVEST,
    'const answer = await ports.batches.commit',
    'if (records > 0) await ports.records.copy(stagedKey, recordsKey(session.harvesterId, batch.key)); const answer = await ports.batches.commit',
  ),
  one(
    'all workers of a batch stage under one name',
    HARVEST,
    'const worker = ports.chance.token();',
    `const worker = 'worker';`,
  ),
  one(
    "a refused commit is taken for one's own",
    HARVEST,
    `const own = answer === 'committed' ||`,
    `const own = answer === 'committed' || answer === 'refused' ||`,
  ),
  one(
    'tries of a batch are not counted before the work',
    'lib/harvest/progress.ts',
    'return Math.max(0, tries - 1 - progress.cleanStops);',
    'return Math.min(0, tries);',
  ),
  one(
    'a batch that ran out of time starts from nothing',
    HARVEST,
    'const kept = batch.tries > 1 ?',
    'const kept = batch.tries > 1_000 ?',
  ),
  one(
    'a batch that stopped before its time-out is not called again',
    WORKFLOW,
    `{ ErrorEquals: ['BatchUnfinished'], IntervalSeconds: 1, MaxAttempts: 100, BackoffRate: 1 }`,
    `{ ErrorEquals: ['BatchUnfinished'], IntervalSeconds: 1, MaxAttempts: 0, BackoffRate: 1 }`,
  ),
  one(
    'the finalizer is called beside the work, not after it',
    WORKFLOW,
    `{ Variable: '$.map', StringEquals: 'inline', Next: 'HarvestFew' }`,
    `{ Variable: '$.map', StringEquals: 'inline', Next: 'Finalize' }`,
  ),
  metBy(
    { seed: 'workers-longer-than-their-tasks' },
    one(
      'a worker does not heed how long its caller waits',
      HARVEST,
      'if (callerWaitsSeconds === undefined) return call;',
      'if (callerWaitsSeconds !== 0) return call;',
    ),
  ),
  metBy(
    { scenario: 'a batch that kills its workers until it is given up' },
    one(
      'a batch that is given up takes the others with it',
      WORKFLOW,
      `Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: \`\${map}Uncommitted\` }],`,
      '',
    ),
  ),
  one(
    'every wave lists from the beginning',
    'lib/listing/lister.ts',
    'const kept = await cursorOf(ports, session);',
    `const found = await cursorOf(ports, session); const kept = found === 'over' ? found : undefined;`,
  ),
];
