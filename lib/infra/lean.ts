/**
 * What esbuild cannot know about the packages that the Lambdas bundle: rules for one build, each about something that a Lambda of Reeve never
 * uses. Without them a handler weighs 0.6 to 1.4 MB; Lambda reads and parses all of that before the first call.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { OnLoadResult, Plugin, PluginBuild } from 'esbuild';

export interface LeanRule {
  readonly name: string;
  readonly why: string;
}

/** Held against the build by a test: a rule that no longer applies to anything is reported. */
export const LEAN_RULES = {
  credentials: {
    name: 'credentials',
    why: 'In a Lambda credentials are in the environment; the SDK brings seven other ways to find some (SSO, IMDS, login, STS ...)',
  },
  eventStreams: {
    name: 'eventStreams',
    why: 'For answers that are streams of events, which no call of ours has; the dynamic import of it keeps esbuild from leaving out anything of the SDK',
  },
  schemas: {
    name: 'schemas',
    why: 'The shapes of all operations of a service are arrays with computed keys, which esbuild must keep for fear of side effects; they have none',
  },
  errors: {
    name: 'errors',
    why: 'Each client knows a class for every error of its service; without them an error is of the base class of its service, with the same name, message and `$fault`, which is all that is read',
  },
  hashes: {
    name: 'hashes',
    why: 'Hashes written in JavaScript are for builds of Node.js without its crypto; that of Lambda has it',
  },
  undici: {
    name: 'undici',
    why: "undici's index holds fetch, WebSocket, caches and mocks; two of its modules are used, without forms as bodies, without HTTP/2, which has to be asked for, and with one HTTP parser: the other is for processors without SIMD",
  },
  parser: {
    name: 'parser',
    why: "undici's HTTP parser is WebAssembly as base64: it packs to a fourth, and its table of constants to those that the client reads",
  },
  discovery: {
    name: 'discovery',
    why: 'DynamoDB can be asked for an address before each call; nobody turns that on, and its cache is 8 KB',
  },
  versions: {
    name: 'versions',
    why: 'Each client takes its version from its package.json, and esbuild the whole file with it',
  },
  s3Endpoint: {
    name: 's3Endpoint',
    why: 'The rules for the addresses of S3 know access points, Outposts, Express, acceleration and virtual hosts; ours is always region and bucket in the path',
  },
} as const satisfies Record<string, LeanRule>;
export type LeanRuleName = keyof typeof LEAN_RULES;

const CREDENTIALS = fileURLToPath(new URL('../aws/role-credentials.ts', import.meta.url));
const S3_ENDPOINT = fileURLToPath(new URL('../aws/s3-endpoint.ts', import.meta.url));

/** @param applied is told each time a rule applies */
export function lean(applied: (rule: LeanRuleName) => void = () => undefined): Plugin {
  return {
    name: 'lean',
    setup(build) {
      leanSdk(build, applied);
      leanPackages(build, applied);
    },
  };
}

type Applied = (rule: LeanRuleName) => void;

function leanSdk(build: PluginBuild, applied: Applied): void {
  build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => {
    applied('credentials');
    return { path: CREDENTIALS };
  });
  build.onResolve({ filter: /^(@smithy\/core\/event-streams|bowser)$/ }, ({ path }) => {
    applied('eventStreams');
    return { path, namespace: 'absent' };
  });
  build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: EVENT_STREAMS }));
  build.onLoad({ filter: /dist-es\/schemas\/schemas_0\.js$/ }, async ({ path }) => {
    applied('schemas');
    applied('errors');
    return { contents: withoutErrors(withPureSchemas(await readFile(path, 'utf8'))) };
  });
  build.onResolve({ filter: /^\.\/(Sha256|Sha1|Md5)Js$/ }, ({ importer, path }) => {
    if (!importer.endsWith('Node.js')) return undefined;
    applied('hashes');
    return { path, namespace: 'hashes' };
  });
  build.onLoad({ filter: /.*/, namespace: 'hashes' }, () => ({ contents: HASHES }));
  build.onResolve({ filter: /^@aws-sdk\/middleware-endpoint-discovery$/ }, ({ path }) => {
    applied('discovery');
    return { path, namespace: 'discovery' };
  });
  build.onLoad({ filter: /.*/, namespace: 'discovery' }, () => ({ contents: DISCOVERY }));
  build.onResolve({ filter: /^\.\.?\/endpoint\/endpointResolver$/ }, ({ importer }) => {
    if (!importer.includes('/@aws-sdk/client-s3/')) return undefined;
    applied('s3Endpoint');
    return { path: S3_ENDPOINT };
  });
  build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, async ({ path }) => {
    applied('versions');
    const { version } = JSON.parse(await readFile(path, 'utf8')) as { version: string };
    return { contents: JSON.stringify({ version }), loader: 'json' };
  });
}

