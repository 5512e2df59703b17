/** Counts what a real session asks of its ports: the embedded world, the real handlers, a real remote on loopback. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HANDLERS } from '../../lambdas/index.ts';
import type { AnyHandler } from '../../lib/handler.ts';
import { harvesterType } from '../../lib/harvesters/index.ts';
import type { Json } from '../../lib/json.ts';
import { openEmbedded } from '../../lib/local/embedded/embedded.ts';
import type { Ports } from '../../lib/ports.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE } from '../../lib/session/limits.ts';
import type { Batch } from '../../lib/session/session.ts';
import { silentLog } from '../local/stand-ins.ts';
import { makeHarvester } from '../session/make.ts';

/** `<handler> <port>.<method>` and how often; of `batches.plan` the batches. */
export interface Tally {
  readonly calls: Readonly<Record<string, number>>;
  readonly resources: number;
  readonly batches: number;
  /** Of all planned batches, as JSON. */
  readonly batchBytes: number;
}

/** Ports whose calls AWS is paid for, or that ask a remote. */
const COUNTED = [
  'sessions',
  'harvesters',
  'batches',
  'records',
  'executions',
  'checks',
  'finalizer',
  'remote',
  'events',
] as const satisfies readonly (keyof Ports)[];

class Counter {
  readonly calls = new Map<string, number>();
  batches = 0;
  batchBytes = 0;

  /** The handler with its ports wrapped; what it does is the same. */
  counted(name: string, handler: AnyHandler): AnyHandler {
    return {
      ...handler,
      invoke: (input, ports, call) => handler.invoke(input, this.#wrapped(name, ports), call),
    };
  }

  #wrapped(name: string, ports: Ports): Ports {
    const wrapped = COUNTED.map((port) => {
      const counting = new Proxy(ports[port], {
        get: (target, method) => {
          const act: unknown = Reflect.get(target, method);
          if (typeof act !== 'function') return act;
          return (...given: unknown[]): unknown => {
            this.#count(`${name} ${port}.${String(method)}`, given);
            return Reflect.apply(act, target, given);
          };
        },
      });
      return [port, counting] as const;
    });
    return { ...ports, ...(Object.fromEntries(wrapped) as unknown as Partial<Ports>) };
  }

  #count(call: string, [first]: readonly unknown[]): void {
    let times = 1;
    if (call.endsWith('batches.plan')) {
      const planned = first as readonly Batch[];
      times = planned.length;
      this.batches += times;
      this.batchBytes += planned.reduce((sum, batch) => sum + Buffer.byteLength(JSON.stringify(batch)), 0);
    }
    this.calls.set(call, (this.calls.get(call) ?? 0) + times);
  }
}

/** Harvests the sample remote as GeoNode, at the default pace but for the waiting. */
export async function countSession(datasets: number): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-cost-'));
  const sample = await startSampleRemote({ datasets });
  const counter = new Counter();
  const handlers = Object.fromEntries(
    Object.entries(HANDLERS).map(([name, handler]) => [name, counter.counted(name, handler)]),
  ) as unknown as typeof HANDLERS;
  const world = await openEmbedded({
    folder,
    limits: DEFAULT_LIMITS,
    handlers,
    remote: createRemote({ policy: remotePolicy({ allowLoopback: true, requestsPerSecondMax: 0 }) }),
    log: silentLog(),
  });
  try {
    const settings = harvesterType('geonode').settings.parse({}) as Json;
    const remote = { type: 'geonode', url: sample.url, settings };
    const pace = { ...DEFAULT_PACE, requestsPerSecond: 100_000 };
    await world.ports.harvesters.create(makeHarvester({ id: 'counted', remote, pace }));
    const started = await world.start({ harvester: 'counted' });
    if (started.outcome === 'conflict') throw new Error('The harvester has an open session');
    const session = await world.waitClosed(started.session.id);
    if (session.status !== 'finished-all-ok')
      throw new Error(`The session ended as ${session.status}: ${JSON.stringify(session.conclusion)}`);
    const calls = Object.fromEntries([...counter.calls].sort(([a], [b]) => (a < b ? -1 : 1)));
    return { calls, resources: datasets, batches: counter.batches, batchBytes: counter.batchBytes };
  } finally {
    await world.close({ waitMillis: 0 });
    await sample.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
