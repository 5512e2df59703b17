/** The API of a whole embedded world on loopback, as `serve` offers it, for the commands with `--api`. */
import { HANDLERS } from '../../lambdas/index.ts';
import { serveApi } from '../../lib/cli/api-server.ts';
import type { HttpRequest } from '../../lib/api/http.ts';
import { openEmbedded, type Embedded } from '../../lib/local/embedded/embedded.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { silentLog } from '../local/stand-ins.ts';
import { newFolder, reeve, type Ran } from './run.ts';

export interface ApiWorld {
  readonly world: Embedded;
  readonly url: string;
  /** `METHOD /path` of every request that came. */
  readonly asked: string[];
  /** Runs the command line with `--api`. */
  readonly over: (...args: string[]) => Promise<Ran>;
  close(): Promise<void>;
}

/** @param before is called with every request before it is answered */
export async function openApiWorld(
  before: (request: HttpRequest) => Promise<void> = () => Promise.resolve(),
): Promise<ApiWorld> {
  const guarded = createRemote({ policy: remotePolicy({ allowLoopback: true, requestsPerSecondMax: 0 }) });
  const world = await openEmbedded({
    folder: newFolder(),
    limits: { ...DEFAULT_LIMITS, sessionLookSeconds: 1 },
    handlers: HANDLERS,
    remote: guarded,
    log: silentLog(),
  });
  const asked: string[] = [];
  const answer = async (request: HttpRequest) => {
    asked.push(`${request.method} ${request.path}`);
    await before(request);
    return world.api(request);
  };
  const api = await serveApi(answer, { port: 0, isTyped: true, log: silentLog() });
  return {
    world,
    url: api.url,
    asked,
    over: (...args) => reeve('--api', api.url, ...args),
    close: async () => {
      await api.close();
      await world.close({ waitMillis: 0 });
      await guarded.close();
    },
  };
}