function leanPackages(build: PluginBuild, applied: Applied): void {
  build.onResolve({ filter: /^undici$/ }, ({ path }) => {
    applied('undici');
    return { path, namespace: 'undici' };
  });
  build.onLoad({ filter: /.*/, namespace: 'undici' }, () => ({
    contents: UNDICI,
    resolveDir: import.meta.dirname,
  }));
  build.onLoad({ filter: /undici\/lib\/llhttp\/(llhttp_simd-wasm|constants)\.js$/ }, ({ path }) => {
    applied('parser');
    return packed(path);
  });
  build.onResolve({ filter: /(llhttp-wasm|web\/fetch\/body|client-h2)\.js$/ }, ({ path }) => ({
    path,
    namespace: 'refused',
  }));
  build.onLoad({ filter: /.*/, namespace: 'refused' }, ({ path }) => ({
    contents: `module.exports = () => { throw new Error('${path} is not bundled'); };`,
  }));
}

/** What clients ask of the module when they are made. */
const EVENT_STREAMS = `
export const resolveEventStreamSerdeConfig = (config) => config;
export const eventStreamSerdeProvider = undefined;
export const EventStreamSerde = undefined;
`;

/** What stands in for a hash if there is no crypto after all: nothing, so that its first use says so. */
const HASHES = 'export const Sha256Js = undefined, Sha1Js = undefined, Md5Js = undefined;';

/** What the client asks for when it is made; and the setting that would turn discovery on, which nothing reads. */
const DISCOVERY = `
export const resolveEndpointDiscoveryConfig = (config) => config;
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined, configFileSelector: () => undefined, default: undefined,
};
`;

const load = createRequire(import.meta.url) as (path: string) => unknown;

/** The parser's module gives the bytes of its program; the other one tables, of which two are read. */
function packed(path: string): OnLoadResult {
  if (path.endsWith('constants.js')) {
    const { ERROR, TYPE } = load(path) as Readonly<Record<string, unknown>>;
    return { contents: `module.exports = ${JSON.stringify({ ERROR, TYPE })};` };
  }
  const program = brotliCompressSync(load(path) as Buffer).toString('base64');
  const unpacked = `require('node:zlib').brotliDecompressSync(Buffer.from('${program}', 'base64'))`;
  return {
    contents: `let program; Object.defineProperty(module, 'exports', { get: () => (program ??= ${unpacked}) });`,
  };
}

const UNDICI = `
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
`;

/** `var X = [...]` becomes `var X = /* @__PURE__ *\/ (() => [...])()`, which esbuild may leave out when nobody reads X. */
export function withPureSchemas(text: string): string {
  return text.replace(
    /^(export )?var (\w+\$?) = (\[[\s\S]*?\]);$/gm,
    (_, exported: string | undefined, name: string, value: string) =>
      `${exported ?? ''}var ${name} = /* @__PURE__ */ (() => ${value})();`,
  );
}

/** Leaves out which classes the errors of a service have: what is in its registry besides is the base class of them all. */
export function withoutErrors(text: string): string {
  return text.replace(/^n0_registry\.registerError\(.*\);$/gm, '');
}
