/** The folder that an embedded Reeve keeps everything in: its parts, and what is wrong when it cannot be used. */
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ReeveError, sentenceOf } from '../../session/errors.ts';

export interface Folder {
  readonly path: string;
  /** LevelDB's; its lock is the folder's lock. */
  readonly table: string;
  /** Files are written here and then renamed to where they belong. */
  readonly temporary: string;
  readonly owner: string;
  readonly private: string;
}

export function folderAt(path: string): Folder {
  const whole = resolve(path);
  return {
    path: whole,
    table: join(whole, 'table'),
    temporary: join(whole, 'temporary'),
    owner: join(whole, 'owner.json'),
    private: join(whole, 'private'),
  };
}

/** @throws FolderUnusable when it cannot be made or written to */
export async function prepareFolder(path: string): Promise<Folder> {
  const folder = folderAt(path);
  try {
    await made(folder.temporary);
    await made(folder.private, 0o700);
    await rm(await mkdtemp(join(folder.temporary, 'probe-')), { recursive: true });
  } catch (error) {
    throw folderFault(error, folder.path);
  }
  return folder;
}

/** As `mkdir` does with `recursive`, which never comes back where nothing can be made, as in /proc. */
async function made(path: string, mode?: number): Promise<void> {
  try {
    await madeIn(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    await made(parent);
    await madeIn(path, mode);
  }
}

async function madeIn(path: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(path, mode);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written to (permission denied)',
  EPERM: 'it may not be written to (not permitted)',
  ENOENT: 'no folder can be made there',
  EROFS: 'it is on a read-only file system',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a part of its path is a file, not a folder',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'its path is too long',
};

export function folderFault(error: unknown, path: string): ReeveError {
  if (error instanceof ReeveError) return error;
  return new ReeveError(
    'FolderUnusable',
    `The folder ${path} cannot be used: ${diskReasonOf(error) ?? sentenceOf(error)}; choose another folder`,
    {
      cause: error,
    },
  );
}

/** The words of the system, which LevelDB hands on without a code. */
const SYSTEM_WORDS = [
  ['No space left on device', 'ENOSPC'],
  ['Disk quota exceeded', 'EDQUOT'],
  ['Read-only file system', 'EROFS'],
  ['Permission denied', 'EACCES'],
] as const;

/** What the disk has against it, in words; `undefined` when it is something else. */
export function diskReasonOf(error: unknown): string | undefined {
  const said = SYSTEM_WORDS.find(([words]) => sentenceOf(error).includes(words));
  return REASONS[said?.[1] ?? codeOf(error)];
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

/** Who has the folder open. */
export interface Owner {
  readonly pid: number;
  readonly startedAt: string;
  /** In words, e.g. `harvesting https://geo.example.org`. */
  readonly doing: string;
  /** Where others may ask; absent when the owner only reads. */
  readonly socket?: string;
}

export async function writeOwner(folder: Folder, owner: Owner): Promise<void> {
  const temporary = join(folder.temporary, `owner-${owner.pid}`);
  await writeFile(temporary, `${JSON.stringify(owner, null, 2)}\n`);
  await rename(temporary, folder.owner);
}

/** What the owner wrote, or one before it that was not closed; `undefined` when nothing can be read. */
export async function readOwner(folder: Folder): Promise<Owner | undefined> {
  try {
    return JSON.parse(await readFile(folder.owner, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

/** The paths of sockets are short: 108 bytes on Linux, 104 on macOS, the final zero included. */
const SOCKET_PATH_BYTES_MAX = 100;
const SOCKET_FOLDER = 'reeve-socket-';

/** A path in a folder that only this user can look into. */
export async function socketPath(folder: Folder): Promise<string> {
  const own = join(folder.private, 'socket');
  if (Buffer.byteLength(own) > SOCKET_PATH_BYTES_MAX)
    return join(await mkdtemp(join(tmpdir(), SOCKET_FOLDER)), 'socket');
  await rm(own, { force: true });
  return own;
}

/** Also of an owner that died. */
export async function removeSocket(socket: string | undefined): Promise<void> {
  if (socket === undefined) return;
  const parent = dirname(socket);
  await rm(parent.startsWith(join(tmpdir(), SOCKET_FOLDER)) ? parent : socket, {
    recursive: true,
    force: true,
  });
}
