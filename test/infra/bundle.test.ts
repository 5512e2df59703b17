import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
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

/** Names of the packages in a bundle that somebody chose; what these bring with them is not listed. */
function chosenIn(name: FunctionName): string[] {
  const { metafile } = bundles.get(name)!;
  const packages = Object.keys(metafile.inputs).flatMap(
    (file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(packages)]
    .filter((one) =>
      /^@aws-sdk\/client-|^@aws-lambda-powertools\/(?!commons)|^(undici|sax|zod|p-map)$/.test(one),
    )
    .sort();
}

const POWERTOOLS = ['@aws-lambda-powertools/logger', '@aws-lambda-powertools/metrics'];
const sdk = (...clients: readonly string[]): string[] => clients.map((client) => `@aws-sdk/client-${client}`);

/**
 * Which clients each handler loads, and how heavy it may be. Three of them stay below 400 KB. The others cannot: S3 is 60 KB, and discover and
 * harvest hold what asks and reads strangers (ARCHITECTURE.md, "What each Lambda loads").
 */
const LOADS: Readonly<Record<FunctionName, { kilobytesMax: number; packages: readonly string[] }>> = {
  start: { kilobytesMax: 400, packages: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'zod'] },
  monitor: { kilobytesMax: 400, packages: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'zod'] },
  sweep: { kilobytesMax: 400, packages: [...sdk('dynamodb', 'lambda', 'scheduler', 'sfn'), 'p-map', 'zod'] },
  finalize: {
    kilobytesMax: 500,
    packages: [...sdk('dynamodb', 'eventbridge', 's3', 'scheduler', 'sfn'), 'p-map', 'zod'],
  },
  // undici (170 KB, 72 of them its parser), harvester types and sax (100 KB and more), S3 (77 KB), Secrets Manager (14 KB)
  discover: {
    kilobytesMax: 950,
    packages: [...sdk('dynamodb', 's3', 'secrets-manager'), 'p-map', 'sax', 'undici', 'zod'],
  },
  harvest: {
    kilobytesMax: 950,
    packages: [...sdk('dynamodb', 's3', 'secrets-manager'), 'p-map', 'sax', 'undici', 'zod'],
  },
  // What start weighs, what a probe asks with and reads by, and what judges schedules (croner)
  api: {
    kilobytesMax: 950,
    packages: [
      ...sdk('dynamodb', 'lambda', 'scheduler', 'secrets-manager', 'sfn'),
      'p-map',
      'sax',
      'undici',
      'zod',
    ],
  },
};

describe('the bundles', () => {
  test.each(FUNCTION_NAMES)(
    '%s holds the clients of its own ports and no others, and is no heavier than said',
    (name) => {
      expect(chosenIn(name)).toEqual([...POWERTOOLS, ...LOADS[name].packages].sort());
      expect(bundles.get(name)!.bytes / 1_000).toBeLessThan(LOADS[name].kilobytesMax);
    },
  );

  test.each(FUNCTION_NAMES)('%s is one file: its source map stays at home', (name) => {
    expect(readdirSync(bundles.get(name)!.folder)).toEqual(['index.js']);
    expect(readdirSync(join(folder, 'maps'))).toContain(`${name}.js.map`);
  });

  test.each(FUNCTION_NAMES)('%s starts in a bare Node.js, with nothing but its environment', (name) => {
    const variables = Object.fromEntries(
      Object.values(VARIABLES_OF_PORT).flatMap((names) => names.map((one) => [one, '{}'])),
    );
    const script = `const { handler } = require(${JSON.stringify(bundles.get(name)!.folder)}); process.stdout.write(typeof handler);`;
    const said = execFileSync(process.execPath, ['-e', script], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        ...variables,
        REEVE_STACK: 'Reeve',
        REEVE_LIMITS: '{}',
        AWS_REGION: 'eu-west-1',
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      },
    });
    expect(said).toBe('function');
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
