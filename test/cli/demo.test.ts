/** How the demo tells what the handlers log; that it happens is in process.test.ts. */
import { describe, expect, test } from 'vitest';
import { toldOf } from '../../lib/cli/demo/story.ts';

describe('the story', () => {
  test('a check that finds nothing wrong, and one that rescues', () => {
    expect(toldOf('checked', { check: 1, did: 'watched on' })).toBe(
      'check 1: the monitor arms check 2; the session is not overdue, so that is all',
    );
    expect(
      toldOf('checked', {
        check: 2,
        did: 'called the finalizer',
        because: 'the session was overdue: its execution still ran',
      }),
    ).toBe(
      'check 2: the monitor arms check 3, and calls the finalizer: the session was overdue: its execution still ran',
    );
  });

  test('what would only distract is left out', () => {
    expect(toldOf('resource done', {})).toBeUndefined();
  });
});
