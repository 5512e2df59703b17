/** How far a session is, followed through its log lines; a pure state, and the bar that shows it. */
import { SingleBar } from 'cli-progress';
import type { LogFields } from '../ports.ts';
import type { Session } from '../session/session.ts';
import { totalOf } from '../session/transitions.ts';
import { spokenDuration, spokenNumber } from './words.ts';
import type { Screen } from './screen.ts';

export type Phase = 'listing' | 'harvesting' | 'finalizing';

/** What is shown to people on the way may be approximate: a resource that is tried twice may be seen twice. The conclusion is not. */
export interface SessionProgress {
  readonly phase: Phase;
  /** 0 while it is not known. */
  readonly total: number;
  readonly done: number;
  readonly notHarvested: number;
  readonly listingEnded: boolean;
}

export const NO_PROGRESS: SessionProgress = {
  phase: 'listing',
  total: 0,
  done: 0,
  notHarvested: 0,
  listingEnded: false,
};

/** One log line of the session's handlers. */
export function afterLine(progress: SessionProgress, message: string, fields: LogFields): SessionProgress {
  if (message !== 'resource done') return progress;
  const bad = fields['outcome'] === 'harvested' || fields['outcome'] === 'unchanged' ? 0 : 1;
  return phased({ ...progress, done: progress.done + 1, notHarvested: progress.notHarvested + bad });
}

/** The session as it is in the store. */
export function afterLook(progress: SessionProgress, session: Session): SessionProgress {
  const listed = totalOf(session);
  const total = session.listing.ended ? listed : Math.max(listed, session.listing.matched ?? 0);
  const looked = phased({
    ...progress,
    total: Math.max(total, progress.total),
    listingEnded: session.listing.ended,
  });
  return session.sealing === undefined ? looked : { ...looked, phase: 'finalizing' };
}

function phased(progress: SessionProgress): SessionProgress {
  if (progress.phase === 'finalizing') return progress;
  if (progress.listingEnded && progress.done >= progress.total) return { ...progress, phase: 'finalizing' };
  return progress.done > 0 || progress.listingEnded ? { ...progress, phase: 'harvesting' } : progress;
}

/** The line under the cursor. */
export function progressLine(progress: SessionProgress, elapsedMillis: number, columns: number): string {
  const { phase, total, done, notHarvested } = progress;
  const elapsed = spokenDuration(elapsedMillis);
  if (phase === 'listing') {
    const found = total === 0 ? 'asking the remote what it has' : `${spokenNumber(total)} resources so far`;
    return `${phase.padEnd(10)} ${found} · ${elapsed}`;
  }
  const shown = Math.min(done, total);
  const part = total === 0 ? 1 : shown / total;
  const numbers = `${String(Math.floor(part * 100)).padStart(3)} % · ${spokenNumber(shown)} of ${spokenNumber(total)}`;
  const failed = notHarvested === 0 ? '' : ` · ${spokenNumber(notHarvested)} failed`;
  const tail = ` ${numbers}${failed} · ${elapsed}${remaining(part, elapsedMillis)}`;
  const width = Math.max(10, Math.min(40, columns - tail.length - 14));
  const full = Math.round(part * width);
  return `${phase.padEnd(10)} ${'█'.repeat(full)}${'░'.repeat(width - full)}${tail}`;
}

function remaining(part: number, elapsedMillis: number): string {
  if (part < 0.05 || part >= 1 || elapsedMillis < 2_000) return '';
  return `, about ${spokenDuration((elapsedMillis / part) * (1 - part))} left`;
}

export interface ProgressBar {
  show(progress: SessionProgress): void;
  /** Lines that are written meanwhile stay above the bar. */
  above(write: () => void): void;
  stop(): void;
}

/** A bar on a terminal; elsewhere nothing. */
export function openBar(screen: Screen, stream: NodeJS.WritableStream, now: () => number): ProgressBar {
  if (!screen.isLive) return { show: () => undefined, above: (write) => write(), stop: () => undefined };
  const begunAt = now();
  let shown = NO_PROGRESS;
  const bar = new SingleBar({
    stream,
    hideCursor: true,
    clearOnComplete: true,
    linewrap: null,
    // Signals are the command's: the first aborts the session.
    gracefulExit: false,
    fps: 10,
    format: () => progressLine(shown, now() - begunAt, screen.columns),
  });
  bar.start(1, 0);
  return {
    show: (progress) => {
      shown = progress;
    },
    above: (write) => {
      bar.stop();
      write();
      bar.start(1, 0);
    },
    stop: () => bar.stop(),
  };
}
