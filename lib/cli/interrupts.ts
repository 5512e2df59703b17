/** Ctrl-C and SIGTERM: the first asks to end cleanly, the second quits at once. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** What sends the signals; `process` is one. */
export interface SignalSource {
  on(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
  off(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
}

export interface Interrupts {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The signals have their usual effect again. */
  release(): void;
}

export function catchInterrupts(source: SignalSource, quit: () => void): Interrupts {
  const first = new AbortController();
  const onSignal = (): void => {
    if (first.signal.aborted) quit();
    else first.abort();
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return {
    signal: first.signal,
    release: () => {
      for (const signal of SIGNALS) source.off(signal, onSignal);
    },
  };
}
