import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_PACE } from '../../lib/session/limits.ts';
import type { Session, SessionStatus } from '../../lib/session/session.ts';
import {
  abortRequested,
  checkArmed,
  closed,
  concluded,
  extended,
  isTerminal,
  LEGAL_TRANSITIONS,
  leased,
  markedOnGoing,
  sealingBegun,
  sized,
  standstillOf,
  waveAccepted,
  type Transition,
} from '../../lib/session/transitions.ts';
import { makeSession, T0 } from './make.ts';

const limits = DEFAULT_LIMITS;
const wave = { attempt: 'b', firstBatch: 2, batches: 1, resources: 25 };
const to = (transition: Transition<unknown>): Session => {
  if (!('to' in transition)) throw new Error(`stayed: ${String(transition.stay)}`);
  return transition.to;
};
const stay = (transition: Transition<unknown>): unknown => ('stay' in transition ? transition.stay : 'moved');
const counts = { total: 50, harvested: 50, unchanged: 0, failed: 0, skipped: 0, lost: 0 };

test('terminal statuses are followed by none, open ones by some', () => {
  const terminal = (Object.keys(LEGAL_TRANSITIONS) as SessionStatus[]).filter(isTerminal);
  expect(terminal.sort()).toEqual([
    'aborted',
    'finished-all-failed',
    'finished-all-ok',
    'finished-some-failed',
  ]);
});

describe('waves', () => {
  test('a wave is accepted once: the same attempt again is accepted, another attempt is told so', () => {
    const found = { index: 1, wave, listing: makeSession().listing };
    const accepted = to(waveAccepted(makeSession(), found, limits));
    expect(accepted.waves).toHaveLength(2);
    expect(stay(waveAccepted(accepted, found, limits))).toBe('accepted');
    expect(stay(waveAccepted(accepted, { ...found, wave: { ...wave, attempt: 'c' } }, limits))).toBe('other');
  });

  test.each<[string, Partial<Session>]>([
    ['being counted', { sealing: { at: T0, by: 'monitor', because: '' } }],
    ['aborting', { status: 'aborting' }],
    ['over', { status: 'finished-all-ok' }],
  ])('a session that is %s accepts no wave', (_, more) => {
    expect(
      stay(waveAccepted(makeSession(more), { index: 1, wave, listing: makeSession().listing }, limits)),
    ).toBe('over');
  });

  test('a wave out of its turn is not accepted', () => {
    expect(
      stay(waveAccepted(makeSession(), { index: 2, wave, listing: makeSession().listing }, limits)),
    ).toBe('over');
  });

  test('the deadline moves with the number of resources: started + resources x 20 s + 1,200 s', () => {
    const pending = makeSession({ status: 'pending', waves: [] });
    expect(to(sized(pending, 100, limits)).deadlineAt).toBe(T0 + (100 * 20 + 1_200) * 1_000);
    const accepted = to(
      waveAccepted(
        pending,
        { index: 0, wave: { ...wave, resources: 1_000 }, listing: pending.listing },
        limits,
      ),
    );
    expect(accepted.deadlineAt).toBe(T0 + (1_000 * 20 + 1_200) * 1_000);
    expect(accepted.status).toBe('on-going');
  });

  test('a deadline never moves back, and no number that a remote claims moves it without bound', () => {
    const large = to(sized(makeSession(), 1_000, limits));
    expect(to(sized(large, 10, limits)).deadlineAt).toBe(large.deadlineAt);
    expect(to(sized(makeSession(), Number.MAX_SAFE_INTEGER, limits)).deadlineAt).toBe(
      T0 + limits.workflowSecondsMax * 1_000,
    );
  });
});

describe('abort', () => {
  test.each<SessionStatus>(['pending', 'on-going'])(
    'a session that is %s becomes aborting, with a deadline of its own',
    (status) => {
      const aborting = to(abortRequested(makeSession({ status }), T0 + 1_000, 1));
      expect(aborting.status).toBe('aborting');
      expect(aborting.deadlineAt).toBe(T0 + 1_000 + DEFAULT_PACE.abortSeconds * 1_000);
      expect(aborting.check).toBe(1);
    },
  );

  test('an abort never gives a session more time', () => {
    const late = T0 + 1_199_000;
    expect(to(abortRequested(makeSession(), late, 1)).deadlineAt).toBe(T0 + 1_200_000);
  });

  test('aborting twice is aborting once; what is over cannot be aborted', () => {
    expect(stay(abortRequested(makeSession({ status: 'aborting' }), T0, 1))).toBe('already');
    expect(stay(abortRequested(makeSession({ status: 'finished-all-ok' }), T0, 1))).toBe('over');
  });

  test('an abort that comes in while a finalizer counts makes it count again', () => {
    const sealing = to(sealingBegun(makeSession(), { by: 'workflow', because: '' }, T0));
    const aborting = to(abortRequested(sealing, T0, 1));
    expect(stay(concluded(aborting, { status: 'on-going', counts, reasons: [] }, T0))).toBe('count again');
    const again = to(concluded(aborting, { status: 'aborting', counts, reasons: [] }, T0));
    expect(again.status).toBe('aborted');
  });
});

