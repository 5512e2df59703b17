/** The options that take `key=value` and may be repeated: settings, pace, credentials, policy; with their help. */
import { Option } from 'commander';
import type { Pace } from '../session/limits.ts';
import { USUAL_PACE } from './options.ts';

export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be repeated`).argParser(
    (text, before: string[] | undefined) => [...(before ?? []), text],
  );
}

export function setOption(): Option {
  return repeatable('--set <key=value>', 'a setting of the harvester type, e.g. --set pageSize=50');
}

export function keepOption(): Option {
  return repeatable('--keep <key=value>', 'what is kept and when it is gone, e.g. --keep graceListings=5');
}

export function filterOption(): Option {
  return repeatable(
    '--filter <key=value>',
    'only such resources, e.g. --filter keywords=roads,rail; --filter none takes it away',
  );
}

export function paceOption(): Option {
  return repeatable('--pace <key=value>', 'a part of the pace, e.g. --pace batchSize=10');
}

export function credentialsOption(): Option {
  return repeatable(
    '--credentials <key=value>',
    'how the remote knows us, e.g. --credentials kind=bearer --credentials secret=env:TOKEN (env:NAME or file:/path, of a stack secret:NAME; never the secret itself)',
  );
}

export function policyOption(): Option {
  return repeatable(
    '--remote-policy <key=value>',
    'a bound or a setting of fetching, e.g. --remote-policy respectRobots=true',
  );
}

/** Each part in a few words; `lib/session/limits.ts` says it in full. */
const PACE_WORDS: Readonly<Record<keyof Pace, string>> = {
  estimatedDurationPerResourceSeconds: 'what a healthy session may take for one resource',
  bufferTimeSeconds: 'what it may take besides; past both it is ended',
  monitorIntervalSeconds: 'between two looks at a session',
  batchSize: 'resources that one worker harvests',
  batchesAtOnce: 'workers at the same time',
  resourcesAtOnce: 'resources that one worker has under way',
  requestsPerSecond: 'of a whole session, to one host',
  resourceSeconds: 'for one resource, with all its requests and retries',
  requestSeconds: 'for one request, with its redirects',
  abortSeconds: 'what an aborted session gets to stop by itself',
  extendWhileProgressing: 'an overdue session goes on while it commits batches',
  extendSecondsMax: 'how long after its start at most',
};

export function paceHelp(): string {
  const parts = Object.entries(USUAL_PACE).map(
    ([name, value]) => [`${name}=${String(value)}`, name] as const,
  );
  const width = Math.max(...parts.map(([part]) => part.length));
  return parts.map(([part, name]) => `  ${part.padEnd(width)}  ${PACE_WORDS[name as keyof Pace]}`).join('\n');
}
