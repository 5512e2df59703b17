/** What is set up before chance comes in, as plain data: remotes, how they behave, what users do, which parts are missing. */
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
  readonly answerSeconds?: number;
  /** Slow as it is, a session of it fits in its workflow time: in quiet, all of it must be harvested. */
  readonly isHealthy?: boolean;
  readonly pace?: Partial<Pace>;
}

/** When a user does something: at a time, or when the world has carried out so many port calls. */
export type Moment = { readonly seconds: number } | { readonly calls: number };

export interface UserStep {
  readonly when: Moment;
  /** `stop`: the execution is stopped in the console. `retry`: only what failed or was lost in the last closed session. */
  readonly does: 'start' | 'abort' | 'stop' | 'retry';
  readonly harvester: string;
  /** With a key the user tries again when the call failed. */
  readonly key?: string;
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
