/** Works through the resources of one batch, several at a time, until all have an outcome or there is a reason to stop. */
import { setMaxListeners } from 'node:events';
import pMap from 'p-map';
import type { Call } from '../handler.ts';
import type { HarvesterType, ListedResource } from '../harvesters/harvester.ts';
import type { Ports } from '../ports.ts';
import { putJson } from '../records.ts';
import { stagedProgressKey } from '../session/names.ts';
import type { Batch, Instant, Session } from '../session/session.ts';
import { standstillOf, type Standstill } from '../session/transitions.ts';
import { deathsOf, type Progress } from './progress.ts';
import { harvestResource } from './resource.ts';

type WorkPorts = Pick<Ports, 'remote' | 'records' | 'sessions' | 'clock' | 'log'>;

export interface Work {
  readonly session: Session;
  readonly type: HarvesterType;
  readonly batch: Batch;
  readonly listed: readonly ListedResource[];
  readonly progress: Progress;
}

/** Why the worker stopped before all resources had an outcome. */
export type Stop = Standstill | 'time is up';

/** What is left of the Lambda's time when no further resource is begun: the present ones may take their whole limit, then all is written. */
const WRITING_SECONDS = 15;

/**
 * Fills in the outcomes of `work.progress`. After a worker has died on this batch, resources go one at a time, each noted before it is begun;
 * one that was in hand at a second death is `failed`.
 */
export async function workOn(ports: WorkPorts, work: Work, call: Call): Promise<Stop | undefined> {
  const { session, batch, progress } = work;
  const careful = deathsOf(batch.tries, progress) > 0;
  if (careful) accuse(work, call);
  const stopping = new Stopping(ports, session, call);
  const toDo = progress.outcomes.flatMap((outcome, index) => (outcome === null ? [index] : []));
  const one = async (index: number): Promise<void> => {
    const resource = work.listed[index];
    if (resource === undefined || (await stopping.reason()) !== undefined) return;
    if (careful) await putJson(ports.records, stagedProgressKey(batch.key), { ...progress, inHand: index });
    const { outcome, line } = await harvestResource(
      ports,
      { ...work, limits: call.limits, signal: stopping.signal },
      resource,
      batch.resources[index]?.held,
    );
    if (stopping.signal.aborted && outcome.outcome === 'failed') return;
    progress.outcomes[index] = outcome;
    if (line !== undefined) progress.lines.push(line);
    ports.log.debug('resource done', {
      session: session.id,
      batch: batch.key.number,
      resource: resource.id,
      ...outcome,
    });
  };
  await pMap(toDo, one, { concurrency: careful ? 1 : session.pace.resourcesAtOnce });
  return progress.outcomes.includes(null) ? ((await stopping.reason()) ?? 'time is up') : undefined;
}

/** The resource that was in hand whenever the worker died is the one that kills it. */
function accuse({ batch, progress }: Work, { limits }: Call): void {
  const deaths = deathsOf(batch.tries, progress);
  if (
    progress.inHand !== undefined &&
    deaths >= limits.workerDeathsMax &&
    progress.outcomes[progress.inHand] === null
  ) {
    progress.outcomes[progress.inHand] = {
      outcome: 'failed',
      because: `its worker died ${deaths} times, the last time while harvesting it`,
    };
  }
  progress.inHand = undefined;
}

/** Looks, now and then, whether the worker must stop; an abort also ends the requests under way. */
class Stopping {
  readonly #ports: WorkPorts;
  readonly #session: Session;
  readonly #call: Call;
  readonly #begunAt: Instant;
  readonly #abort = new AbortController();
  #lookedAt: Instant;
  #found: Stop | undefined;

  constructor(ports: WorkPorts, session: Session, call: Call) {
    this.#ports = ports;
    this.#session = session;
    this.#call = call;
    this.#begunAt = ports.clock.now();
    this.#lookedAt = this.#begunAt;
    // Every request under way listens; that is no leak.
    setMaxListeners(0, this.#abort.signal);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  async reason(): Promise<Stop | undefined> {
    this.#found ??= await this.#look();
    if (this.#found !== undefined && this.#found !== 'time is up') this.#abort.abort();
    return this.#found;
  }

  async #look(): Promise<Stop | undefined> {
    const { limits } = this.#call;
    const now = this.#ports.clock.now();
    const neededMillis = (this.#session.pace.resourceSeconds + WRITING_SECONDS) * 1_000;
    const isLate =
      now - this.#begunAt >= limits.batchSeconds * 1_000 || this.#call.timeLeftMillis() < neededMillis;
    if (isLate && now > this.#begunAt) return 'time is up';
    const sinceLook = now - this.#lookedAt;
    if (sinceLook < limits.sessionLookSeconds * 1_000) return standstillOf(this.#session, now);
    this.#lookedAt = now;
    return standstillOf(await this.#ports.sessions.read(this.#session.id), now);
  }
}
