/** What a sceptic tried beyond the list: finer bugs, each of which some invariant had to be sharpened for, or was sharp enough. */
import {
  CLEAN_UP,
  FINALIZE,
  HARVEST,
  LEASE,
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
    'isOverdue(session, now) || isTerminal(session.status) ? interval : Math.min(interval, session.deadlineAt)',
    'isOverdue(session, now) || isTerminal(session.status) ? interval : interval',
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
  one(
    'a void lease is honoured',
    LEASE,
    'if (holder !== undefined && holder.closedAt === undefined) return',
    'if (holder !== undefined) return',
  ),
  one(
    'a start does not look whether its session is over',
    START,
    `if (isTerminal(opened.session.status)) return { outcome: 'exists', session: opened.session };`,
    '',
  ),
  one(
    'an execution that could not be started is left to the monitor',
    START,
    `await ports.finalizer.call({ session: session.id, by: 'start', because });`,
    'String(because);',
  ),
  one(
    'an aborting session gets more time by its size',
    TRANSITIONS,
    `if (session.status === 'aborting') return session.deadlineAt;`,
    '',
  ),
  one('an aborting session is extended', VERDICT, `session.status === 'on-going' &&`, ''),
  one('a session is extended beyond its cap', VERDICT, 'progressed && now < cap', 'progressed'),
  one(
    'the same progress extends a session twice',
    TRANSITIONS,
    `if (progress <= (session.progressSeen ?? 0)) return { stay: 'extended' };`,
    '',
  ),
  one(
    'an abort that comes late counts the checks back',
    TRANSITIONS,
    'check: Math.max(check, session.check),',
    'check,',
  ),
  one(
    'a try of a discover lists anew what was accepted already',
    DISCOVER,
    'if (session.waves.length > input.wave) return handOver(session, input.wave, call);',
    '',
  ),
  one(
    'a discover that was slower hands nothing over',
    DISCOVER,
    `if (accepted === undefined || accepted.said === 'over') return`,
    `if (accepted === undefined || accepted.said !== 'accepted') return`,
  ),
  one(
    'a discover that comes back late takes its cursor for lost',
    'lib/listing/lister.ts',
    `if (current === undefined || isTerminal(current.status)) return 'over';`,
    '',
  ),
  one(
    'what found no place in a wave is dropped',
    DISCOVER,
    'lister.giveBack(resources.slice(index));',
    'lister.giveBack(resources.slice(index + 1));',
  ),
  one(
    'a check is counted before it is made',
    'lib/protocol/arm.ts',
    'await ports.checks.arm({ name: checkName(sessionId, check), at, sessionId, check }); const changed = await change(ports, sessionId, (session) => checkArmed(session, check, at));',
    'const changed = await change(ports, sessionId, (session) => checkArmed(session, check, at)); await ports.checks.arm({ name: checkName(sessionId, check), at, sessionId, check });',
  ),
  one(
    'a seal that was refused is taken for a batch without outcomes',
    'lib/protocol/settle.ts',
    `if ((await ports.batches.seal(batch.key)) === 'sealed') return { ...batch, state: 'sealed' };`,
    `if ((await ports.batches.seal(batch.key)) !== undefined) return { ...batch, state: 'sealed' };`,
  ),
  one(
    'staged things stay',
    CLEAN_UP,
    'if (nothingToRetry) await ports.records.removeAll(prefix);',
    'if (nothingToRetry) await Promise.resolve(prefix);',
  ),
  one(
    'what the listing carried is removed although a retry needs it',
    CLEAN_UP,
    'if (nothingToRetry) await',
    'if (nothingToRetry || prefix.length > 0) await',
  ),
  one(
    'a slow start gives back the lease that another start went on with',
    START,
    'answer.fresh && held?.session.sequence !== answer.sequence',
    'answer.fresh',
  ),
  {
    name: 'a slow finalizer begins a ledger anew over what a faster one merged',
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
