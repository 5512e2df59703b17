/**
 * Bugs seeded on purpose: each takes one protection out of the shipped code, or out of the store below it. The simulation must find every
 * one; a mutant whose text is not in the code any more is an error, not a success.
 */
import type { Batch, BatchKey, Harvester, Session } from '../../lib/session/session.ts';
import type { Tampering } from './world.ts';

export interface Patch {
  readonly file: string;
  /** Found once, whatever its spaces and line breaks. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly patches?: readonly Patch[];
  readonly tampering?: Tampering;
}

const SETTLE = 'lib/protocol/settle.ts';
const CLEAN_UP = 'lib/protocol/clean-up.ts';
const LEASE = 'lib/protocol/lease.ts';
const TRANSITIONS = 'lib/session/transitions.ts';
const VERDICT = 'lib/session/verdict.ts';
const START = 'lambdas/start.ts';
const MONITOR = 'lambdas/monitor.ts';
const SWEEP = 'lambdas/sweep.ts';
const FINALIZE = 'lambdas/finalize.ts';
const HARVEST = 'lambdas/harvest.ts';
const WORKFLOW = 'lib/workflow/workflow.ts';

const one = (name: string, file: string, find: string, replace: string): Mutant => ({
  name,
  patches: [{ file, find, replace }],
});

const FIRST_CHECK = `if (held.session.check < 0) await armCheck(ports, id, { check: 0, at: nextCheckAt(held.session, ports.clock.now()) });`;
const LOST_IS_FINE: Patch = {
  file: 'lib/session/conclusion.ts',
  find: 'session.listing.complete && counts.failed + counts.skipped + counts.lost === 0',
  replace: 'counts.failed === 0',
};
const NEVER_ARMED: Patch = {
  file: MONITOR,
  find: 'if (input.check + 1 < limits.checksMax) {',
  replace: 'if (input.check + 1 < 0) {',
};
const SWEEP_NOTHING: Patch = {
  file: SWEEP,
  find: 'pMap(page.values,',
  replace: 'pMap(page.values.slice(0, 0),',
};

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'the session is written without a condition',
    tampering: {
      'sessions.save': ({ sessions }, [session]) => {
        const { id } = session as Session;
        sessions.set(id, { ...(session as Session), revision: (sessions.get(id)?.revision ?? 0) + 1 });
        return Promise.resolve('saved');
      },
    },
  },
  {
    name: 'the commit of a batch is not conditional',
    tampering: {
      'batches.commit': ({ batches }, [key, commit]) => {
        const { outcomes, records, worker } = commit as {
          outcomes: Batch['outcomes'];
          records: number;
          worker: string;
        };
        const name = batchNameOf(key as BatchKey);
        const there = batches.get(name);
        if (there !== undefined)
          batches.set(name, { ...there, state: 'committed', outcomes, records, committedBy: worker });
        return Promise.resolve('committed');
      },
    },
  },
  {
    name: 'the seal on a batch is not conditional',
    tampering: {
      'batches.seal': ({ batches }, [key]) => {
        const name = batchNameOf(key as BatchKey);
        const there = batches.get(name);
        if (there !== undefined)
          batches.set(name, { ...there, state: 'sealed', outcomes: undefined, committedBy: undefined });
        return Promise.resolve('sealed');
      },
    },
  },
  {
    name: 'the lease is written without a condition',
    tampering: {
      'harvesters.save': ({ harvesters }, [harvester]) => {
        const { id } = harvester as Harvester;
        harvesters.set(id, {
          ...(harvester as Harvester),
          revision: (harvesters.get(id)?.revision ?? 0) + 1,
        });
        return Promise.resolve('saved');
      },
    },
  },
  {
    name: 'a session is taken back without a condition',
    tampering: {
      'sessions.withdraw': ({ sessions }, [session]) => {
        sessions.delete((session as Session).id);
        return Promise.resolve('withdrawn');
      },
    },
  },
  {
    name: 'a session is opened over another',
    tampering: {
      'sessions.create': ({ sessions }, [session]) => {
        sessions.set((session as Session).id, { ...(session as Session), revision: 1 });
        return Promise.resolve('created');
      },
    },
  },
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
  { name: 'lost counts as fine: only failures are looked at', patches: [LOST_IS_FINE] },
  one(
    'all ok without a complete listing',
    'lib/session/conclusion.ts',
    'session.listing.complete && counts.failed',
    'counts.failed',
  ),
  {
    name: 'the execution is started before its first check is armed',
    patches: [
      {
        file: START,
        find: `${FIRST_CHECK} await startExecution(ports, held.session);`,
        replace: `await startExecution(ports, held.session); ${FIRST_CHECK}`,
      },
    ],
  },
  one('no first check', START, FIRST_CHECK, ''),
  one(
    'a call of the finalizer is not asked what it judged',
    TRANSITIONS,
    'if (judged !== undefined && judged !== session.revision && now < session.deadlineAt)',
    'if (judged === -1)',
  ),
  one(
    'a session that somebody aborted is taken back',
    START,
    `if (session.status === 'pending' && session.check < 0)`,
    '',
  ),
  one(
    'the lease is taken before the session is opened',
    START,
    'const opened = await open(ports, harvester, input, call);',
    `await takeLease(ports, harvester.id, 'a-session-to-be'); const opened = await open(ports, harvester, input, call);`,
  ),
  one(
    'the lease of another session is not looked at',
    LEASE,
    'if (holder !== undefined && holder.closedAt === undefined)',
    'if (holder !== undefined && holder.id === sessionId)',
  ),
  one(
    'the lease is released blindly',
    LEASE,
    'if (harvester?.lease !== sessionId) return;',
    'if (harvester === undefined) return;',
  ),
  one(
    'the lease is not released',
    CLEAN_UP,
    'await releaseLease(ports, session.harvesterId, session.id, ledger?.pointer);',
    '',
  ),
  one(
    'the monitor acts before it arms the next check',
    MONITOR,
    'if (input.check + 1 < limits.checksMax) {',
    `await judge(ports, session.id, { by: 'monitor', look: isOverdue(session, ports.clock.now()), limits }); if (input.check + 1 < limits.checksMax) {`,
  ),
  { name: 'the monitor looks once and never again', patches: [NEVER_ARMED] },
  one(
    'names of schedules are used again',
    'lib/session/names.ts',
    '`${sessionId}-${check}`',
    '`${sessionId}-${check % 1}`',
  ),
  {
    name: 'checks are not counted: a late duplicate forks the chain',
    patches: [
      {
        file: MONITOR,
        find: `if (input.check < session.check) return { did: 'nothing', because: 'a later check watches' };`,
        replace: '',
      },
      {
        file: MONITOR,
        find: `if (armed.said === 'behind') return { did: 'nothing', because: 'a later check watches' };`,
        replace: '',
      },
    ],
  },
  one(
    'pending is not open',
    VERDICT,
    `if (session.closedAt !== undefined) return`,
    `if (session.status === 'pending') return { verdict: 'stop', because: 'gone' }; if (session.closedAt !== undefined) return`,
  ),
  one(
    'aborting is not open',
    VERDICT,
    `if (session.closedAt !== undefined) return`,
    `if (session.status === 'aborting') return { verdict: 'stop', because: 'gone' }; if (session.closedAt !== undefined) return`,
  ),
  one(
    'the end of an execution is taken for the end of the session',
    VERDICT,
    'if (isOverdue(session, now)) return overdue',
    `if (sighting.execution === 'ended') return { verdict: 'stop', because: 'closed' }; if (isOverdue(session, now)) return overdue`,
  ),
  one(
    'concluded is taken for closed: nobody resumes a clean-up',
    VERDICT,
    `return { verdict: 'finalize', because: 'it was concluded but not cleaned up after' }`,
    `return { verdict: 'stop', because: 'closed' }`,
  ),
  one(
    'the sweep ends whatever the index lists',
    SWEEP,
    `const judged = await judge(ports, id, { by: 'sweep', look, limits: call.limits });`,
    `const judged = { did: 'called the finalizer' as const, because: 'listed' }; if (look || session !== undefined) await ports.finalizer.call({ session: id, by: 'sweep', because: 'listed' });`,
  ),
  { name: 'there is no sweep', patches: [SWEEP_NOTHING] },
  { name: 'events only: no monitor, no sweep', patches: [SWEEP_NOTHING, NEVER_ARMED] },
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
    'an execution that cannot be seen is taken for gone',
    'lib/protocol/judge.ts',
    `return { execution: 'unknown', because: sentenceOf(error) };`,
    `return { execution: 'absent' };`,
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
  one(
    'every wave lists from the beginning',
    'lib/listing/lister.ts',
    'const kept = await cursorOf(ports, session);',
    `const found = await cursorOf(ports, session); const kept = found === 'over' ? found : undefined;`,
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
  one(
    'a conflicting write is taken for saved',
    'lib/protocol/change.ts',
    `if ((await ports.sessions.save(decision.to)) === 'saved') {`,
    `await ports.sessions.save(decision.to); {`,
  ),
  {
    name: "GeoNode's own: one look, only on-going is open, only failures count",
    patches: [
      NEVER_ARMED,
      SWEEP_NOTHING,
      LOST_IS_FINE,
      {
        file: VERDICT,
        find: 'if (session.closedAt !== undefined) return',
        replace: `if (session.status !== 'on-going') return { verdict: 'stop', because: 'gone' }; if (session.closedAt !== undefined) return`,
      },
    ],
  },
];

function batchNameOf(key: BatchKey): string {
  return `${key.sessionId}#${String(key.number).padStart(6, '0')}#${key.attempt}`;
}
