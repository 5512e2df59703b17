/** Bugs of the ending: sealing, counting, concluding, cleaning up. */
import { metBy, one, CLEAN_UP, FINALIZE, SETTLE, TRANSITIONS, type Mutant } from './mutant.ts';

export const OF_ENDING: readonly Mutant[] = [
  one(
    'batches are counted without being sealed',
    SETTLE,
    `if (batch.state !== 'planned') return batch;`,
    'return batch;',
  ),
  one(
    'what nobody reported counts as harvested',
    'lib/session/conclusion.ts',
    `: { outcome: 'lost', because: 'no worker reported on it' }`,
    `: { outcome: 'harvested', because: '' }`,
  ),
  one(
    'all ok without a complete listing',
    'lib/session/conclusion.ts',
    'session.listing.complete && counts.failed',
    'counts.failed',
  ),
  metBy(
    { seed: 'comes-to-life-while-judged' },
    one(
      'a call of the finalizer is not asked what it judged',
      TRANSITIONS,
      'if (judged !== undefined && judged !== session.revision && now < session.deadlineAt)',
      'if (judged === -1)',
    ),
  ),
  one(
    'the lease is not released',
    CLEAN_UP,
    'const harvester = await releaseLease(ports, session.harvesterId, session.id, ledger?.pointer);',
    'const harvester = await ports.harvesters.read(session.harvesterId);',
  ),
  one(
    'the clean-up comes before the conclusion',
    FINALIZE,
    'const terminal = await conclude(ports, session, input, call);',
    'await cleanUp(ports, session, { fromWorkflow, call }); const terminal = await conclude(ports, session, input, call);',
  ),
  one(
    'the session is closed before the clean-up',
    CLEAN_UP,
    'await publishCommitted(ports, session, call);',
    'await change(ports, session.id, (current) => closed(current, ports.clock.now())); await publishCommitted(ports, session, call);',
  ),
  one(
    'the clean-up does not publish what is left',
    CLEAN_UP,
    'await publishCommitted(ports, session, call);',
    '',
  ),
  one(
    'staged records are removed before they are published',
    CLEAN_UP,
    'await publishCommitted(ports, session, call);',
    'await removeStaged(ports, session); await publishCommitted(ports, session, call);',
  ),
  one('an abort in between is not honoured', TRANSITIONS, 'session.status !== counted.status ||', ''),
  one(
    'a session may be concluded twice',
    TRANSITIONS,
    `if (isTerminal(session.status)) return { stay: 'already' };`,
    '',
  ),
  one(
    'a wave is taken although the session is being sealed',
    TRANSITIONS,
    'session.waves.length !== found.index || session.sealing ||',
    'session.waves.length !== found.index ||',
  ),
  one(
    'a wave is taken twice',
    TRANSITIONS,
    `if (there !== undefined) return { stay: there.attempt === found.wave.attempt ? 'accepted' : 'other' };`,
    `if (there !== undefined) return { to: { ...session, waves: [...session.waves, found.wave] }, say: 'accepted' };`,
  ),
  one(
    'the deadline does not move with the size',
    TRANSITIONS,
    `if (session.status === 'aborting') return session.deadlineAt;`,
    'if (resources >= 0) return session.deadlineAt;',
  ),
  one(
    'nobody is told',
    CLEAN_UP,
    `await ports.events.publish({ id: session.id, type: 'session-concluded', at: concludedAt, session });`,
    'String(concludedAt);',
  ),
  {
    name: 'an execution that still runs is left running',
    patches: [
      {
        file: FINALIZE,
        find: `if (input.by !== 'workflow') await stopWorkers(ports, begun.session);`,
        replace: `if (input.by === 'start') await stopWorkers(ports, begun.session);`,
      },
      {
        file: CLEAN_UP,
        find: 'if (!fromWorkflow) await ports.executions.stop',
        replace: 'if (String(fromWorkflow) === session.id) await ports.executions.stop',
      },
    ],
  },
];
