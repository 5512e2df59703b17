/** What a sceptic tried beyond the list: finer bugs, each of which some invariant had to be sharpened for, or was sharp enough. */
import {
  CLEAN_UP,
  FINALIZE,
  HARVEST,
  LEASE,
  metBy,
  one,
  START,
  SWEEP,
  TRANSITIONS,
  VERDICT,
  type Mutant,
} from './mutant.ts';

const ABORT = 'lib/protocol/abort.ts';
const DISCOVER = 'lambdas/discover.ts';
const CONCLUSION = 'lib/session/conclusion.ts';

export const OF_SCEPTICS: readonly Mutant[] = [
  one(
    'an event is believed: what it ends is not counted',
    FINALIZE,
    'const counted = await settleAndCount(ports, judged, call);',
    `const counted = input.by === 'event' ? { counts: { total: 0, harvested: 0, unchanged: 0, failed: 0, skipped: 0, lost: 0 }, reasons: [] } : await settleAndCount(ports, judged, call);`,
  ),
  one(
    'what is sealed is committed over',
    'lib/local/memory/batches.ts',
    `if (there?.state === 'planned') batches.set`,
    `if (there !== undefined && there.state !== 'committed') batches.set`,
  ),
  one(
    'two tries of a discover write under one attempt',
    DISCOVER,
    'const attempt = ports.chance.token();',
    'const attempt = `wave${input.wave}`;',
  ),
  one(
    'the cursor is written after its wave is accepted',
    DISCOVER,
    'await putJson(ports.records, stagedCursorKey(session.id, attempt), lister.state); const found = { index: input.wave, wave: planner.wave, listing }; const accepted = await change(ports, session.id, (current) => waveAccepted(current, found, call.limits));',
    'const found = { index: input.wave, wave: planner.wave, listing }; const accepted = await change(ports, session.id, (current) => waveAccepted(current, found, call.limits)); await putJson(ports.records, stagedCursorKey(session.id, attempt), lister.state);',
  ),
  one(
    'an aborting session takes another wave',
    TRANSITIONS,
    `session.sealing || session.status === 'aborting' || isTerminal(session.status)`,
    'session.sealing || isTerminal(session.status)',
  ),
  one(
    'what an abort skipped is called lost',
    CONCLUSION,
    `? { outcome: 'skipped', because: 'the session was aborted before it was harvested' }`,
    `? { outcome: 'lost', because: '' }`,
  ),
  one(
    'an abort leaves the deadline where it was',
    TRANSITIONS,
    'const at = Math.min(session.deadlineAt, now + session.pace.abortSeconds * 1_000);',
    'const at = session.deadlineAt;',
  ),
  one(
    'an abort trusts a check that was armed for later',
    ABORT,
    `if (armed === 'armed') break;`,
    `if (armed !== undefined) break;`,
  ),
  one(
    'checks come at intervals, whatever the deadline',
    VERDICT,
    'if (!isOverdue(session, now)) return session.deadlineAt;',
    'if (!isOverdue(session, now)) return Infinity;',
  ),
  one(
    'a session is extended although nothing was done',
    VERDICT,
    'progress !== undefined && progress > (session.progressSeen ?? 0)',
    'progress !== undefined',
  ),
  one(
    'a session is extended for ever',
    VERDICT,
    'Math.min(now + pace.monitorIntervalSeconds * 1_000, cap)',
    'now + pace.monitorIntervalSeconds * 1_000 + pace.extendSecondsMax * 1_000',
  ),
  one(
    'the order of sessions does not move on',
    LEASE,
    'sequence: harvester.sequence + 1',
    'sequence: Math.max(harvester.sequence, 1)',
  ),
  one('the sweep looks at the first page only', SWEEP, 'cursor = page.cursor;', 'cursor = undefined;'),
  one(
    'an armed check outlives its session',
    CLEAN_UP,
    'if (check >= 0) await ports.checks.disarm(checkName(session.id, check));',
    'await Promise.resolve(checkName(session.id, check));',
  ),
  one(
    'what a worker did not begin counts as harvested',
    HARVEST,
    `: { outcome: 'lost', because: 'the session was past its deadline before it was harvested' }`,
    `: { outcome: 'harvested' }`,
  ),
  one(
    'a batch that pauses keeps nothing',
    HARVEST,
    'progress.cleanStops += 1; await putJson(ports.records, stagedProgressKey(batch.key), progress);',
    'progress.cleanStops += 1; await Promise.resolve(putJson);',
  ),
  one(
    'a finalizer counts the waves that it read before it sealed',
    FINALIZE,
    'const counted = await settleAndCount(ports, judged, call);',
    `const { waves } = session; const counted = await settleAndCount(ports, { ...judged, waves }, call);`,
  ),
  metBy(
    { seed: 'lease-given-back-by-a-slow-start' },
    one(
      'a slow start gives back the lease that another start went on with',
      START,
      'answer.fresh && held?.session.sequence !== answer.sequence',
      'answer.fresh',
    ),
  ),
  {
    name: 'a slow finalizer begins a ledger anew over what a faster one merged',
    meets: { seed: 'ledger-begun-anew-over-a-faster-one' },
    patches: [
      {
        file: 'lib/protocol/ledger.ts',
        find: 'if (!(await holdsLease(ports, session))) return writtenByAnother(ports, session);',
        replace: '',
      },
      {
        file: 'lib/protocol/ledger.ts',
        find: `if (!(await holdsLease(this.#ports, session))) return 'too late';`,
        replace: '',
      },
    ],
  },
];
