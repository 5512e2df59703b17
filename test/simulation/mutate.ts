/** Seeds a bug: the shipped code with its patches, as a module of its own beside the original. */
import { pathToFileURL } from 'node:url';
import { bundle, type Change } from './bundle.ts';
import type { Code } from './code.ts';
import type { Mutant, Patch } from './mutants/mutant.ts';

export interface Loaded {
  readonly code: Code;
  /** Removes the copy. */
  readonly discard: () => void;
}

export async function load(mutant: Mutant): Promise<Loaded> {
  const { path, discard } = await bundle('code.ts', changeOf(mutant));
  try {
    const { SHIPPED } = (await import(pathToFileURL(path).href)) as typeof import('./code.ts');
    return { code: SHIPPED, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** A mutant's patches, on their way through the files of the code. */
export function changeOf({ name, patches = [] }: Mutant): Change {
  const files = new Set(patches.map(({ file }) => file));
  return {
    of: (file, text) => {
      files.delete(file);
      return patches
        .filter((patch) => patch.file === file)
        .reduce((changed, patch) => patched(changed, patch, name), text);
    },
    done: () => {
      if (files.size > 0)
        throw new Error(`mutant "${name}": ${[...files].join(', ')} is no part of what is simulated`);
    },
  };
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