describe('the end', () => {
  test('the first finalizer names the route; a second one changes nothing', () => {
    const sealing = to(sealingBegun(makeSession(), { by: 'monitor', because: 'overdue' }, T0));
    expect(stay(sealingBegun(sealing, { by: 'workflow', because: '' }, T0 + 1))).toBe('sealing');
    const over = to(concluded(sealing, { status: 'on-going', counts, reasons: [] }, T0 + 2));
    expect(over.conclusion?.finalizedBy).toBe('monitor');
    expect(
      stay(concluded(over, { status: 'on-going', counts: { ...counts, lost: 1 }, reasons: [] }, T0 + 3)),
    ).toBe('already');
    expect(stay(sealingBegun(over, { by: 'sweep', because: '' }, T0))).toBe('over');
  });

  test('a call that was long on its way does not end a session that moved on, unless that is overdue by now', () => {
    const late = { by: 'sweep' as const, because: 'nothing was working on it any more', judged: 1 };
    expect(stay(sealingBegun(makeSession({ revision: 2 }), late, T0))).toBe('moved on');
    expect(to(sealingBegun(makeSession({ revision: 1 }), late, T0)).sealing).toBeDefined();
    expect(to(sealingBegun(makeSession({ revision: 2 }), late, T0 + 1_200_000)).sealing).toBeDefined();
  });

  test('nothing is concluded before it is sealing, nothing closed before it is concluded', () => {
    expect(stay(concluded(makeSession(), { status: 'on-going', counts, reasons: [] }, T0))).toBe(
      'count again',
    );
    expect(stay(closed(makeSession(), T0, undefined))).toBe('open');
    const over = makeSession({ status: 'aborted' });
    expect(stay(closed(to(closed(over, T0, undefined)), T0 + 1, undefined))).toBe('already');
  });

  test('a start that comes back after its session is over holds nothing', () => {
    expect(
      stay(
        leased(makeSession({ status: 'finished-all-failed', sequence: 0 }), 5, {
          ledger: undefined,
          choices: undefined,
        }),
      ),
    ).toBe('over');
    expect(stay(markedOnGoing(makeSession({ status: 'aborted' })))).toBe('aborted');
  });
});

describe('checks', () => {
  test('of several who arm the same check one goes on', () => {
    const armed = to(checkArmed(makeSession({ check: 3 }), 4, T0));
    expect(stay(checkArmed(armed, 4, T0))).toBe('behind');
  });

  test('a late duplicate of check 3 cannot arm check 4 again once check 5 is there', () => {
    expect(stay(checkArmed(makeSession({ check: 5 }), 4, T0))).toBe('behind');
  });

  test('a closed session arms no check', () => {
    expect(stay(checkArmed(makeSession({ status: 'aborted', closedAt: T0 }), 9, T0))).toBe('behind');
  });
});

describe('more time', () => {
  test('is given to a session on its way, once for the same progress, and never to one that is being aborted, counted or over', () => {
    const going = makeSession({ status: 'on-going' });
    expect(to(extended(going, going.deadlineAt + 5, 3))).toMatchObject({
      deadlineAt: going.deadlineAt + 5,
      progressSeen: 3,
    });
    expect(stay(extended({ ...going, progressSeen: 3 }, going.deadlineAt + 5, 3))).toBe('extended');
    const sealing = { at: T0, by: 'sweep', because: '' } as const;
    for (const more of [{ status: 'aborting' }, { status: 'aborted' }, { sealing }] as const)
      expect(stay(extended({ ...going, ...more }, going.deadlineAt + 5, 3))).toBe('over');
  });
});

describe('standstill', () => {
  test.each<[string, Partial<Session> | undefined, number, unknown]>([
    ['a session on its way', {}, T0, undefined],
    ['a session past its deadline', {}, T0 + 1_200_000, 'overdue'],
    ['a session being counted', { sealing: { at: T0, by: 'sweep', because: '' } }, T0, 'over'],
    ['an aborting session', { status: 'aborting' }, T0, 'aborting'],
    ['a session that is not there', undefined, T0, 'over'],
    [
      'a session that may be extended goes on past its deadline, up to the cap',
      { pace: { ...DEFAULT_PACE, extendWhileProgressing: true } },
      T0 + 1_300_000,
      undefined,
    ],
    [
      'no further than the cap',
      { pace: { ...DEFAULT_PACE, extendWhileProgressing: true, extendSecondsMax: 1_300 } },
      T0 + 1_300_000,
      'overdue',
    ],
  ])('%s', (_, more, now, expected) => {
    expect(standstillOf(more && makeSession(more), now)).toBe(expected);
  });
});
