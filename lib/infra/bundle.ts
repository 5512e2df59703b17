/**
 * Bundles the Lambdas: a folder each, minified, with the SDK in it and its source maps elsewhere. What a Lambda needs for every call is in one
 * file; what it needs for some (a harvester type, what speaks HTTP with strangers) is in parts beside it, loaded when they are asked for.
 */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import { lean, type LeanRuleName } from './lean.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = 'index.mjs';
const REQUIRE = `import{createRequire}from'node:module';const require=createRequire(import.meta.url);`;

export interface Bundle {
  readonly name: FunctionName;
  /** The folder that is deployed: `index.mjs`, and `parts` if it has any. */
  readonly folder: string;
  /** What is loaded before the first call, as the metafile names it. */
  readonly initFiles: readonly string[];
  readonly initBytes: number;
  /** Of all files. */
  readonly bytes: number;
  readonly metafile: Metafile;
}

/** Bundles all Lambdas into `<into>/<name>/`; their source maps, for reading stack traces, go to `<into>/maps/<name>/`. */
export async function bundleAll(into: string, applied?: (rule: LeanRuleName) => void): Promise<Bundle[]> {
  await rm(into, { recursive: true, force: true });
  await mkdir(join(into, 'maps'), { recursive: true });
  return Promise.all(FUNCTION_NAMES.map((name) => bundle(name, into, applied)));
}

async function bundle(
  name: FunctionName,
  into: string,
  applied?: (rule: LeanRuleName) => void,
): Promise<Bundle> {
  const folder = join(into, name);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { index: join(ROOT, 'bin/lambda', `${name}.ts`) },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    // Some dependencies are CommonJS and ask for parts of Node.js in its way.
    banner: { js: REQUIRE },
    // The ES modules of a package, where it has both: only they can be left out in part.
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    metafile: true,
    logLevel: 'error',
    plugins: [lean(applied)],
  });
  await moveMaps(folder, join(into, 'maps', name));
  return { name, folder, metafile, ...weightsOf(metafile) };
}

async function moveMaps(from: string, to: string): Promise<void> {
  const maps = (await readdir(from, { recursive: true })).filter((file) => file.endsWith('.map'));
  for (const map of maps) {
    await mkdir(dirname(join(to, map)), { recursive: true });
    await rename(join(from, map), join(to, map));
  }
}

function weightsOf({ outputs }: Metafile): Pick<Bundle, 'initFiles' | 'initBytes' | 'bytes'> {
  const code = new Map(Object.entries(outputs).filter(([file]) => file.endsWith('.mjs')));
  const atInit = new Set([...code.keys()].filter((file) => basename(file) === FILE));
  // A set grows while it is gone through: what was added is gone through as well.
  for (const file of atInit)
    for (const { kind, path } of code.get(file)?.imports ?? [])
      if (kind === 'import-statement' && code.has(path)) atInit.add(path);
  const sum = (files: Iterable<string>) =>
    [...files].reduce((all, file) => all + (code.get(file)?.bytes ?? 0), 0);
  return { initFiles: [...atInit], initBytes: sum(atInit), bytes: sum(code.keys()) };
}
