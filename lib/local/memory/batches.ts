/** Batches in a map: planned, then committed or sealed, never both. */
import type { Batches, BatchSummary } from '../../ports.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Batch, BatchKey } from '../../session/session.ts';
import { frozenCopy } from './frozen.ts';
import { byKey, pageOf } from './pages.ts';

const nameOf = (key: BatchKey): string =>
  `${key.sessionId}#${String(key.number).padStart(6, '0')}#${key.attempt}`;

export function memoryBatches(batches: Map<string, Batch>, pageSize: number): Batches {
  const ofSession = (sessionId: string) =>
    [...batches].filter(([, batch]) => batch.key.sessionId === sessionId).sort(byKey);
  /** Replaces a batch that is still planned. */
  const settle = (key: BatchKey, change: Partial<Batch>): Batch | undefined => {
    const there = batches.get(nameOf(key));
    if (there?.state === 'planned') batches.set(nameOf(key), frozenCopy({ ...there, ...change }));
    return there;
  };
  return {
    plan: (planned) => {
      for (const batch of planned)
        if (!batches.has(nameOf(batch.key))) batches.set(nameOf(batch.key), frozenCopy(batch));
      return Promise.resolve();
    },
    read: (key) => Promise.resolve(batches.get(nameOf(key))),
    begin: (key) => {
      settle(key, { tries: (batches.get(nameOf(key))?.tries ?? 0) + 1 });
      return Promise.resolve(batches.get(nameOf(key)));
    },
    commit: (key, { outcomes, records, worker }) => {
      const there = settle(key, { state: 'committed', outcomes, records, committedBy: worker });
      const own =
        there?.state === 'planned' || (there?.state === 'committed' && there.committedBy === worker);
      return Promise.resolve(own ? 'committed' : 'refused');
    },
    seal: (key) => {
      const there = settle(key, { state: 'sealed' });
      if (there === undefined)
        return Promise.reject(new ReeveError('InvariantBroken', `There is no batch ${nameOf(key)} to seal`));
      return Promise.resolve(there.state === 'committed' ? 'committed' : 'sealed');
    },
    summaries: (sessionId, cursor) => {
      const entries = ofSession(sessionId).map(([name, batch]) => [name, summaryOf(batch)] as const);
      return Promise.resolve(pageOf(entries, cursor, pageSize));
    },
    list: (sessionId, cursor) => Promise.resolve(pageOf(ofSession(sessionId), cursor, pageSize)),
  };
}

function summaryOf({ key, state, records, committedBy, resources }: Batch): BatchSummary {
  return frozenCopy({ key, state, records, committedBy, size: resources.length });
}
