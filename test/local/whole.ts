/** Whole embedded worlds for tests: the real handlers, a real remote on loopback, a folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import { harvesterType } from '../../lib/harvesters/index.ts';
import { openEmbedded, type Embedded, type EmbeddedOptions } from '../../lib/local/embedded/embedded.ts';
import { createRemote } from '../../lib/remote/remote.ts';
import { remotePolicy } from '../../lib/remote/policy.ts';
import { startSampleRemote, type SampleRemote, type SampleSettings } from '../../lib/sample/remote.ts';
import { DEFAULT_LIMITS, DEFAULT_PACE, type Pace } from '../../lib/session/limits.ts';
import type { Harvester } from '../../lib/session/session.ts';
import type { Json } from '../../lib/json.ts';
import { makeHarvester } from '../session/make.ts';
import { silentLog } from './stand-ins.ts';

/** A harvester `sample` of the sample remote as GeoNode, in batches of five. */
export function sampleHarvester(url: string, pace: Partial<Pace> = {}): Harvester {
  const settings = harvesterType('geonode').settings.parse({ pageSize: 20 }) as Json;
  return makeHarvester({
    id: 'sample',
    remote: { type: 'geonode', url, settings },
    pace: { ...DEFAULT_PACE, batchSize: 5, requestsPerSecond: 1_000, ...pace },
  });
}

export async function sampleRemote(settings: SampleSettings): Promise<SampleRemote> {
  const remote = await startSampleRemote(settings);
  onTestFinished(() => remote.close());
  return remote;
}

export async function openWhole(folder: string, more: Partial<EmbeddedOptions> = {}): Promise<Embedded> {
  const remote = createRemote({ policy: remotePolicy({ allowLoopback: true, requestsPerSecondMax: 0 }) });
  const world = await openEmbedded({
    folder,
    limits: DEFAULT_LIMITS,
    handlers: HANDLERS,
    remote,
    log: silentLog(),
    ...more,
  });
  onTestFinished(async () => {
    await world.close({ waitMillis: 0 });
    await remote.close();
  });
  return world;
}

export interface Child {
  readonly process: ChildProcess;
  readonly words: readonly string[];
  /** Waits for a word, the `count`-th time that it is said. */
  said(word: string, count?: number): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts child.ts in a process of its own, which ends with the test at the latest. */
export function startChild(folder: string, url: string, what: 'harvests' | 'waits'): Child {
  const script = fileURLToPath(new URL('child.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder, url, what], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const words: string[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => words.push(line));
  const ended = once(child, 'exit').then(
    ([code, signal]: (number | string | null)[]) => code ?? signal ?? '',
  );
  return {
    process: child,
    words,
    ended,
    async said(word, count = 1) {
      while (words.filter((one) => one === word).length < count) await once(lines, 'line');
    },
  };
}
