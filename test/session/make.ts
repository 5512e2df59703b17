/** Sessions and harvesters for tests: everything has a value, tests say only what matters to them. */
import type { Harvester, Session } from '../../lib/session/session.ts';
import { NEW_LISTING } from '../../lib/listing/walk-state.ts';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { DEFAULT_PACE } from '../../lib/session/limits.ts';

export const T0 = Date.UTC(2026, 0, 1);

export function makeHarvester(more: Partial<Harvester> = {}): Harvester {
  return {
    id: 'county',
    name: 'County',
    remote: { type: 'geonode', url: 'http://127.0.0.1:1/', settings: {} },
    pace: DEFAULT_PACE,
    keeping: DEFAULT_KEEPING,
    ledger: undefined,
    lease: undefined,
    sequence: 0,
    lastSessionId: undefined,
    revision: 1,
    ...more,
  };
}

export function makeSession(more: Partial<Session> = {}): Session {
  return {
    id: 's1',
    kind: 'harvesting',
    harvesterId: 'county',
    revision: 1,
    sequence: 1,
    retryOf: undefined,
    remote: { type: 'geonode', url: 'http://127.0.0.1:1/', settings: {} },
    pace: DEFAULT_PACE,
    keeping: DEFAULT_KEEPING,
    asks: { full: false, acceptGone: false },
    ledger: undefined,
    status: 'on-going',
    startedAt: T0,
    deadlineAt: T0 + 1_200_000,
    check: 0,
    checkAt: T0 + 300_000,
    executionName: 's1',
    waves: [{ attempt: 'a', firstBatch: 0, batches: 2, resources: 50 }],
    listing: { ...NEW_LISTING, ended: true, complete: true, matched: 50 },
    sealing: undefined,
    conclusion: undefined,
    closedAt: undefined,
    difference: undefined,
    progressSeen: undefined,
    ...more,
  };
}
