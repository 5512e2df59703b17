/** What the help of commands says besides their options. */
import * as z from 'zod/mini';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import { DEFAULT_KEEPING } from '../session/keeping.ts';

export function examples(call: string, lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([words]) => words.length));
  return lines.map(([words, does]) => `  ${call} ${words.padEnd(width)}  # ${does}`).join('\n');
}

export function typesHelp(): string {
  return HARVESTER_TYPES.map(({ type, describes, settings }) => {
    const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as {
      properties?: Record<string, { default?: unknown }>;
    };
    const members = Object.entries(properties).map(([name, member]) =>
      member.default === undefined ? name : `${name}=${JSON.stringify(member.default)}`,
    );
    return `  ${type.padEnd(10)} ${describes}\n${members.map((member) => `             ${member}\n`).join('')}`.trimEnd();
  }).join('\n');
}

export function keepHelp(): string {
  return Object.entries(DEFAULT_KEEPING)
    .filter(([name, value]) => value !== undefined && name !== 'filter')
    .map(([name, value]) => `  ${name}=${String(value)}`)
    .join('\n');
}

/** The commands that an API can answer. */
export const WITH_API =
  'harvest, harvesters, probe, sessions, show, resources, select, deselect, abort, retry';

/** Records do not travel over the API. */
export const RECORDS_HELP =
  'An API gives no records. Those of a stack lie in its bucket (output BucketName of the deployment) under records/, those of serve in its folder.';

export const EXAMPLES: readonly (readonly [string, string])[] = [
  ['harvest', 'the sample remote, to see how it works'],
  ['harvest https://example.org/geonode', 'a remote; its type is found by asking it'],
  ['sessions', 'what was harvested'],
  ['retry <session>', 'only what failed or was lost'],
  ['demo', 'see stuck sessions being rescued'],
];

export const HARVEST_EXAMPLES: readonly (readonly [string, string])[] = [
  ['harvest https://example.org/wms', 'finds out that it is a WMS'],
  ['harvest https://example.org/x --type arcgis', 'does not ask'],
  ['harvest <url> --pace requestsPerSecond=2', 'for a weak remote'],
  ['harvest <url> --dry-run', 'what would be new, changed and gone'],
  ['harvest county', 'the harvester county as it was added'],
  ['harvest <url> --json', 'the closed session for a script'],
];

export const EXPORT_EXAMPLES: readonly (readonly [string, string])[] = [
  ['export > records.ndjson', 'the only harvester of the folder'],
  ['export https://example.org/wms --format geojson --out wms.geojson', 'ready for QGIS'],
];

export const SETTINGS_EXAMPLE = `  {
    "data": "reeve-data",
    "harvesters": [
      { "name": "County", "url": "https://example.org/geonode", "every": "1d" },
      { "name": "Basemap", "url": "https://example.org/wms", "type": "wms",
        "pace": { "requestsPerSecond": 2 }, "every": "0 3 * * 1" }
    ]
  }`;

export const HARVESTERS_EXAMPLES: readonly (readonly [string, string])[] = [
  ['harvesters add https://example.org/wms --id county --every 1d', 'its type is found by asking it'],
  ['harvesters change county --every 12h --pace batchSize=10', 'the rest stays'],
  ['harvesters change county --every none', 'is not harvested by itself any more'],
  ['--api <url> harvesters', 'those of a stack'],
  ['--api <url> harvesters apply reeve.json --dry-run', 'what would be done'],
];

export const APPLY_EXAMPLES: readonly (readonly [string, string])[] = [
  ['--api <url> harvesters apply reeve.json --dry-run', 'the plan'],
  ['--api <url> harvesters apply reeve.json', 'creates and changes'],
  ['--api <url> harvesters apply reeve.json --prune', 'deletes besides what the file does not name'],
];

export const BOTH_RESOURCES =
  '--state is asked of a harvester, --outcome of a session; allowed is one of them, with what it is asked of';
