/** The demo tells the truth: the sessions get stuck, are rescued by the monitor, and are counted exactly. */
import { describe, expect, test } from 'vitest';
import type { SessionView } from '../../lib/cli/session-view.ts';
import { toldOf } from '../../lib/cli/demo/story.ts';
import { newFolder, reeve, startReeve } from './run.ts';

describe('the story', () => {
  test('a check that finds nothing wrong, and one that rescues', () => {
    expect(toldOf('checked', { check: 1, did: 'watched on' })).toBe('the monitor arms check 2; the session is not overdue, so that is all');
    expect(toldOf('checked', { check: 2, did: 'called the finalizer', because: 'the session was overdue: its execution still ran' })).toBe(
      'the monitor arms check 3, and calls the finalizer: the session was overdue: its execution still ran',
    );
  });

  test('what would only distract is left out', () => {
    expect(toldOf('resource done', {})).toBeUndefined();
  });
});

test('two sessions get stuck, the monitor concludes both with exact counts, and the lost are fetched again', { timeout: 90_000 }, async () => {
  const folder = newFolder();
  const ran = await startReeve(['--data', folder, '--json', 'demo']).ended;
  expect(ran.code, ran.err).toBe(0);
  const { sessions, retry } = ran.json<{ sessions: SessionView[]; retry: SessionView }>();
  expect(sessions).toMatchObject([
    { status: 'finished-some-failed', finalizedBy: 'monitor', counts: { total: 40, harvested: 35, failed: 0, lost: 5 } },
    { status: 'finished-all-ok', finalizedBy: 'monitor', counts: { total: 40, harvested: 40, lost: 0 } },
  ]);
  expect(retry).toMatchObject({ status: 'finished-all-ok', finalizedBy: 'workflow', retryOf: sessions[0]?.id, counts: { total: 5, harvested: 5 } });
  const exported = await reeve('--data', folder, 'export', 'demo-hung-worker');
  expect(exported.out.trim().split('\n')).toHaveLength(40);
});
