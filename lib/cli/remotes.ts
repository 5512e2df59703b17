/** The remotes of one process: each harvester's URL gets exactly the permissions and limits that were typed for it. */
import type { Remote } from '../ports.ts';
import type { Pace } from '../session/limits.ts';
import { judgedUrl, type AddressRules } from '../remote/address.ts';
import { createGate } from '../remote/gate.ts';
import { remotePolicy, type RemotePolicy } from '../remote/policy.ts';
import { createRemote, type GuardedRemote } from '../remote/remote.ts';
import { REAL_WORLD } from '../remote/world.ts';

export interface Remotes extends Remote {
  /** Grants what a URL that was typed needs; links in the answers of other remotes gain nothing by it. */
  grant(url: string, pace: Pace): void;
  close(): Promise<void>;
}

const WELL_KNOWN_PORTS = [80, 443, 8080, 8443];
const REQUESTS_AT_ONCE_MAX = 256;

export function createRemotes({ allowPrivate }: { allowPrivate: boolean }): Remotes {
  const gate = createGate(REAL_WORLD.clock);
  const granted = new Map<string, GuardedRemote>();
  const others = createRemote({ policy: remotePolicy({}), gate });
  return {
    grant: (url, pace) => {
      void granted.get(url)?.close();
      granted.set(url, createRemote({ policy: policyFor(url, pace, allowPrivate), gate }));
    },
    fetch: (request, options) =>
      (granted.get(options.following ?? request.url) ?? others).fetch(request, options),
    close: async () => {
      await Promise.all([others, ...granted.values()].map((remote) => remote.close()));
    },
  };
}

/** Loopback, a private address or an unusual port may be asked only because somebody typed it. */
export function policyFor(url: string, pace: Pace, allowPrivate: boolean): RemotePolicy {
  const { port } = new URL(url);
  const typed = remotePolicy({ ports: port === '' ? WELL_KNOWN_PORTS : [...WELL_KNOWN_PORTS, Number(port)] });
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
