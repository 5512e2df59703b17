/** Runs the README's own commands: `npx cdk bootstrap`, `npx cdk deploy`, `npx cdk destroy`. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Emulator } from './ministack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMMAND_SECONDS = 300;

/** What the scenarios need to be over in seconds, and to meet remotes on loopback. */
const CONTEXT = {
  'reeve:allowLoopbackRemotes': 'true',
  'reeve:limits': JSON.stringify({
    waveBatchesMax: 20,
    inlineBatchesMax: 10,
    checkGraceSeconds: 5,
    startGraceSeconds: 5,
    sessionLookSeconds: 1,
  }),
} as const;

export type Outputs = Readonly<Record<string, string>>;

/** @returns what the stack gives out, by name */
export async function bootstrapAndDeploy(emulator: Emulator): Promise<Outputs> {
  await cdk(emulator, ['bootstrap']);
  return inFolder(async (folder, options) => {
    const file = join(folder, 'outputs.json');
    await cdk(emulator, ['deploy', '--require-approval', 'never', '--outputs-file', file, ...options]);
    return (JSON.parse(readFileSync(file, 'utf8')) as { Reeve: Outputs }).Reeve;
  });
}

export function destroy(emulator: Emulator): Promise<void> {
  return inFolder((_, options) => cdk(emulator, ['destroy', '--force', ...options]));
}

/** The template goes to a folder of its own, which goes afterwards. */
async function inFolder<T>(act: (folder: string, options: readonly string[]) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-cdk-'));
  const context = Object.entries(CONTEXT).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    return await act(folder, ['--output', join(folder, 'cdk.out'), ...context]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function cdk(emulator: Emulator, command: readonly string[]): Promise<void> {
  const child = spawn('npx', ['cdk', ...command], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_SECONDS * 1_000,
    env: { ...process.env, ...emulator.environment, CI: 'true' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part: Buffer) => (said += part.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`cdk ${command.join(' ')} ended with ${code}:\n${said.slice(-4_000)}`);
}
