import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VARIABLES_OF_PORT } from '../../lib/aws/variables.ts';
import { bundleAll, type Bundle } from '../../lib/infra/bundle.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../lib/infra/function-names.ts';
import { LEAN_RULES, withPureSchemas } from '../../lib/infra/lean.ts';

const folder = mkdtempSync(join(tmpdir(), 'reeve-bundles-'));
const applied = new Set<string>();
let bundles: ReadonlyMap<string, Bundle>;

beforeAll(async () => {
  const all = await bundleAll(folder, (rule) => applied.add(rule));
  bundles = new Map(all.map((bundle) => [bundle.name, bundle]));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of the packages that somebody chose, in some files of a bundle; what these bring with them is not listed. */
function chosenIn({ metafile }: Bundle, files: Iterable<string>): string[] {
  const packages = [...files]
    .flatMap((file) => Object.keys(metafile.outputs[file]?.inputs ?? {}))
    .flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [])
    .filter((one) =>
      /^@aws-sdk\/client-|^@aws-lambda-powertools\/(?!commons)|^(undici|sax|zod|p-map|croner)$/.test(one),
    );
  return [...new Set(packages)].sort();
}

const POWERTOOLS = ['@aws-lambda-powertools/logger', '@aws-lambda-powertools/metrics'];
const sdk = (...clients: readonly string[]): string[] => clients.map((client) => `@aws-sdk/client-${client}`);

/** Before the first call, in thousands of bytes: Lambda reads and parses all of it each time that it starts a worker. */
const INIT_KILOBYTES_MAX = 400;

interface Load {
  readonly atInit: readonly string[];
  /** When a harvester type, or a remote, is asked for. */
  readonly later?: readonly string[];
  readonly kilobytesMax: number;
}

/** What each handler loads, and how much it may be with all that it may load later (ARCHITECTURE.md, "What each Lambda loads"). */
const LOADS: Readonly<Record<FunctionName, Load>> = {
  start: { atInit: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'zod'], kilobytesMax: 300 },
  monitor: { atInit: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'zod'], kilobytesMax: 300 },
  sweep: { atInit: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'p-map', 'zod'], kilobytesMax: 300 },
  finalize: {
    atInit: [...sdk('dynamodb', 'eventbridge', 's3', 'scheduler', 'sfn'), 'p-map', 'zod'],
    kilobytesMax: 400,
  },
  discover: {
    atInit: [...sdk('dynamodb', 's3'), 'p-map', 'zod'],
    later: [...sdk('secrets-manager'), 'sax', 'undici'],
    kilobytesMax: 800,
  },
  harvest: {
    atInit: [...sdk('dynamodb', 's3'), 'p-map', 'zod'],
    later: [...sdk('secrets-manager'), 'sax', 'undici'],
    kilobytesMax: 800,
  },
  api: {
    atInit: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'p-map', 'zod'],
    later: [...sdk('s3', 'secrets-manager'), 'croner', 'sax', 'undici'],
    kilobytesMax: 920,
  },
};

describe('the bundles', () => {
  test.each(FUNCTION_NAMES)(
    '%s loads the clients of its own ports and no others, and is no heavier than said',
    (name) => {
      const bundle = bundles.get(name)!;
      const { atInit, later = [], kilobytesMax } = LOADS[name];
      const first = chosenIn(bundle, bundle.initFiles);
      expect(first).toEqual([...POWERTOOLS, ...atInit].sort());
      const all = chosenIn(bundle, Object.keys(bundle.metafile.outputs));
      expect(all.filter((one) => !first.includes(one))).toEqual([...later].sort());
      expect(bundle.initBytes / 1_000).toBeLessThan(INIT_KILOBYTES_MAX);
      expect(bundle.bytes / 1_000).toBeLessThan(kilobytesMax);
    },
  );

  test.each(FUNCTION_NAMES)('%s is its index and parts of it: their source maps stay at home', (name) => {
    const files = readdirSync(bundles.get(name)!.folder, { recursive: true }).map(String).sort();
    const code = files.filter((file) => file !== 'parts');
    expect(code).toContain('index.mjs');
    expect(code.filter((file) => !/^(index|parts[\\/][\w-]+)\.mjs$/.test(file))).toEqual([]);
    const maps = readdirSync(join(folder, 'maps', name), { recursive: true })
      .map(String)
      .sort();
    expect(maps.filter((file) => file !== 'parts')).toEqual(code.map((file) => `${file}.map`));
  });

  /** What a script writes that has the `handler` of a bundle and nothing else. */
  function saidBy(name: FunctionName, script: string): string {
    const variables = Object.fromEntries(
      Object.values(VARIABLES_OF_PORT).flatMap((names) => names.map((one) => [one, '{}'])),
    );
    const loading = `import { handler } from ${JSON.stringify(join(bundles.get(name)!.folder, 'index.mjs'))};`;
    return execFileSync(process.execPath, ['--input-type=module', '-e', `${loading} ${script}`], {
      cwd: folder,
      encoding: 'utf8',
      stdio: 'pipe',
      env: {
        ...variables,
        REEVE_STACK: 'Reeve',
        REEVE_LIMITS: '{}',
        AWS_REGION: 'eu-west-1',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
  }

  test.each(FUNCTION_NAMES)('%s starts in a bare Node.js, with nothing but its environment', (name) => {
    expect(saidBy(name, 'process.stdout.write(typeof handler);')).toBe('function');
  });

  test.each(FUNCTION_NAMES)('%s says in English what is wrong with its input', (name) => {
    const context = `{ awsRequestId: 'r-1', getRemainingTimeInMillis: () => 10_000 }`;
    expect(
      saidBy(name, `handler('text', ${context}).catch((error) => console.log(error.message));`),
    ).toContain(`The input of ${name} is not valid: it: Invalid input: expected object, received string\n`);
  });

  test.each(FUNCTION_NAMES)('every part of %s can be loaded, by itself', (name) => {
    const parts = join(bundles.get(name)!.folder, 'parts');
    if (!existsSync(parts)) return;
    const script = `for (const part of ${JSON.stringify(readdirSync(parts))}) await import(${JSON.stringify(`${parts}/`)} + part);`;
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env: {} });
  });

  test('every rule that keeps them lean still applies to something', () => {
    expect([...applied].sort()).toEqual(Object.keys(LEAN_RULES).sort());
  });
});

test('shapes of the SDK are marked as pure where they are arrays, whatever their lines', () => {
  expect(
    withPureSchemas(
      'export var A$ = [3, n0, _A,\n    0,\n    [{ [_h]: 1 }]\n];\nvar _b = "B";\nvar C = [1];\nregister(A$, C);\n',
    ),
  ).toBe(
    'export var A$ = /* @__PURE__ */ (() => [3, n0, _A,\n    0,\n    [{ [_h]: 1 }]\n])();\nvar _b = "B";\nvar C = /* @__PURE__ */ (() => [1])();\nregister(A$, C);\n',
  );
});
