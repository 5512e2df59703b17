/** Reads the settings file from the disk. */
import { readFile } from 'node:fs/promises';
import { ReeveError } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import { failureOf } from './failure.ts';
import { parseSettingsFile, type ServeSettings } from './settings-file.ts';

/** @throws SettingsInvalid when it cannot be read or is not valid */
export async function readSettingsFile(path: string, limits: Limits): Promise<ServeSettings> {
  return parseSettingsFile(await readSettingsText(path), path, limits);
}

/** @throws SettingsInvalid when it cannot be read */
export async function readSettingsText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new ReeveError(
      'SettingsInvalid',
      `The settings file could not be read: ${failureOf(error, path).message}`,
      { cause: error },
    );
  });
}
