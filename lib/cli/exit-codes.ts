/** What the exit code of the command line says, in one place: help, README and tests read it here. */
import type { SessionStatus } from '../session/session.ts';

export const EXIT = {
  /** Everything was harvested. */
  allOk: 0,
  /** Nothing was harvested because the command could not run: no session was opened. */
  couldNotRun: 1,
  /** A session was concluded in which some or all resources failed, or which was aborted; or some harvesters of a settings file could not be applied. */
  notAllOk: 2,
  /** Ctrl-C twice: the session under way is left to the next start. */
  quit: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export function exitCodeOf(status: SessionStatus): ExitCode {
  return status === 'finished-all-ok' ? EXIT.allOk : EXIT.notAllOk;
}

export const EXIT_CODES_HELP = `Exit codes:
  0    all ok
  2    a session was concluded, but some or all resources failed, or it was aborted;
       or some harvesters of a settings file could not be applied
  1    could not run: bad arguments or settings, an unusable folder, no harvester type found
  130  Ctrl-C twice: quit at once; the next start concludes the session`;
