/** Sessions and harvesters in maps: each method takes effect at one point, and copies in and out. */
import type { Harvesters, Sessions } from '../../ports.ts';
import type { Harvester, Session } from '../../session/session.ts';
import { frozenCopy } from './frozen.ts';
import { byKey, instantKey, pageOf } from './pages.ts';

export function memorySessions(sessions: Map<string, Session>, pageSize: number): Sessions {
  return {
    read: (id) => Promise.resolve(sessions.get(id)),
    create: (session) => {
      if (sessions.has(session.id)) return Promise.resolve('exists');
      sessions.set(session.id, frozenCopy({ ...session, revision: 1 }));
      return Promise.resolve('created');
    },
    save: (session) => Promise.resolve(saveRevised(sessions, session)),
    withdraw: (session) => {
      const there = sessions.get(session.id);
      if (there !== undefined && there.revision !== session.revision) return Promise.resolve('conflict');
      sessions.delete(session.id);
      return Promise.resolve('withdrawn');
    },
    open: (cursor) => {
      const open = [...sessions.values()].filter((session) => session.closedAt === undefined);
      const entries = open.map(
        (session) => [`${instantKey(session.deadlineAt)}#${session.id}`, session.id] as const,
      );
      return Promise.resolve(pageOf(entries.sort(byKey), cursor, pageSize));
    },
    ofHarvester: (harvesterId, cursor) => {
      const own = [...sessions.values()].filter((session) => session.harvesterId === harvesterId);
      const entries = own.map(
        (session) => [`${instantKey(session.startedAt, true)}#${session.id}`, session.id] as const,
      );
      return Promise.resolve(pageOf(entries.sort(byKey), cursor, pageSize));
    },
  };
}

export function memoryHarvesters(harvesters: Map<string, Harvester>, pageSize: number): Harvesters {
  return {
    read: (id) => Promise.resolve(harvesters.get(id)),
    create: (harvester) => {
      if (harvesters.has(harvester.id)) return Promise.resolve('exists');
      harvesters.set(harvester.id, frozenCopy({ ...harvester, revision: 1 }));
      return Promise.resolve('created');
    },
    save: (harvester) => Promise.resolve(saveRevised(harvesters, harvester)),
    remove: (harvester) => {
      const there = harvesters.get(harvester.id);
      if (there !== undefined && there.revision !== harvester.revision) return Promise.resolve('conflict');
      harvesters.delete(harvester.id);
      return Promise.resolve('removed');
    },
    list: (cursor) => Promise.resolve(pageOf([...harvesters].sort(byKey), cursor, pageSize)),
  };
}

/** Replaces what is there if its revision is still the given one's. */
function saveRevised<T extends { readonly id: string; readonly revision: number }>(
  there: Map<string, T>,
  value: T,
): 'saved' | 'conflict' {
  if (there.get(value.id)?.revision !== value.revision) return 'conflict';
  there.set(value.id, frozenCopy({ ...value, revision: value.revision + 1 }));
  return 'saved';
}
