/** What is set up before chance comes in, as plain data: remotes, how they behave, what users do, which parts are missing. */
import type { Keeping } from '../../lib/session/keeping.ts';
import { DEFAULT_PACE, type Limits, type Pace } from '../../lib/session/limits.ts';

/** Two workers at once, so that they meet. */
export const SIMULATED_PACE: Pace = {
  ...DEFAULT_PACE,
  batchSize: 25,
  batchesAtOnce: 2,
  resourcesAtOnce: 5,
};

export interface SimulatedRemote {
  readonly harvester: string;
  readonly resources: number;
  readonly pageSize: number;
  /** Resources whose records are not valid, by number. */
  readonly invalid?: readonly number[];
  /** Resources that kill the worker that fetches them, always. */
  readonly poisonous?: readonly number[];
  /** The listing carries whole records. */
  readonly listed?: boolean;
  /** The listing says how many resources there are. */
  readonly matched?: boolean;
  /** This page of the listing (from 0) is answered with status 500, always. */
  readonly brokenPage?: number;
  /** After so many requests the remote has another number of resources: the newest come first, so the pages shift. */
  readonly changes?: { readonly afterRequests: number; readonly resources: number };
  /** What becomes of the remote in the course of time, the earliest first. */
  readonly history?: readonly Turn[];
  /** The listing names what was deleted. */
  readonly tellsDeleted?: boolean;
  /** The listing says in which state each resource is. */
  readonly versions?: boolean;
  readonly answerSeconds?: number;
  /** Slow as it is, a session of it fits in its workflow time: in quiet, all of it must be harvested. */
  readonly isHealthy?: boolean;
  readonly pace?: Partial<Pace>;
  readonly keeping?: Partial<Keeping>;
}

/** From a moment on the remote has other resources, or the same in another state. */
export interface Turn {
  readonly atSeconds: number;
  /** How many there are, from number 0 on. */
  readonly resources?: number;
  /** Those of them that are not there. */
  readonly without?: readonly number[];
  /** Those whose state is another than before. */
  readonly edited?: readonly number[];
}

/** When a user does something: at a time, or when the world has carried out so many port calls. */
export type Moment = { readonly seconds: number } | { readonly calls: number };

export interface UserStep {
  readonly when: Moment;
  /**
   * `stop`: the execution is stopped in the console. `retry`: only what failed or was lost in the last closed session. `list`: a session that only lists.
   * `choose`: resources are decided on one by one.
   */
  readonly does: 'start' | 'abort' | 'stop' | 'retry' | 'list' | 'choose';
  readonly harvester: string;
  /** With a key the user tries again when the call failed. */
  readonly key?: string;
  /** Of a choice, by id: true is harvested, false is not, null is as usual again. */
  readonly choices?: Readonly<Record<string, boolean | null>>;
}

/** Parts that are missing for the whole run. */
export type Route = 'workflow' | 'monitor' | 'event' | 'sweep';

export interface Scenario {
  readonly name: string;
  readonly remotes: readonly SimulatedRemote[];
  readonly users: readonly UserStep[];
  readonly limits?: Partial<Limits>;
  readonly missing?: readonly Route[];
  /** When the first sweep comes; after that one every interval. */
  readonly firstSweepSeconds?: number;
  /** Values of one page of the stores' listings. */
  readonly storePageSize?: number;
}
