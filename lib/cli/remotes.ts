/** The remotes of one process: each harvester's URL gets exactly the permissions and limits that were typed for it. */
import type { Remote, Secrets } from '../ports.ts';
import { shownReference, type CredentialsReference } from '../session/credentials.ts';
import { ReeveError, sentenceOf } from '../session/errors.ts';
import { DEFAULT_PACE, type Pace } from '../session/limits.ts';
import { judgedUrl, type AddressRules } from '../remote/address.ts';
import { checkCredentials } from '../remote/credentials-keeper.ts';
import { createGate } from '../remote/gate.ts';
import { remotePolicy, type RemotePolicy } from '../remote/policy.ts';
import { createRemote, type GuardedRemote } from '../remote/remote.ts';
import { REAL_WORLD } from '../remote/world.ts';
import type { PolicyChanges } from './remote-options.ts';

export interface Remotes extends Remote {
  /**
   * Grants what a URL that was typed needs; links in the answers of other remotes gain nothing by it. Credentials that were not granted are
   * refused, whatever a harvester in the store says: it could name any variable and any file.
   * @throws SettingsInvalid when the credentials cannot be used
   */
  grant(url: string, pace: Pace, credentials?: CredentialsReference): Promise<void>;
  /** Whether somebody may be asked at all, with the permissions that a URL that was typed gets. */
  refusalOf(url: string): string | undefined;
  /** The same remotes for a server whose callers type URLs over its API: each remote that a session or a probe is about is granted. */
  readonly typedOverApi: Remote;
  close(): Promise<void>;
}

export interface RemotesSetup {
  readonly allowPrivate: boolean;
  readonly secrets: Secrets;
  readonly policy: PolicyChanges;
}

interface Granted {
  readonly remote: GuardedRemote;
  readonly credentials: string | undefined;
}

const REQUESTS_AT_ONCE_MAX = 256;

export function createRemotes(setup: RemotesSetup): Remotes {
  const { secrets } = setup;
  const gate = createGate(REAL_WORLD.clock);
  const granted = new Map<string, Granted>();
  const others: Granted = {
    remote: createRemote({ policy: remotePolicy(setup.policy), gate }),
    credentials: undefined,
  };
  const remotes: Omit<Remotes, 'typedOverApi'> = {
    grant: async (url, pace, credentials) => {
      if (credentials !== undefined) await checkCredentials(secrets, credentials, url);
      void granted.get(url)?.remote.close();
      const remote = createRemote({ policy: policyFor(url, pace, setup), gate, secrets });
      granted.set(url, { remote, credentials: credentials && JSON.stringify(credentials) });
    },
    fetch: async (request, options) => {
      const { remote, credentials } = granted.get(options.following ?? request.url) ?? others;
      if (options.credentials !== undefined && JSON.stringify(options.credentials) !== credentials)
        throw notGranted(options.credentials);
      return remote.fetch(request, options);
    },
    refusalOf: (url) => {
      try {
        judgedUrl(url, URL.canParse(url) ? policyFor(url, DEFAULT_PACE, setup) : remotePolicy(setup.policy));
        return undefined;
      } catch (error) {
        return sentenceOf(error);
      }
    },
    close: async () => {
      await Promise.all([others, ...granted.values()].map(({ remote }) => remote.close()));
    },
  };
  const typedOverApi: Remote = {
    fetch: async (request, options) => {
      // What is followed is the URL of a harvester or a probe, never one out of an answer.
      const url = options.following ?? request.url;
      if (!granted.has(url)) await remotes.grant(url, DEFAULT_PACE);
      return remotes.fetch(request, options);
    },
  };
  return { ...remotes, typedOverApi };
}

function notGranted({ secret }: CredentialsReference): ReeveError {
  return new ReeveError(
    'SettingsInvalid',
    `The credentials of ${shownReference(secret)} are not used: allowed are those of the command line or the settings file of this process`,
  );
}

/** Loopback, a private address or an unusual port may be asked only because somebody typed it. */
export function policyFor(
  url: string,
  pace: Pace,
  { allowPrivate, policy }: Pick<RemotesSetup, 'allowPrivate' | 'policy'>,
): RemotePolicy {
  const { port } = new URL(url);
  const { ports } = remotePolicy(policy);
  const typed = remotePolicy({ ...policy, ports: port === '' ? ports : [...ports, Number(port)] });
  const isPublic = isJudged(url, typed);
  return {
    ...typed,
    allowLoopback: !isPublic && isJudged(url, { ...typed, allowLoopback: true }),
    allowPrivate: allowPrivate || (!isPublic && isJudged(url, { ...typed, allowPrivate: true })),
    requestSeconds: pace.requestSeconds,
    requestsAtOnceMax: Math.min(REQUESTS_AT_ONCE_MAX, pace.batchesAtOnce * pace.resourcesAtOnce),
    requestsPerSecondMax: pace.requestsPerSecond,
  };
}

function isJudged(url: string, rules: AddressRules): boolean {
  try {
    judgedUrl(url, rules);
    return true;
  } catch {
    return false;
  }
}
