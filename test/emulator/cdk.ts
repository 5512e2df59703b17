/** Runs the README's own commands: `npx cdk bootstrap`, `npx cdk deploy`, `npx cdk destroy`. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
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
    waveBatchesMax: 30,
    inlineBatchesMax: 10,
    checkGraceSeconds: 5,
    startGraceSeconds: 5,
    sessionLookSeconds: 1,
  }),
} as const;

export type Outputs = Readonly<Record<string, string>>;

/** @returns what the stack gives out, by name */
export async function bootstrapAndDeploy(emulator: Emulator): Promise<Outputs> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-deploy-'));
  const outputsFile = join(folder, 'outputs.json');
  await cdk(emulator, ['bootstrap']);
  await cdk(emulator, [
    'deploy',
    '--require-approval',
    'never',
    '--outputs-file',
    outputsFile,
    ...inFolder(folder),
  ]);
  return (JSON.parse(readFileSync(outputsFile, 'utf8')) as { Reeve: Outputs }).Reeve;
}

export async function destroy(emulator: Emulator): Promise<void> {
  await cdk(emulator, ['destroy', '--force', ...inFolder(mkdtempSync(join(tmpdir(), 'reeve-destroy-')))]);
}

function inFolder(folder: string): string[] {
  const context = Object.entries(CONTEXT).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['--output', join(folder, 'cdk.out'), ...context];
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
