/** Tells the ledger what took effect behind the ports. */
import type { Session } from '../../lib/session/session.ts';
import type { Ledger } from './ledger.ts';

export function observe(ledger: Ledger, name: string, args: readonly unknown[], answer: unknown): void {
  const [first, second] = args as [never, never];
  switch (name) {
    case 'sessions.create':
      if (answer === 'created') ledger.created(first);
      return;
    case 'sessions.save':
      if (answer === 'saved')
        ledger.saved({ ...(first as Session), revision: (first as Session).revision + 1 });
      return;
    case 'sessions.withdraw':
      if (answer === 'withdrawn') ledger.withdrawn(first);
      return;
    case 'harvesters.save':
      if (answer === 'saved') ledger.leaseSaved(first);
      return;
    case 'batches.plan':
      return ledger.planned(first);
    case 'batches.commit':
      if (answer === 'committed') ledger.committed(first, second);
      return;
    case 'batches.seal':
      if (answer === 'sealed') ledger.sealed(first);
      return;
    case 'records.put':
      return ledger.put(first, second);
    case 'records.copy':
      if (answer === 'copied') ledger.copied(first, second);
      return;
    case 'records.removeAll':
      return ledger.removed(first);
    case 'checks.arm':
      if (answer === 'armed')
        ledger.checkArmed((first as { sessionId: string }).sessionId, (first as { check: number }).check);
      return;
    case 'events.publish':
      return ledger.published_((first as { id: string }).id, (first as { session: Session }).session);
  }
}
