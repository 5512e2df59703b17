/** Runs the command line for tests: in this process, or as a child process where signals and streams are what is tested. */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import { runCommandLine } from '../../lib/cli/main.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** What was printed on stdout, as one JSON document. */
  readonly json: () => unknown;
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-cli-'));
  folders.push(folder);
  return folder;
}

/** A pace for remotes that shall be given up soon, and for sessions that nobody wants to wait for. */
export const QUICK = [
  'requestsPerSecond=1000',
  'resourceSeconds=2',
  'requestSeconds=1',
  'abortSeconds=2',
].flatMap((part) => ['--pace', part]);

export async function reeve(...args: string[]): Promise<Ran> {
  const out = collected();
  const err = collected();
  const code = await runCommandLine({
    args,
    handlers: () => Promise.resolve(HANDLERS),
    env: {},
    out: out.stream,
    err: err.stream,
    logs: { write: (line) => void err.stream.write(line) },
    version: '0.0.0-test',
    call: 'reeve',
    signals: new EventEmitter(),
    quit: () => {
      throw new Error('quit');
    },
  });
  return ran(code, out.text(), err.text());
}

function collected(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough();
  const parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  return { stream, text: () => Buffer.concat(parts).toString('utf8') };
}

function ran(code: number, out: string, err: string): Ran {
  return { code, out, err, json: () => JSON.parse(out) as unknown };
}

const PROGRAM = fileURLToPath(new URL('../../bin/reeve.ts', import.meta.url));

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
  /** Resolves when this was printed to stderr. */
  said(text: string): Promise<void>;
}

/** The same as a process of its own. */
export function startReeve(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Started {
  const { REEVE_DATA: _, FORCE_COLOR: __, ...inherited } = process.env;
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), PROGRAM, ...args], {
    env: { ...inherited, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (part: Buffer) => (out += part.toString('utf8')));
  child.stderr.on('data', (part: Buffer) => (err += part.toString('utf8')));
  const ended = new Promise<Ran>((resolve) =>
    child.on('close', (code, signal) => resolve(ran(code ?? (signal === null ? -1 : 128), out, err))),
  );
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (err.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        look();
        void ended.then(() => reject(new Error(`it ended without saying "${text}":\n${out}${err}`)));
      }),
  };
}
