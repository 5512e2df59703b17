// Where recorded answers of real servers lie; they are not part of this repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY = join(import.meta.dirname, '..', '..');
export const FIXTURES = resolve(REPOSITORY, process.env['REEVE_FIXTURES'] ?? '../shared/fixtures');

/** Why tests of recorded answers are skipped; `undefined` when they can run. */
export function missingFixtures(...folders: readonly string[]): string | undefined {
  const missing = folders.filter((folder) => !existsSync(join(FIXTURES, folder)));
  return missing.length === 0
    ? undefined
    : `no recorded answers of ${missing.join(', ')} (set REEVE_FIXTURES to their folder)`;
}

/** The files of a folder by their names, sorted; `ending` as in `.json`. */
export function fixturesIn(folder: string, ending = ''): readonly string[] {
  return readdirSync(join(FIXTURES, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`);
}

export function readFixture(path: string): Buffer {
  return readFileSync(join(FIXTURES, path));
}
