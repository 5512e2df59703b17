/** Bundles the Lambdas: one file each, minified, with the SDK in it and its source map beside it, not inside. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { FUNCTION_NAMES, type FunctionName } from './function-names.ts';
import { lean, type LeanRuleName } from './lean.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = 'index.js';

export interface Bundle {
  readonly name: FunctionName;
  /** The folder that is deployed: it holds `index.js` and nothing else. */
  readonly folder: string;
  readonly bytes: number;
  readonly metafile: Metafile;
}

/** Bundles all Lambdas into `<into>/<name>/`; their source maps, for reading stack traces, go to `<into>/maps/`. */
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
  const outfile = join(folder, FILE);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, 'bin/lambda', `${name}.ts`)],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    // CommonJS starts as fast and needs no shim for the packages that are CommonJS themselves.
    format: 'cjs',
    // The ES modules of a package, where it has both: only they can be left out in part.
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    metafile: true,
    logLevel: 'error',
    plugins: [lean(applied)],
  });
  await rename(`${outfile}.map`, join(into, 'maps', `${name}.js.map`));
  const bytes = Object.entries(metafile.outputs).find(([file]) => file.endsWith(FILE))?.[1].bytes ?? 0;
  return { name, folder, bytes, metafile };
}
