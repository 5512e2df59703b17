/** Bugs of what is held from session to session: ledgers, tombstones, marks, choices. */
import { metBy, one, CLEAN_UP, TRANSITIONS, type Mutant } from './mutant.ts';

const CHOOSE = 'lib/protocol/choose.ts';
const GONE = 'lib/ledger/gone.ts';
const MARKS = 'lib/ledger/marks.ts';
const MERGE = 'lib/ledger/merge.ts';
const LEDGER = 'lib/protocol/ledger.ts';
const VIEW = 'lib/ledger/view.ts';

export const OF_HOLDING: readonly Mutant[] = [
  metBy(
    { seed: 'ledger-left-by-a-finalizer-that-died' },
    one(
      'who resumes a clean-up leaves the ledger of before',
      CLEAN_UP,
      'const isReplaced = written !== undefined || (pointed !== undefined && pointed !== ledger?.sessionId);',
      'const isReplaced = written !== undefined;',
    ),
  ),
  metBy(
    { seed: 'retried-record-under-an-old-version' },
    one(
      'a retry keeps what it fetches under the version of the earlier listing',
      'lib/listing/retry-lister.ts',
      'resource.listed === undefined || version === undefined ?',
      'version === undefined ?',
    ),
  ),
  metBy(
    { scenario: 'later sessions: what is gone gets a tombstone, then goes' },
    one(
      'a listing that was broken off tells what is gone',
      GONE,
      'retryOf === undefined && listing.ended && listing.complete &&',
      'retryOf === undefined && listing.ended &&',
    ),
  ),
  metBy(
    { scenario: 'later sessions: what is gone gets a tombstone, then goes' },
    one(
      'a session that did not end by itself tells what is gone',
      GONE,
      `listing.of === 'all' && keeping.filter === undefined && status !== 'aborted' && conclusion?.finalizedBy === 'workflow' &&`,
      `listing.of === 'all' && keeping.filter === undefined && status !== 'aborted' && conclusion !== undefined &&`,
    ),
  ),
  one('an empty listing is believed', GONE, 'if (listed === 0) return', 'if (listed < 0) return'),
  one(
    'any share of what is held may be gone',
    GONE,
    'if (missing <= MISSING_ALLOWED || percent <= goneSharePercentMax) return undefined;',
    'if (percent >= 0 && goneSharePercentMax >= 0) return undefined;',
  ),
  one(
    'the grace is a listing too short',
    MERGE,
    'gone.listings >= graceListings &&',
    'gone.listings >= graceListings - 1 &&',
  ),
  metBy(
    { scenario: 'later sessions: what is gone gets a tombstone, then goes' },
    one('the days of grace are not waited for', MERGE, '&& at - gone.sinceAt >= graceDays * 86_400_000', ''),
  ),
  one(
    'what is not selected any more is not held any more',
    MERGE,
    'if (before !== undefined && isHeld(before)) return seen(before);',
    '',
  ),
  metBy(
    { scenario: 'later sessions: retried after a tombstone' },
    one(
      'what could not be read again is not held any more',
      MERGE,
      `return { entry: seen(before).entry, fate: before.gone === undefined ? 'none' : 'restored' };`,
      `return { entry: known, fate: 'none' };`,
    ),
  ),
  metBy(
    { scenario: 'later sessions: only changes are asked for' },
    one(
      'what the remote says it has deleted is not heard',
      LEDGER,
      `if (this.#deleted.has(id)) return 'deleted';`,
      '',
    ),
  ),
  one(
    'the harvester is free before its ledger is written',
    CLEAN_UP,
    'const ledger = await writeLedger(ports, session, call);',
    'await releaseLease(ports, session.harvesterId, session.id); const ledger = await writeLedger(ports, session, call);',
  ),
  one(
    'staged things are removed before the ledger is written',
    CLEAN_UP,
    'const ledger = await writeLedger(ports, session, call);',
    'await removeStaged(ports, session); const ledger = await writeLedger(ports, session, call);',
  ),
  one(
    'the ledger of before stays when another has taken its place',
    CLEAN_UP,
    'if (ledger !== undefined && isReplaced) await ports.records.removeAll(ledgerPrefix(harvesterId, ledger.sessionId));',
    '',
  ),
  metBy(
    { seed: 'ledger-written-for-nobody' },
    one(
      'a finalizer that comes back leaves the ledger that it wrote for nobody',
      CLEAN_UP,
      'if (written !== undefined && harvester !== undefined && pointed !== id) await ports.records.removeAll(ledgerPrefix(harvesterId, id));',
      '',
    ),
  ),
  one(
    'a session that says nothing takes the ledger away',
    'lib/protocol/lease.ts',
    'const ledger = made ?? harvester.ledger;',
    'const ledger = made;',
  ),
  metBy(
    { scenario: 'later sessions: only changes are asked for' },
    one(
      'only changes are asked for although something was left open',
      MARKS,
      `session.status === 'finished-all-ok' && session.kind`,
      'session.kind',
    ),
  ),
  one('a session that only lists moves the marks', MARKS, `session.kind === 'harvesting' &&`, ''),
  metBy(
    { scenario: 'later sessions: only changes are asked for' },
    one(
      'changes are asked for without an overlap',
      VIEW,
      'const changedSinceAt = changesSinceAt - keeping.changesOverlapSeconds * 1_000;',
      'const changedSinceAt = changesSinceAt;',
    ),
  ),
  metBy(
    { scenario: 'later sessions: edited while a slow session runs' },
    one(
      'changes are asked for since the end of the session before',
      MARKS,
      'changesSinceAt: session.startedAt,',
      'changesSinceAt: session.conclusion?.concludedAt ?? session.startedAt,',
    ),
  ),
  metBy(
    { scenario: 'later sessions: listed, then chosen, then harvested' },
    one(
      'what is only listed is not noted',
      LEDGER,
      `if (isOurs(id)) news.set(id, { of: 'named'`,
      `if (isOurs(id) && id === '') news.set(id, { of: 'named'`,
    ),
  ),
  metBy(
    { scenario: 'later sessions: listed, then chosen, then harvested' },
    one(
      'two who choose at once overwrite each other',
      CHOOSE,
      `if ((await ports.harvesters.save(chosen)) === 'saved') {`,
      'await ports.harvesters.save(chosen); {',
    ),
  ),
  metBy(
    { scenario: 'later sessions: listed, then chosen, then harvested' },
    one(
      'a choice forgets those of before',
      CHOOSE,
      'const now = new Map(there);',
      'const now = new Map<string, boolean>(); void there;',
    ),
  ),
  {
    name: 'what was chosen is removed under a session, which takes it for nothing',
    meets: { seed: 'choices-removed-under-a-session' },
    patches: [
      {
        file: TRANSITIONS,
        find: 'const keeping = { ...session.keeping, choices };',
        replace: 'const keeping = { ...session.keeping }; void choices;',
      },
      {
        file: VIEW,
        find: 'const choices = await readChoices(ports, keeping.choices);',
        replace: 'const choices = (await readChoices(ports, keeping.choices)) ?? new Map<string, boolean>();',
      },
    ],
  },
  metBy(
    { scenario: 'later sessions: listed, then chosen, then harvested' },
    one(
      'what was chosen is removed under a session',
      CHOOSE,
      'if (before !== undefined && !isRead)',
      'if (before !== undefined)',
    ),
  ),
  metBy(
    { duel: 'start, choice, another choice' },
    one(
      'a session that was not yet told that it holds the lease is not asked for its choices',
      CHOOSE,
      'return holder.sequence === 0 || holder.keeping.choices === keeping.choices;',
      'return holder.keeping.choices === keeping.choices;',
    ),
  ),
  metBy(
    { scenario: 'later sessions: listed, then chosen, then harvested' },
    one(
      'choices that nobody goes by any more stay',
      CLEAN_UP,
      'await removeUnusedChoices(ports, session, harvester);',
      'void removeUnusedChoices;',
    ),
  ),
];
