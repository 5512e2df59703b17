/**
 * Prints which fields the records of recorded answers have, for each harvester type: npm run fields [-- <folder>] [--json].
 * The folder has a folder for each protocol (`ckan/...`); without one, REEVE_FIXTURES or ../shared/fixtures is taken.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import { FIXTURES } from '../harvesters/fixtures.ts';
import { report } from './report.ts';
import { isOf, protocolOf, type Recorded, survey } from './survey.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const folder = positionals[0] ?? FIXTURES;

function recordedIn(root: string): Recorded[] {
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => ({ path: relative(root, file), body: readFileSync(file) }))
    .filter(({ path }) => path.includes('/'));
}

if (!existsSync(folder)) {
  process.stderr.write(
    `There are no recorded answers in ${folder}: name their folder, or set REEVE_FIXTURES.\n`,
  );
  process.exitCode = 1;
} else {
  const recorded = recordedIn(folder);
  const surveys = HARVESTER_TYPES.map((type) => survey(type, recorded));
  const others = recorded
    .map(({ path }) => path)
    .filter((path) => !HARVESTER_TYPES.some(({ type }) => isOf(protocolOf(path), type)));
  process.stdout.write(
    values.json ? `${JSON.stringify({ surveys, others }, null, 2)}\n` : report(surveys, others),
  );
}
