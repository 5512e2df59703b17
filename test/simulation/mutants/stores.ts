/** Stores that do not keep their conditions. */
import type { Batch, BatchKey, Harvester, Session } from '../../../lib/session/session.ts';
import type { Mutant } from './mutant.ts';

export const OF_STORES: readonly Mutant[] = [
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
    meets: { duel: 'finalizer, late worker' },
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
];

function batchNameOf(key: BatchKey): string {
  return `${key.sessionId}#${String(key.number).padStart(6, '0')}#${key.attempt}`;
}
