/** Where the command line writes: what was asked for on stdout, everything else on stderr; colours only where a person sees them. */
import { styleText } from 'node:util';
import { wrapped } from './words.ts';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** What a stream is asked for; `process.stdout` is one. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ScreenOptions {
  readonly out: Stream;
  readonly err: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Log lines go to stderr: there is no place for a progress bar. */
  readonly verbose: boolean;
  /** How the person calls this program, for what is suggested to type next: `npm run -s reeve --`. */
  readonly program: string;
}

export interface Screen {
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether a person looks at stderr: progress is shown there. */
  readonly isLive: boolean;
  readonly columns: number;
  /** What was asked for; nothing with `--json`. */
  readonly print: (text?: string) => void;
  /** What was asked for, to machines: one document; nothing without `--json`. */
  readonly document: (value: unknown) => void;
  /** A remark on the way: on stderr; nothing with `--quiet`. */
  readonly note: (text: string) => void;
  /** What must be seen: on stderr, always. */
  readonly warn: (text: string) => void;
  readonly paint: (style: Style, text: string) => string;
  /** A command to type next. */
  readonly command: (words: string) => string;
}

const COLUMNS_USUAL = 80;
const COLUMNS_MAX = 120;

export function openScreen({ out, err, env, json, quiet, verbose, program }: ScreenOptions): Screen {
  const painted = wantsColours(out, env);
  const notePainted = wantsColours(err, env);
  const paint = (style: Style, text: string): string =>
    painted ? styleText(style, text, { validateStream: false }) : text;
  const remark = (style: Style, text: string): void => {
    const lines = err.isTTY === true ? wrapped(text, err.columns ?? COLUMNS_USUAL) : text;
    err.write(`${notePainted ? styleText(style, lines, { validateStream: false }) : lines}\n`);
  };
  return {
    json,
    quiet,
    isLive: err.isTTY === true && env['TERM'] !== 'dumb' && !quiet && !json && !verbose,
    columns: Math.min(out.columns ?? COLUMNS_USUAL, COLUMNS_MAX),
    print: (text = '') => {
      if (!json) out.write(`${text}\n`);
    },
    document: (value) => {
      if (json) out.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    note: (text) => {
      if (!quiet) remark('dim', text);
    },
    warn: (text) => remark('yellow', text),
    paint,
    command: (words) => `${program} ${words}`,
  };
}

/** https://no-color.org; FORCE_COLOR for those who pipe into something that shows colours. */
export function wantsColours(stream: Stream, env: Readonly<Record<string, string | undefined>>): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  if ((env['FORCE_COLOR'] ?? '') !== '') return env['FORCE_COLOR'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}
