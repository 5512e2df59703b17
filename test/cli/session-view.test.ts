/** What every command tells of a session. */
import { describe, expect, test } from 'vitest';
import { sessionView } from '../../lib/cli/session-view.ts';
import { makeSession, T0 } from '../session/make.ts';

const CONCLUSION = {
  counts: { total: 50, harvested: 40, unchanged: 0, failed: 7, skipped: 0, lost: 3 },
  finalizedBy: 'monitor',
  cause: 'The session was overdue.',
  reasons: [{ reason: 'status 500', count: 7, example: 'r1' }],
  concludedAt: T0 + 60_000,
} as const;

describe('the view of a session', () => {
  test('a closed session has its counts, its cause and ISO 8601 times', () => {
    const session = makeSession({
      status: 'finished-some-failed',
      conclusion: CONCLUSION,
      closedAt: T0 + 61_000,
    });
    expect(sessionView(session, '/data')).toEqual({
      id: 's1',
      kind: 'harvesting',
      harvester: 'county',
      type: 'geonode',
      url: 'http://127.0.0.1:1/',
      status: 'finished-some-failed',
      counts: { total: 50, harvested: 40, unchanged: 0, failed: 7, skipped: 0, lost: 3 },
      finalizedBy: 'monitor',
      cause: 'The session was overdue.',
      reasons: [{ reason: 'status 500', count: 7, example: 'r1' }],
      warnings: [],
      startedAt: '2026-01-01T00:00:00.000Z',
      concludedAt: '2026-01-01T00:01:00.000Z',
      deadlineAt: '2026-01-01T00:20:00.000Z',
      matched: 50,
      listingComplete: true,
      duplicates: 0,
      notSelected: 0,
      difference: null,
      retryOf: null,
      records: '/data/records/harvester=county/session=s1',
    });
  });

  test('an open session is not counted: its counts are null, not zero', () => {
    const view = sessionView(makeSession(), '/data');
    expect(view).toMatchObject({ counts: null, finalizedBy: null, concludedAt: null, cause: '' });
  });

  test('what the remote did not say is null, so that the document always has the same members', () => {
    const { listing } = makeSession();
    const view = sessionView(
      makeSession({ listing: { ...listing, matched: undefined }, retryOf: 's0' }),
      '/data',
    );
    expect(view).toMatchObject({ matched: null, retryOf: 's0' });
    expect(Object.values(view)).not.toContain(undefined);
  });
});
