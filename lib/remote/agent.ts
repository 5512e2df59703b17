/** The HTTP client, with the guard in its connections and none of its own bounds of time. */
import { Agent } from 'undici';
import { createConnect } from './connect.ts';
import type { RemotePolicy } from './policy.ts';
import type { RemoteWorld } from './world.ts';

const CONNECTIONS_MAX = 256;
const KEEP_ALIVE_SECONDS = 10;
const KEEP_ALIVE_SECONDS_MAX = 60;

/** @param authorities PEM certificates to trust besides the public ones */
export function agentFor(
  policy: RemotePolicy,
  { clock, resolver }: RemoteWorld,
  authorities: readonly string[] | undefined,
): Agent {
  return new Agent({
    connect: createConnect({ policy, clock, resolver, ...(authorities !== undefined && { authorities }) }),
    // How many there may be is the gate's business; this only bounds it.
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    maxHeaderSize: policy.headerBytesMax,
    keepAliveTimeout: KEEP_ALIVE_SECONDS * 1_000,
    keepAliveMaxTimeout: KEEP_ALIVE_SECONDS_MAX * 1_000,
    // The exchange keeps all bounds of time itself: undici's are coarse, and not on our clock.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
