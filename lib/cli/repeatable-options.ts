/** The options that take `key=value` and may be repeated: settings, pace, credentials, policy; with their help. */
import { Option } from 'commander';
import { USUAL_PACE } from './options.ts';

export function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be repeated`).argParser(
    (text, before: string[] | undefined) => [...(before ?? []), text],
  );
}

export function paceOption(): Option {
  return repeatable('--pace <key=value>', 'a part of the pace, e.g. --pace batchSize=10');
}

export function credentialsOption(): Option {
  return repeatable(
    '--credentials <key=value>',
    'how the remote knows us, e.g. --credentials kind=bearer --credentials secret=env:TOKEN (env:NAME or file:/path, never the secret itself)',
  );
}

export function policyOption(): Option {
  return repeatable(
    '--remote-policy <key=value>',
    'a bound or a setting of fetching, e.g. --remote-policy respectRobots=true',
  );
}

export function paceHelp(): string {
  return Object.entries(USUAL_PACE)
    .map(([name, value]) => `  ${name}=${String(value)}`)
    .join('\n');
}
