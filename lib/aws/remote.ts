/**
 * The servers on the other side, as one worker of a session asks them: with its share of what the session may ask. What speaks HTTP with them is
 * loaded with the first request: most calls of the API make none.
 */
import type { Clock, Politeness, Remote } from '../ports.ts';
import { remotePolicy, type RemotePolicy } from '../remote/policy.ts';
import { ReeveError } from '../session/errors.ts';
import type { EnvironmentOf } from './environment.ts';
import type { LambdaMetrics } from './metrics.ts';
import type { Adapter } from './world.ts';

/** Workers are Lambdas that know nothing of each other: each takes an equal share, so that all together never ask more than is allowed. */
export function shareOf({ requestsAtOnce, requestsPerSecond, workers }: Politeness): Politeness {
  return {
    requestsAtOnce: Math.max(1, Math.floor(requestsAtOnce / workers)),
    requestsPerSecond: requestsPerSecond / workers,
    workers: 1,
  };
}

export const remote: Adapter<'remote'> = (environment, ambient) => createLambdaRemote(environment, ambient);

export function createLambdaRemote(
  { REEVE_REMOTE_POLICY: policy, REEVE_SECRETS_PREFIX: secretsPrefix }: EnvironmentOf<'remote'>,
  { clock, metrics }: { clock: Clock; metrics: Pick<LambdaMetrics, 'measure'> },
): Remote {
  const judged = remotePolicy(JSON.parse(policy));
  let guarded: Promise<Remote> | undefined;
  return {
    async fetch(request, options) {
      guarded ??= openRemote(judged, secretsPrefix);
      const opened = await guarded;
      const begunAt = clock.now();
      const told = (outcome: string) => metrics.measure('RemoteMillis', clock.now() - begunAt, { outcome });
      const politeness = options.politeness && shareOf(options.politeness);
      try {
        const reply = await opened.fetch(request, { ...options, ...(politeness && { politeness }) });
        told('answered');
        return reply;
      } catch (error) {
        told(error instanceof ReeveError ? error.name : 'Error');
        throw error;
      }
    },
  };
}

async function openRemote(policy: RemotePolicy, secretsPrefix: string): Promise<Remote> {
  const [{ createRemote }, { createSecrets }] = await Promise.all([
    import('../remote/remote.ts'),
    import('./secrets.ts'),
  ]);
  return createRemote({ policy, secrets: createSecrets(secretsPrefix) });
}
