// A real server as a process of its own, that says `listening <port>` and ends with its standard input, so that it cannot outlive whoever started it.
import { spawn } from 'node:child_process';

const STOP_SECONDS = 5;

export interface StartedChild {
  readonly port: string;
  pids(): readonly number[];
  /** Writes one line and gives the next one that the child says. */
  order(line: string): Promise<string>;
  stop(): Promise<void>;
}

export interface ChildCommand {
  readonly called: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly startSecondsMax: number;
}

/** The child that listens, or why it does not. */
export async function startChild(command: ChildCommand): Promise<StartedChild | { missing: string }> {
  const child = spawn(command.program, [...command.args], {
    cwd: command.cwd,
    env: { PATH: process.env['PATH'], ...command.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.once('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const overdue = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1_000);
    await ended;
    clearTimeout(overdue);
  };
  let said = '';
  const waiting: ((line: string) => void)[] = [];
  const port = await new Promise<string | undefined>((resolve) => {
    const late = setTimeout(() => resolve(undefined), command.startSecondsMax * 1_000);
    const answer = (found: string | undefined): void => {
      clearTimeout(late);
      resolve(found);
    };
    void ended.then(() => answer(undefined));
    child.stderr.on('data', (part: Buffer) => (said += part.toString()));
    child.stdout.on('data', (part: Buffer) => {
      said += part.toString();
      const found = /^listening (\d+)$/m.exec(said)?.[1];
      if (found !== undefined) answer(found);
      if (/^(done|failed .*)$/m.test(part.toString())) waiting.shift()?.(part.toString().trim());
    });
  });
  if (port === undefined) {
    await stop();
    return {
      missing: `${command.called} did not start: ${said.trim().split('\n').at(-1) ?? 'it said nothing'}`,
    };
  }
  const order = (line: string): Promise<string> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      child.stdin.write(`${line}\n`);
    });
  return { port, pids: () => (child.pid === undefined ? [] : [child.pid]), order, stop };
}
