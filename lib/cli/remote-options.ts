/** Reads what was typed, or stands in the settings file, of how a remote may be asked: credentials, and changes of the policy. */
import { credentialsFrom } from '../settings/credentials.ts';
import { DEFAULT_REMOTE_POLICY, remotePolicy } from '../remote/policy.ts';
import type { CredentialsReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import { didYouMean } from '../settings/nearest.ts';
import { pairsOf } from './options.ts';

/** How a remote may be asked, as it was typed. */
export interface RemoteOptionTexts {
  readonly credentials?: readonly string[] | undefined;
  readonly remotePolicy?: readonly string[] | undefined;
}

/** Parts of lib/remote/policy.ts, by name. */
export type PolicyChanges = Readonly<Record<string, unknown>>;

/** What is set elsewhere, and where. */
const SET_ELSEWHERE: Readonly<Record<string, string>> = {
  allowLoopback: 'it follows from the URL that is typed',
  allowPrivate: 'that is --allow-private',
  requestSeconds: 'that is a part of the pace',
  requestsAtOnceMax: 'that follows from batchesAtOnce and resourcesAtOnce of the pace',
  requestsPerSecondMax: 'that is requestsPerSecond of the pace',
};
const SETTABLE = Object.keys(DEFAULT_REMOTE_POLICY).filter((name) => !(name in SET_ELSEWHERE));

/**
 * `--credentials kind=bearer --credentials secret=env:TOKEN`.
 * @throws InputInvalid when it is no pair; SettingsInvalid. What was typed is not repeated: it may be the secret itself.
 */
export function typedCredentials(typed: readonly string[] = []): CredentialsReference | undefined {
  if (typed.length === 0) return undefined;
  if (typed.some((text) => text.indexOf('=') < 1)) {
    throw new ReeveError(
      'InputInvalid',
      'A --credentials is not valid; allowed is --credentials key=value, such as kind=bearer and secret=env:NAME',
    );
  }
  return credentialsFrom(Object.fromEntries(pairsOf('--credentials', typed)));
}

/**
 * `--remote-policy respectRobots=true`; of a list the values are separated by commas.
 * @throws InputInvalid, SettingsInvalid
 */
export function typedPolicy(typed: readonly string[] = []): PolicyChanges {
  const pairs = [...pairsOf('--remote-policy', typed)];
  return policyChanges(
    Object.fromEntries(pairs.map(([name, value]) => [name, valueOf(name, value)])),
    '--remote-policy',
  );
}

function valueOf(name: string, text: string): unknown {
  const usual = (DEFAULT_REMOTE_POLICY as Readonly<Record<string, unknown>>)[name];
  if (typeof usual === 'string') return text;
  if (Array.isArray(usual) && !text.startsWith('[')) return text.split(',').map((one) => read(one.trim()));
  return read(text);
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * @param where they stand, for the message
 * @throws SettingsInvalid naming every fault
 */
export function policyChanges(changes: PolicyChanges, where: string): PolicyChanges {
  const faults = Object.keys(changes).flatMap((name) => {
    const elsewhere = SET_ELSEWHERE[name];
    if (elsewhere !== undefined) return [`${name} is not set here: ${elsewhere}`];
    return SETTABLE.includes(name)
      ? []
      : [`${name} is not known; allowed are ${SETTABLE.join(', ')}${didYouMean(name, SETTABLE)}`];
  });
  if (faults.length > 0) throw new ReeveError('SettingsInvalid', `${where}: ${faults.join('; ')}`);
  remotePolicy(changes);
  return changes;
}

/** What may be set, with what is usual, for a help text. */
export function policyHelp(): string {
  const usual = DEFAULT_REMOTE_POLICY as Readonly<Record<string, unknown>>;
  return SETTABLE.map((name) => `  ${name}=${String(usual[name])}`).join('\n');
}
