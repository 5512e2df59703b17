/** Makes a changed copy of the shipped code and loads it beside the original. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { register, type Code } from './code.ts';
import type { Mutant, Patch } from './mutants.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Loaded {
  readonly code: Code;
  /** Removes the copy. */
  readonly discard: () => void;
}

export async function load(mutant: Mutant): Promise<Loaded> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-mutant-'));
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (const part of ['lib', 'lambdas', 'package.json', 'tsconfig.json'])
      cpSync(join(ROOT, part), join(folder, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const patch of mutant.patches ?? []) {
      const path = join(folder, patch.file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, patched(readFileSync(path, 'utf8'), patch, mutant.name));
    }
    return { code: await codeIn(folder), discard };
  } catch (error) {
    discard();
    throw error;
  }
}

async function codeIn(folder: string): Promise<Code> {
  const from = <Module>(path: string): Promise<Module> =>
    import(pathToFileURL(join(folder, path)).href) as Promise<Module>;
  const { HARVESTER_TYPES } =
    await from<typeof import('../../lib/harvesters/index.ts')>('lib/harvesters/index.ts');
  register(HARVESTER_TYPES);
  const { HANDLERS } = await from<typeof import('../../lambdas/index.ts')>('lambdas/index.ts');
  const { abortSession } = await from<typeof import('../../lib/protocol/abort.ts')>('lib/protocol/abort.ts');
  const { harvestWorkflow } =
    await from<typeof import('../../lib/workflow/workflow.ts')>('lib/workflow/workflow.ts');
  return { handlers: HANDLERS, abortSession, harvestWorkflow };
}

/** @throws Error when the text is not in the file exactly once: then the mutant says nothing about the code any more */
export function patched(text: string, { file, find, replace }: Patch, name: string): string {
  const pattern = new RegExp(patternOf(find), 'g');
  const found = [...text.matchAll(pattern)].length;
  if (found !== 1)
    throw new Error(`mutant "${name}": its text is ${found} times in ${file}, not once: ${find}`);
  return text.replace(pattern, () => replace);
}

/** Spaces and line breaks may be anywhere between words and signs, a comma before a closing bracket too. */
function patternOf(find: string): string {
  const tokens = find.match(/\w+|[^\w\s]/g) ?? [];
  return tokens
    .map((token) => (/^[)\]}]$/.test(token) ? `,?\\s*${escaped(token)}` : escaped(token)))
    .join('\\s*');
}

function escaped(token: string): string {
  return token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
