/** Who imports whom, how large things grow, and what must be kept together. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter(
      (entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
    )
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

const FILES = ['bin', 'lambdas', 'lib'].flatMap((folder) => filesIn(folder));

function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(ROOT, file), 'utf8'), true, true);
  return importedFiles.map(({ fileName }) =>
    fileName.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), fileName)) : fileName,
  );
}

const IMPORTS = new Map(FILES.map((file) => [file, importsOf(file)]));

/** For the files under `from`: what they import must satisfy `allowed`. */
function offenders(from: string, allowed: (imported: string) => boolean): string[] {
  return [...IMPORTS]
    .filter(([file]) => file.startsWith(from))
    .flatMap(([file, imports]) =>
      imports.filter((one) => !allowed(one)).map((one) => `${file} imports ${one}`),
    );
}

const isOwn = (imported: string): boolean => /^(bin|lambdas|lib|test)\//.test(imported);
const isIn =
  (...folders: string[]) =>
  (imported: string) =>
    folders.some((folder) => imported.startsWith(folder));

describe('imports go one way', () => {
  test('lib imports neither lambdas nor bin, and nothing shipped imports tests', () => {
    expect(offenders('lib/', (imported) => !/^(lambdas|bin|test)\//.test(imported))).toEqual([]);
    expect(offenders('lambdas/', (imported) => !/^(bin|test)\//.test(imported))).toEqual([]);
    expect(offenders('bin/', (imported) => !imported.startsWith('test/'))).toEqual([]);
  });

  test('the session protocol knows only itself: no world, no handler, no port', () => {
    const allowed = isIn('lib/session/', 'lib/json.ts', 'lib/harvesters/harvester.ts', 'node:crypto');
    expect(offenders('lib/session/', allowed)).toEqual([]);
  });

  test('harvester types see no network, no files, no worlds', () => {
    const allowed = (imported: string): boolean =>
      isOwn(imported)
        ? isIn('lib/harvesters/', 'lib/session/errors.ts', 'lib/json.ts')(imported)
        : !isImpure(imported);
    expect(offenders('lib/harvesters/', allowed)).toEqual([]);
  });

  test('the workflow is a value: it imports only the protocol', () => {
    expect(offenders('lib/workflow/', isIn('lib/workflow/', 'lib/session/'))).toEqual([]);
  });

  test('what is reckoned is reckoned from facts and prices: no world, no port', () => {
    expect(offenders('lib/cost/', isIn('lib/cost/', 'lib/session/'))).toEqual([]);
  });

  test('handlers and the moves of the protocol see the world only through ports', () => {
    const allowed = (imported: string): boolean =>
      isOwn(imported)
        ? !/^lib\/(aws|local|remote|cli|infra|sample)\//.test(imported)
        : !isImpure(imported) && !imported.startsWith('@aws-sdk');
    for (const folder of ['lambdas/', 'lib/protocol/', 'lib/listing/', 'lib/ledger/', 'lib/harvest/'])
      expect(offenders(folder, allowed)).toEqual([]);
  });

  test('the AWS SDK is imported by lib/aws and the embedded mode only', () => {
    const offending = [...IMPORTS].filter(
      ([file, imports]) =>
        !/^lib\/(aws|local)\//.test(file) && imports.some((one) => /^@(aws-sdk|smithy)\//.test(one)),
    );
    expect(offending.map(([file]) => file)).toEqual([]);
  });

  test('schemas are of zod/mini: classic zod is 50 KB more in every Lambda', () => {
    for (const folder of ['lib/', 'lambdas/', 'bin/'])
      expect(offenders(folder, (imported) => !/^zod(\/v[34])?$/.test(imported))).toEqual([]);
  });

  test('who says what a schema found has taught zod English', () => {
    const saying = FILES.filter((file) => /\bissue\.message\b/.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(saying.length).toBeGreaterThan(0);
    expect(saying.filter((file) => !IMPORTS.get(file)?.includes('lib/settings/english.ts'))).toEqual([]);
  });
});

function isImpure(imported: string): boolean {
  return (
    /^(node:)?(fs|net|http|https|http2|dns|tls|child_process|os|timers|worker_threads)(\/|$)/.test(
      imported,
    ) || imported === 'undici'
  );
}

test('no two files import each other in a circle (types apart)', () => {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (path.includes(file) || done.has(file)) return;
    for (const imported of valueImportsOf(file)) visit(imported, [...path, file]);
    done.add(file);
  };
  for (const file of FILES) visit(file, []);
  expect(circles).toEqual([]);
});

function valueImportsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8').replace(/^import type [^;]+;$/gm, '');
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles
    .map(({ fileName }) => relative(ROOT, resolve(ROOT, dirname(file), fileName)))
    .filter((imported) => IMPORTS.has(imported));
}

test('every file says in its first line what it is for, and has at most 300 lines', () => {
  const wordless = FILES.filter(
    (file) => !/^(#!.*\n)?\/\*\*?|^(#!.*\n)?\/\//.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(wordless).toEqual([]);
  const long = FILES.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 301);
  expect(long).toEqual([]);
});

test('nothing is named after nothing: no utils, helpers, common, base or manager', () => {
  const vague = FILES.filter((file) =>
    /(^|\/)(utils?|helpers?|common|base|managers?|misc)(\.ts|\/)/.test(file),
  );
  expect(vague).toEqual([]);
});

test('a comment about work to do later is not left in the code', () => {
  const marks = FILES.filter((file) => /\b(TODO|FIXME|XXX)\b/.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(marks).toEqual([]);
});

test('every harvester type in the folder is in the registry', () => {
  const registry = readFileSync(join(ROOT, 'lib/harvesters/index.ts'), 'utf8');
  const types = FILES.filter(
    (file) => file.startsWith('lib/harvesters/') && statSync(join(ROOT, file)).isFile(),
  ).filter((file) => /^export const \w+: HarvesterType</m.test(readFileSync(join(ROOT, file), 'utf8')));
  expect(types.length).toBeGreaterThan(0);
  for (const file of types) expect(registry).toContain(`./${relative('lib/harvesters', file)}`);
});
