/** What is told when a command could not run: one sentence for people, name and message for machines, the stack only on request. */
import { familyOf } from '../session/errors.ts';
import type { Screen } from './screen.ts';

export interface Failure {
  readonly name: string;
  readonly message: string;
  /** A defect of Reeve: nobody outside can help. */
  readonly isBug: boolean;
}

/** Errors of the system that a person can do something about, in words. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be accessed (permission)',
  EPERM: 'it may not be accessed (permission)',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EMFILE: 'too many files are open',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it exists',
};

/** @param asked the file that was asked for: not every error of the system names it */
export function failureOf(error: unknown, asked = 'A file'): Failure {
  if (familyOf(error) !== 'bug') {
    const { name, message } = error as Error;
    return { name, message, isBug: false };
  }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const system = SYSTEM_ERRORS[code];
  if (system !== undefined && error instanceof Error) {
    const path = 'path' in error && typeof error.path === 'string' ? error.path : asked;
    return {
      name: 'FolderUnusable',
      message: `${path} could not be used: ${system} (${code})`,
      isBug: false,
    };
  }
  const said = error instanceof Error ? error.message : String(error);
  return { name: 'Defect', message: said.split('\n', 1)[0] ?? '', isBug: true };
}

export function tellFailure(screen: Screen, error: unknown, verbose: boolean): void {
  const { name, message, isBug } = failureOf(error);
  screen.document({ error: { name, message } });
  if (!isBug) {
    if (!screen.json) screen.warn(sentence(message));
    return;
  }
  const more = verbose ? '' : ' Run it again with --verbose to see where.';
  screen.warn(`This is a defect of Reeve, please report it: ${sentence(message)}${more}`);
  if (verbose && error instanceof Error) screen.warn(error.stack ?? '');
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
