/** Secrets of the embedded mode: variables of the environment, and files. */
import { open } from 'node:fs/promises';
import type { Secrets } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';

const FILE_BYTES_MAX = 65_536;
const WHY_NOT: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'it may not be read (permission)',
  EPERM: 'it may not be read (permission)',
  ELOOP: 'its links go in a circle',
};

/** @param env is looked at with every read, so that it may change */
export function localSecrets(env: Readonly<Record<string, string | undefined>>): Secrets {
  return {
    read: async (reference) => {
      const [, kind, place = ''] = /^(env|file):(.*)$/s.exec(reference) ?? [];
      if (kind === 'env') return fromVariable(env, place);
      if (kind === 'file') return fromFile(place);
      throw new ReeveError(
        'SettingsInvalid',
        `The secret ${reference} lies in Secrets Manager, which only a deployed Reeve asks; allowed here are env:NAME and file:/path`,
      );
    },
  };
}

function fromVariable(env: Readonly<Record<string, string | undefined>>, name: string): string {
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  if (text !== undefined && text !== '') return text;
  const what = text === undefined ? 'is not set' : 'is empty';
  throw new ReeveError(
    'SettingsInvalid',
    `The variable ${name} of the environment ${what}; the credentials env:${name} need it`,
  );
}

async function fromFile(path: string): Promise<string> {
  const unusable = (why: string) =>
    new ReeveError(
      'SettingsInvalid',
      `The file ${path} cannot be used: ${why}; the credentials file:${path} need it`,
    );
  try {
    const file = await open(path, 'r');
    try {
      // A pipe or a device would never end.
      const status = await file.stat();
      if (!status.isFile()) throw unusable('it is not a file');
      if (status.size > FILE_BYTES_MAX)
        throw unusable(`it has ${status.size} bytes and allowed are ${FILE_BYTES_MAX}`);
      const text = await file.readFile('utf8');
      if (text.trim() === '') throw unusable('it is empty');
      return text;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof ReeveError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw unusable(WHY_NOT[code] ?? `it could not be read (${code})`);
  }
}
