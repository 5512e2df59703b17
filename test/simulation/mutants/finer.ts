/** Bugs finer still: what another sceptic tried, each found by an invariant, a scenario or a duel of its own. */
import { CLEAN_UP, LEASE, metBy, one, START, TRANSITIONS, VERDICT, type Mutant } from './mutant.ts';

const DISCOVER = 'lambdas/discover.ts';

export const OF_FINER: readonly Mutant[] = [
  metBy(
    { duel: 'start, finalizer of its own session' },
    one(
      'a void lease is honoured',
      LEASE,
      'if (holder !== undefined && holder.closedAt === undefined) return',
      'if (holder !== undefined) return',
    ),
  ),
  metBy(
    { scenario: 'a key that was used before, beside another session' },
    one(
      'a start does not look whether its session is over',
      START,
      `if (isTerminal(opened.session.status)) return { outcome: 'exists', session: opened.session };`,
      '',
    ),
  ),
  metBy(
    { scenario: 'two resources in two batches' },
    one(
      'an execution that could not be started is left to the monitor',
      START,
      `await ports.finalizer.call({ session: session.id, by: 'start', because });`,
      'String(because);',
    ),
  ),
  one(
    'an abort is answered and not heeded while its session is sealed',
    TRANSITIONS,
    `if (session.status === 'aborting') return { stay: 'already' };`,
    `if (session.status === 'aborting' || session.sealing) return { stay: 'already' };`,
  ),
  one(
    'a session gets twice its buffer time',
    'lib/session/workflow-time.ts',
    'return resources * estimatedDurationPerResourceSeconds + bufferTimeSeconds;',
    'return resources * estimatedDurationPerResourceSeconds + bufferTimeSeconds * 2;',
  ),
  one(
    'a retry takes what was unchanged again',
    'lib/listing/retry-lister.ts',
    `return outcome === 'harvested' || outcome === 'unchanged' ? [] : [{ resource, index }];`,
    `return outcome === 'harvested' ? [] : [{ resource, index }];`,
  ),
  one(
    'an aborting session gets more time by its size',
    TRANSITIONS,
    `if (session.status === 'aborting') return session.deadlineAt;`,
    '',
  ),
  metBy(
    { scenario: 'slow, extended while it makes progress, and aborted' },
    one('an aborting session is extended', VERDICT, `session.status === 'on-going' &&`, ''),
  ),
  metBy(
    { scenario: 'slow, and extended up to its cap' },
    one('a session is extended beyond its cap', VERDICT, 'progressed && now < cap', 'progressed'),
  ),
  metBy(
    { scenario: 'aborted while it harvests' },
    one(
      'a worker does not see an abort',
      TRANSITIONS,
      `if (session.status === 'aborting') return 'aborting';`,
      '',
    ),
  ),
  metBy(
    { scenario: 'slow, and extended while it makes progress' },
    one(
      'a worker stops at the deadline although its session may be extended',
      TRANSITIONS,
      'const endsAt = pace.extendWhileProgressing',
      'const endsAt = pace.extendWhileProgressing && session.startedAt < 0',
    ),
  ),
  metBy(
    { seed: 'extended-up-to-its-cap' },
    one(
      'an extension up to the cap is looked at an interval later',
      VERDICT,
      'return session.pace.extendWhileProgressing && now < cap ? cap : Infinity;',
      'return now < cap ? Infinity : Infinity;',
    ),
  ),
  metBy(
    { seed: 'extended-while-it-is-aborted' },
    one(
      'a session that is being aborted gets more time',
      TRANSITIONS,
      `if (isTerminal(session.status) || session.status === 'aborting' || session.sealing) return { stay: 'over' }; // Another watcher`,
      `if (isTerminal(session.status) || session.sealing) return { stay: 'over' }; // Another watcher`,
    ),
  ),
  metBy(
    { seed: 'extended-twice-for-one-progress' },
    one(
      'the same progress extends a session twice',
      TRANSITIONS,
      `if (progress <= (session.progressSeen ?? 0)) return { stay: 'extended' };`,
      '',
    ),
  ),
  metBy(
    { scenario: 'very slow, and aborted' },
    one(
      'an abort that comes late counts the checks back',
      TRANSITIONS,
      'check: Math.max(check, session.check),',
      'check,',
    ),
  ),
  metBy(
    { scenario: 'two resources in two batches' },
    one(
      'a try of a discover lists anew what was accepted already',
      DISCOVER,
      'if (session.waves.length > input.wave) return handOver(session, input.wave, call);',
      '',
    ),
  ),
  metBy(
    { scenario: 'too slow for one call of a worker' },
    one(
      'a discover that was slower hands nothing over',
      DISCOVER,
      `if (accepted === undefined || accepted.said === 'over') return`,
      `if (accepted === undefined || accepted.said !== 'accepted') return`,
    ),
  ),
  metBy(
    { seed: 'zombie-discover' },
    one(
      'a discover that comes back late takes its cursor for lost',
      'lib/listing/lister.ts',
      `if (current === undefined || isTerminal(current.status)) return 'over';`,
      '',
    ),
  ),
  metBy(
    { scenario: 'the remote changes between two pages' },
    one(
      'fewer resources than the remote says it has are a complete listing',
      'lib/listing/walk.ts',
      'if (matched !== undefined && listed < matched) {',
      'if (matched !== undefined && listed < 0) {',
    ),
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
  metBy(
    { scenario: 'two resources in two batches' },
    one(
      'staged things stay',
      CLEAN_UP,
      'if (nothingToRetry) await ports.records.removeAll(prefix);',
      'if (nothingToRetry) await Promise.resolve(prefix);',
    ),
  ),
  metBy(
    { scenario: 'what failed is retried, of a listing that carries the records' },
    one(
      'what the listing carried is removed although a retry needs it',
      CLEAN_UP,
      'if (nothingToRetry) await',
      'if (nothingToRetry || prefix.length > 0) await',
    ),
  ),
];
