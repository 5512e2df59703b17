/** What every command is given: the screen, the log, the folder, the handlers. */
import type { Handlers } from '../local/embedded/invoke.ts';
import type { Secrets } from '../ports.ts';
import type { Limits } from '../session/limits.ts';
import type { SignalSource } from './interrupts.ts';
import type { ListenedLog } from './log.ts';
import type { Screen } from './screen.ts';

export interface Context {
  readonly screen: Screen;
  readonly log: ListenedLog;
  /** Where records are exported to. */
  readonly out: NodeJS.WritableStream;
  /** Where progress is shown. */
  readonly err: NodeJS.WritableStream;
  /** The folder of the embedded mode, absolute. */
  readonly folder: string;
  /** Passed in from outside: `lib` does not know `lambdas`. */
  readonly handlers: () => Promise<Handlers>;
  readonly limits: Limits;
  /** Hosts in private networks may be harvested even when nobody typed their addresses. */
  readonly allowPrivate: boolean;
  /** Variables of the environment, and files. */
  readonly secrets: Secrets;
  readonly signals: SignalSource;
  /** Ends the process at once. */
  readonly quit: () => never;
}
