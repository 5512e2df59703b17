/** Timers of any length. */
import { expect, test, vi } from 'vitest';
import { afterMillis, pauseMillis } from '../../lib/local/timers.ts';

const DAY_MILLIS = 86_400_000;

test('a timer of a hundred days fires after a hundred days, once', async () => {
  vi.useFakeTimers();
  try {
    const fired = vi.fn();
    afterMillis(100 * DAY_MILLIS, fired);
    await vi.advanceTimersByTimeAsync(99 * DAY_MILLIS);
    expect(fired).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2 * DAY_MILLIS);
    expect(fired).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a cancelled timer never fires, also when it is on its second stretch', async () => {
  vi.useFakeTimers();
  try {
    const fired = vi.fn();
    const timer = afterMillis(50 * DAY_MILLIS, fired);
    await vi.advanceTimersByTimeAsync(30 * DAY_MILLIS);
    timer.cancel();
    await vi.advanceTimersByTimeAsync(60 * DAY_MILLIS);
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test('a timer whose time has passed fires, but not before the caller goes on', async () => {
  let fired = false;
  const done = new Promise<void>((resolve) => {
    afterMillis(-5, () => {
      fired = true;
      resolve();
    });
  });
  expect(fired).toBe(false);
  await done;
});

test('a pause ends early when it is told to, also when it was told before', async () => {
  const stop = new AbortController();
  const paused = pauseMillis(DAY_MILLIS, stop.signal);
  stop.abort();
  await paused;
  await pauseMillis(DAY_MILLIS, stop.signal);
});
