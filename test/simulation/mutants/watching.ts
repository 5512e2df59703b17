/** Bugs of the watch: opening, the lease, checks, the verdict, the sweep. */
import {
  one,
  FIRST_CHECK,
  LEASE,
  LOST_IS_FINE,
  MONITOR,
  NEVER_ARMED,
  START,
  SWEEP,
  SWEEP_NOTHING,
  VERDICT,
  type Mutant,
} from './mutant.ts';

export const OF_WATCHING: readonly Mutant[] = [
  { name: 'lost counts as fine: only failures are looked at', patches: [LOST_IS_FINE] },
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
    'if (harvester?.lease !== sessionId) return harvester;',
    'if (harvester === undefined) return harvester;',
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
    'an execution that cannot be seen is taken for gone',
    'lib/protocol/judge.ts',
    `return { execution: 'unknown', because: sentenceOf(error) };`,
    `return { execution: 'absent' };`,
  ),
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
