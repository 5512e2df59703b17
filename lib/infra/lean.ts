/**
 * What esbuild cannot know about the packages that the Lambdas bundle: rules for one build, each about something that a Lambda of Reeve never
 * uses. Without them a handler weighs 0.6 to 1.4 MB; Lambda reads and parses all of that before the first call.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

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
  zod: {
    name: 'zod',
    why: '`z` as an object holds all of zod and its messages in 50 languages; as a namespace it is what is used of it, less the writing of JSON Schema',
  },
  undici: {
    name: 'undici',
    why: "undici's index holds fetch, WebSocket, caches and mocks; two of its modules are used, without forms as bodies, and with one HTTP parser: the other is for processors without SIMD",
  },
} as const satisfies Record<string, LeanRule>;
export type LeanRuleName = keyof typeof LEAN_RULES;

const CREDENTIALS = fileURLToPath(new URL('../aws/role-credentials.ts', import.meta.url));

/** @param applied is told each time a rule applies */
export function lean(applied: (rule: LeanRuleName) => void = () => undefined): Plugin {
  return {
    name: 'lean',
    setup(build) {
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
        return { contents: withPureSchemas(await readFile(path, 'utf8')) };
      });
      build.onLoad({ filter: /\/(lib|lambdas)\/.*\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!text.includes("import { z } from 'zod'")) return undefined;
        applied('zod');
        return {
          contents: text.replace("import { z } from 'zod'", "import * as z from 'zod'"),
          loader: 'ts',
        };
      });
      build.onResolve({ filter: /(to-json-schema|json-schema-processors)\.js$/ }, ({ importer, path }) =>
        importer.endsWith('/zod/v4/classic/schemas.js') ? { path, namespace: 'json-schema' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'json-schema' }, () => ({ contents: JSON_SCHEMA }));
      build.onResolve({ filter: /^undici$/ }, ({ path }) => {
        applied('undici');
        return { path, namespace: 'undici' };
      });
      build.onLoad({ filter: /.*/, namespace: 'undici' }, () => ({
        contents: UNDICI,
        resolveDir: import.meta.dirname,
      }));
      build.onResolve({ filter: /(llhttp-wasm|web\/fetch\/body)\.js$/ }, ({ path }) => ({
        path,
        namespace: 'refused',
      }));
      build.onLoad({ filter: /.*/, namespace: 'refused' }, ({ path }) => ({
        contents: `throw new Error('${path} is not bundled');`,
      }));
    },
  };
}

/** What clients ask of the module when they are made. */
const EVENT_STREAMS = `
export const resolveEventStreamSerdeConfig = (config) => config;
export const eventStreamSerdeProvider = undefined;
export const EventStreamSerde = undefined;
`;

/** Every schema asks for these when it is made, and calls what it got only for `toJSONSchema`. */
const JSON_SCHEMA = `
export const createToJSONSchemaMethod = () => undefined;
export const createStandardJSONSchemaMethod = () => undefined;
`;

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
