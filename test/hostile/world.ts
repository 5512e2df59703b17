/** Whole sessions through the real lib/remote: the real handlers over the memory world, a server on loopback, and short limits. */
import { onTestFinished } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import type { StartOutput } from '../../lambdas/start.ts';
import { harvesterType } from '../../lib/harvesters/index.ts';
import type { Json } from '../../lib/json.ts';
import { memorySecrets } from '../../lib/local/memory/secrets.ts';
import { createMemoryWorld, type MemoryWorld } from '../../lib/local/memory/world.ts';
import { unpackLines } from '../../lib/records.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import type { RemotePolicy } from '../../lib/remote/policy.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, type Pace } from '../../lib/session/limits.ts';
import type { CredentialsReference } from '../../lib/session/credentials.ts';
import type { Session } from '../../lib/session/session.ts';
import { deliverFinalizerCalls, runExecution, type Driver } from '../local/drive.ts';
import { testPolicy } from '../remote/remotes.ts';
import { makeHarvester, T0 } from '../session/make.ts';

export interface HostileWorld {
  readonly world: MemoryWorld;
  /** Runs a whole session and gives it as it is in the end. */
  readonly harvest: (asked?: { readonly retryOf?: string }) => Promise<Session>;
  /** Ids of the records that were published. */
  readonly published: () => string[];
}

export interface Setting {
  readonly type?: string;
  readonly policy?: Partial<RemotePolicy>;
  readonly pace?: Partial<Pace>;
  readonly settings?: object;
  readonly credentials?: CredentialsReference;
  /** By reference. */
  readonly secrets?: Readonly<Record<string, string>>;
}

export async function hostileWorld(url: string, more: Setting = {}): Promise<HostileWorld> {
  const { type = 'geonode', policy = {}, pace = {}, settings = { pageSize: 100 } } = more;
  const { credentials, secrets = {} } = more;
  const remote = createRemote({
    policy: testPolicy({ allowLoopback: true, ...policy }),
    secrets: memorySecrets(new Map(Object.entries(secrets))),
  });
  onTestFinished(() => remote.close());
  const world = createMemoryWorld({ startAt: T0, seed: 1, pageSize: 100, remote });
  await world.ports.harvesters.create(
    makeHarvester({
      remote: {
        type,
        url,
        settings: harvesterType(type).settings.parse(settings) as Json,
        ...(credentials && { credentials }),
      },
      pace: { ...DEFAULT_PACE, batchesAtOnce: 4, resourcesAtOnce: 10, requestsPerSecond: 100_000, ...pace },
    }),
  );
  const driver: Driver = { world, handlers: HANDLERS, limits: DEFAULT_LIMITS };
  return {
    world,
    async harvest(asked = {}) {
      const call = { limits: DEFAULT_LIMITS, timeLeftMillis: () => 800_000 };
      const started = (await HANDLERS.start.invoke(
        { harvester: 'county', ...asked },
        world.ports,
        call,
      )) as StartOutput;
      if (started.outcome === 'conflict') throw new Error(`session ${started.holder.id} is in the way`);
      if (started.outcome === 'not scheduled') throw new Error('no schedule started it');
      const { id } = started.session;
      await runExecution(driver, id);
      await deliverFinalizerCalls(driver);
      return world.sessions.get(id)!;
    },
    published: () =>
      [...world.records]
        .filter(([key]) => key.startsWith('records/'))
        .flatMap(([, bytes]) => unpackLines(bytes).map((line) => (JSON.parse(line) as { id: string }).id)),
  };
}
