/**
 * The record store as files. A file is written under another name and then renamed, so that nobody reads half of it; it is not
 * forced to the disk: what is written survives the death of the process, not that of the machine.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Records } from '../../ports.ts';
import { ReeveError, sentenceOf } from '../../session/errors.ts';
import { codeOf, type Folder } from './folder.ts';

/** Nothing else in the folder is a record. */
const TOPS = ['records', 'staging', 'ledgers'];
const PAGE_SIZE = 1_000;
const NAME_BYTES_MAX = 255;

/** @throws (its methods) InvariantBroken for keys that lead out of the folder, StoreBusy when the disk refuses */
export function createRecords(folder: Folder): Records {
  const pathOf = (key: string): string => join(folder.path, ...partsOf(key));
  return {
    put: (key, bytes) => written(folder, pathOf(key), bytes),
    read: (key) => readOrMissing(pathOf(key)),
    async copy(from, to) {
      const bytes = await readOrMissing(pathOf(from));
      if (bytes === undefined) return 'missing';
      await written(folder, pathOf(to), bytes);
      return 'copied';
    },
    async list(prefix, cursor) {
      const keys = (await keysUnder(folder, prefix))
        .filter((key) => cursor === undefined || key > cursor)
        .sort();
      const values = keys.slice(0, PAGE_SIZE);
      const last = values.at(-1);
      return { values, ...(keys.length > PAGE_SIZE && last !== undefined ? { cursor: last } : {}) };
    },
    async removeAll(prefix) {
      const wholeFolder = prefix.endsWith('/') && partsOf(prefix.slice(0, -1)).length > 1;
      const paths = wholeFolder
        ? [pathOf(prefix.slice(0, -1))]
        : (await keysUnder(folder, prefix)).map(pathOf);
      for (const path of paths) await removed(path);
    },
  };
}

/** The folders and the file that a key names. */
function partsOf(key: string): string[] {
  const parts = key.split('/');
  const isBad = (part: string): boolean =>
    part === '' ||
    part === '.' ||
    part === '..' ||
    /[\\\0]/.test(part) ||
    Buffer.byteLength(part) > NAME_BYTES_MAX;
  if (parts.some(isBad) || !TOPS.includes(parts[0] ?? '')) {
    throw new ReeveError(
      'InvariantBroken',
      `"${key}" is not a key of the record store: it begins with records/, staging/ or ledgers/, without empty or dotted parts`,
    );
  }
  return parts;
}

async function written(folder: Folder, path: string, bytes: Uint8Array): Promise<void> {
  const temporary = join(folder.temporary, randomUUID());
  try {
    await writeFile(temporary, bytes);
    await placed(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskFault(error, `${path} could not be written`);
  }
}

const PLACINGS_MAX = 3;

/** Mostly the folder is there; somebody may remove it between its making and its use. */
async function placed(temporary: string, path: string): Promise<void> {
  for (let placings = 1; ; placings += 1) {
    try {
      await rename(temporary, path);
      return;
    } catch (error) {
      if (codeOf(error) !== 'ENOENT' || placings === PLACINGS_MAX) throw error;
      await mkdir(dirname(path), { recursive: true });
    }
  }
}

async function readOrMissing(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskFault(error, `${path} could not be read`);
  }
}

async function removed(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw diskFault(error, `${path} could not be removed`);
  }
}

async function keysUnder(folder: Folder, prefix: string): Promise<string[]> {
  const parts = prefix.split('/').slice(0, -1);
  const roots = parts.length === 0 ? TOPS : [partsOf(parts.join('/')).join('/')];
  const keys = await Promise.all(roots.map((root) => keysIn(folder, root)));
  return keys.flat().filter((key) => key.startsWith(prefix));
}

const LISTINGS_MAX = 3;

/** A folder that is not there holds nothing; one whose inside changes while it is listed is listed again. */
async function keysIn(folder: Folder, root: string): Promise<string[]> {
  const path = join(folder.path, root);
  for (let listings = 1; ; listings += 1) {
    try {
      const entries = await readdir(path, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return files.map(
        (entry) => `${root}/${relative(path, join(entry.parentPath, entry.name)).split(sep).join('/')}`,
      );
    } catch (error) {
      if (isMissing(error) && !existsSync(path)) return [];
      if (!isMissing(error) || listings === LISTINGS_MAX)
        throw diskFault(error, `${path} could not be listed`);
    }
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}

function diskFault(error: unknown, doing: string): ReeveError {
  return new ReeveError('StoreBusy', `${doing}: ${sentenceOf(error)}`, { cause: error });
}
