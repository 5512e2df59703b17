/** Timers for any length of time: those of Node fire at once when asked for more than 24.8 days. */

const CHUNK_MILLIS_MAX = 2 ** 31 - 1;

export interface Timer {
  /** Nothing will happen any more; cancelling twice does nothing. */
  cancel(): void;
}

/** Calls `action` once, `millis` from now or a little later, never before. */
export function afterMillis(millis: number, action: () => void): Timer {
  const dueAt = performance.now() + millis;
  const wait = (): NodeJS.Timeout =>
    setTimeout(tick, Math.min(Math.max(0, Math.ceil(dueAt - performance.now())), CHUNK_MILLIS_MAX));
  const tick = (): void => {
    if (performance.now() >= dueAt) action();
    else handle = wait();
  };
  let handle = wait();
  return { cancel: () => clearTimeout(handle) };
}

/** A pause, ended early by `signal`. */
export function pauseMillis(millis: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = afterMillis(signal?.aborted === true ? 0 : millis, end);
    signal?.addEventListener('abort', end);
  });
}
