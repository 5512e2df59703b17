/**
 * One file of plain JavaScript of the simulator and the shipped code, changed on the way if so wanted: quick to load, and half as much again as
 * fast as what a loader translates file by file, which names every function anew each time it is made.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface Bundle {
  readonly path: string;
  /** Removes it. */
  readonly discard: () => void;
}

/** A change of the code on its way into a bundle. */
export interface Change {
  /** The text of a file, changed; `file` is named from the root of the repository. */
  of(file: string, text: string): string;
  /** Called when all files have passed. @throws Error when some of the change found no place */
  done(): void;
}

/** @param entry a file of this folder */
export async function bundle(entry: string, change?: Change): Promise<Bundle> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-simulation-'));
  const discard = (): void => rmSync(folder, { recursive: true, force: true });
  const path = join(folder, 'bundle.mjs');
  try {
    await build({
      entryPoints: [join(ROOT, 'test/simulation', entry)],
      outfile: path,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      logLevel: 'silent',
      // Some dependencies are CommonJS.
      banner: {
        js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
      },
      plugins: [quickZlib, ...(change === undefined ? [] : [changing(change)])],
    });
    change?.done();
    return { path, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

function changing(change: Change): Plugin {
  return {
    name: 'changes',
    setup(building) {
      building.onLoad({ filter: /\/(lib|lambdas)\/.*\.ts$/ }, ({ path }) => ({
        contents: change.of(relative(ROOT, path), readFileSync(path, 'utf8')),
        loader: 'ts',
      }));
    },
  };
}

/** Packing is a pure function, and the simulation packs the same few texts millions of times. */
const quickZlib: Plugin = {
  name: 'quick zlib',
  setup(building) {
    building.onResolve({ filter: /^node:zlib$/ }, ({ importer }) =>
      importer.endsWith('/quick-zlib.ts') ? undefined : { path: join(ROOT, 'test/simulation/quick-zlib.ts') },
    );
  },
};
